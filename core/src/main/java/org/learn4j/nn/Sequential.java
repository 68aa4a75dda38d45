package org.learn4j.nn;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/**
 * Layers one after the other. They are named {@code "0"}, {@code "1"}, … as in PyTorch, or as {@link #then(String, Layer)}
 * says; the names make the paths of parameters in files and of layers in error messages.
 *
 * <pre>{@code
 * Sequential model = Sequential.of(Linear.of(784, 50), Activation.relu(), Linear.of(50, 10));
 * Sequential named = Sequential.of().then("body", body).then("head", Linear.of(512, 37));
 * }</pre>
 *
 * <p>The first layer receives all inputs. A linear layer or batch norm and the activation behind it are computed in one
 * operation where there is one for the pair and neither has hooks; results are the same.
 */
public final class Sequential implements Layer, LayerText.Container {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+");

    private final Map<String, Layer> children;
    private final String[] names;
    private final Layer[] layers;

    private Sequential(Map<String, Layer> children) {
        this.children = Collections.unmodifiableMap(children);
        this.names = children.keySet().toArray(new String[0]);
        this.layers = children.values().toArray(new Layer[0]);
        for (String name : names) {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "A layer's name consists of letters, digits, _ and -, received \"" + name + "\"");
            }
        }
    }

    /** Returns the layers one after the other, numbered from 0. */
    public static Sequential of(Layer... layers) {
        Map<String, Layer> children = new LinkedHashMap<>();
        for (Layer layer : layers) {
            children.put(Integer.toString(children.size()), layer);
        }
        return new Sequential(children);
    }

    /** Returns these layers followed by one more, which gets the next number as its name. */
    public Sequential then(Layer layer) {
        return then(Integer.toString(layers.length), layer);
    }

    /**
     * Returns these layers followed by one more.
     *
     * @throws IllegalArgumentException if the name is taken, empty, or has other characters than letters, digits, _ and -
     */
    public Sequential then(String name, Layer layer) {
        Map<String, Layer> more = new LinkedHashMap<>(children);
        if (more.put(name, layer) != null) {
            throw new IllegalArgumentException(
                    "Layers of a Sequential have different names, received \"" + name + "\" twice");
        }
        return new Sequential(more);
    }

    @Override
    public Tensor forward(Pass pass, Tensor... inputs) {
        return run(pass, names, layers, inputs);
    }

    /**
     * Runs layers one after the other, computed together where this class does so. For layers that are not a Sequential but
     * have such a chain in them:
     *
     * <pre>{@code
     * public Tensor forward(Pass pass, Tensor... inputs) {
     *     Tensor y = Sequential.run(pass, inputs[0], conv1, bn1, relu, conv2, bn2);
     *     return Functional.addRelu(y, inputs[0]);
     * }
     * }</pre>
     */
    public static Tensor run(Pass pass, Tensor input, Layer... chain) {
        return run(pass, null, chain, input);
    }

    private static Tensor run(Pass pass, String @Nullable [] names, Layer[] layers, Tensor... inputs) {
        Tensor[] flowing = inputs;
        for (int i = 0; i < layers.length; i++) {
            try {
                if (flowing.length == 1 && !pass.isTraining() && foldsWithNext(layers, i)) {
                    boolean relu = i + 2 < layers.length
                            && layers[i + 2] instanceof Activation activation
                            && activation.isRelu()
                            && !LayerHooks.isHooked(activation);
                    Conv2d convolution = (Conv2d) layers[i];
                    flowing =
                            new Tensor[] {Folding.forward(convolution, (BatchNorm2d) layers[i + 1], relu, flowing[0])};
                    i += relu ? 2 : 1;
                } else if (flowing.length == 1 && fusesWithNext(layers, i)) {
                    FusesActivation layer = (FusesActivation) layers[i];
                    flowing = new Tensor[] {layer.forward(pass, (Activation) layers[i + 1], flowing[0])};
                    i++;
                } else {
                    flowing = new Tensor[] {layers[i].call(pass, flowing)};
                }
            } catch (ShapeMismatchException mismatch) {
                throw names == null ? mismatch : mismatch.at(names[i]);
            }
        }
        return only(flowing);
    }

    private static Tensor only(Tensor... flowing) {
        if (flowing.length != 1) {
            throw new IllegalArgumentException("Sequential expects one input, received " + flowing.length);
        }
        return flowing[0];
    }

    private static boolean foldsWithNext(Layer[] layers, int i) {
        return layers[i] instanceof Conv2d convolution
                && i + 1 < layers.length
                && layers[i + 1] instanceof BatchNorm2d norm
                && convolution.weight().isInitialized()
                && norm.statistics().runningVariance.isInitialized()
                && Folding.folds(convolution, norm)
                && !LayerHooks.isHooked(convolution)
                && !LayerHooks.isHooked(norm);
    }

    private static boolean fusesWithNext(Layer[] layers, int i) {
        return layers[i] instanceof FusesActivation layer
                && i + 1 < layers.length
                && layers[i + 1] instanceof Activation activation
                && layer.fuses(activation)
                && !LayerHooks.isHooked(layers[i])
                && !LayerHooks.isHooked(activation);
    }

    @Override
    public Map<String, Layer> children() {
        return children;
    }

    @Override
    public Recipe recipe() {
        return Recipe.of("Sequential", Json.object(), children);
    }

    static Sequential build(JsonPlace settings, Map<String, Layer> children) {
        settings.allow();
        return new Sequential(new LinkedHashMap<>(children));
    }

    @Override
    public String expression() {
        int numbered = 0;
        while (numbered < names.length && names[numbered].equals(Integer.toString(numbered))) {
            numbered++;
        }
        if (numbered == names.length) {
            return LayerText.call("Sequential.of(", children.values());
        }
        StringBuilder text = new StringBuilder("Sequential.of()");
        children.forEach((name, child) -> text.append(LayerText.call(".then(\"" + name + "\",", child)));
        return text.toString();
    }

    @Override
    public String toString() {
        return LayerText.of(this);
    }
}
