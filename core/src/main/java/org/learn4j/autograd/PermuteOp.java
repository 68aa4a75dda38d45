package org.learn4j.autograd;

import java.util.Arrays;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/** A view with the axes in another order. */
record PermuteOp(int... order) implements Op {
    @Override
    public Tensor forward(Call call) {
        return permuted(call.input(0), order);
    }

    @Override
    public void backward(Call call, Tensor dy) {
        int[] inverse = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            inverse[call.input(0).shape().axis(order[i])] = i;
        }
        call.passView(0, permuted(dy, inverse));
    }

    private static Tensor permuted(Tensor x, int... order) {
        Shape shape = x.shape();
        int[] axes = Checks.axes(shape, order);
        if (order.length != shape.rank() || axes.length != shape.rank()) {
            throw new IllegalArgumentException(
                    "permute of shape " + shape + " names each of its axes once, received " + Arrays.toString(order));
        }
        long[] dims = new long[order.length];
        long[] strides = new long[order.length];
        for (int i = 0; i < order.length; i++) {
            dims[i] = shape.dim(order[i]);
            strides[i] = x.stride(order[i]);
        }
        return x.view(Shape.of(dims), strides, x.offset());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PermuteOp op && Arrays.equals(op.order, order);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(order);
    }
}
