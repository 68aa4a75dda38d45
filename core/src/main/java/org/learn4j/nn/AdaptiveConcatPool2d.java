package org.learn4j.nn;

import org.learn4j.autograd.Functional;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Tensor;

/**
 * {@link AdaptiveMaxPool2d} and {@link AdaptiveAvgPool2d} side by side, the greatest first: [n, c, h, w] becomes [n, 2c, rows,
 * columns]. fastai's heads begin with it: a feature's mean says how much of it there is, its maximum whether it is there at all.
 *
 * <pre>{@code
 * Layer head = Sequential.of(AdaptiveConcatPool2d.of(1), Flatten.of(), Linear.of(2 * 512, 37));
 * }</pre>
 */
public final class AdaptiveConcatPool2d implements Layer {
    private final int rows;
    private final int columns;

    private AdaptiveConcatPool2d(int rows, int columns) {
        this.rows = Expect.positive("AdaptiveConcatPool2d rows", rows);
        this.columns = Expect.positive("AdaptiveConcatPool2d columns", columns);
    }

    /** Returns a layer that gives so many rows and as many columns. */
    public static AdaptiveConcatPool2d of(int size) {
        return of(size, size);
    }

    /** Returns a layer that gives so many rows and columns. */
    public static AdaptiveConcatPool2d of(int rows, int columns) {
        return new AdaptiveConcatPool2d(rows, columns);
    }

    @Override
    public Tensor forward(Pass pass, Tensor... images) {
        Tensor x = Expect.images(this, images);
        return Tensor.concat(
                1, Functional.adaptiveMaxPool(x, rows, columns), Functional.adaptiveAveragePool(x, rows, columns));
    }

    @Override
    public Recipe recipe() {
        return Recipe.of(
                "AdaptiveConcatPool2d", Json.object().with("rows", rows).with("columns", columns));
    }

    static AdaptiveConcatPool2d build(JsonPlace settings) {
        settings.allow("rows", "columns");
        return of(settings.get("rows").integer(), settings.get("columns").integer());
    }

    @Override
    public String toString() {
        return "AdaptiveConcatPool2d.of(" + (rows == columns ? rows : rows + ", " + columns) + ")";
    }
}
