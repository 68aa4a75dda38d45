package org.learn4j.autograd;

import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/** A view of every step-th position along an axis, from {@code from} (inclusive) to {@code to} (exclusive). */
record SliceOp(int axis, long from, long to, long step) implements Op {
    static SliceOp of(Shape shape, int axis, long from, long to, long step) {
        long size = shape.dim(axis);
        long first = from < 0 ? from + size : from;
        long last = to < 0 ? to + size : to;
        if (step < 1 || first < 0 || last > size || first > last) {
            throw new IndexOutOfBoundsException(
                    "slice(" + axis + ", " + from + ", " + to + ", " + step + ") of a tensor of shape " + shape);
        }
        return new SliceOp(shape.axis(axis), first, last, step);
    }

    @Override
    public Tensor forward(Call call) {
        return sliced(call.input(0));
    }

    private Tensor sliced(Tensor x) {
        long[] strides = x.strides();
        long offset = x.offset() + from * strides[axis];
        strides[axis] *= step;
        return x.view(x.shape().with(axis, from == to ? 0 : (to - from - 1) / step + 1), strides, offset);
    }

    @Override
    public void backward(Call call, Tensor dy) {
        Tensor dx = call.gradient(0);
        call.kernels().fill(0, dx);
        try (Tensor part = sliced(dx)) {
            call.kernels().copy(dy, part);
        }
    }
}
