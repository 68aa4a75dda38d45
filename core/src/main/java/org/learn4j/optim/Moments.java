package org.learn4j.optim;

/**
 * The settings of an optimizer's averages.
 *
 * @param momentum SGD's momentum or Adam's β₁, in [0, 1); schedules may replace it
 * @param squareMomentum Adam's β₂, in [0, 1)
 * @param epsilon what keeps divisions from 0, positive
 */
record Moments(double momentum, double squareMomentum, double epsilon) {
    Moments {
        requireShare("A momentum", momentum);
        requireShare("A momentum of squares (β₂)", squareMomentum);
        if (!(epsilon > 0) || Double.isInfinite(epsilon)) {
            throw new IllegalArgumentException("An epsilon is positive and finite, received " + epsilon);
        }
    }

    private static void requireShare(String what, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(what + " lies in [0, 1), received " + value);
        }
    }

    Moments momentum(double value) {
        return new Moments(value, squareMomentum, epsilon);
    }

    Moments squareMomentum(double value) {
        return new Moments(momentum, value, epsilon);
    }

    Moments epsilon(double value) {
        return new Moments(momentum, squareMomentum, value);
    }
}
