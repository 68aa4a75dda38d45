package org.learn4j.nn;

import java.util.Arrays;
import org.learn4j.autograd.NoGrad;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/**
 * Makes a trained network ready to predict and nothing else: its numbers are frozen, so that each convolution and the batch norm
 * behind it in a {@link Sequential} (or in {@link Sequential#run}) become one convolution, and weights are kept in the order the
 * kernels want. Outputs change by rounding only. Costs up to two more copies of the weights.
 *
 * <pre>{@code
 * Folding.fold(model);
 * Tensor y = model.predict(x);
 * }</pre>
 */
public final class Folding {
    private Folding() {}

    /**
     * Freezes all parameters and buffers of a network, which are no longer trainable, and returns it.
     *
     * @throws IllegalStateException if one has no value yet
     */
    public static <T extends Layer> T fold(T model) {
        LayerTree.walk(model, (path, layer) -> {
            layer.params().forEach(param -> {
                param.trainable(false);
                param.value().freeze();
            });
            layer.buffers().forEach(buffer -> buffer.value().freeze());
        });
        return model;
    }

    /** Returns whether a convolution and the batch norm behind it can be computed as one. */
    static boolean folds(Conv2d convolution, BatchNorm2d norm) {
        return convolution.outputs() == norm.channels()
                && convolution.weight().value().isFrozen()
                && norm.statistics().runningVariance.value().isFrozen();
    }

    /** Computes a convolution and the batch norm behind it, with running statistics, then ReLU if given. */
    static Tensor forward(Conv2d convolution, BatchNorm2d norm, boolean relu, Tensor x) {
        Tensor weight = convolution.weight().value();
        Tensor folded = weight.arranged(new Key(norm, true), () -> weight(weight, norm.statistics()));
        Tensor shift = weight.arranged(new Key(norm, false), () -> shift(convolution, norm.statistics()));
        return convolution.apply(x, folded, shift, relu ? Activation.relu() : null);
    }

    /** w · γ / √(variance + ε), for each output channel. */
    private static Tensor weight(Tensor weight, BatchStatistics norm) {
        try (NoGrad constant = NoGrad.open();
                Tensor factor = factor(norm)) {
            long[] each = new long[weight.shape().rank()];
            Arrays.fill(each, 1);
            each[0] = factor.elements();
            try (Tensor column = factor.reshape(each)) {
                return weight.times(column).keep().freeze();
            }
        }
    }

    /** β + (b − mean) · γ / √(variance + ε). */
    private static Tensor shift(Conv2d convolution, BatchStatistics norm) {
        try (Tensor factor = factor(norm)) {
            double[] factors = factor.toDoubles();
            double[] means = norm.runningMean.value().toDoubles();
            double[] shifts = norm.bias.value().toDoubles();
            double[] biases =
                    convolution.bias().map(bias -> bias.value().toDoubles()).orElse(new double[factors.length]);
            for (int i = 0; i < factors.length; i++) {
                shifts[i] += (biases[i] - means[i]) * factors[i];
            }
            return Tensor.uninitialized(factor.dtype(), factor.shape())
                    .set(shifts)
                    .freeze();
        }
    }

    private static Tensor factor(BatchStatistics norm) {
        double[] factors = norm.weight.value().toDoubles();
        double[] variances = norm.runningVariance.value().toDoubles();
        for (int i = 0; i < factors.length; i++) {
            factors[i] /= Math.sqrt(variances[i] + norm.epsilon);
        }
        return Tensor.uninitialized(norm.weight.value().dtype(), Shape.of(factors.length))
                .set(factors);
    }

    /** Which norm was folded in, and whether it is the weight or the shift. */
    private record Key(BatchNorm2d norm, boolean weight) {}
}
