package org.learn4j.nn;

import org.learn4j.autograd.Functional;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Tensor;

/**
 * In training, sets each activation to 0 with probability p and multiplies the others by 1/(1−p), so that the expected value
 * stays; in evaluation, passes its input on (Srivastava et al. 2014). No unit can rely on another being there, as if a
 * different, thinner network were trained on every batch.
 *
 * <pre>{@code
 * Layer block = Sequential.of(Linear.of(1000, 500), Activation.relu(), Dropout.of(0.01));
 * }</pre>
 */
public final class Dropout implements Layer {
    private final double probability;

    private Dropout(double probability) {
        if (!(probability >= 0 && probability < 1)) {
            throw new IllegalArgumentException("Dropout expects a probability in [0, 1), received " + probability);
        }
        this.probability = probability;
    }

    /** Returns a layer that drops with this probability, 0 or more and less than 1. */
    public static Dropout of(double probability) {
        return new Dropout(probability);
    }

    /** Returns the probability with which an activation is dropped. */
    public double probability() {
        return probability;
    }

    @Override
    public Tensor forward(Pass pass, Tensor... inputs) {
        Tensor x = Expect.one(this, inputs);
        return probability > 0 && pass.isTraining() ? Functional.dropout(x, probability, pass.nextSeed()) : x;
    }

    @Override
    public Recipe recipe() {
        return Recipe.of("Dropout", Json.object().with("probability", probability));
    }

    static Dropout build(JsonPlace settings) {
        settings.allow("probability");
        return of(settings.get("probability").finite());
    }

    @Override
    public String toString() {
        return "Dropout.of(" + probability + ")";
    }
}
