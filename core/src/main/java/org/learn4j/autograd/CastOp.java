package org.learn4j.autograd;

import org.learn4j.tensor.DType;
import org.learn4j.tensor.Tensor;

/** The elements as another type; the gradient is cast back. */
record CastOp(DType target) implements Op {
    @Override
    public Tensor forward(Call call) {
        Tensor x = call.input(0);
        Tensor out = Tensor.uninitialized(target, x.shape(), x.prefersChannelsLast());
        call.kernels().copy(x, out);
        return out;
    }

    @Override
    public void backward(Call call, Tensor dy) {
        call.kernels().copy(dy, call.gradient(0));
    }
}
