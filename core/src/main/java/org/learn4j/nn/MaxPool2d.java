package org.learn4j.nn;

import org.learn4j.autograd.Functional;
import org.learn4j.kernel.Window;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Tensor;

/**
 * The greatest pixel under a window that moves over each channel of images [n, c, h, w].
 *
 * <pre>{@code
 * Layer pool = MaxPool2d.of(3).stride(2).padding(1);     // a ResNet's
 * }</pre>
 */
public final class MaxPool2d implements Layer {
    private final Window window;
    private final boolean ceiling;

    private MaxPool2d(Window window, boolean ceiling) {
        this.window = window;
        this.ceiling = ceiling;
    }

    /** Returns a layer with a square window that moves by its own size, without padding. */
    public static MaxPool2d of(int size) {
        return of(Window.of(size).stride(size));
    }

    /** Returns a layer whose window moves as given. */
    public static MaxPool2d of(Window window) {
        return new MaxPool2d(window, false);
    }

    /** Returns such a layer whose window moves so many pixels at a time. */
    public MaxPool2d stride(int pixels) {
        return new MaxPool2d(window.stride(pixels), ceiling);
    }

    /** Returns such a layer with so many pixels around the image, at most half the window. */
    public MaxPool2d padding(int pixels) {
        return new MaxPool2d(window.padding(pixels), ceiling);
    }

    /** Returns such a layer with one place more where pixels would be left out at the lower or right edge. */
    public MaxPool2d ceiling() {
        return new MaxPool2d(window, true);
    }

    /** Returns such a layer whose window looks at pixels this far apart. */
    public MaxPool2d dilation(int pixels) {
        return new MaxPool2d(window.dilation(pixels), ceiling);
    }

    @Override
    public Tensor forward(Pass pass, Tensor... images) {
        Tensor x = Expect.images(this, images);
        return Functional.maxPool(x, window, ceiling);
    }

    @Override
    public Recipe recipe() {
        return Recipe.of("MaxPool2d", WindowRecipe.write(window, Json.object()).with("ceiling", ceiling));
    }

    static MaxPool2d build(JsonPlace settings) {
        settings.allow(WindowRecipe.names("ceiling"));
        return new MaxPool2d(
                WindowRecipe.read(settings), settings.get("ceiling").bool());
    }

    @Override
    public String toString() {
        return "MaxPool2d.of(" + WindowRecipe.expression(window, window.height(), window.width())
                + (ceiling ? ".ceiling()" : "");
    }
}
