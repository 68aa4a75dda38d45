package org.learn4j.metric;

import org.learn4j.tensor.DType;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/** Reads predictions and targets into Java numbers, checked against each other. */
final class Values {
    private Values() {}

    static double[] numbers(Tensor tensor) {
        if (tensor.dtype() != DType.FLOAT32) {
            return tensor.toDoubles();
        }
        float[] floats = tensor.toFloats();
        double[] numbers = new double[floats.length];
        for (int i = 0; i < floats.length; i++) {
            numbers[i] = floats[i];
        }
        return numbers;
    }

    static boolean isColumn(Shape shape) {
        return shape.rank() == 1 || (shape.rank() == 2 && shape.dim(1) == 1);
    }

    /** Checks that every prediction has its target; a vector never stands against a matrix. */
    static void requireSame(String metric, Tensor predictions, Tensor targets) {
        Shape shape = predictions.shape();
        boolean same = shape.equals(targets.shape())
                || (isColumn(shape) && isColumn(targets.shape()) && shape.elements() == targets.elements());
        if (!same) {
            throw new ShapeMismatchException(metric + " expects a target for each prediction, received predictions "
                    + shape + " and targets " + targets.shape());
        }
    }

    /** Checks that there are as many items among the predictions as among the targets. */
    static void requireSameItems(String metric, Tensor predictions, Tensor targets) {
        Shape one = predictions.shape();
        Shape other = targets.shape();
        if (one.rank() == 0 || other.rank() == 0 || one.dim(0) != other.dim(0)) {
            throw new ShapeMismatchException(
                    metric + " expects a target for each item, received predictions " + one + " and targets " + other);
        }
    }

    /** Returns the number of classes: columns, or 2 where there is only the probability of class 1. */
    static int classes(String metric, Tensor predictions, Tensor targets) {
        Shape shape = predictions.shape();
        if (!predictions.dtype().isFloating()) {
            throw new IllegalArgumentException(metric + " expects probabilities, received predictions of type "
                    + predictions.dtype() + " and shape " + shape);
        }
        boolean fits = (shape.rank() == 1 || (shape.rank() == 2 && shape.dim(1) > 0))
                && isColumn(targets.shape())
                && shape.dim(0) == targets.shape().dim(0);
        if (!fits) {
            throw new ShapeMismatchException(
                    metric + " expects predictions [n, classes], [n] or [n, 1] and a class for each"
                            + " item, received predictions " + shape + " and targets " + targets.shape());
        }
        return isColumn(shape) ? 2 : Math.toIntExact(shape.dim(1));
    }

    /** Returns the targets, each checked to be one of the classes; {@code before} items came in earlier batches. */
    static int[] labels(String metric, Tensor targets, int classes, long before) {
        double[] numbers = targets.toDoubles();
        int[] labels = new int[numbers.length];
        for (int i = 0; i < labels.length; i++) {
            if (!(numbers[i] >= 0 && numbers[i] < classes) || numbers[i] != Math.rint(numbers[i])) {
                throw new IllegalArgumentException(metric + " expects targets that are classes from 0 to "
                        + (classes - 1) + ", received " + text(numbers[i]) + " for item " + (before + i));
            }
            labels[i] = (int) numbers[i];
        }
        return labels;
    }

    private static String text(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? Long.toString((long) number)
                : Double.toString(number);
    }

    static boolean hasNaN(double[] numbers, int from, int to) {
        for (int i = from; i < to; i++) {
            if (Double.isNaN(numbers[i])) {
                return true;
            }
        }
        return false;
    }
}
