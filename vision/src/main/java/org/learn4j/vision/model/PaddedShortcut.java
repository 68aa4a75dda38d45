package org.learn4j.vision.model;

import org.learn4j.nn.Layer;
import org.learn4j.nn.Pass;
import org.learn4j.nn.Recipe;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/** The shortcut without parameters (He et al. 2015, option A): every second pixel, and new channels of zeros on both sides. */
final class PaddedShortcut implements Layer {
    static final String TYPE = "PaddedShortcut";

    private final int inputs;
    private final int outputs;

    private PaddedShortcut(int inputs, int outputs) {
        if (inputs < 1 || outputs < inputs || (outputs - inputs) % 2 != 0) {
            throw new IllegalArgumentException(
                    TYPE + " expects an even number of channels more, received " + inputs + " and " + outputs);
        }
        this.inputs = inputs;
        this.outputs = outputs;
    }

    /** Returns the shortcut between so many channels. */
    static PaddedShortcut of(int inputs, int outputs) {
        return new PaddedShortcut(inputs, outputs);
    }

    @Override
    public Tensor forward(Pass pass, Tensor... images) {
        Tensor x = Parts.one(this, images);
        Parts.requireImages(this, inputs, x);
        Shape shape = x.shape();
        Tensor half = x.slice(2, 0, shape.dim(2), 2).slice(3, 0, shape.dim(3), 2);
        if (outputs == inputs) {
            return half;
        }
        Tensor zeros = Tensor.zeros(x.dtype(), half.shape().with(1, (outputs - inputs) / 2));
        return Tensor.concat(1, zeros, half, zeros);
    }

    @Override
    public Recipe recipe() {
        return Recipe.of(TYPE, Json.object().with("inputs", inputs).with("outputs", outputs));
    }

    static PaddedShortcut build(JsonPlace settings) {
        settings.allow("inputs", "outputs");
        return new PaddedShortcut(
                settings.get("inputs").integer(), settings.get("outputs").integer());
    }

    @Override
    public String toString() {
        return TYPE + ".of(" + inputs + ", " + outputs + ")";
    }
}
