package org.learn4j.metric;

import org.learn4j.tensor.Tensor;

/**
 * A number by which people judge a model, computed over a whole data set. Predictions come with the loss's activation applied
 * (probabilities for classification); targets as the data set has them.
 */
public interface Metric {
    /** Whether more or less is better. */
    enum Direction {
        /** More is better. */
        HIGHER_IS_BETTER,
        /** Less is better. */
        LOWER_IS_BETTER;

        /** Returns whether {@code value} is better than {@code than} by more than {@code by}. */
        public boolean isBetter(double value, double than, double by) {
            return this == HIGHER_IS_BETTER ? value - by > than : value + by < than;
        }
    }

    /** Returns the name: a column of the results table. */
    String name();

    /** Returns which way is better. */
    Direction direction();

    /** Returns a fresh accumulation over a data set. */
    Accumulator start();

    /** Gathers predictions batch by batch. */
    interface Accumulator {
        /** Adds a batch: predictions [n] or [n, k], targets [n] or [n, k]. Keeps no tensor. */
        void update(Tensor predictions, Tensor targets);

        /** Returns the metric over everything added, NaN if it is undefined there. */
        double value();
    }
}
