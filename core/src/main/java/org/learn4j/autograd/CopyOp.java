package org.learn4j.autograd;

import org.learn4j.tensor.Tensor;

/** A dense copy with memory of its own: channels last or row-major. */
record CopyOp(boolean channelsLast) implements Op {
    @Override
    public Tensor forward(Call call) {
        Tensor x = call.input(0);
        Tensor out = Tensor.uninitialized(x.dtype(), x.shape(), channelsLast);
        call.kernels().copy(x, out);
        return out;
    }

    @Override
    public void backward(Call call, Tensor dy) {
        call.passGradient(0, dy);
    }
}
