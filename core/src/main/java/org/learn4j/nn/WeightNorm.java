package org.learn4j.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Reduction;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/**
 * A linear layer or convolution whose weight is learnt as length and direction, {@code w = g · v/‖v‖} for each output unit (Salimans and
 * Kingma 2016). It starts as the layer it wraps: with that layer's values if it has any, else as they would be drawn, since
 * {@code g} starts at {@code ‖v‖}.
 *
 * <pre>{@code
 * Layer layer = WeightNorm.of(Linear.of(784, 50));
 * }</pre>
 *
 * <p>Parameters are called {@code weight_v}, {@code weight_g} and {@code bias} as in PyTorch. The wrapped layer is only read,
 * at initialisation.
 */
public final class WeightNorm implements Layer, FusesActivation {
    private final HasWeight layer;
    private final int units;
    private final Param direction;
    private final Param length;
    private final @Nullable Param bias;

    private WeightNorm(HasWeight layer) {
        this.layer = layer;
        this.units = Math.toIntExact(layer.weight().shape().dim(0));
        this.direction = Param.of(
                "weight_v",
                layer.weight().shape(),
                WrappedWeight.like(layer.weight()),
                layer.weight().role());
        this.length = Param.of("weight_g", each(layer.weight().shape()), this::norms, Param.Role.WEIGHT);
        this.bias = WrappedWeight.bias(layer);
    }

    /** Returns the layer with its weight as length and direction. */
    public static WeightNorm of(Linear linear) {
        return new WeightNorm(linear);
    }

    /** Returns the convolution with its weight as length and direction of each output channel's kernels. */
    public static WeightNorm of(Conv2d convolution) {
        return new WeightNorm(convolution);
    }

    private static Shape each(Shape weight) {
        Shape shape = weight;
        for (int axis = 1; axis < weight.rank(); axis++) {
            shape = shape.with(axis, 1);
        }
        return shape;
    }

    private void norms(Tensor tensor, Seed seed) {
        double[] values = direction.value().toDoubles();
        double[] norms = new double[units];
        int each = values.length / units;
        for (int i = 0; i < values.length; i++) {
            norms[i / each] += values[i] * values[i];
        }
        for (int unit = 0; unit < norms.length; unit++) {
            norms[unit] = Math.sqrt(norms[unit]);
            if (norms[unit] == 0) {
                throw new IllegalArgumentException(
                        "WeightNorm expects a weight without rows of zeros, whose direction is"
                                + " undefined; received zeros for unit " + unit + " of " + layer);
            }
        }
        tensor.set(norms);
    }

    @Override
    public Tensor forward(Pass pass, Tensor... inputs) {
        return layer.apply(Expect.one(this, inputs), weight(), bias == null ? null : bias.value(), null);
    }

    @Override
    public boolean fuses(Activation activation) {
        return layer.fuses(activation);
    }

    @Override
    public Tensor forward(Pass pass, Activation activation, Tensor x) {
        return layer.apply(x, weight(), bias == null ? null : bias.value(), activation);
    }

    private Tensor weight() {
        Tensor v = direction.value();
        Tensor norm =
                v.square().reduceKeeping(Reduction.SUM, axes(v.shape().rank())).sqrt();
        return v.times(length.value().over(norm));
    }

    private static int[] axes(int rank) {
        return IntStream.range(1, rank).toArray();
    }

    @Override
    public List<Param> params() {
        List<Param> params = new ArrayList<>(List.of(direction, length));
        if (bias != null) {
            params.add(bias);
        }
        return params;
    }

    @Override
    public Recipe recipe() {
        return Recipe.of("WeightNorm", Json.object(), WrappedWeight.children(layer));
    }

    static WeightNorm build(JsonPlace settings, Map<String, Layer> children) {
        settings.allow();
        return new WeightNorm(WrappedWeight.layer(children));
    }

    @Override
    public String toString() {
        return "WeightNorm.of(" + layer + ")";
    }
}
