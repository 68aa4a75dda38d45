package org.learn4j.vision.model;

import java.util.Map;
import org.learn4j.nn.Layer;
import org.learn4j.nn.Pass;
import org.learn4j.nn.Recipe;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/**
 * The block of MobileNetV2 (Sandler et al. 2018): many channels within, few outside, nothing after the sum. Its path is the
 * child {@code conv}; the input is added where shapes stay.
 */
final class InvertedResidual implements Layer {
    static final String TYPE = "InvertedResidual";
    private static final String PATH = "conv";

    private final Layer path;
    private final boolean residual;

    private InvertedResidual(Layer path, boolean residual) {
        this.path = path;
        this.residual = residual;
    }

    /** Returns a block that adds its input, or one that does not. */
    static InvertedResidual of(Layer path, boolean residual) {
        return new InvertedResidual(path, residual);
    }

    @Override
    public Tensor forward(Pass pass, Tensor... inputs) {
        Tensor x = Parts.one(this, inputs);
        try {
            Tensor y = path.call(pass, x);
            return residual ? x.plus(y) : y;
        } catch (ShapeMismatchException mismatch) {
            throw mismatch.at(PATH);
        }
    }

    @Override
    public Map<String, Layer> children() {
        return Map.of(PATH, path);
    }

    @Override
    public Recipe recipe() {
        return Recipe.of(TYPE, Json.object().with("residual", residual), children());
    }

    static InvertedResidual build(JsonPlace settings, Map<String, Layer> children) {
        settings.allow("residual");
        Layer path = children.get(PATH);
        if (path == null || children.size() != 1) {
            throw new IllegalArgumentException("one child \"" + PATH + "\", received " + children.keySet());
        }
        return new InvertedResidual(path, settings.get("residual").bool());
    }

    @Override
    public String toString() {
        return Parts.text(TYPE, this);
    }
}
