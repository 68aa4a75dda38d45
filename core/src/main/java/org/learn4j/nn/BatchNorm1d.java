package org.learn4j.nn;

import java.util.List;
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
    private final BatchStatistics statistics;

    private BatchNorm1d(BatchStatistics statistics) {
        this.statistics = statistics;
    }

    /** Returns a layer for so many features, with momentum .1 and ε 1e-5. */
    public static BatchNorm1d of(int features) {
        return of(features, BatchStatistics.MOMENTUM, BatchStatistics.EPSILON);
    }

    private static BatchNorm1d of(int features, double momentum, double epsilon) {
        return new BatchNorm1d(new BatchStatistics("BatchNorm1d", features, momentum, epsilon, 1));
    }

    /** Returns such a layer with another weight of the new batch in the running averages, from 0 to 1. */
    public BatchNorm1d momentum(double newBatch) {
        return of(statistics.features, newBatch, statistics.epsilon);
    }

    /** Returns such a layer with another ε. */
    public BatchNorm1d epsilon(double added) {
        return of(statistics.features, statistics.momentum, added);
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
        int features = statistics.features;
        if (shape.rank() < 2 || shape.rank() > 3 || shape.dim(1) != features) {
            throw Expect.input(
                    this, shape.rank() == 3 ? "[n, " + features + ", length]" : "[n, " + features + "]", shape);
        }
        return statistics.normalise(pass, x, relu);
    }

    @Override
    public List<Param> params() {
        return statistics.params();
    }

    @Override
    public List<Buffer> buffers() {
        return statistics.buffers();
    }

    @Override
    public Recipe recipe() {
        return Recipe.of("BatchNorm1d", statistics.settings());
    }

    static BatchNorm1d build(JsonPlace settings) {
        return new BatchNorm1d(BatchStatistics.build("BatchNorm1d", settings));
    }

    @Override
    public String toString() {
        return "BatchNorm1d.of(" + statistics.features + ")" + statistics.changes();
    }
}
