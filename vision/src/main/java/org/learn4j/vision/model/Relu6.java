package org.learn4j.vision.model;

import org.learn4j.nn.Layer;
import org.learn4j.nn.Pass;
import org.learn4j.nn.Recipe;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Tensor;

/** min(max(x, 0), 6), which keeps numbers of few bits exact (Howard et al. 2017). */
final class Relu6 implements Layer {
    static final String TYPE = "Relu6";

    private Relu6() {}

    static Relu6 of() {
        return new Relu6();
    }

    @Override
    public Tensor forward(Pass pass, Tensor... inputs) {
        return Parts.one(this, inputs).clamp(0, 6);
    }

    @Override
    public Recipe recipe() {
        return Recipe.of(TYPE);
    }

    static Relu6 build(JsonPlace settings) {
        settings.allow();
        return new Relu6();
    }

    @Override
    public String toString() {
        return TYPE + ".of()";
    }
}
