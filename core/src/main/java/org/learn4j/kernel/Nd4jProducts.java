package org.learn4j.kernel;

import static org.learn4j.kernel.Nd4jScratch.as;
import static org.learn4j.kernel.Nd4jScratch.write;

import org.jspecify.annotations.Nullable;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.Unary;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Matrix products. */
final class Nd4jProducts {
    private Nd4jProducts() {}

    static void matmul(Tensor a, Tensor b, Tensor out) {
        if (out.elements() == 0) {
            return;
        }
        int rank = out.shape().rank();
        if (a.shape().dim(rank - 1) == 0) {
            out.array().assign(0);
            return;
        }
        try (Nd4jScratch scratch = new Nd4jScratch()) {
            long rows = out.shape().dim(rank - 2);
            long columns = out.shape().dim(rank - 1);
            long batch = out.elements() / rows / columns;
            INDArray result = scratch.make(out.array().dataType(), batch, rows, columns);
            Matrices left = new Matrices(a, scratch);
            Matrices right = new Matrices(b, scratch);
            for (long i = 0; i < batch; i++) {
                long[] at = position(i, out.shape());
                product(left.at(at), right.at(at), left.transposed, right.transposed, result.slice(i));
            }
            write(result, out);
        }
    }

    /** Returns the leading coordinates of the i-th matrix. */
    private static long[] position(long number, Shape shape) {
        long[] at = new long[shape.rank() - 2];
        long rest = number;
        for (int i = at.length - 1; i >= 0; i--) {
            at[i] = rest % shape.dim(i);
            rest /= shape.dim(i);
        }
        return at;
    }

    private static void product(INDArray a, INDArray b, boolean transposeA, boolean transposeB, INDArray out) {
        Nd4j.matmul(a, b, out, transposeA, transposeB, false);
    }

    static void linear(
            Tensor x, Tensor weight, @Nullable Tensor bias, @Nullable Unary activation, double alpha, Tensor out) {
        if (out.elements() == 0) {
            return;
        }
        try (Nd4jScratch scratch = new Nd4jScratch()) {
            INDArray result = scratch.make(out.array().dataType(), out.shape().dims());
            if (x.elements() == 0) {
                result.assign(0);
            } else {
                product(scratch.in(x), scratch.in(weight), false, true, result);
            }
            if (bias != null) {
                result = scratch.plus(result, scratch.in(bias, 1, bias.elements()));
            }
            write(activation == null ? result : Nd4jElementwise.value(activation, alpha, 0, result, scratch), out);
        }
    }

    /** A stack of matrices in row-major order, each transposed if that saves a copy. */
    private static final class Matrices {
        private final boolean transposed;
        private final INDArray stack;
        private final Shape shape;

        Matrices(Tensor tensor, Nd4jScratch scratch) {
            shape = tensor.shape();
            int rank = shape.rank();
            try (Tensor turned = turn(tensor)) {
                transposed = !tensor.isContiguous() && turned.isContiguous();
                INDArray matrices = scratch.in(transposed ? turned : tensor);
                long rows = matrices.size(rank - 2);
                long columns = matrices.size(rank - 1);
                stack = as(matrices, matrices.length() / rows / columns, rows, columns);
            }
        }

        private static Tensor turn(Tensor tensor) {
            int rank = tensor.shape().rank();
            long[] strides = tensor.strides();
            long row = strides[rank - 2];
            strides[rank - 2] = strides[rank - 1];
            strides[rank - 1] = row;
            Shape turned = tensor.shape()
                    .with(rank - 2, tensor.shape().dim(rank - 1))
                    .with(rank - 1, tensor.shape().dim(rank - 2));
            return tensor.view(turned, strides, tensor.offset());
        }

        /** Returns the matrix at a position of the output, where an axis of size 1 stays at 0. */
        INDArray at(long[] position) {
            long number = 0;
            for (int i = 0; i < position.length; i++) {
                number = number * shape.dim(i) + (shape.dim(i) == 1 ? 0 : position[i]);
            }
            return stack.slice(number);
        }
    }
}
