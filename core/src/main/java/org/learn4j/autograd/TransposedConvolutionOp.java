package org.learn4j.autograd;

import org.learn4j.kernel.Kernels;
import org.learn4j.kernel.Window;
import org.learn4j.tensor.Binary;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/**
 * The convolution whose gradient is a convolution: x [n, c, h, w], weight [c, o / groups, kernel height, kernel width], bias [o]
 * if there is a third input; {@code more} rows and columns are added below and to the right where the stride leaves it open.
 */
record TransposedConvolutionOp(Window window, int groups, int moreRows, int moreColumns) implements Op {
    @Override
    public Tensor forward(Call call) {
        Tensor x = call.input(0);
        Tensor weight = call.input(1);
        Checks.sameType(name(), x, weight);
        Checks.rank(name(), "a weight", 4, weight);
        ConvolutionOp.checkKernel(name(), window, weight.shape());
        if (x.shape().rank() != 4 || x.shape().dim(1) != weight.shape().dim(0)) {
            throw new ShapeMismatchException("TransposedConvolution with weight " + weight.shape()
                    + " expects images of shape [n, " + weight.shape().dim(0) + ", h, w], received " + x.shape());
        }
        long outputs = weight.shape().dim(1) * groups;
        Tensor bias = call.inputs() > 2 ? call.input(2) : null;
        if (bias != null) {
            Checks.sameType(name(), x, bias);
            Checks.shape(name(), "a bias", Shape.of(outputs), bias.shape());
        }
        Tensor out = Tensor.uninitialized(x.dtype(), shape(x.shape(), outputs), true);
        Kernels kernels = call.kernels();
        kernels.convolutionInputGradient(x, weight, window, out);
        if (bias != null) {
            try (Tensor row =
                    bias.view(Shape.of(1, outputs, 1, 1), new long[] {0, bias.stride(0), 0, 0}, bias.offset())) {
                kernels.binary(Binary.ADD, out, row, out);
            }
        }
        return out;
    }

    private Shape shape(Shape x, long outputs) {
        long height = size(x.dim(2), window.strideHeight(), window.paddingHeight(), window.spanHeight(), moreRows);
        long width = size(x.dim(3), window.strideWidth(), window.paddingWidth(), window.spanWidth(), moreColumns);
        if (height < 1 || width < 1 || x.dim(2) < 1 || x.dim(3) < 1) {
            throw new ShapeMismatchException(name() + " with a " + window
                    + " expects larger images or less padding, received " + x + ": the output would be " + height
                    + " × " + width);
        }
        return Shape.of(x.dim(0), outputs, height, width);
    }

    private static long size(long size, int stride, int padding, int span, int more) {
        return (size - 1) * stride - 2L * padding + span + more;
    }

    @Override
    public void backward(Call call, Tensor given) {
        Kernels kernels = call.kernels();
        try (Tensor dy = Images.channelsLast(call, given)) {
            if (call.needsGradient(1)) {
                kernels.convolutionWeightGradient(dy, call.input(0), window, call.gradient(1), null);
            }
            if (call.inputs() > 2 && call.needsGradient(2)) {
                Broadcasting.sumChannels(call, 2, dy);
            }
            if (call.needsGradient(0)) {
                kernels.convolution(dy, call.input(1), null, window, false, call.gradient(0));
            }
        }
    }
}
