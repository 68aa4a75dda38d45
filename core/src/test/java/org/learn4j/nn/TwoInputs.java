package org.learn4j.nn;

import java.util.LinkedHashMap;
import java.util.Map;
import org.learn4j.persist.Json;
import org.learn4j.tensor.Tensor;

/** A layer of the user's own with two inputs, as a tabular model has: codes and continuous columns. */
final class TwoInputs implements Layer {
    private final Embeddings embeddings;
    private final BatchNorm1d continuous;
    private final Layer body;

    TwoInputs(Embeddings embeddings, BatchNorm1d continuous, Layer body) {
        this.embeddings = embeddings;
        this.continuous = continuous;
        this.body = body;
    }

    @Override
    public Tensor forward(Pass pass, Tensor... inputs) {
        Tensor embedded = embeddings.call(pass, inputs[0]);
        return body.call(pass, Tensor.concat(1, embedded, continuous.call(pass, inputs[1])));
    }

    @Override
    public Map<String, Layer> children() {
        Map<String, Layer> children = new LinkedHashMap<>();
        children.put("embeddings", embeddings);
        children.put("continuous", continuous);
        children.put("body", body);
        return children;
    }

    @Override
    public Recipe recipe() {
        return Recipe.of("TwoInputs", Json.object(), children());
    }
}
