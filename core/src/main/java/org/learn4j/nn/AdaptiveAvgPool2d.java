package org.learn4j.nn;

import org.learn4j.autograd.Functional;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Tensor;

/**
 * Images [n, c, h, w] of any size as [n, c, rows, columns]: each pixel is the mean of its share of the image, from ⌊i·h/rows⌋ to
 * ⌈(i + 1)·h/rows⌉, as in PyTorch. With one row and column it is the mean of each channel, which makes a network independent of
 * the image's size.
 *
 * <pre>{@code
 * Layer head = Sequential.of(AdaptiveAvgPool2d.of(1), Flatten.of(), Linear.of(512, 37));
 * }</pre>
 */
public final class AdaptiveAvgPool2d implements Layer {
    private final int rows;
    private final int columns;

    private AdaptiveAvgPool2d(int rows, int columns) {
        this.rows = Expect.positive("AdaptiveAvgPool2d rows", rows);
        this.columns = Expect.positive("AdaptiveAvgPool2d columns", columns);
    }

    /** Returns a layer that gives so many rows and as many columns. */
    public static AdaptiveAvgPool2d of(int size) {
        return of(size, size);
    }

    /** Returns a layer that gives so many rows and columns. */
    public static AdaptiveAvgPool2d of(int rows, int columns) {
        return new AdaptiveAvgPool2d(rows, columns);
    }

    @Override
    public Tensor forward(Pass pass, Tensor... images) {
        Tensor x = Expect.images(this, images);
        return Functional.adaptiveAveragePool(x, rows, columns);
    }

    @Override
    public Recipe recipe() {
        return Recipe.of("AdaptiveAvgPool2d", Json.object().with("rows", rows).with("columns", columns));
    }

    static AdaptiveAvgPool2d build(JsonPlace settings) {
        settings.allow("rows", "columns");
        return of(settings.get("rows").integer(), settings.get("columns").integer());
    }

    @Override
    public String toString() {
        return "AdaptiveAvgPool2d.of(" + (rows == columns ? rows : rows + ", " + columns) + ")";
    }
}
