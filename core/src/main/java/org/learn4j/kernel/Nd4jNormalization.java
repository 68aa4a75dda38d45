package org.learn4j.kernel;

import static org.learn4j.kernel.Nd4jScratch.write;

import org.learn4j.tensor.Tensor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Batch and layer normalisation, composed: ND4J's own batchnorm is right but slow and differs between backends. */
final class Nd4jNormalization {
    private Nd4jNormalization() {}

    static void batchNorm(
            Tensor x,
            Tensor scale,
            Tensor shift,
            double epsilon,
            boolean relu,
            Tensor mean,
            Tensor variance,
            Tensor out) {
        if (x.elements() == 0) {
            zero(mean);
            zero(variance);
            return;
        }
        try (Nd4jScratch scratch = new Nd4jScratch()) {
            Channels channels = Channels.of(x);
            INDArray values = scratch.in(x, channels.dims);
            INDArray centre = scratch.mean(values, channels.axes);
            INDArray centred = scratch.minus(values, centre);
            INDArray spread = scratch.mean(scratch.times(centred, centred), channels.axes);
            INDArray y = scaled(centred, spread, scale, shift, epsilon, relu, channels, scratch);
            write(centre, mean);
            write(spread, variance);
            write(y, out);
        }
    }

    static void batchNormInference(
            Tensor x,
            Tensor scale,
            Tensor shift,
            double epsilon,
            boolean relu,
            Tensor mean,
            Tensor variance,
            Tensor out) {
        if (x.elements() == 0) {
            return;
        }
        try (Nd4jScratch scratch = new Nd4jScratch()) {
            Channels channels = Channels.of(x);
            INDArray centred = scratch.minus(scratch.in(x, channels.dims), scratch.in(mean, channels.each));
            INDArray spread = scratch.in(variance, channels.each);
            write(scaled(centred, spread, scale, shift, epsilon, relu, channels, scratch), out);
        }
    }

    private static INDArray scaled(
            INDArray centred,
            INDArray variance,
            Tensor scale,
            Tensor shift,
            double epsilon,
            boolean relu,
            Channels channels,
            Nd4jScratch scratch) {
        INDArray factor = scratch.inverseRoot(variance, epsilon).muli(scratch.in(scale, channels.each));
        INDArray y = scratch.plus(scratch.times(centred, factor), scratch.in(shift, channels.each));
        return relu ? Transforms.relu(y, false) : y;
    }

    static void batchNormGradient(
            Tensor x,
            Tensor y,
            Tensor scale,
            double epsilon,
            boolean relu,
            boolean fixedStatistics,
            Tensor mean,
            Tensor variance,
            Tensor dy,
            Tensor dx,
            Tensor dscale,
            Tensor dshift) {
        if (x.elements() == 0) {
            zero(dscale);
            zero(dshift);
            return;
        }
        try (Nd4jScratch scratch = new Nd4jScratch()) {
            Channels channels = Channels.of(x);
            INDArray inverse = scratch.inverseRoot(scratch.in(variance, channels.each), epsilon);
            INDArray centred = scratch.minus(scratch.in(x, channels.dims), scratch.in(mean, channels.each));
            INDArray normal = scratch.times(centred, inverse);
            INDArray gradient = scratch.in(dy, channels.dims);
            if (relu) {
                gradient = scratch.times(gradient, scratch.positive(scratch.in(y, channels.dims)));
            }
            INDArray shiftGradient = scratch.sum(gradient, channels.axes);
            INDArray scaleGradient = scratch.sum(scratch.times(gradient, normal), channels.axes);
            INDArray inner = gradient;
            if (!fixedStatistics) {
                inner = scratch.minus(gradient, scratch.keep(shiftGradient.div(channels.count)));
                inner.subi(scratch.times(normal, scratch.keep(scaleGradient.div(channels.count))));
            }
            INDArray result = scratch.times(inner, inverse.muli(scratch.in(scale, channels.each)));
            write(result, dx);
            write(scaleGradient, dscale);
            write(shiftGradient, dshift);
        }
    }

    static void layerNorm(
            Tensor x, Tensor scale, Tensor shift, double epsilon, Tensor mean, Tensor variance, Tensor out) {
        if (x.elements() == 0) {
            zero(mean);
            zero(variance);
            return;
        }
        try (Nd4jScratch scratch = new Nd4jScratch()) {
            INDArray values = scratch.in(x);
            INDArray centre = scratch.mean(values, 1);
            INDArray centred = scratch.minus(values, centre);
            INDArray spread = scratch.mean(scratch.times(centred, centred), 1);
            INDArray normal = scratch.times(centred, scratch.inverseRoot(spread, epsilon));
            INDArray scaled = scratch.times(normal, scratch.in(scale, 1, scale.elements()));
            INDArray y = scratch.plus(scaled, scratch.in(shift, 1, shift.elements()));
            write(centre, mean);
            write(spread, variance);
            write(y, out);
        }
    }

    static void layerNormGradient(
            Tensor x,
            Tensor scale,
            double epsilon,
            Tensor mean,
            Tensor variance,
            Tensor dy,
            Tensor dx,
            Tensor dscale,
            Tensor dshift) {
        if (x.elements() == 0) {
            zero(dscale);
            zero(dshift);
            return;
        }
        try (Nd4jScratch scratch = new Nd4jScratch()) {
            long rows = x.shape().dim(0);
            INDArray inverse = scratch.inverseRoot(scratch.in(variance, rows, 1), epsilon);
            INDArray normal = scratch.times(scratch.minus(scratch.in(x), scratch.in(mean, rows, 1)), inverse);
            INDArray gradient = scratch.in(dy);
            INDArray shiftGradient = scratch.sum(gradient, 0);
            INDArray scaleGradient = scratch.sum(scratch.times(gradient, normal), 0);
            INDArray inner = scratch.times(gradient, scratch.in(scale, 1, scale.elements()));
            INDArray slope = scratch.mean(scratch.times(inner, normal), 1);
            INDArray result = scratch.minus(inner, scratch.mean(inner, 1)).subi(scratch.times(normal, slope));
            result = scratch.times(result, inverse);
            write(result, dx);
            write(scaleGradient, dscale);
            write(shiftGradient, dshift);
        }
    }

    private static void zero(Tensor tensor) {
        if (tensor.elements() > 0) {
            tensor.array().assign(0);
        }
    }

    /** How a batch is seen: [n, c] or [n, c, rest], statistics [1, c] or [1, c, 1], each over {@code count} elements. */
    private record Channels(long[] dims, long[] each, int[] axes, double count) {
        static Channels of(Tensor x) {
            long n = x.shape().dim(0);
            long c = x.shape().dim(1);
            long rest = x.elements() / n / c;
            return rest == 1
                    ? new Channels(new long[] {n, c}, new long[] {1, c}, new int[] {0}, n)
                    : new Channels(new long[] {n, c, rest}, new long[] {1, c, 1}, new int[] {0, 2}, (double) n * rest);
        }
    }
}
