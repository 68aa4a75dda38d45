package org.learn4j.kernel;

import static org.learn4j.kernel.Nd4jScratch.write;

import org.jspecify.annotations.Nullable;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.Unary;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Matrix products, one matrix at a time. Matrices of a batch are cut out as tensors: {@code INDArray.slice} gives an empty
 * array where the array is itself a view and the slice begins further from the buffer's start than the array is long.
 */
final class Nd4jProducts {
    private Nd4jProducts() {}

    static void matmul(Tensor a, Tensor b, Tensor out) {
        if (out.elements() == 0) {
            return;
        }
        int rank = out.shape().rank();
        if (a.shape().dim(-1) == 0) {
            out.array().assign(0);
            return;
        }
        try (Nd4jScratch scratch = new Nd4jScratch()) {
            long rows = out.shape().dim(-2);
            long columns = out.shape().dim(-1);
            long batch = out.elements() / rows / columns;
            INDArray result = scratch.make(out.array().dataType(), batch, rows, columns);
            for (long i = 0; i < batch; i++) {
                long[] at = position(i, out.shape().slice(0, rank - 2));
                try (Tensor left = matrix(a, at);
                        Tensor right = matrix(b, at)) {
                    product(left, right, result.slice(i));
                }
            }
            write(result, out);
        }
    }

    /** Returns the coordinates of the i-th place. */
    private static long[] position(long number, Shape shape) {
        long[] at = new long[shape.rank()];
        long rest = number;
        for (int i = at.length - 1; i >= 0; i--) {
            at[i] = rest % shape.dim(i);
            rest /= shape.dim(i);
        }
        return at;
    }

    /** Returns the matrix at a position of the output, where an axis of size 1 stays at 0. */
    private static Tensor matrix(Tensor tensor, long... position) {
        long[] strides = tensor.strides();
        long offset = tensor.offset();
        for (int i = 0; i < position.length; i++) {
            offset += tensor.shape().dim(i) == 1 ? 0 : position[i] * strides[i];
        }
        int rank = strides.length;
        return tensor.view(
                tensor.shape().slice(rank - 2, rank), new long[] {strides[rank - 2], strides[rank - 1]}, offset);
    }

    private static void product(Tensor a, Tensor b, INDArray out) {
        try (Nd4jScratch scratch = new Nd4jScratch();
                Tensor turnedA = turned(a);
                Tensor turnedB = turned(b)) {
            boolean turnA = !a.isContiguous() && turnedA.isContiguous();
            boolean turnB = !b.isContiguous() && turnedB.isContiguous();
            Nd4j.matmul(scratch.in(turnA ? turnedA : a), scratch.in(turnB ? turnedB : b), out, turnA, turnB, false);
        }
    }

    private static Tensor turned(Tensor matrix) {
        Shape shape = matrix.shape();
        long[] strides = matrix.strides();
        return matrix.view(Shape.of(shape.dim(1), shape.dim(0)), new long[] {strides[1], strides[0]}, matrix.offset());
    }

    static void linear(
            Tensor x, Tensor weight, @Nullable Tensor bias, @Nullable Unary activation, double alpha, Tensor out) {
        if (out.elements() == 0) {
            return;
        }
        try (Nd4jScratch scratch = new Nd4jScratch();
                Tensor turned = turned(weight)) {
            INDArray result = scratch.make(out.array().dataType(), out.shape().dims());
            if (x.elements() == 0) {
                result.assign(0);
            } else {
                product(x, turned, result);
            }
            if (bias != null) {
                result = scratch.plus(result, scratch.in(bias, 1, bias.elements()));
            }
            write(activation == null ? result : Nd4jElementwise.value(activation, alpha, 0, result, scratch), out);
        }
    }
}
