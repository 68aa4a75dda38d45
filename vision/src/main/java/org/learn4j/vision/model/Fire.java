package org.learn4j.vision.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.learn4j.nn.Activation;
import org.learn4j.nn.Conv2d;
import org.learn4j.nn.Layer;
import org.learn4j.nn.Pass;
import org.learn4j.nn.Recipe;
import org.learn4j.nn.Sequential;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Tensor;

/** The module of SqueezeNet (Iandola et al. 2016): few channels of 1×1 filters, expanded by 1×1 and 3×3 filters side by side. */
final class Fire implements Layer {
    static final String TYPE = "Fire";

    private static final List<String> SQUEEZE = List.of("squeeze", "squeeze_activation");
    private static final List<String> SMALL = List.of("expand1x1", "expand1x1_activation");
    private static final List<String> LARGE = List.of("expand3x3", "expand3x3_activation");

    private final Sequential squeeze;
    private final Sequential small;
    private final Sequential large;
    private final Map<String, Layer> children;

    private Fire(Map<String, Layer> children) {
        this.children = Collections.unmodifiableMap(new LinkedHashMap<>(children));
        this.squeeze = path(SQUEEZE);
        this.small = path(SMALL);
        this.large = path(LARGE);
    }

    private Sequential path(List<String> names) {
        Sequential path = Sequential.of();
        for (String name : names) {
            Layer layer = children.get(name);
            if (layer == null || children.size() != 6) {
                throw new IllegalArgumentException(
                        "children " + SQUEEZE + ", " + SMALL + " and " + LARGE + ", received " + children.keySet());
            }
            path = path.then(name, layer);
        }
        return path;
    }

    static Fire of(int inputs, int squeezed, int expanded) {
        Map<String, Layer> children = new LinkedHashMap<>();
        children.put("squeeze", SqueezeNet.conv(inputs, squeezed, 1));
        children.put("squeeze_activation", Activation.relu());
        children.put("expand1x1", SqueezeNet.conv(squeezed, expanded, 1));
        children.put("expand1x1_activation", Activation.relu());
        Conv2d large = SqueezeNet.conv(squeezed, expanded, 3).padding(1);
        children.put("expand3x3", large);
        children.put("expand3x3_activation", Activation.relu());
        return new Fire(children);
    }

    @Override
    public Tensor forward(Pass pass, Tensor... inputs) {
        Tensor squeezed = squeeze.forward(pass, Parts.one(this, inputs));
        return Tensor.concat(1, small.forward(pass, squeezed), large.forward(pass, squeezed));
    }

    @Override
    public Map<String, Layer> children() {
        return children;
    }

    @Override
    public Recipe recipe() {
        return Recipe.of(TYPE, Json.object(), children);
    }

    static Fire build(JsonPlace settings, Map<String, Layer> children) {
        settings.allow();
        return new Fire(children);
    }

    @Override
    public String toString() {
        return Parts.text(TYPE, this);
    }
}
