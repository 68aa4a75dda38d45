package org.learn4j.autograd;

import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.Unary;

/** A function of each element, with its parameters α and β. */
record UnaryOp(Unary function, double alpha, double beta) implements Op {
    @Override
    public String name() {
        return function.name().toLowerCase(java.util.Locale.ROOT);
    }

    @Override
    public Tensor forward(Call call) {
        Tensor x = call.input(0);
        Tensor y = Tensor.like(x);
        call.kernels().unary(function, alpha, beta, x, y);
        return y;
    }

    @Override
    public void backward(Call call, Tensor dy) {
        Tensor known = function.gradientFromOutput() ? call.output() : call.input(0);
        call.kernels().unaryGradient(function, alpha, beta, known, dy, call.gradientOver(0, dy));
    }
}
