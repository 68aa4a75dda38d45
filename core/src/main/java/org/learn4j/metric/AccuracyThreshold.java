package org.learn4j.metric;

import org.learn4j.tensor.Tensor;

/** The share of right answers to yes-or-no questions. */
record AccuracyThreshold(double threshold) implements Metric {
    AccuracyThreshold {
        if (Double.isNaN(threshold)) {
            throw new IllegalArgumentException("A threshold is a number, received NaN");
        }
    }

    @Override
    public String name() {
        return "accuracy_threshold";
    }

    @Override
    public Direction direction() {
        return Direction.HIGHER_IS_BETTER;
    }

    @Override
    public Accumulator start() {
        return new Answers();
    }

    @Override
    public String toString() {
        return name() + "(" + threshold + ")";
    }

    private final class Answers implements Accumulator {
        private long answers;
        private long right;
        private boolean sawNaN;

        @Override
        public void update(Tensor predictions, Tensor targets) {
            Values.requireSame(name(), predictions, targets);
            int[] labels = Values.labels(name(), targets, 2, answers);
            double[] scores = Values.numbers(predictions);
            for (int i = 0; i < labels.length; i++) {
                right += (scores[i] > threshold ? 1 : 0) == labels[i] ? 1 : 0;
            }
            sawNaN |= Values.hasNaN(scores, 0, scores.length);
            answers += labels.length;
        }

        @Override
        public double value() {
            return answers == 0 || sawNaN ? Double.NaN : (double) right / answers;
        }
    }
}
