package org.learn4j.nn;

import java.util.List;
import org.learn4j.autograd.Functional;
import org.learn4j.kernel.Kernels;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/**
 * Batch normalisation of features (Ioffe and Szegedy 2015): {@code weight · (x − mean) / √(variance + ε) + bias} for x
 * [n, features] or [n, features, length].
 *
 * <p>Why it helps, as the lesson tells it: to move a network's output from one range to another, without it all weights
 * have to change together; here two numbers a feature, weight and bias, shift and stretch it directly. The loss becomes
 * smoother, and higher learning rates work. Training uses the batch's mean and variance, evaluation running averages of them:
 * {@code running = (1 − momentum) · running + momentum · batch}, so that momentum is the weight of the new batch. As
 * in PyTorch the batch is normalised with the biased variance (÷ n), the running one averages the unbiased (÷ (n − 1)).
 *
 * <p>The lesson says that the momentum changes how much batch norm regularises. It does not: running averages never enter a
 * training pass. What regularises is the noise of the batch's own statistics, which grows as batches shrink; momentum decides
 * only how fast evaluation follows training, and how noisy it is.
 *
 * <pre>{@code
 * Layer block = Sequential.of(Linear.of(233, 1000), Activation.relu(), BatchNorm1d.of(1000), Dropout.of(0.001));
 * }</pre>
 */
public final class BatchNorm1d implements Layer, FusesActivation {
    private static final double MOMENTUM = 0.1;
    private static final double EPSILON = 1e-5;

    private final int features;
    private final double momentum;
    private final double epsilon;
    private final Param weight;
    private final Param bias;
    private final Buffer runningMean;
    private final Buffer runningVariance;

    private BatchNorm1d(int features, double momentum, double epsilon) {
        if (!(momentum >= 0 && momentum <= 1)) {
            throw new IllegalArgumentException("BatchNorm1d expects a momentum in [0, 1], received " + momentum);
        }
        this.features = Expect.positive("BatchNorm1d features", features);
        this.momentum = momentum;
        this.epsilon = Expect.positive("BatchNorm1d epsilon", epsilon);
        Shape shape = Shape.of(features);
        this.weight = Param.of("weight", shape, Init.ones(), Param.Role.NORM);
        this.bias = Param.of("bias", shape, Init.zeros(), Param.Role.NORM);
        this.runningMean = Buffer.of("running_mean", shape, 0);
        this.runningVariance = Buffer.of("running_var", shape, 1);
    }

    /** Returns a layer for so many features, with momentum .1 and ε 1e-5. */
    public static BatchNorm1d of(int features) {
        return new BatchNorm1d(features, MOMENTUM, EPSILON);
    }

    /** Returns such a layer with another weight of the new batch in the running averages, from 0 to 1. */
    public BatchNorm1d momentum(double newBatch) {
        return new BatchNorm1d(features, newBatch, epsilon);
    }

    /** Returns such a layer with another ε. */
    public BatchNorm1d epsilon(double added) {
        return new BatchNorm1d(features, momentum, added);
    }

    @Override
    public Tensor forward(Pass pass, Tensor... inputs) {
        return normalise(pass, Expect.one(this, inputs), false);
    }

    @Override
    public boolean fuses(Activation activation) {
        return activation.isRelu();
    }

    @Override
    public Tensor forward(Pass pass, Activation relu, Tensor x) {
        return normalise(pass, x, true);
    }

    private Tensor normalise(Pass pass, Tensor x, boolean relu) {
        Shape shape = x.shape();
        if (shape.rank() < 2 || shape.rank() > 3 || shape.dim(1) != features) {
            throw Expect.input(
                    this, shape.rank() == 3 ? "[n, " + features + ", length]" : "[n, " + features + "]", shape);
        }
        Tensor scale = weight.value();
        Tensor shift = bias.value();
        if (!pass.isTraining()) {
            return Functional.batchNormInference(
                    x, scale, shift, runningMean.value(), runningVariance.value(), epsilon, relu);
        }
        Tensor mean = Tensor.uninitialized(x.dtype(), scale.shape());
        Tensor variance = Tensor.uninitialized(x.dtype(), scale.shape());
        Tensor y = Functional.batchNorm(x, scale, shift, mean, variance, epsilon, relu);
        pass.update(() -> average(mean, variance, shape.elements() / features));
        return y;
    }

    private void average(Tensor mean, Tensor variance, long count) {
        Kernels kernels = Kernels.current();
        kernels.scaleAdd(momentum, mean, 1 - momentum, runningMean.value());
        kernels.scaleAdd(momentum * count / (count - 1), variance, 1 - momentum, runningVariance.value());
    }

    @Override
    public List<Param> params() {
        return List.of(weight, bias);
    }

    @Override
    public List<Buffer> buffers() {
        return List.of(runningMean, runningVariance);
    }

    @Override
    public Recipe recipe() {
        return Recipe.of(
                "BatchNorm1d",
                Json.object()
                        .with("features", features)
                        .with("momentum", momentum)
                        .with("epsilon", epsilon));
    }

    static BatchNorm1d build(JsonPlace settings) {
        settings.allow("features", "momentum", "epsilon");
        return new BatchNorm1d(
                settings.get("features").integer(),
                settings.get("momentum").finite(),
                settings.get("epsilon").finite());
    }

    @Override
    public String toString() {
        return "BatchNorm1d.of(" + features + ")"
                + (momentum == MOMENTUM ? "" : ".momentum(" + momentum + ")")
                + (epsilon == EPSILON ? "" : ".epsilon(" + epsilon + ")");
    }
}
