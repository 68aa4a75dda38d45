package org.learn4j.vision.data;

import java.util.Arrays;
import org.learn4j.vision.image.Image;

/** What is subtracted from pixels in [0, 1] and what the rest is divided by, for red, green and blue. Immutable. */
public final class Normalization {
    /** ImageNet's statistics, which most pretrained networks expect. */
    public static final Normalization IMAGENET =
            of(new double[] {0.485, 0.456, 0.406}, new double[] {0.229, 0.224, 0.225});

    /** CIFAR-10's statistics. */
    public static final Normalization CIFAR =
            of(new double[] {0.491, 0.482, 0.447}, new double[] {0.247, 0.243, 0.261});

    /** MNIST's statistics. */
    public static final Normalization MNIST = of(new double[] {0.131}, new double[] {0.308});

    /** Leaves pixels in [0, 1]. */
    public static final Normalization NONE = of(new double[] {0}, new double[] {1});

    private final double[] mean;
    private final double[] deviation;

    private Normalization(double[] mean, double[] deviation) {
        this.mean = mean;
        this.deviation = deviation;
    }

    /**
     * Returns a normalisation.
     *
     * @param mean three numbers, or one for all channels
     * @param deviation three positive numbers, or one for all channels
     */
    public static Normalization of(double[] mean, double[] deviation) {
        Normalization made = new Normalization(three("mean", mean), three("deviation", deviation));
        for (double value : made.deviation) {
            if (!(value > 0)) {
                throw new IllegalArgumentException("Deviations are positive, received " + Arrays.toString(deviation));
            }
        }
        return made;
    }

    private static double[] three(String what, double... values) {
        if (values.length != 1 && values.length != 3) {
            throw new IllegalArgumentException(
                    "A " + what + " has 1 or 3 numbers, received " + Arrays.toString(values));
        }
        for (double value : values) {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("A " + what + " is finite, received " + Arrays.toString(values));
            }
        }
        return values.length == 3 ? values.clone() : new double[] {values[0], values[0], values[0]};
    }

    /** Returns the normalisation that gives these pictures' pixels mean 0 and deviation 1 in each channel. */
    public static Normalization measure(Iterable<Image> images) {
        long[][] counts = new long[3][256];
        for (Image image : images) {
            byte[] rgb = image.toBytes();
            for (int i = 0; i < rgb.length; i++) {
                counts[i % 3][rgb[i] & 0xFF]++;
            }
        }
        double[] mean = new double[3];
        double[] deviation = new double[3];
        for (int c = 0; c < 3; c++) {
            long pixels = Arrays.stream(counts[c]).sum();
            if (pixels == 0) {
                throw new IllegalArgumentException("Statistics need at least one picture");
            }
            for (int level = 0; level < 256; level++) {
                mean[c] += counts[c][level] * (level / 255.0) / pixels;
            }
            double variance = 0;
            for (int level = 0; level < 256; level++) {
                variance += counts[c][level] * Math.pow(level / 255.0 - mean[c], 2) / pixels;
            }
            // pictures of one colour only have nothing to be divided by
            deviation[c] = variance > 0 ? Math.sqrt(variance) : 1;
        }
        return new Normalization(mean, deviation);
    }

    /** Returns a copy of the means of red, green and blue. */
    public double[] mean() {
        return mean.clone();
    }

    /** Returns a copy of the deviations of red, green and blue. */
    public double[] deviation() {
        return deviation.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Normalization that
                && Arrays.equals(mean, that.mean)
                && Arrays.equals(deviation, that.deviation);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(mean) + Arrays.hashCode(deviation);
    }

    @Override
    public String toString() {
        return "mean " + Arrays.toString(mean) + ", deviation " + Arrays.toString(deviation);
    }
}
