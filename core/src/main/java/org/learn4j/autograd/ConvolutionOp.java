package org.learn4j.autograd;

import org.learn4j.kernel.Kernels;
import org.learn4j.kernel.Window;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.Unary;

/**
 * Fused convolution, bias and, if asked, ReLU: x [n, c, h, w], weight [o, c / groups, kernel height, kernel width], bias [o] if
 * there is a third input. The output lies channels last.
 */
record ConvolutionOp(Window window, boolean relu) implements Op {
    @Override
    public Tensor forward(Call call) {
        Tensor x = call.input(0);
        Tensor weight = call.input(1);
        Checks.sameType(name(), x, weight);
        Checks.rank(name(), "a weight", 4, weight);
        Shape filters = weight.shape();
        checkKernel(name(), window, filters);
        if (x.shape().rank() != 4
                || x.shape().dim(1) % filters.dim(1) != 0
                || filters.dim(0) % Math.max(1, x.shape().dim(1) / filters.dim(1)) != 0) {
            throw new ShapeMismatchException("Convolution with weight " + filters + " expects images of shape [n, "
                    + filters.dim(1) + ", h, w], or in g groups [n, " + filters.dim(1)
                    + "·g, h, w] with g a divisor of " + filters.dim(0) + "; received " + x.shape());
        }
        Tensor bias = call.inputs() > 2 ? call.input(2) : null;
        if (bias != null) {
            Checks.sameType(name(), x, bias);
            Checks.shape(name(), "a bias", Shape.of(filters.dim(0)), bias.shape());
        }
        Tensor out = Tensor.uninitialized(x.dtype(), Images.moved(name(), window, x.shape(), filters.dim(0)), true);
        call.kernels().convolution(x, weight, bias, window, relu, out);
        return out;
    }

    static void checkKernel(String op, Window window, Shape filters) {
        if (filters.dim(2) != window.height() || filters.dim(3) != window.width() || filters.elements() == 0) {
            throw new ShapeMismatchException(op + " with a " + window + " expects a weight [o, c, " + window.height()
                    + ", " + window.width() + "], received " + filters);
        }
    }

    @Override
    public void backward(Call call, Tensor dy) {
        if (!relu) {
            propagate(call, dy);
            return;
        }
        try (Tensor dz = Tensor.like(call.output())) {
            call.kernels().unaryGradient(Unary.RELU, 0, 0, call.output(), dy, dz);
            propagate(call, dz);
        }
    }

    private void propagate(Call call, Tensor given) {
        Kernels kernels = call.kernels();
        boolean shifted = call.inputs() > 2 && call.needsGradient(2);
        try (Tensor dy = Images.channelsLast(call, given)) {
            if (call.needsGradient(1)) {
                Tensor dbias = shifted ? call.gradient(2) : null;
                kernels.convolutionWeightGradient(call.input(0), dy, window, call.gradient(1), dbias);
            } else if (shifted) {
                Broadcasting.sumChannels(call, 2, dy);
            }
            if (call.needsGradient(0)) {
                kernels.convolutionInputGradient(dy, call.input(1), window, call.gradient(0));
            }
        }
    }
}
