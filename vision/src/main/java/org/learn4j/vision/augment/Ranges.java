package org.learn4j.vision.augment;

import org.learn4j.tensor.RandomStream;

/** Checks of what transforms are made with, and their uncommon distribution. */
final class Ranges {
    private Ranges() {}

    static void finite(String what, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(what + " is finite and not negative, received " + value);
        }
    }

    static void notNegative(String what, int value) {
        if (value < 0) {
            throw new IllegalArgumentException(what + " is not negative, received " + value);
        }
    }

    static void positive(String what, double min, double max) {
        if (!(min > 0 && min <= max && max < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    what + " goes from a positive factor to one not smaller, received " + min + " to " + max);
        }
    }

    static void share(String what, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(what + " lies in [0, 1), received " + value);
        }
    }

    /** A number between min, below 1, and its inverse, whose logarithm is uniform. */
    static double logUniform(RandomStream random, double min) {
        return Math.exp(random.nextDouble(Math.log(min), -Math.log(min)));
    }
}
