package org.learn4j.autograd;

import org.learn4j.kernel.Window;
import org.learn4j.tensor.Tensor;

/** The mean of the elements under a window that moves over images [n, c, h, w], zeros of the padding counted or not. */
record AveragePoolOp(Window window, boolean ceiling, boolean countPadding) implements Op {
    @Override
    public Tensor forward(Call call) {
        Tensor x = call.input(0);
        Tensor out = Tensor.uninitialized(x.dtype(), Pooling.shape(name(), window, ceiling, x), true);
        call.kernels().averagePool(x, window, countPadding, out);
        return out;
    }

    @Override
    public void backward(Call call, Tensor dy) {
        call.kernels().averagePoolGradient(dy, window, countPadding, call.gradient(0));
    }
}
