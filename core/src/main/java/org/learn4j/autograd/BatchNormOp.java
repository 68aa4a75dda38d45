package org.learn4j.autograd;

import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/**
 * Fused batch normalisation and, if asked, ReLU: x [n, c, …], scale, shift, mean and variance [c]. With the batch's own
 * statistics it writes them to the last two inputs; with fixed ones it reads them there.
 */
record BatchNormOp(double epsilon, boolean relu, boolean fixedStatistics) implements Op {
    @Override
    public Tensor forward(Call call) {
        Tensor x = call.input(0);
        if (x.shape().rank() < 2) {
            throw new ShapeMismatchException("BatchNorm expects input of shape [n, c, …], received " + x.shape());
        }
        Shape channels = Shape.of(x.shape().dim(1));
        for (int i = 1; i < 5; i++) {
            Checks.shape(
                    name(),
                    "scale, shift, mean and variance",
                    channels,
                    call.input(i).shape());
            Checks.sameType(name(), x, call.input(i));
        }
        Checks.constant(call, 3, name(), "mean");
        Checks.constant(call, 4, name(), "variance");
        if (fixedStatistics) {
            Tensor y = Tensor.like(x);
            call.kernels()
                    .batchNormInference(
                            x, call.input(1), call.input(2), epsilon, relu, call.input(3), call.input(4), y);
            return y;
        }
        if (x.elements() <= x.shape().dim(1)) {
            throw new ShapeMismatchException(
                    "BatchNorm in training expects more than one value per channel, received input" + " of shape "
                            + x.shape() + ": the variance of one value is undefined. Use a larger batch");
        }
        if (!call.input(3).isContiguous() || !call.input(4).isContiguous()) {
            throw new IllegalArgumentException(
                    "BatchNorm writes mean and variance to contiguous tensors, received views");
        }
        Tensor y = Tensor.like(x);
        if (relu && (call.needsGradient(0) || call.needsGradient(1) || call.needsGradient(2))) {
            Tensor note = call.kernels()
                    .batchNormNoted(x, call.input(1), call.input(2), epsilon, call.input(3), call.input(4), y);
            if (note != null) {
                call.save(note);
            }
            return y;
        }
        call.kernels().batchNorm(x, call.input(1), call.input(2), epsilon, relu, call.input(3), call.input(4), y);
        return y;
    }

    @Override
    public void backward(Call call, Tensor dy) {
        Tensor dx = call.needsGradient(0) ? call.gradientOver(0, dy) : scratch(call.input(0));
        Tensor dscale = call.needsGradient(1) ? call.gradient(1) : scratch(call.input(1));
        Tensor dshift = call.needsGradient(2) ? call.gradient(2) : scratch(call.input(2));
        if (call.hasSaved()) {
            call.kernels()
                    .batchNormNotedGradient(
                            call.saved(0),
                            call.input(0),
                            call.output(),
                            call.input(1),
                            call.input(2),
                            epsilon,
                            call.input(3),
                            call.input(4),
                            dy,
                            dx,
                            dscale,
                            dshift);
        } else {
            call.kernels()
                    .batchNormGradient(
                            call.input(0),
                            call.output(),
                            call.input(1),
                            call.input(2),
                            epsilon,
                            relu,
                            fixedStatistics,
                            call.input(3),
                            call.input(4),
                            dy,
                            dx,
                            dscale,
                            dshift);
        }
        closeUnless(call.needsGradient(0), dx);
        closeUnless(call.needsGradient(1), dscale);
        closeUnless(call.needsGradient(2), dshift);
    }

    static Tensor scratch(Tensor like) {
        return Tensor.like(like);
    }

    static void closeUnless(boolean needed, Tensor tensor) {
        if (!needed) {
            tensor.close();
        }
    }
}
