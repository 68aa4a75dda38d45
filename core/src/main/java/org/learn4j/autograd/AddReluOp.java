package org.learn4j.autograd;

import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.Unary;

/** Fused {@code max(a + b, 0)} of two tensors of one shape: the end of a residual block. */
record AddReluOp() implements Op {
    @Override
    public Tensor forward(Call call) {
        Tensor a = call.input(0);
        Tensor b = call.input(1);
        Checks.sameType(name(), a, b);
        Checks.shape(name(), "two tensors of one shape: a second", a.shape(), b.shape());
        Tensor out = BinaryOp.output(a, b, a.shape());
        call.kernels().addRelu(a, b, out);
        return out;
    }

    @Override
    public void backward(Call call, Tensor dy) {
        if (!call.needsGradient(1)) {
            call.kernels().unaryGradient(Unary.RELU, 0, 0, call.output(), dy, call.gradientOver(0, dy));
        } else if (!call.needsGradient(0)) {
            call.kernels().unaryGradient(Unary.RELU, 0, 0, call.output(), dy, call.gradientOver(1, dy));
        } else if (call.mayOverwrite(dy)) {
            call.kernels().unaryGradient(Unary.RELU, 0, 0, call.output(), dy, dy);
            call.passGradient(0, dy);
            call.passGradient(1, dy);
        } else {
            try (Tensor dz = Tensor.like(call.output())) {
                call.kernels().unaryGradient(Unary.RELU, 0, 0, call.output(), dy, dz);
                call.passGradient(0, dz);
                call.passGradient(1, dz);
            }
        }
    }
}
