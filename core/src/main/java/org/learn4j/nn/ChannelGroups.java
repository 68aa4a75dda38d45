package org.learn4j.nn;

import org.learn4j.autograd.Functional;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/** Normalisation of each image's channels, group by group, with the image's own statistics. */
final class ChannelGroups {
    private ChannelGroups() {}

    static Tensor normalise(Layer layer, Tensor x, int groups, double epsilon) {
        Shape shape = x.shape();
        if (x.elements() == 0) {
            return x.copy();
        }
        long n = shape.dim(0);
        long each = x.elements() / n / groups;
        if (each == 1) {
            throw new ShapeMismatchException(layer + " expects more than one number for each mean, received " + shape);
        }
        Tensor scale = vector(x.dtype(), n * groups).fill(1);
        Tensor shift = vector(x.dtype(), n * groups).fill(0);
        Tensor mean = vector(x.dtype(), n * groups);
        Tensor variance = vector(x.dtype(), n * groups);
        Tensor rows = x.reshape(1, n * groups, each);
        return Functional.batchNorm(rows, scale, shift, mean, variance, epsilon, false)
                .reshape(shape.dims());
    }

    private static Tensor vector(DType dtype, long length) {
        return Tensor.uninitialized(dtype, Shape.of(length));
    }

    /** Scales and shifts channels. */
    static Tensor affine(Tensor x, Param weight, Param bias) {
        long channels = weight.shape().elements();
        return x.times(weight.value().reshape(1, channels, 1, 1))
                .plus(bias.value().reshape(1, channels, 1, 1));
    }
}
