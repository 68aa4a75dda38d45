package org.learn4j.nn;

import java.util.List;
import org.learn4j.autograd.Functional;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/**
 * Layer normalisation (Ba et al. 2016): each vector along the last axis, x […, features], less its own mean and over its own
 * deviation, times weight, plus bias. Unlike batch norm it does the same in training and evaluation, and works on one row.
 *
 * <pre>{@code
 * Layer block = Sequential.of(Linear.of(64, 64), LayerNorm.of(64), Activation.gelu());
 * }</pre>
 */
public final class LayerNorm implements Layer {
    private static final double EPSILON = 1e-5;

    private final int features;
    private final double epsilon;
    private final Param weight;
    private final Param bias;

    private LayerNorm(int features, double epsilon) {
        this.features = Expect.positive("LayerNorm features", features);
        this.epsilon = Expect.positive("LayerNorm epsilon", epsilon);
        this.weight = Param.of("weight", Shape.of(features), Init.ones(), Param.Role.NORM);
        this.bias = Param.of("bias", Shape.of(features), Init.zeros(), Param.Role.NORM);
    }

    /** Returns a layer for vectors of so many features, with ε 1e-5. */
    public static LayerNorm of(int features) {
        return new LayerNorm(features, EPSILON);
    }

    /** Returns such a layer with another ε, added to the variance. */
    public LayerNorm epsilon(double added) {
        return new LayerNorm(features, added);
    }

    @Override
    public Tensor forward(Pass pass, Tensor... inputs) {
        Tensor x = Expect.one(this, inputs);
        Shape shape = x.shape();
        if (shape.rank() == 0 || shape.dim(-1) != features) {
            throw Expect.input(this, "[…, " + features + "]", shape);
        }
        if (shape.rank() == 2) {
            return Functional.layerNorm(x, weight.value(), bias.value(), epsilon);
        }
        Tensor rows = x.reshape(shape.elements() / features, features);
        return Functional.layerNorm(rows, weight.value(), bias.value(), epsilon).reshape(shape.dims());
    }

    @Override
    public List<Param> params() {
        return List.of(weight, bias);
    }

    @Override
    public Recipe recipe() {
        return Recipe.of("LayerNorm", Json.object().with("features", features).with("epsilon", epsilon));
    }

    static LayerNorm build(JsonPlace settings) {
        settings.allow("features", "epsilon");
        return new LayerNorm(
                settings.get("features").integer(), settings.get("epsilon").finite());
    }

    @Override
    public String toString() {
        return "LayerNorm.of(" + features + ")" + (epsilon == EPSILON ? "" : ".epsilon(" + epsilon + ")");
    }
}
