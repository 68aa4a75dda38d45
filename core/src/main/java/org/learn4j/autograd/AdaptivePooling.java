package org.learn4j.autograd;

import java.util.function.LongUnaryOperator;
import org.learn4j.kernel.Window;
import org.learn4j.tensor.Reduction;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/** Pooling to a given size: one window where it divides the image's, else row by row and column by column. */
final class AdaptivePooling {
    private AdaptivePooling() {}

    static Tensor pool(Tensor x, int rows, int columns, Reduction function) {
        Shape shape = x.shape();
        if (rows < 1 || columns < 1) {
            throw new IllegalArgumentException(
                    "Adaptive pooling expects to give at least 1 × 1 pixels, received " + rows + " × " + columns);
        }
        if (shape.rank() != 4 || shape.dim(2) < 1 || shape.dim(3) < 1) {
            throw new ShapeMismatchException(
                    "Adaptive pooling expects images [n, c, h, w] of at least one pixel, received " + shape);
        }
        if (shape.dim(2) == rows && shape.dim(3) == columns) {
            return x;
        }
        if (shape.dim(2) % rows != 0 || shape.dim(3) % columns != 0) {
            return along(3, columns, along(2, rows, x, function), function).toChannelsLast();
        }
        int height = Math.toIntExact(shape.dim(2) / rows);
        int width = Math.toIntExact(shape.dim(3) / columns);
        Window window = Window.of(height, width).stride(height, width);
        return function == Reduction.MAX
                ? Functional.maxPool(x, window, false)
                : Functional.averagePool(x, window, false, true);
    }

    private static Tensor along(int axis, int places, Tensor x, Reduction function) {
        long size = x.shape().dim(axis);
        LongUnaryOperator from = i -> i * size / places;
        LongUnaryOperator to = i -> ((i + 1) * size + places - 1) / places;
        Tensor[] parts = new Tensor[places];
        for (int i = 0; i < places; i++) {
            Tensor seen = x.slice(axis, from.applyAsLong(i), to.applyAsLong(i));
            parts[i] = seen.reduceKeeping(function, axis);
        }
        return Tensor.concat(axis, parts);
    }
}
