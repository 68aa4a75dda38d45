package org.learn4j.testkit;

import org.jspecify.annotations.NullMarked;
import org.learn4j.data.ArrayDataset;
import org.learn4j.data.DataLoaders;
import org.learn4j.data.Dataset;
import org.learn4j.learn.Callback;
import org.learn4j.learn.Learner;
import org.learn4j.nn.Linear;
import org.learn4j.optim.Optimizer;
import org.learn4j.tensor.RandomStream;
import org.learn4j.tensor.Seed;

/**
 * Learns y = 2x + 3 with a little noise, in milliseconds: for trying out callbacks (fastai's synth_learner).
 *
 * <pre>{@code
 * try (Learner learner = SyntheticLearner.of(new MyCallback())) {
 *     learner.fit(2, 0.05);
 * }
 * }</pre>
 */
@NullMarked
public final class SyntheticLearner {
    /** The slope to be found. */
    public static final double SLOPE = 2;

    /** The intercept to be found. */
    public static final double INTERCEPT = 3;

    /** The number of items in a batch. */
    public static final int BATCH_SIZE = 16;

    /** The number of training batches in an epoch. */
    public static final int BATCHES = 10;

    /** The number of validation batches. */
    public static final int VALIDATION_BATCHES = 2;

    private SyntheticLearner() {}

    /** Returns a silent learner with callbacks: stochastic gradient descent with momentum .9 on two parameters. */
    public static Learner of(Callback... callbacks) {
        return builder(data()).callbacks(callbacks).build();
    }

    /** Returns the settings of such a learner on other data of one input, to change. */
    public static Learner.Builder builder(DataLoaders data) {
        return Learner.of(data, Linear.of(1, 1))
                .optimizer(Optimizer.sgd().momentum(.9))
                .silent();
    }

    /** Returns the data: ten batches of training items and two that validate. */
    public static DataLoaders data() {
        return data(0);
    }

    /** {@link #data()} read by so many threads. */
    public static DataLoaders data(int workers) {
        return DataLoaders.of(items(BATCHES * BATCH_SIZE, 1), items(VALIDATION_BATCHES * BATCH_SIZE, 2))
                .batchSize(BATCH_SIZE)
                .workers(workers)
                .seed(7)
                .build();
    }

    /** Returns points on the line, with noise of deviation .1. */
    public static Dataset items(int count, long seed) {
        RandomStream stream = Seed.of(seed).stream();
        float[][] x = new float[count][1];
        float[] y = new float[count];
        for (int i = 0; i < count; i++) {
            x[i][0] = (float) stream.nextGaussian();
            y[i] = (float) (SLOPE * x[i][0] + INTERCEPT + .1 * stream.nextGaussian());
        }
        return ArrayDataset.of(x, y);
    }
}
