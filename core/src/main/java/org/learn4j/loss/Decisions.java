package org.learn4j.loss;

import org.learn4j.tensor.DType;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/** From raw output to class indices. */
final class Decisions {
    private Decisions() {}

    /** Returns the index of the largest number of each row, the first among equals: [n] INT32 from [n, c]. */
    static Tensor largest(Tensor logits) {
        Shape shape = logits.shape();
        if (shape.rank() != 2 || shape.dim(1) == 0) {
            throw new ShapeMismatchException(
                    "A decision between classes expects logits of shape [n, classes], received " + shape);
        }
        int rows = Math.toIntExact(shape.dim(0));
        int classes = Math.toIntExact(shape.dim(1));
        double[] values = numbers(logits);
        int[] largest = new int[rows];
        for (int row = 0; row < rows; row++) {
            for (int i = 1; i < classes; i++) {
                if (values[row * classes + i] > values[row * classes + largest[row]]) {
                    largest[row] = i;
                }
            }
        }
        return Tensor.of(largest);
    }

    /** Returns 1 where a number exceeds the bound, else 0: INT32 in the logits' shape. */
    static Tensor above(double bound, Tensor logits) {
        double[] values = numbers(logits);
        int[] decisions = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            decisions[i] = values[i] > bound ? 1 : 0;
        }
        return Tensor.of(decisions, logits.shape().dims());
    }

    private static double[] numbers(Tensor logits) {
        if (logits.dtype() == DType.FLOAT64) {
            return logits.toDoubles();
        }
        float[] floats = logits.toFloats();
        double[] values = new double[floats.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = floats[i];
        }
        return values;
    }
}
