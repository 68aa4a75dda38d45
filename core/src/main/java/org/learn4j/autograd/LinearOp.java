package org.learn4j.autograd;

import org.jspecify.annotations.Nullable;
import org.learn4j.kernel.Kernels;
import org.learn4j.tensor.Reduction;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.Unary;

/** Fused {@code f(x · weightᵀ + bias)}: x [n, in], weight [units, in], bias [units] if there is a third input. */
record LinearOp(@Nullable Unary activation, double alpha) implements Op {
    LinearOp {
        if (activation != null && !activation.gradientFromOutput()) {
            throw new IllegalArgumentException(activation + " cannot be fused: its gradient needs its argument");
        }
    }

    @Override
    public Tensor forward(Call call) {
        Tensor x = call.input(0);
        Tensor weight = call.input(1);
        Checks.sameType(name(), x, weight);
        Checks.rank(name(), "a weight", 2, weight);
        if (x.shape().rank() != 2 || x.shape().dim(1) != weight.shape().dim(1)) {
            throw new ShapeMismatchException("Linear with weight " + weight.shape() + " expects input of shape [n, "
                    + weight.shape().dim(1) + "], received " + x.shape());
        }
        Tensor bias = call.inputs() > 2 ? call.input(2) : null;
        if (bias != null) {
            Checks.sameType(name(), x, bias);
            Checks.shape(name(), "a bias", Shape.of(weight.shape().dim(0)), bias.shape());
        }
        Tensor out = Tensor.uninitialized(
                x.dtype(), Shape.of(x.shape().dim(0), weight.shape().dim(0)));
        call.kernels().linear(x, weight, bias, activation, alpha, out);
        return out;
    }

    @Override
    public void backward(Call call, Tensor dy) {
        if (activation == null) {
            propagate(call, dy);
            return;
        }
        try (Tensor dz = Tensor.uninitialized(dy.dtype(), dy.shape())) {
            call.kernels().unaryGradient(activation, alpha, 0, call.output(), dy, dz);
            propagate(call, dz);
        }
    }

    private static void propagate(Call call, Tensor dz) {
        Kernels kernels = call.kernels();
        if (call.needsGradient(1)) {
            try (Tensor transposed = transposed(dz)) {
                kernels.matmul(transposed, call.input(0), call.gradient(1));
            }
        }
        if (call.inputs() > 2 && call.needsGradient(2)) {
            Tensor destination = call.gradient(2);
            try (Tensor row = destination.viewAs(Shape.of(1, destination.elements()))) {
                kernels.reduce(Reduction.SUM, dz, row);
            }
        }
        if (call.needsGradient(0)) {
            kernels.matmul(dz, call.input(1), call.gradient(0));
        }
    }

    private static Tensor transposed(Tensor matrix) {
        return matrix.view(
                Shape.of(matrix.shape().dim(1), matrix.shape().dim(0)),
                new long[] {matrix.stride(1), matrix.stride(0)},
                matrix.offset());
    }
}
