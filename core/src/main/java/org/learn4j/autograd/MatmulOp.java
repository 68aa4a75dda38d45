package org.learn4j.autograd;

import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/** The matrix product of the last two axes; leading axes broadcast. Inputs have rank 2 or more. */
record MatmulOp() implements Op {
    @Override
    public Tensor forward(Call call) {
        Tensor a = call.input(0);
        Tensor b = call.input(1);
        Checks.sameType(name(), a, b);
        if (a.shape().dim(-1) != b.shape().dim(-2)) {
            throw new ShapeMismatchException("matmul of shapes " + a.shape() + " and " + b.shape() + ": the first has "
                    + a.shape().dim(-1) + " columns, the second " + b.shape().dim(-2) + " rows");
        }
        Shape batch = batch(a).broadcast(batch(b));
        Tensor out = Tensor.uninitialized(
                a.dtype(), batch.concat(Shape.of(a.shape().dim(-2), b.shape().dim(-1))));
        try (Tensor left = ranked(a, out);
                Tensor right = ranked(b, out)) {
            call.kernels().matmul(left, right, out);
        }
        return out;
    }

    private static Shape batch(Tensor tensor) {
        return tensor.shape().slice(0, tensor.shape().rank() - 2);
    }

    /** Returns a view with leading axes of size 1 up to the rank of {@code out}. */
    private static Tensor ranked(Tensor tensor, Tensor out) {
        Shape shape = Broadcasting.aligned(tensor.shape(), out.shape());
        int missing = shape.rank() - tensor.shape().rank();
        long[] strides = new long[shape.rank()];
        System.arraycopy(tensor.strides(), 0, strides, missing, tensor.shape().rank());
        return tensor.view(shape, strides, tensor.offset());
    }

    @Override
    public void backward(Call call, Tensor dy) {
        if (call.needsGradient(0)) {
            try (Tensor right = ranked(call.input(1), dy);
                    Tensor turned = transposed(right)) {
                product(call, 0, dy, turned, dy);
            }
        }
        if (call.needsGradient(1)) {
            try (Tensor left = ranked(call.input(0), dy);
                    Tensor turned = transposed(left)) {
                product(call, 1, turned, dy, dy);
            }
        }
    }

    private static Tensor transposed(Tensor matrix) {
        int rank = matrix.shape().rank();
        long[] dims = matrix.shape().dims();
        long[] strides = matrix.strides();
        long dim = dims[rank - 1];
        dims[rank - 1] = dims[rank - 2];
        dims[rank - 2] = dim;
        long stride = strides[rank - 1];
        strides[rank - 1] = strides[rank - 2];
        strides[rank - 2] = stride;
        return matrix.view(Shape.of(dims), strides, matrix.offset());
    }

    private static void product(Call call, int index, Tensor left, Tensor right, Tensor dy) {
        Shape wanted = call.input(index).shape();
        Shape full = dy.shape()
                .slice(0, dy.shape().rank() - 2)
                .concat(Shape.of(left.shape().dim(-2), right.shape().dim(-1)));
        if (full.equals(wanted)) {
            call.kernels().matmul(left, right, call.gradient(index));
            return;
        }
        try (Tensor product = Tensor.uninitialized(dy.dtype(), full)) {
            call.kernels().matmul(left, right, product);
            Broadcasting.reduce(call, index, product);
        }
    }
}
