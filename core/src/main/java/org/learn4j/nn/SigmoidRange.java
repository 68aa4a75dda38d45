package org.learn4j.nn;

import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Tensor;

/**
 * A sigmoid from {@code low} to {@code high} (fastai's {@code y_range}): where the answer is known to lie between two
 * numbers, the network need not learn it. The ends are only approached, so choose them a little wider than the data.
 *
 * <pre>{@code
 * Layer head = Sequential.of(Linear.of(500, 1), SigmoidRange.of(0, 5.5));    // ratings from 1 to 5
 * }</pre>
 */
public final class SigmoidRange implements Layer {
    private final double low;
    private final double high;

    private SigmoidRange(double low, double high) {
        if (!(low < high) || Double.isInfinite(high - low)) {
            throw new IllegalArgumentException(
                    "SigmoidRange expects two numbers, the lower first, received " + low + " and " + high);
        }
        this.low = low;
        this.high = high;
    }

    /** Returns a layer with outputs between two numbers. */
    public static SigmoidRange of(double low, double high) {
        return new SigmoidRange(low, high);
    }

    @Override
    public Tensor forward(Pass pass, Tensor... inputs) {
        return Expect.one(this, inputs).sigmoid().linear(high - low, low);
    }

    @Override
    public Recipe recipe() {
        return Recipe.of("SigmoidRange", Json.object().with("low", low).with("high", high));
    }

    static SigmoidRange build(JsonPlace settings) {
        settings.allow("low", "high");
        return of(settings.get("low").finite(), settings.get("high").finite());
    }

    @Override
    public String toString() {
        return "SigmoidRange.of(" + low + ", " + high + ")";
    }
}
