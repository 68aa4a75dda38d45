package org.learn4j.nn;

import java.util.List;
import org.learn4j.autograd.Functional;
import org.learn4j.kernel.Kernels;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/** What batch normalisation of vectors and of images share: parameters, running averages and the computation. */
final class BatchStatistics {
    static final double MOMENTUM = 0.1;
    static final double EPSILON = 1e-5;

    final int features;
    final double momentum;
    final double epsilon;
    final double start;
    final Param weight;
    final Param bias;
    final Buffer runningMean;
    final Buffer runningVariance;

    BatchStatistics(String layer, int features, double momentum, double epsilon, double start) {
        if (!(momentum >= 0 && momentum <= 1)) {
            throw new IllegalArgumentException(layer + " expects a momentum in [0, 1], received " + momentum);
        }
        this.features = Expect.positive(layer + " features", features);
        this.momentum = momentum;
        this.epsilon = Expect.positive(layer + " epsilon", epsilon);
        this.start = start;
        Shape shape = Shape.of(features);
        this.weight = Param.of("weight", shape, Init.constant(start), Param.Role.NORM);
        this.bias = Param.of("bias", shape, Init.zeros(), Param.Role.NORM);
        this.runningMean = Buffer.of("running_mean", shape, 0);
        this.runningVariance = Buffer.of("running_var", shape, 1);
    }

    /** Normalises an input of shape [n, features, …], then applies ReLU if asked. */
    Tensor normalise(Pass pass, Tensor x, boolean relu) {
        Tensor scale = weight.value();
        Tensor shift = bias.value();
        if (!pass.isTraining()) {
            return Functional.batchNormInference(
                    x, scale, shift, runningMean.value(), runningVariance.value(), epsilon, relu);
        }
        if (runningMean.value().isFrozen()) {
            throw new IllegalStateException("Training would change the running averages of batch norm over " + features
                    + " features, which Folding.fold has frozen for prediction");
        }
        Tensor mean = Tensor.uninitialized(x.dtype(), scale.shape());
        Tensor variance = Tensor.uninitialized(x.dtype(), scale.shape());
        Tensor y = Functional.batchNorm(x, scale, shift, mean, variance, epsilon, relu);
        long count = x.elements() / features;
        pass.update(() -> average(mean, variance, count));
        return y;
    }

    private void average(Tensor mean, Tensor variance, long count) {
        Kernels kernels = Kernels.current();
        kernels.scaleAdd(momentum, mean, 1 - momentum, runningMean.value());
        kernels.scaleAdd(momentum * count / (count - 1), variance, 1 - momentum, runningVariance.value());
    }

    List<Param> params() {
        return List.of(weight, bias);
    }

    List<Buffer> buffers() {
        return List.of(runningMean, runningVariance);
    }

    Json.Fields settings() {
        return Json.object()
                .with("features", features)
                .with("momentum", momentum)
                .with("epsilon", epsilon);
    }

    static BatchStatistics build(String layer, JsonPlace settings) {
        settings.allow("features", "momentum", "epsilon");
        return new BatchStatistics(
                layer,
                settings.get("features").integer(),
                settings.get("momentum").finite(),
                settings.get("epsilon").finite(),
                1);
    }

    /** Returns the settings that are not the usual ones as calls. */
    String changes() {
        return (momentum == MOMENTUM ? "" : ".momentum(" + momentum + ")")
                + (epsilon == EPSILON ? "" : ".epsilon(" + epsilon + ")");
    }
}
