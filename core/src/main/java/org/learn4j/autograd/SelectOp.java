package org.learn4j.autograd;

import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/** Chosen positions along an axis, copied: x and positions [k] INT32. */
record SelectOp(int axis) implements Op {
    @Override
    public Tensor forward(Call call) {
        Tensor x = call.input(0);
        Tensor positions = call.input(1);
        int along = x.shape().axis(axis);
        Checks.rank(name(), "positions", 1, positions);
        Checks.indices(name(), "positions", positions, x.shape().dim(along));
        Shape shape = x.shape().with(along, positions.elements());
        boolean moved = x.prefersChannelsLast();
        Tensor out = Tensor.uninitialized(x.dtype(), shape, moved);
        try (Tensor dense = lyingLike(call, x, x);
                Tensor from = around(dense, along, moved);
                Tensor to = around(out, along, moved)) {
            call.kernels().select(from, positions, to);
        }
        return out;
    }

    @Override
    public void backward(Call call, Tensor dy) {
        int along = call.input(0).shape().axis(axis);
        Tensor gradient = call.gradientToAddTo(0);
        boolean moved = gradient.prefersChannelsLast();
        try (Tensor dense = lyingLike(call, dy, gradient);
                Tensor from = around(dense, along, moved);
                Tensor to = around(gradient, along, moved)) {
            call.kernels().selectGradient(from, call.input(1), to);
        }
    }

    private static Tensor lyingLike(Call call, Tensor tensor, Tensor other) {
        if (tensor.liesLike(other)) {
            return tensor.detach();
        }
        Tensor copy = Tensor.uninitialized(tensor.dtype(), tensor.shape(), other.prefersChannelsLast());
        call.kernels().copy(tensor, copy);
        return copy;
    }

    /** Returns a dense tensor as [outer, n, inner] around an axis; if {@code moved}, of memory [n, h, w, c]. */
    private static Tensor around(Tensor tensor, int axis, boolean moved) {
        Shape shape = tensor.shape();
        int place = axis;
        if (moved) {
            shape = Shape.of(shape.dim(0), shape.dim(2), shape.dim(3), shape.dim(1));
            place = axis == 0 ? 0 : axis == 1 ? 3 : axis - 1;
        }
        Shape around = Shape.of(
                shape.slice(0, place).elements(),
                shape.dim(place),
                shape.slice(place + 1, shape.rank()).elements());
        return tensor.view(around, around.strides(), tensor.offset());
    }
}
