package org.learn4j.vision.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.learn4j.autograd.Functional;
import org.learn4j.nn.Layer;
import org.learn4j.nn.Pass;
import org.learn4j.nn.Recipe;
import org.learn4j.nn.Sequential;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/**
 * The block of residual networks (He et al. 2015), {@code relu(path(x) + shortcut(x))}, whose path has names of its own, as in
 * torchvision: {@code conv1}, {@code bn1}, …, and {@code downsample} for a shortcut. The sum and its ReLU are one operation.
 */
final class ResidualBlock implements Layer {
    static final String TYPE = "ResidualBlock";
    private static final String SHORTCUT = "shortcut";

    private final Sequential path;
    private final String shortcutName;
    private final @Nullable Layer shortcut;
    private final Map<String, Layer> children;

    private ResidualBlock(Sequential path, String shortcutName, @Nullable Layer shortcut) {
        this.path = path;
        this.shortcutName = shortcutName;
        this.shortcut = shortcut;
        Map<String, Layer> all = new LinkedHashMap<>(path.children());
        if (shortcut != null) {
            all.put(shortcutName, shortcut);
        }
        this.children = Collections.unmodifiableMap(all);
    }

    /** Returns a block whose shortcut is its input. */
    static ResidualBlock of(Sequential path) {
        return new ResidualBlock(path, "", null);
    }

    /** Returns a block with a shortcut of this name. */
    static ResidualBlock of(Sequential path, String shortcutName, Layer shortcut) {
        return new ResidualBlock(path, shortcutName, shortcut);
    }

    @Override
    public Tensor forward(Pass pass, Tensor... inputs) {
        Tensor x = Parts.one(this, inputs);
        Tensor y = path.forward(pass, x);
        Tensor passed = shortcut == null ? x : call(shortcut, pass, x);
        if (!y.shape().equals(passed.shape())) {
            throw new ShapeMismatchException(
                    "A residual block expects its path to give shape " + passed.shape() + ", received " + y.shape());
        }
        return Functional.addRelu(passed, y);
    }

    private Tensor call(Layer layer, Pass pass, Tensor x) {
        try {
            return layer.call(pass, x);
        } catch (ShapeMismatchException mismatch) {
            throw mismatch.at(shortcutName);
        }
    }

    @Override
    public Map<String, Layer> children() {
        return children;
    }

    @Override
    public Recipe recipe() {
        Json.Fields settings = shortcut == null ? Json.object() : Json.object().with(SHORTCUT, shortcutName);
        return Recipe.of(TYPE, settings, children);
    }

    static ResidualBlock build(JsonPlace settings, Map<String, Layer> children) {
        settings.allow(SHORTCUT);
        String name = settings.find(SHORTCUT).map(JsonPlace::text).orElse("");
        Map<String, Layer> left = new LinkedHashMap<>(children);
        Layer shortcut = left.remove(name);
        if (left.isEmpty() || (shortcut == null) != name.isEmpty()) {
            throw new IllegalArgumentException("a path, and a child of the shortcut's name, received \"" + name
                    + "\" and children " + children.keySet());
        }
        return new ResidualBlock(named(left), name, shortcut);
    }

    /** Returns layers one after the other under their names. */
    static Sequential named(Map<String, Layer> layers) {
        Sequential path = Sequential.of();
        for (Map.Entry<String, Layer> layer : layers.entrySet()) {
            path = path.then(layer.getKey(), layer.getValue());
        }
        return path;
    }

    @Override
    public String toString() {
        return Parts.text(TYPE, this);
    }
}
