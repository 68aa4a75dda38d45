package org.learn4j.metric;

import org.learn4j.tensor.Tensor;

/**
 * The share of items whose class is among the k most probable; of equal predictions the first count as more probable.
 */
record TopKAccuracy(int k) implements Metric {
    TopKAccuracy {
        if (k < 1) {
            throw new IllegalArgumentException("A top-k accuracy has k of at least 1, received " + k);
        }
    }

    @Override
    public String name() {
        return "top_" + k + "_accuracy";
    }

    @Override
    public Direction direction() {
        return Direction.HIGHER_IS_BETTER;
    }

    @Override
    public Accumulator start() {
        return new Hits();
    }

    @Override
    public String toString() {
        return name();
    }

    private final class Hits implements Accumulator {
        private long items;
        private long hits;
        private boolean sawNaN;

        @Override
        public void update(Tensor predictions, Tensor targets) {
            int classes = Values.classes(name(), predictions, targets);
            int[] labels = Values.labels(name(), targets, classes, items);
            double[] scores = Values.numbers(predictions);
            int columns = labels.length == 0 ? 0 : scores.length / labels.length;
            for (int i = 0; i < labels.length; i++) {
                sawNaN |= Values.hasNaN(scores, i * columns, (i + 1) * columns);
                hits += rank(scores, i * columns, columns, labels[i]) < k ? 1 : 0;
            }
            items += labels.length;
        }

        private int rank(double[] scores, int from, int columns, int label) {
            if (columns == 1) {
                return (scores[from] > .5 ? 1 : 0) == label ? 0 : 1;
            }
            double own = scores[from + label];
            int before = 0;
            for (int i = 0; i < columns; i++) {
                if (scores[from + i] > own || (i < label && scores[from + i] == own)) {
                    before++;
                }
            }
            return before;
        }

        @Override
        public double value() {
            return items == 0 || sawNaN ? Double.NaN : (double) hits / items;
        }
    }
}
