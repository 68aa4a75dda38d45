package org.learn4j.autograd;

import org.learn4j.kernel.Window;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/** The greatest element under a window that moves over images [n, c, h, w]; of equal ones the first gets the gradient. */
record MaxPoolOp(Window window, boolean ceiling) implements Op {
    private static final int PLACES_IN_A_BYTE = 255;

    @Override
    public Tensor forward(Call call) {
        Tensor x = call.input(0);
        Shape shape = Pooling.shape(name(), window, ceiling, x);
        Tensor out = Tensor.uninitialized(x.dtype(), shape, true);
        if (call.needsGradient(0)) {
            DType type = window.area() <= PLACES_IN_A_BYTE ? DType.UINT8 : DType.INT32;
            Tensor places = call.save(Tensor.uninitialized(type, shape, true));
            call.kernels().maxPool(x, window, places, out);
        } else {
            call.kernels().maxPool(x, window, null, out);
        }
        return out;
    }

    @Override
    public void backward(Call call, Tensor dy) {
        call.kernels().maxPoolGradient(call.saved(0), window, dy, call.gradient(0));
    }
}
