package org.learn4j.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/**
 * The area under the ROC curve, exactly: pairs of an item of the class and one of the rest are counted, ties by half.
 */
record RocAuc() implements Metric {
    @Override
    public String name() {
        return "roc_auc";
    }

    @Override
    public Direction direction() {
        return Direction.HIGHER_IS_BETTER;
    }

    @Override
    public Accumulator start() {
        return new Collected();
    }

    @Override
    public String toString() {
        return name();
    }

    /** Returns the share of pairs in the right order, NaN if there are none. Sorts its arguments. */
    static double area(double[] members, double[] others) {
        Arrays.sort(members);
        Arrays.sort(others);
        long halves = 0;
        int below = 0;
        int notAbove = 0;
        for (double score : members) {
            while (below < others.length && others[below] < score) {
                below++;
            }
            while (notAbove < others.length && others[notAbove] <= score) {
                notAbove++;
            }
            halves += below + notAbove;
        }
        return halves / (2.0 * members.length * others.length);
    }

    private final class Collected implements Accumulator {
        private final List<double[]> scores = new ArrayList<>();
        private final List<int[]> labels = new ArrayList<>();
        private int classes;
        private int items;
        private boolean sawNaN;

        @Override
        public void update(Tensor predictions, Tensor targets) {
            int now = Values.classes(name(), predictions, targets);
            if (items > 0 && now != classes) {
                throw new ShapeMismatchException(name() + " expects predictions of " + classes
                        + " classes as in the batches before, received " + predictions.shape());
            }
            classes = now;
            int[] batchLabels = Values.labels(name(), targets, classes, items);
            double[] batchScores = Values.numbers(predictions);
            sawNaN |= Values.hasNaN(batchScores, 0, batchScores.length);
            labels.add(batchLabels);
            scores.add(batchScores);
            items = Math.addExact(items, batchLabels.length);
        }

        @Override
        public double value() {
            if (items == 0 || sawNaN) {
                return Double.NaN;
            }
            if (classes == 2) {
                return oneAgainstRest(1);
            }
            double sum = 0;
            for (int label = 0; label < classes; label++) {
                sum += oneAgainstRest(label);
            }
            return sum / classes;
        }

        private double oneAgainstRest(int label) {
            int count = 0;
            for (int[] batch : labels) {
                for (int actual : batch) {
                    count += actual == label ? 1 : 0;
                }
            }
            double[] members = new double[count];
            double[] others = new double[items - count];
            int member = 0;
            int other = 0;
            for (int b = 0; b < labels.size(); b++) {
                int[] batch = labels.get(b);
                int columns = batch.length == 0 ? 0 : scores.get(b).length / batch.length;
                for (int i = 0; i < batch.length; i++) {
                    double score = scores.get(b)[i * columns + (columns == 1 ? 0 : label)];
                    if (batch[i] == label) {
                        members[member++] = score;
                    } else {
                        others[other++] = score;
                    }
                }
            }
            return area(members, others);
        }
    }
}
