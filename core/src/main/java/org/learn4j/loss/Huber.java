package org.learn4j.loss;

import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Tensor;

/** Half the squared difference d up to |d| = δ, then δ·(|d| − δ/2): with m = min(|d|, δ), both are m·(|d| − m/2). */
record Huber(double delta) implements RegressionLoss {
    Huber {
        if (!(delta > 0 && delta < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("huber expects a delta above 0, received " + delta);
        }
    }

    @Override
    public String name() {
        return "huber";
    }

    @Override
    public Tensor of(Tensor difference) {
        Tensor size = difference.abs();
        Tensor limited = size.clamp(0, delta);
        return limited.times(size.minus(limited.times(0.5)));
    }

    @Override
    public Json.Fields recipe() {
        return Json.object().with("type", name()).with("delta", delta);
    }

    static Loss build(JsonPlace recipe) {
        return new Huber(recipe.allow("type", "delta").get("delta").finite());
    }
}
