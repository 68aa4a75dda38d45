package org.learn4j.metric;

import java.util.function.IntToDoubleFunction;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/** How many items of each class there are, how many were given it, and how many of them rightly. */
final class ClassCounts {
    private final String metric;
    private long[] actual = {};
    private long[] given = {};
    private long[] right = {};
    private long items;
    private boolean sawNaN;

    ClassCounts(String metric) {
        this.metric = metric;
    }

    void add(Tensor predictions, Tensor targets, int classes) {
        if (items == 0 && actual.length != classes) {
            actual = new long[classes];
            given = new long[classes];
            right = new long[classes];
        }
        if (actual.length != classes) {
            throw new ShapeMismatchException(metric + " expects predictions of " + actual.length
                    + " classes as in the batches before, received " + predictions.shape());
        }
        int[] labels = Values.labels(metric, targets, classes, items);
        double[] scores = Values.numbers(predictions);
        int columns = labels.length == 0 ? 0 : scores.length / labels.length;
        for (int i = 0; i < labels.length; i++) {
            sawNaN |= Values.hasNaN(scores, i * columns, (i + 1) * columns);
            int decision = columns == 1 ? (scores[i] > .5 ? 1 : 0) : largest(scores, i * columns, columns);
            actual[labels[i]]++;
            given[decision]++;
            if (decision == labels[i]) {
                right[decision]++;
            }
        }
        items += labels.length;
    }

    private static int largest(double[] scores, int from, int columns) {
        int largest = 0;
        for (int i = 1; i < columns; i++) {
            if (scores[from + i] > scores[from + largest]) {
                largest = i;
            }
        }
        return largest;
    }

    boolean isDefined() {
        return items > 0 && !sawNaN;
    }

    double accuracy() {
        long sum = 0;
        for (long count : right) {
            sum += count;
        }
        return (double) sum / items;
    }

    double precision(int label) {
        return given[label] == 0 ? 0 : (double) right[label] / given[label];
    }

    double recall(int label) {
        return actual[label] == 0 ? 0 : (double) right[label] / actual[label];
    }

    double fBeta(int label, double beta) {
        double weight = beta * beta;
        double whole = weight * actual[label] + given[label];
        return whole == 0 ? 0 : (1 + weight) * right[label] / whole;
    }

    double average(Average average, IntToDoubleFunction byClass) {
        if (average == Average.BINARY) {
            return byClass.applyAsDouble(1);
        }
        if (average == Average.MICRO) {
            return accuracy(); // one class an item: as many given as actual
        }
        double sum = 0;
        double weights = 0;
        for (int label = 0; label < actual.length; label++) {
            boolean occurs = actual[label] > 0 || given[label] > 0;
            double weight = average == Average.WEIGHTED ? actual[label] : occurs ? 1 : 0;
            sum += weight * byClass.applyAsDouble(label);
            weights += weight;
        }
        return sum / weights;
    }
}
