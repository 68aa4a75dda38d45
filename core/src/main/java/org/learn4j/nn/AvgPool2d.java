package org.learn4j.nn;

import org.learn4j.autograd.Functional;
import org.learn4j.kernel.Window;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Tensor;

/**
 * The mean of the pixels under a window that moves over each channel of images [n, c, h, w]. As in PyTorch the zeros of the
 * padding count, unless told otherwise.
 *
 * <pre>{@code
 * Layer half = AvgPool2d.of(2).ceiling();
 * }</pre>
 */
public final class AvgPool2d implements Layer {
    private final Window window;
    private final boolean ceiling;
    private final boolean countPadding;

    private AvgPool2d(Window window, boolean ceiling, boolean countPadding) {
        this.window = window;
        this.ceiling = ceiling;
        this.countPadding = countPadding;
    }

    /** Returns a layer with a square window that moves by its own size, without padding. */
    public static AvgPool2d of(int size) {
        return of(Window.of(size).stride(size));
    }

    /** Returns a layer whose window moves as given. */
    public static AvgPool2d of(Window window) {
        return new AvgPool2d(window, false, true);
    }

    /** Returns such a layer whose window moves so many pixels at a time. */
    public AvgPool2d stride(int pixels) {
        return new AvgPool2d(window.stride(pixels), ceiling, countPadding);
    }

    /** Returns such a layer with so many pixels around the image, at most half the window. */
    public AvgPool2d padding(int pixels) {
        return new AvgPool2d(window.padding(pixels), ceiling, countPadding);
    }

    /** Returns such a layer with one place more where pixels would be left out at the lower or right edge. */
    public AvgPool2d ceiling() {
        return new AvgPool2d(window, true, countPadding);
    }

    /** Returns such a layer that divides by the number of pixels seen, without those of the padding. */
    public AvgPool2d withoutPadding() {
        return new AvgPool2d(window, ceiling, false);
    }

    @Override
    public Tensor forward(Pass pass, Tensor... images) {
        Tensor x = Expect.images(this, images);
        return Functional.averagePool(x, window, ceiling, countPadding);
    }

    @Override
    public Recipe recipe() {
        return Recipe.of(
                "AvgPool2d",
                WindowRecipe.write(window, Json.object())
                        .with("ceiling", ceiling)
                        .with("countPadding", countPadding));
    }

    static AvgPool2d build(JsonPlace settings) {
        settings.allow(WindowRecipe.names("ceiling", "countPadding"));
        return new AvgPool2d(
                WindowRecipe.read(settings),
                settings.get("ceiling").bool(),
                settings.get("countPadding").bool());
    }

    @Override
    public String toString() {
        return "AvgPool2d.of(" + WindowRecipe.expression(window, window.height(), window.width())
                + (ceiling ? ".ceiling()" : "")
                + (countPadding ? "" : ".withoutPadding()");
    }
}
