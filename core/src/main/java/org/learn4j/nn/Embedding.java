package org.learn4j.nn;

import java.util.List;
import org.learn4j.autograd.Functional;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/**
 * A trainable vector for each category: INT32 codes [n] or [n, k] become [n, width] or [n, k, width]. It is a linear layer
 * applied to one-hot vectors, without the multiplication. Starts as fastai's: normal of deviation .01, cut off at two
 * deviations.
 *
 * <pre>{@code
 * Embedding stores = Embedding.of(1116, Embedding.sizeRule(1116));      // 81 numbers a store
 * }</pre>
 */
public final class Embedding implements Layer {
    private static final double DEVIATION = 0.01;
    private static final int WIDEST = 600;

    private final int categories;
    private final int width;
    private final Param weight;

    private Embedding(int categories, int width, Init init) {
        this.categories = Expect.positive("Embedding categories", categories);
        this.width = Expect.positive("Embedding width", width);
        this.weight = Param.of("weight", Shape.of(categories, width), init, Param.Role.WEIGHT);
    }

    /** Returns a table of one vector for each category. */
    public static Embedding of(int categories, int width) {
        return new Embedding(categories, width, Init.truncatedNormal(DEVIATION));
    }

    /** Returns fastai's rule of thumb for the width: {@code min(600, round(1.6 · categories^.56))}. */
    public static int sizeRule(int categories) {
        Expect.positive("Embedding categories", categories);
        return (int) Math.min(WIDEST, Math.rint(1.6 * Math.pow(categories, 0.56)));
    }

    /** Returns such a table that will start in another way. */
    public Embedding init(Init init) {
        return new Embedding(categories, width, init);
    }

    /** Returns the number of rows. */
    public int categories() {
        return categories;
    }

    /** Returns the length of each vector. */
    public int width() {
        return width;
    }

    /** Returns the table, [categories, width]. */
    public Param weight() {
        return weight;
    }

    @Override
    public Tensor forward(Pass pass, Tensor... inputs) {
        Tensor codes = Expect.one(this, inputs);
        if (codes.dtype() != DType.INT32) {
            throw new IllegalArgumentException(
                    this + " expects codes of type INT32, received " + codes.dtype() + " " + codes.shape());
        }
        Tensor column = codes.reshape(codes.elements(), 1);
        Tensor rows = Functional.embeddings(column, List.of(weight.value()));
        return codes.shape().rank() == 1
                ? rows
                : rows.reshape(codes.shape().concat(Shape.of(width)).dims());
    }

    @Override
    public List<Param> params() {
        return List.of(weight);
    }

    @Override
    public Recipe recipe() {
        return Recipe.of(
                "Embedding", Json.object().with("categories", categories).with("width", width));
    }

    static Embedding build(JsonPlace settings) {
        settings.allow("categories", "width");
        return of(settings.get("categories").integer(), settings.get("width").integer());
    }

    @Override
    public String toString() {
        return "Embedding.of(" + categories + ", " + width + ")";
    }
}
