package org.learn4j.nn;

import java.util.function.ToDoubleFunction;
import org.learn4j.tensor.RandomStream;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/**
 * Fills a parameter with its initial values. Fans are read off the shape [units, inputs, kernel…].
 *
 * <pre>{@code
 * Linear layer = Linear.of(784, 50).init(Init.kaimingNormal());
 * }</pre>
 */
@FunctionalInterface
public interface Init {
    /** Fills the tensor with numbers that follow from the seed alone. */
    void fill(Tensor tensor, Seed seed);

    /** Returns zeros. */
    static Init zeros() {
        return constant(0);
    }

    /** Returns ones. */
    static Init ones() {
        return constant(1);
    }

    /** Returns one number everywhere. */
    static Init constant(double value) {
        return (tensor, seed) -> tensor.fill(value);
    }

    /** Returns draws from N(0, deviation²). */
    static Init normal(double deviation) {
        return (tensor, seed) -> draw(tensor, seed, stream -> deviation * stream.nextGaussian());
    }

    /** Returns draws from N(0, deviation²) cut off at two deviations by drawing again: fastai's embeddings use .01. */
    static Init truncatedNormal(double deviation) {
        return (tensor, seed) -> draw(tensor, seed, stream -> {
            double z;
            do {
                z = stream.nextGaussian();
            } while (Math.abs(z) > 2);
            return deviation * z;
        });
    }

    /** Returns draws from [−bound, bound). */
    static Init uniform(double bound) {
        return (tensor, seed) -> draw(tensor, seed, stream -> stream.nextDouble(-bound, bound));
    }

    /** Returns PyTorch's default for weights and biases: uniform in ±1/√fanIn. For a bias give the weight's fan explicitly. */
    static Init fanInUniform(long fanIn) {
        return uniform(1 / Math.sqrt(Math.max(1, fanIn)));
    }

    /** Returns uniform draws of variance 2/fanIn, for layers followed by ReLU (He et al. 2015). */
    static Init kaimingUniform() {
        return (tensor, seed) -> uniform(Math.sqrt(6.0 / fanIn(tensor.shape()))).fill(tensor, seed);
    }

    /** Returns normal draws of variance 2/fanIn, for layers followed by ReLU (He et al. 2015). */
    static Init kaimingNormal() {
        return (tensor, seed) -> normal(Math.sqrt(2.0 / fanIn(tensor.shape()))).fill(tensor, seed);
    }

    /** Returns uniform draws of variance 2/(fanIn + fanOut) (Glorot and Bengio 2010). */
    static Init xavierUniform() {
        return (tensor, seed) -> uniform(Math.sqrt(6.0 / (fanIn(tensor.shape()) + fanOut(tensor.shape()))))
                .fill(tensor, seed);
    }

    /** Returns normal draws of variance 2/(fanIn + fanOut) (Glorot and Bengio 2010). */
    static Init xavierNormal() {
        return (tensor, seed) -> normal(Math.sqrt(2.0 / (fanIn(tensor.shape()) + fanOut(tensor.shape()))))
                .fill(tensor, seed);
    }

    /**
     * Returns draws in which groups of factor² output channels, which {@link PixelShuffle} makes a square of, start the same: the
     * enlarged picture starts without a checkerboard (Aitken et al. 2017).
     */
    static Init icnr(Init inner, int factor) {
        return (tensor, seed) -> {
            int area = factor * factor;
            Shape shape = tensor.shape();
            if (shape.rank() < 1 || shape.dim(0) % area != 0) {
                throw new ShapeMismatchException("ICNR for a factor of " + factor
                        + " expects a weight whose outputs are a multiple of " + area + ", received " + shape);
            }
            try (Tensor each = Tensor.uninitialized(tensor.dtype(), shape.with(0, shape.dim(0) / area))) {
                inner.fill(each, seed);
                double[] drawn = each.toDoubles();
                double[] values = new double[drawn.length * area];
                int length = Math.toIntExact(values.length / shape.dim(0));
                for (int i = 0; i < values.length; i++) {
                    values[i] = drawn[i / length / area * length + i % length];
                }
                tensor.set(values);
            }
        };
    }

    private static long fanIn(Shape shape) {
        return shape.rank() < 2 ? shape.elements() : shape.without(0).elements();
    }

    private static long fanOut(Shape shape) {
        return shape.rank() < 2 ? shape.elements() : shape.without(1).elements();
    }

    private static void draw(Tensor tensor, Seed seed, ToDoubleFunction<RandomStream> next) {
        RandomStream stream = seed.stream();
        double[] values = new double[Math.toIntExact(tensor.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = next.applyAsDouble(stream);
        }
        tensor.set(values);
    }
}
