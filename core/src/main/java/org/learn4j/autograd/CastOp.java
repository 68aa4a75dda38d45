package org.learn4j.autograd;

import org.learn4j.tensor.DType;
import org.learn4j.tensor.Tensor;

/** The elements as another type; the gradient is cast back. */
record CastOp(DType target) implements Op {
    @Override
    public Tensor forward(Call call) {
        Tensor out = Tensor.uninitialized(target, call.input(0).shape());
        call.kernels().copy(call.input(0), out);
        return out;
    }

    @Override
    public void backward(Call call, Tensor dy) {
        call.kernels().copy(dy, call.gradient(0));
    }
}
