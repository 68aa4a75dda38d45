package org.learn4j.nn;

import java.util.List;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/**
 * Batch normalisation of the channels of images [n, channels, h, w] (Ioffe and Szegedy 2015): each channel over all its pixels
 * in the batch. What {@link BatchNorm1d} says of statistics, momentum and regularisation holds here.
 *
 * <pre>{@code
 * Layer block = Sequential.of(
 *         Conv2d.of(3, 16, 3).padding(1).withoutBias(), BatchNorm2d.of(16), Activation.relu());
 * }</pre>
 */
public final class BatchNorm2d implements Layer, FusesActivation {
    private final BatchStatistics statistics;

    private BatchNorm2d(BatchStatistics statistics) {
        this.statistics = statistics;
    }

    /** Returns a layer for so many channels, with momentum .1 and ε 1e-5. */
    public static BatchNorm2d of(int channels) {
        return of(channels, BatchStatistics.MOMENTUM, BatchStatistics.EPSILON, 1);
    }

    private static BatchNorm2d of(int channels, double momentum, double epsilon, double start) {
        return new BatchNorm2d(new BatchStatistics("BatchNorm2d", channels, momentum, epsilon, start));
    }

    /** Returns such a layer with another weight of the new batch in the running averages, from 0 to 1. */
    public BatchNorm2d momentum(double newBatch) {
        return of(statistics.features, newBatch, statistics.epsilon, statistics.start);
    }

    /** Returns such a layer with another ε. */
    public BatchNorm2d epsilon(double added) {
        return of(statistics.features, statistics.momentum, added, statistics.start);
    }

    /** Returns such a layer whose weight starts at 0, so that the block it ends adds nothing at first (fastai's BatchZero). */
    public BatchNorm2d startingAtZero() {
        return of(statistics.features, statistics.momentum, statistics.epsilon, 0);
    }

    /** Returns how many channels the layer normalises. */
    public int channels() {
        return statistics.features;
    }

    BatchStatistics statistics() {
        return statistics;
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
        if (shape.rank() != 4 || shape.dim(1) != features) {
            throw Expect.input(this, "[n, " + features + ", h, w]", shape);
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
        return Recipe.of("BatchNorm2d", statistics.settings());
    }

    static BatchNorm2d build(JsonPlace settings) {
        return new BatchNorm2d(BatchStatistics.build("BatchNorm2d", settings));
    }

    @Override
    public String toString() {
        return "BatchNorm2d.of(" + statistics.features + ")" + statistics.changes();
    }
}
