package org.learn4j.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Reduction;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/**
 * A linear layer whose weight is learnt as length and direction, {@code w = g · v/‖v‖} for each output unit (Salimans and
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
    private final Linear linear;
    private final Param direction;
    private final Param length;
    private final @Nullable Param bias;

    private WeightNorm(Linear linear) {
        this.linear = linear;
        this.direction = Param.of(
                "weight_v",
                linear.weight().shape(),
                like(linear.weight()),
                linear.weight().role());
        this.length = Param.of("weight_g", Shape.of(linear.outputs(), 1), this::norms, Param.Role.WEIGHT);
        Optional<Param> wrapped = linear.bias();
        this.bias = wrapped.isEmpty()
                ? null
                : Param.of(
                        "bias",
                        wrapped.get().shape(),
                        like(wrapped.get()),
                        wrapped.get().role());
    }

    /** Returns the layer with its weight as length and direction. */
    public static WeightNorm of(Linear linear) {
        return new WeightNorm(linear);
    }

    private static Init like(Param param) {
        return (tensor, seed) -> {
            if (param.isInitialized()) {
                tensor.set(param.value().toDoubles());
            } else {
                param.init().fill(tensor, seed);
            }
        };
    }

    private void norms(Tensor tensor, Seed seed) {
        double[] values = direction.value().toDoubles();
        double[] norms = new double[linear.outputs()];
        for (int i = 0; i < values.length; i++) {
            norms[i / linear.inputs()] += values[i] * values[i];
        }
        for (int unit = 0; unit < norms.length; unit++) {
            norms[unit] = Math.sqrt(norms[unit]);
            if (norms[unit] == 0) {
                throw new IllegalArgumentException(
                        "WeightNorm expects a weight without rows of zeros, whose direction is"
                                + " undefined; received zeros for unit " + unit + " of " + linear);
            }
        }
        tensor.set(norms);
    }

    @Override
    public Tensor forward(Pass pass, Tensor... inputs) {
        return Linear.apply(Expect.one(this, inputs), weight(), bias, null);
    }

    @Override
    public boolean fuses(Activation activation) {
        return linear.fuses(activation);
    }

    @Override
    public Tensor forward(Pass pass, Activation activation, Tensor x) {
        return Linear.apply(x, weight(), bias, activation);
    }

    private Tensor weight() {
        Tensor v = direction.value();
        Tensor norm = v.square().reduceKeeping(Reduction.SUM, 1).sqrt();
        return v.times(length.value().over(norm));
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
        return Recipe.of("WeightNorm", Json.object(), Map.of("linear", linear));
    }

    static WeightNorm build(JsonPlace settings, Map<String, Layer> children) {
        settings.allow();
        if (children.size() != 1 || !(children.get("linear") instanceof Linear linear)) {
            throw new IllegalArgumentException("one child \"linear\" of type Linear, received " + children.keySet());
        }
        return of(linear);
    }

    @Override
    public String toString() {
        return "WeightNorm.of(" + linear + ")";
    }
}
