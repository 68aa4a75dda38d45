package org.learn4j.autograd;

import java.util.function.IntUnaryOperator;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/** Images whose pixels are chosen from another's: padded, resized, shuffled. Made of selections along an axis. */
final class Resampling {
    private Resampling() {}

    private static void images(String what, Tensor x) {
        if (x.shape().rank() != 4) {
            throw new ShapeMismatchException(what + " expects images [n, c, h, w], received " + x.shape());
        }
    }

    // ---- padding

    static Tensor pad(Tensor x, PaddingMode mode, int top, int bottom, int left, int right) {
        images("pad", x);
        if (top < 0 || bottom < 0 || left < 0 || right < 0) {
            throw new IllegalArgumentException("pad expects 0 or more rows and columns, received " + top + ", " + bottom
                    + ", " + left + " and " + right);
        }
        return pad(pad(x, mode, 2, top, bottom), mode, 3, left, right);
    }

    private static Tensor pad(Tensor x, PaddingMode mode, int axis, int before, int after) {
        if (before == 0 && after == 0) {
            return x;
        }
        int size = Math.toIntExact(x.shape().dim(axis));
        if (mode == PaddingMode.ZEROS) {
            return Tensor.concat(axis, zeros(x, axis, before), x, zeros(x, axis, after));
        }
        int needed = mode == PaddingMode.REFLECTION ? Math.max(before, after) + 1 : 1;
        if (size < needed) {
            throw new ShapeMismatchException("pad by " + mode + " of " + before + " and " + after + " along axis "
                    + axis + " expects at least " + needed + " there, received " + x.shape());
        }
        return select(x, axis, before + size + after, i -> {
            int at = i - before;
            if (mode == PaddingMode.REPLICATE) {
                return Math.max(0, Math.min(size - 1, at));
            }
            return at < 0 ? -at : at < size ? at : 2 * (size - 1) - at;
        });
    }

    private static Tensor zeros(Tensor x, int axis, int count) {
        return Tensor.zeros(x.dtype(), x.shape().with(axis, count));
    }

    private static Tensor select(Tensor x, int axis, int count, IntUnaryOperator position) {
        int[] positions = new int[count];
        for (int i = 0; i < count; i++) {
            positions[i] = position.applyAsInt(i);
        }
        return x.select(axis, Tensor.of(positions));
    }

    // ---- sizes

    private static void size(String what, Tensor x, int rows, int columns) {
        images(what, x);
        if (rows < 1 || columns < 1 || x.shape().dim(2) < 1 || x.shape().dim(3) < 1) {
            throw new ShapeMismatchException(what + " to " + rows + " × " + columns
                    + " expects at least one pixel on both sides, received " + x.shape());
        }
    }

    static Tensor nearest(Tensor x, int rows, int columns) {
        size("resizeNearest", x, rows, columns);
        return repeat(repeat(x, 2, rows), 3, columns);
    }

    private static Tensor repeat(Tensor x, int axis, int count) {
        long size = x.shape().dim(axis);
        return size == count ? x : select(x, axis, count, i -> (int) Math.min(size - 1, i * size / count));
    }

    static Tensor bilinear(Tensor x, int rows, int columns) {
        size("resizeBilinear", x, rows, columns);
        return linear(linear(x, 2, rows), 3, columns);
    }

    private static Tensor linear(Tensor x, int axis, int count) {
        int size = Math.toIntExact(x.shape().dim(axis));
        if (size == count) {
            return x;
        }
        double[] place = new double[count];
        double[] shares = new double[count];
        for (int i = 0; i < count; i++) {
            place[i] = Math.max(0, (i + 0.5) * size / count - 0.5);
            shares[i] = place[i] - Math.floor(place[i]);
        }
        Tensor lower = select(x, axis, count, i -> Math.min(size - 1, (int) place[i]));
        Tensor upper = select(x, axis, count, i -> Math.min(size - 1, (int) place[i] + 1));
        long[] dims = {1, 1, 1, 1};
        dims[axis] = count;
        Tensor share = Tensor.uninitialized(x.dtype(), Shape.of(dims)).set(shares);
        return lower.plus(upper.minus(lower).times(share));
    }

    // ---- shuffling

    static Tensor pixelShuffle(Tensor x, int factor) {
        images("pixelShuffle", x);
        Shape shape = x.shape();
        long area = (long) factor * factor;
        if (factor < 1 || shape.dim(1) % area != 0) {
            throw new ShapeMismatchException("pixelShuffle by " + factor
                    + " expects images whose channels are a multiple of " + area + ", received " + shape);
        }
        long n = shape.dim(0);
        long c = shape.dim(1) / area;
        long h = shape.dim(2);
        long w = shape.dim(3);
        return x.reshape(n, c, factor, factor, h, w).permute(0, 1, 4, 2, 5, 3).reshape(n, c, h * factor, w * factor);
    }
}
