package org.learn4j.nn;

import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/**
 * All axes after the first as one: [n, c, h, w] becomes [n, c·h·w], and [n] becomes [n, 1].
 *
 * <pre>{@code
 * Layer model = Sequential.of(Flatten.of(), Linear.of(28 * 28, 10));
 * }</pre>
 */
public final class Flatten implements Layer {
    private Flatten() {}

    /** Returns the layer. */
    public static Flatten of() {
        return new Flatten();
    }

    @Override
    public Tensor forward(Pass pass, Tensor... inputs) {
        Tensor x = Expect.one(this, inputs);
        Shape shape = x.shape();
        if (shape.rank() == 0) {
            throw Expect.input(this, "[n, …]", shape);
        }
        return shape.rank() == 2 ? x : x.reshape(shape.dim(0), shape.without(0).elements());
    }

    @Override
    public Recipe recipe() {
        return Recipe.of("Flatten");
    }

    static Flatten build(JsonPlace settings) {
        settings.allow();
        return of();
    }

    @Override
    public String toString() {
        return "Flatten.of()";
    }
}
