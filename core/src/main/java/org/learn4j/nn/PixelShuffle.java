package org.learn4j.nn;

import org.learn4j.autograd.Functional;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Tensor;

/**
 * Images [n, c·f², h, w] as [n, c, h·f, w·f]: f² channels become a square of pixels, so that a convolution before it makes
 * pictures larger (Shi et al. 2016).
 *
 * <pre>{@code
 * Layer twiceAsLarge = Sequential.of(
 *         Conv2d.of(64, 4 * 32, 1).init(Init.icnr(Init.kaimingNormal(), 2)), PixelShuffle.of(2));
 * }</pre>
 */
public final class PixelShuffle implements Layer {
    private final int factor;

    private PixelShuffle(int factor) {
        this.factor = Expect.positive("PixelShuffle factor", factor);
    }

    /** Returns a layer that makes images so many times as high and as wide. */
    public static PixelShuffle of(int factor) {
        return new PixelShuffle(factor);
    }

    @Override
    public Tensor forward(Pass pass, Tensor... images) {
        return Functional.pixelShuffle(Expect.images(this, images), factor);
    }

    @Override
    public Recipe recipe() {
        return Recipe.of("PixelShuffle", Json.object().with("factor", factor));
    }

    static PixelShuffle build(JsonPlace settings) {
        settings.allow("factor");
        return of(settings.get("factor").integer());
    }

    @Override
    public String toString() {
        return "PixelShuffle.of(" + factor + ")";
    }
}
