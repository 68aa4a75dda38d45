package org.learn4j.autograd;

import org.learn4j.tensor.Tensor;

/** Softmax along an axis, or its logarithm. */
record SoftmaxOp(int axis, boolean logarithm) implements Op {
    @Override
    public String name() {
        return logarithm ? "logSoftmax" : "softmax";
    }

    @Override
    public Tensor forward(Call call) {
        Tensor x = call.input(0);
        Tensor y = Tensor.uninitialized(x.dtype(), x.shape());
        call.kernels().softmax(x, x.shape().axis(axis), logarithm, y);
        return y;
    }

    @Override
    public void backward(Call call, Tensor dy) {
        Tensor y = call.output();
        call.kernels().softmaxGradient(y, y.shape().axis(axis), logarithm, dy, call.gradient(0));
    }
}
