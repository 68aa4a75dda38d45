package org.learn4j.nn;

import org.learn4j.autograd.Functional;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/**
 * In training, sets whole channels of images [n, c, h, w] to 0 with probability p and multiplies the others by 1/(1−p); in
 * evaluation, passes its input on (Tompson et al. 2015). Neighbouring pixels say nearly the same: dropping one of them would take
 * little away.
 *
 * <pre>{@code
 * Layer block = Sequential.of(Conv2d.of(64, 64, 3).padding(1), Activation.relu(), Dropout2d.of(0.1));
 * }</pre>
 */
public final class Dropout2d implements Layer {
    private final double probability;

    private Dropout2d(double probability) {
        if (!(probability >= 0 && probability < 1)) {
            throw new IllegalArgumentException("Dropout2d expects a probability in [0, 1), received " + probability);
        }
        this.probability = probability;
    }

    /** Returns a layer that drops with this probability, 0 or more and less than 1. */
    public static Dropout2d of(double probability) {
        return new Dropout2d(probability);
    }

    /** Returns the probability with which a channel is dropped. */
    public double probability() {
        return probability;
    }

    @Override
    public Tensor forward(Pass pass, Tensor... inputs) {
        Tensor x = Expect.images(this, inputs);
        if (probability == 0 || !pass.isTraining()) {
            return x;
        }
        Tensor kept = Tensor.uninitialized(
                x.dtype(), Shape.of(x.shape().dim(0), x.shape().dim(1), 1, 1));
        return x.times(Functional.dropout(kept.fill(1), probability, pass.nextSeed()));
    }

    @Override
    public Recipe recipe() {
        return Recipe.of("Dropout2d", Json.object().with("probability", probability));
    }

    static Dropout2d build(JsonPlace settings) {
        settings.allow("probability");
        return of(settings.get("probability").finite());
    }

    @Override
    public String toString() {
        return "Dropout2d.of(" + probability + ")";
    }
}
