package org.learn4j.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * torchvision's ResNet-18 or ResNet-34 with ten classes on square images of noise: one training step with cross-entropy and
 * AdamW, or one prediction. The same seed gives every contender the same weights and the same batches.
 */
final class ResNetTask {
    static final int CLASSES = 10;
    static final double NORM_MOMENTUM = .1;
    static final double NORM_EPSILON = 1e-5;

    private static final int BATCHES = 3;
    private static final long SEED = 18;

    private final int depth;
    private final int size;
    private final int batchSize;
    private final Map<String, float[]> weights = new LinkedHashMap<>();
    private final List<Batch> batches = new ArrayList<>();

    /** Makes the task for {@code batchSize} images of {@code size} × {@code size}. */
    ResNetTask(int depth, int size, int batchSize) {
        this.depth = depth;
        this.size = size;
        this.batchSize = batchSize;
        var random = new SplittableRandom(SEED);
        walk("", new Drawing(random));
        for (int i = 0; i < BATCHES; i++) {
            batches.add(Batch.random(batchSize, size, random));
        }
    }

    int depth() {
        return depth;
    }

    private int[] blocks() {
        return switch (depth) {
            case 18 -> new int[] {2, 2, 2, 2};
            case 34 -> new int[] {3, 4, 6, 3};
            default -> throw new IllegalArgumentException("depth 18 or 34, not " + depth);
        };
    }

    /** Returns the images' width and height. */
    int size() {
        return size;
    }

    int batchSize() {
        return batchSize;
    }

    /** Returns the batches to take in rotation, in this order. */
    List<Batch> batches() {
        return batches;
    }

    /**
     * Returns initial weights by torchvision's name, row-major {@code [outputs][inputs][kernel][kernel]} or
     * {@code [outputs][inputs]}; normalizations start as they always do. The array is shared: read it, never write.
     */
    float[] weights(String name) {
        return Objects.requireNonNull(weights.get(name), name);
    }

    /** Returns the names of all initial weights. */
    Set<String> names() {
        return weights.keySet();
    }

    /** Applies the network to {@code x} with an engine's operations. */
    <T> T walk(T x, Operations<T> operations) {
        T y = operations.convolve(x, new Convolution("conv1", 64, 3, 7, 2));
        y = operations.relu(operations.normalize(y, "bn1", 64));
        y = operations.maxPool(y);
        int inputs = 64;
        int[] blocks = blocks();
        for (int stage = 0; stage < blocks.length; stage++) {
            int outputs = 64 << stage;
            for (int block = 0; block < blocks[stage]; block++) {
                int stride = stage > 0 && block == 0 ? 2 : 1;
                y = block(y, "layer" + (stage + 1) + "." + block + ".", outputs, inputs, stride, operations);
                inputs = outputs;
            }
        }
        return operations.linear(operations.average(y), "fc", CLASSES, inputs);
    }

    private static <T> T block(T x, String name, int outputs, int inputs, int stride, Operations<T> operations) {
        T y = operations.convolve(x, new Convolution(name + "conv1", outputs, inputs, 3, stride));
        y = operations.relu(operations.normalize(y, name + "bn1", outputs));
        y = operations.convolve(y, new Convolution(name + "conv2", outputs, outputs, 3, 1));
        y = operations.normalize(y, name + "bn2", outputs);
        T shortcut = x;
        if (stride > 1) {
            shortcut = operations.convolve(x, new Convolution(name + "downsample.0", outputs, inputs, 1, stride));
            shortcut = operations.normalize(shortcut, name + "downsample.1", outputs);
        }
        return operations.relu(operations.add(y, shortcut));
    }

    /** The operations of a residual network in an engine; T stands for an image, or for its place in a graph. */
    interface Operations<T> {
        T convolve(T x, Convolution convolution);

        T normalize(T x, String name, int channels);

        T relu(T x);

        T add(T x, T shortcut);

        /** Takes the maximum of 3×3 windows, two apart, over images padded by 1. */
        T maxPool(T x);

        /** Averages each channel. */
        T average(T x);

        T linear(T x, String name, int outputs, int inputs);
    }

    /** A convolution without bias, padded so that its stride alone changes the size. */
    record Convolution(String name, int outputs, int inputs, int kernel, int stride) {
        int padding() {
            return kernel / 2;
        }
    }

    /**
     * Images and their classes. The arrays are shared: read them, never write.
     *
     * @param images row-major {@code [images][3][size][size]}, standard normal
     * @param targets the class of each image
     */
    record Batch(float[] images, int[] targets) {
        static Batch random(int count, int size, SplittableRandom random) {
            var images = new float[count * 3 * size * size];
            for (int i = 0; i < images.length; i++) {
                images[i] = (float) random.nextGaussian();
            }
            var targets = new int[count];
            for (int i = 0; i < count; i++) {
                targets[i] = random.nextInt(CLASSES);
            }
            return new Batch(images, targets);
        }
    }

    /** Draws the initial weights on its way through the network. */
    private final class Drawing implements Operations<String> {
        private final SplittableRandom random;

        Drawing(SplittableRandom random) {
            this.random = random;
        }

        @Override
        public String convolve(String x, Convolution convolution) {
            int kernel = convolution.kernel() * convolution.kernel();
            var values = new float[convolution.outputs() * convolution.inputs() * kernel];
            double deviation = Math.sqrt(2. / (convolution.outputs() * kernel));
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (deviation * random.nextGaussian());
            }
            weights.put(convolution.name() + ".weight", values);
            return x;
        }

        @Override
        public String linear(String x, String name, int outputs, int inputs) {
            double bound = 1 / Math.sqrt(inputs);
            weights.put(name + ".weight", uniform(outputs * inputs, bound));
            weights.put(name + ".bias", uniform(outputs, bound));
            return x;
        }

        private float[] uniform(int count, double bound) {
            var values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = (float) random.nextDouble(-bound, bound);
            }
            return values;
        }

        @Override
        public String normalize(String x, String name, int channels) {
            return x;
        }

        @Override
        public String relu(String x) {
            return x;
        }

        @Override
        public String add(String x, String shortcut) {
            return x;
        }

        @Override
        public String maxPool(String x) {
            return x;
        }

        @Override
        public String average(String x) {
            return x;
        }
    }
}
