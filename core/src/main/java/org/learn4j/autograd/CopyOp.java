package org.learn4j.autograd;

import org.learn4j.tensor.Tensor;

/** A contiguous copy with memory of its own. */
record CopyOp() implements Op {
    @Override
    public Tensor forward(Call call) {
        Tensor out = Tensor.uninitialized(call.input(0).dtype(), call.input(0).shape());
        call.kernels().copy(call.input(0), out);
        return out;
    }

    @Override
    public void backward(Call call, Tensor dy) {
        call.passGradient(0, dy);
    }
}
