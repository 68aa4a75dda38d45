package org.learn4j.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One training step of the network 233-1000-500-1, the size of the Rossmann model after its embeddings.
 *
 * <p>Two hidden layers of Linear, ReLU, BatchNorm1d, Dropout; then Linear to one output, mean squared error, AdamW. The
 * same seed gives every contender the same weights and the same batches.
 */
final class MlpTask {
    static final double LEARNING_RATE = 1e-3;
    static final double BETA1 = .9;
    static final double BETA2 = .99;
    static final double ADAM_EPSILON = 1e-5;
    static final double WEIGHT_DECAY = .01;

    /** The share of a new batch in the running statistics: {@code running = .9 running + .1 batch}. */
    static final double NORM_MOMENTUM = .1;

    static final double NORM_EPSILON = 1e-5;

    private static final int FEATURES = 233;
    private static final int ROWS_AT_LEAST = 12_800;
    private static final int BATCHES_AT_LEAST = 6;
    private static final long SEED = 42;

    private final int batchSize;
    private final List<Dense> layers;
    private final List<Batch> batches;

    private MlpTask(int batchSize, List<Dense> layers, List<Batch> batches) {
        this.batchSize = batchSize;
        this.layers = layers;
        this.batches = batches;
    }

    /** Makes the task for batches of so many rows: the same weights for every batch size. */
    static MlpTask of(int batchSize) {
        var random = new SplittableRandom(SEED);
        var layers = List.of(
                Dense.random(FEATURES, 1000, .001, random),
                Dense.random(1000, 500, .01, random),
                Dense.random(500, 1, 0, random));
        int count = Math.max(BATCHES_AT_LEAST, (ROWS_AT_LEAST + batchSize - 1) / batchSize);
        var batches = new ArrayList<Batch>();
        for (int i = 0; i < count; i++) {
            batches.add(Batch.random(batchSize, random));
        }
        return new MlpTask(batchSize, layers, List.copyOf(batches));
    }

    /** Returns the same task with every dropout probability 0, so that all contenders compute the same numbers. */
    MlpTask withoutDropout() {
        var same = layers.stream().map(Dense::withoutDropout).toList();
        return new MlpTask(batchSize, same, batches);
    }

    /** Returns the three Linear layers; each but the last is followed by ReLU, BatchNorm1d and Dropout. */
    List<Dense> layers() {
        return layers;
    }

    /** Returns the batches to take in rotation, in this order. */
    List<Batch> batches() {
        return batches;
    }

    int batchSize() {
        return batchSize;
    }

    int features() {
        return FEATURES;
    }

    /**
     * A Linear layer's initial state. The arrays are shared: read them, never write.
     *
     * @param weights row-major {@code [outputs][inputs]}
     * @param dropout the probability of a zero in the Dropout behind this layer
     */
    record Dense(int inputs, int outputs, float[] weights, float[] biases, double dropout) {
        /** Draws weights and biases from {@code ±1/√inputs}, PyTorch's default. */
        static Dense random(int inputs, int outputs, double dropout, SplittableRandom random) {
            double bound = 1 / Math.sqrt(inputs);
            return new Dense(
                    inputs,
                    outputs,
                    uniform(inputs * outputs, bound, random),
                    uniform(outputs, bound, random),
                    dropout);
        }

        Dense withoutDropout() {
            return new Dense(inputs, outputs, weights, biases, 0);
        }

        private static float[] uniform(int size, double bound, SplittableRandom random) {
            var values = new float[size];
            for (int i = 0; i < size; i++) {
                values[i] = (float) random.nextDouble(-bound, bound);
            }
            return values;
        }
    }

    /**
     * Rows and their targets. The arrays are shared: read them, never write.
     *
     * @param features row-major {@code [rows][233]}, standard normal
     * @param targets one for each row: part signal, part noise
     */
    record Batch(float[] features, float[] targets) {
        static Batch random(int rows, SplittableRandom random) {
            var features = new float[rows * FEATURES];
            var targets = new float[rows];
            for (int i = 0; i < features.length; i++) {
                features[i] = (float) random.nextGaussian();
            }
            for (int row = 0; row < rows; row++) {
                int at = row * FEATURES;
                targets[row] = features[at] - features[at + 1] * features[at + 2] + (float) random.nextGaussian();
            }
            return new Batch(features, targets);
        }
    }
}
