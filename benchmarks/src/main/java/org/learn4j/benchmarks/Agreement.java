package org.learn4j.benchmarks;

import java.util.ArrayList;
import java.util.List;

/**
 * The losses of a contender's first steps without dropout. All contenders start from the same weights and see the same
 * batches: equal first losses mean the same network, equal later losses the same gradients and the same optimizer.
 */
record Agreement(List<Float> losses) {
    private static final int STEPS = 10;
    private static final double TOLERANCE = 1e-4;

    /** Trains the contender for some steps. */
    static Agreement of(Contender contender) {
        var losses = new ArrayList<Float>();
        for (int i = 0; i < STEPS; i++) {
            contender.step();
            losses.add(contender.loss());
        }
        return new Agreement(List.copyOf(losses));
    }

    /** Returns the relative difference of the losses on step one. */
    double start(Agreement reference) {
        return difference(reference, 0);
    }

    /** Returns the largest relative difference of the losses on any step. */
    double drift(Agreement reference) {
        double largest = 0;
        for (int i = 0; i < losses.size(); i++) {
            largest = Math.max(largest, difference(reference, i));
        }
        return largest;
    }

    /** Returns whether the first losses are equal: what a contender must show before it is timed. */
    boolean isSameNetwork(Agreement reference) {
        return start(reference) <= TOLERANCE;
    }

    /** Not a number counts as infinitely far away. */
    private double difference(Agreement reference, int step) {
        double expected = reference.losses.get(step);
        double difference = Math.abs(losses.get(step) - expected) / Math.max(1, Math.abs(expected));
        return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
    }
}
