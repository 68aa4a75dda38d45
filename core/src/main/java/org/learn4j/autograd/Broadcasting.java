package org.learn4j.autograd;

import org.learn4j.tensor.Reduction;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/** Gradients of inputs that were broadcast: the sum over the axes along which they were repeated. */
final class Broadcasting {
    private Broadcasting() {}

    /** Gives an input its gradient, summed to the input's shape if it was broadcast. */
    static void pass(Call call, int index, Tensor gradient) {
        Shape wanted = call.input(index).shape();
        if (gradient.shape().equals(wanted)) {
            call.passGradient(index, gradient);
        } else {
            reduce(call, index, gradient);
        }
    }

    /** Writes an input's gradient, the sum over the axes along which it was broadcast. */
    static void reduce(Call call, int index, Tensor gradient) {
        Shape aligned = aligned(call.input(index).shape(), gradient.shape());
        try (Tensor destination = call.gradient(index).viewAs(aligned)) {
            call.kernels().reduce(Reduction.SUM, gradient, destination);
        }
    }

    /** Writes the gradient of a vector that was added to the channels of images. */
    static void sumChannels(Call call, int index, Tensor gradient) {
        Tensor destination = call.gradient(index);
        try (Tensor row = destination.viewAs(Shape.of(1, destination.elements(), 1, 1))) {
            call.kernels().reduce(Reduction.SUM, gradient, row);
        }
    }

    /** Returns {@code shape} with axes of size 1 put before it up to the rank of {@code other}. */
    static Shape aligned(Shape shape, Shape other) {
        long[] dims = new long[other.rank()];
        int missing = other.rank() - shape.rank();
        for (int i = 0; i < dims.length; i++) {
            dims[i] = i < missing ? 1 : shape.dim(i - missing);
        }
        return Shape.of(dims);
    }

    /** Returns a view of a tensor that repeats it, with strides of 0, up to {@code shape}. */
    static Tensor expand(Tensor tensor, Shape shape) {
        int missing = shape.rank() - tensor.shape().rank();
        long[] strides = new long[shape.rank()];
        for (int i = missing; i < strides.length; i++) {
            strides[i] = tensor.shape().dim(i - missing) == 1 ? 0 : tensor.stride(i - missing);
        }
        return tensor.view(shape, strides, tensor.offset());
    }
}
