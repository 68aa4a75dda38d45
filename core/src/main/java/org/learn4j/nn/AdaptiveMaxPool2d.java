package org.learn4j.nn;

import org.learn4j.autograd.Functional;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Tensor;

/**
 * Images [n, c, h, w] of any size as [n, c, rows, columns]: each pixel is the greatest of the share of the image that {@link
 * AdaptiveAvgPool2d} takes.
 *
 * <pre>{@code
 * Layer pool = AdaptiveMaxPool2d.of(1);
 * }</pre>
 */
public final class AdaptiveMaxPool2d implements Layer {
    private final int rows;
    private final int columns;

    private AdaptiveMaxPool2d(int rows, int columns) {
        this.rows = Expect.positive("AdaptiveMaxPool2d rows", rows);
        this.columns = Expect.positive("AdaptiveMaxPool2d columns", columns);
    }

    /** Returns a layer that gives so many rows and as many columns. */
    public static AdaptiveMaxPool2d of(int size) {
        return of(size, size);
    }

    /** Returns a layer that gives so many rows and columns. */
    public static AdaptiveMaxPool2d of(int rows, int columns) {
        return new AdaptiveMaxPool2d(rows, columns);
    }

    @Override
    public Tensor forward(Pass pass, Tensor... images) {
        Tensor x = Expect.images(this, images);
        return Functional.adaptiveMaxPool(x, rows, columns);
    }

    @Override
    public Recipe recipe() {
        return Recipe.of("AdaptiveMaxPool2d", Json.object().with("rows", rows).with("columns", columns));
    }

    static AdaptiveMaxPool2d build(JsonPlace settings) {
        settings.allow("rows", "columns");
        return of(settings.get("rows").integer(), settings.get("columns").integer());
    }

    @Override
    public String toString() {
        return "AdaptiveMaxPool2d.of(" + (rows == columns ? rows : rows + ", " + columns) + ")";
    }
}
