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
        Tensor out = Tensor.uninitialized(x.dtype(), x.shape().with(along, positions.elements()));
        try (Tensor dense = Checks.contiguous(call, x);
                Tensor from = around(dense, along);
                Tensor to = around(out, along)) {
            call.kernels().select(from, positions, to);
        }
        return out;
    }

    @Override
    public void backward(Call call, Tensor dy) {
        int along = call.input(0).shape().axis(axis);
        try (Tensor dense = Checks.contiguous(call, dy);
                Tensor from = around(dense, along);
                Tensor to = around(call.gradientToAddTo(0), along)) {
            call.kernels().selectGradient(from, call.input(1), to);
        }
    }

    private static Tensor around(Tensor tensor, int axis) {
        Shape shape = tensor.shape();
        return tensor.viewAs(Shape.of(
                shape.slice(0, axis).elements(),
                shape.dim(axis),
                shape.slice(axis + 1, shape.rank()).elements()));
    }
}
