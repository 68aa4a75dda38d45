package org.learn4j.loss;

import org.learn4j.tensor.DType;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/** What losses check of targets, and how they bring them into the prediction's shape. */
final class Targets {
    private Targets() {}

    /** Returns finite targets in the shape and type of the prediction; a column [n, 1] and a vector [n] are the same. */
    static Tensor like(String loss, Tensor prediction, Tensor target) {
        return like(loss, prediction, target, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    }

    /** {@link #like(String, Tensor, Tensor)} with targets from least to greatest. */
    static Tensor like(String loss, Tensor prediction, Tensor target, double least, double greatest) {
        Shape wanted = prediction.shape();
        boolean columns = isColumn(wanted)
                && isColumn(target.shape())
                && wanted.dim(0) == target.shape().dim(0);
        if (wanted.rank() == 0 || !(columns || wanted.equals(target.shape()))) {
            throw new ShapeMismatchException(
                    loss + " expects targets of the predictions' shape " + wanted + ", received " + target.shape());
        }
        if (!prediction.dtype().isFloating()) {
            throw new IllegalArgumentException(
                    loss + " expects floating-point predictions, received " + prediction.dtype() + " " + wanted);
        }
        Tensor shaped = target.shape().equals(wanted) ? target : target.reshape(wanted.dims());
        Tensor aligned = shaped.to(prediction.dtype());
        check(loss, aligned, least, greatest);
        return aligned;
    }

    private static void check(String loss, Tensor target, double least, double greatest) {
        if (target.dtype() == DType.FLOAT64) {
            double[] values = target.toDoubles();
            for (int i = 0; i < values.length; i++) {
                check(loss, values[i], i, least, greatest);
            }
            return;
        }
        float[] values = target.toFloats();
        for (int i = 0; i < values.length; i++) {
            check(loss, values[i], i, least, greatest);
        }
    }

    private static void check(String loss, double value, int position, double least, double greatest) {
        if (!(value >= least && value <= greatest) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(loss + " expects "
                    + (Double.isInfinite(least) ? "finite targets" : "targets in [" + least + ", " + greatest + "]")
                    + ", received " + value + " at position " + position);
        }
    }

    private static boolean isColumn(Shape shape) {
        return shape.rank() == 1 || (shape.rank() == 2 && shape.dim(1) == 1);
    }

    /** Returns the mean of each item's numbers: [n] from [n], [n, k] or [n, …]. */
    static Tensor perItem(Tensor each) {
        Shape shape = each.shape();
        if (shape.rank() == 1) {
            return each;
        }
        return isColumn(shape) ? each.reshape(shape.dim(0)) : each.flatten(1).mean(1);
    }

    /** Returns class indices as a vector. */
    static Tensor classes(String loss, Tensor logits, Tensor target) {
        if (target.dtype() != DType.INT32) {
            throw new IllegalArgumentException(
                    loss + " expects class indices of type INT32, received " + target.dtype() + " " + target.shape());
        }
        Shape shape = logits.shape();
        if (shape.rank() != 2) {
            throw new ShapeMismatchException(loss + " expects logits of shape [n, classes], received " + shape);
        }
        if (!isColumn(target.shape()) || target.shape().dim(0) != shape.dim(0)) {
            throw new ShapeMismatchException(
                    loss + " expects a class index for each row of logits " + shape + ", received " + target.shape());
        }
        return target.shape().rank() == 1 ? target : target.reshape(shape.dim(0));
    }
}
