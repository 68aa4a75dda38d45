package org.learn4j.nn;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.learn4j.autograd.Functional;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/**
 * A layer beside a connection that passes it by (He et al. 2015): {@code x + inner(x)}, so that the inner layer learns only
 * what to change. Where it changes the shape, a shortcut layer does so too; an activation may follow the sum.
 *
 * <pre>{@code
 * Layer block = Residual.of(Sequential.of(Linear.of(64, 64), Activation.relu(), Linear.of(64, 64)))
 *         .activation(Activation.relu());
 * Layer wider = Residual.of(Linear.of(64, 128)).shortcut(Linear.of(64, 128).withoutBias());
 * }</pre>
 */
public final class Residual implements Layer, LayerText.Container {
    private final Layer inner;
    private final @Nullable Layer shortcut;
    private final @Nullable Activation activation;

    private Residual(Layer inner, @Nullable Layer shortcut, @Nullable Activation activation) {
        this.inner = inner;
        this.shortcut = shortcut;
        this.activation = activation;
    }

    /** Returns a layer that adds the inner one's output to its input. */
    public static Residual of(Layer inner) {
        return new Residual(inner, null, null);
    }

    /** Returns such a layer that adds a shortcut's output in place of the input. */
    public Residual shortcut(Layer layer) {
        return new Residual(inner, layer, activation);
    }

    /** Returns such a layer that applies an activation to the sum. */
    public Residual activation(Activation function) {
        return new Residual(inner, shortcut, function);
    }

    @Override
    public Tensor forward(Pass pass, Tensor... inputs) {
        Tensor x = Expect.one(this, inputs);
        Tensor y = run("inner", inner, pass, x);
        Tensor passed = shortcut == null ? x : run("shortcut", shortcut, pass, x);
        if (!y.shape().equals(passed.shape())) {
            throw new ShapeMismatchException("Residual expects its inner layer to give shape " + passed.shape()
                    + ", received " + y.shape() + "; add a shortcut layer that changes the shape in the same way");
        }
        if (activation != null && activation.isRelu() && !LayerHooks.isHooked(activation)) {
            return Functional.addRelu(passed, y);
        }
        Tensor sum = passed.plus(y);
        return activation == null ? sum : activation.call(pass, sum);
    }

    private static Tensor run(String name, Layer layer, Pass pass, Tensor x) {
        try {
            return layer.call(pass, x);
        } catch (ShapeMismatchException mismatch) {
            throw mismatch.at(name);
        }
    }

    @Override
    public Map<String, Layer> children() {
        Map<String, Layer> children = new LinkedHashMap<>();
        children.put("inner", inner);
        if (shortcut != null) {
            children.put("shortcut", shortcut);
        }
        if (activation != null) {
            children.put("activation", activation);
        }
        return Collections.unmodifiableMap(children);
    }

    @Override
    public Recipe recipe() {
        return Recipe.of("Residual", Json.object(), children());
    }

    static Residual build(JsonPlace settings, Map<String, Layer> children) {
        settings.allow();
        Map<String, Layer> left = new LinkedHashMap<>(children);
        Layer inner = left.remove("inner");
        Layer shortcut = left.remove("shortcut");
        Layer after = left.remove("activation");
        if (inner == null || !(after == null || after instanceof Activation) || !left.isEmpty()) {
            throw new IllegalArgumentException(
                    "the child \"inner\", and \"shortcut\" and an Activation \"activation\" where"
                            + " wanted, received " + children.keySet());
        }
        return new Residual(inner, shortcut, (Activation) after);
    }

    @Override
    public String expression() {
        return LayerText.call("Residual.of(", inner)
                + (shortcut == null ? "" : LayerText.call(".shortcut(", shortcut))
                + (activation == null ? "" : ".activation(" + activation + ")");
    }

    @Override
    public String toString() {
        return LayerText.of(this);
    }
}
