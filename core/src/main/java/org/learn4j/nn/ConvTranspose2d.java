package org.learn4j.nn;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.learn4j.autograd.Functional;
import org.learn4j.kernel.Window;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/**
 * A transposed convolution: the map whose gradient is a convolution, so that images grow where a convolution shrinks them. x [n,
 * inputs, h, w] gives [n, outputs, h′, w′] with h′ = (h − 1)·stride − 2·padding + dilation·(kernel − 1) + 1 + outputPadding.
 * Weight [inputs, outputs / groups, kernel height, kernel width] and bias [outputs] start as PyTorch's do, uniform in ±1/√fan
 * with a fan of outputs / groups · kernel height · kernel width.
 *
 * <pre>{@code
 * Layer twiceAsLarge = ConvTranspose2d.of(64, 32, 2).stride(2);
 * }</pre>
 */
public final class ConvTranspose2d implements Layer {
    private final Settings settings;
    private final Param weight;
    private final @Nullable Param bias;

    private ConvTranspose2d(Settings settings) {
        this.settings = settings;
        Shape shape = Shape.of(
                settings.inputs, settings.outputs / settings.groups, settings.window.height(), settings.window.width());
        this.weight = Param.of("weight", shape, settings.start(settings.init), Param.Role.WEIGHT);
        this.bias = settings.biased
                ? Param.of("bias", Shape.of(settings.outputs), settings.start(settings.biasInit), Param.Role.BIAS)
                : null;
    }

    /** Returns a layer with a square kernel, stride 1, no padding and a bias. */
    public static ConvTranspose2d of(int inputs, int outputs, int kernel) {
        return of(inputs, outputs, kernel, kernel);
    }

    /** Returns a layer with stride 1, no padding and a bias. */
    public static ConvTranspose2d of(int inputs, int outputs, int kernelHeight, int kernelWidth) {
        return of(inputs, outputs, Window.of(kernelHeight, kernelWidth));
    }

    /** Returns a layer whose kernel moves as a window says, with a bias. */
    public static ConvTranspose2d of(int inputs, int outputs, Window window) {
        return new ConvTranspose2d(new Settings(inputs, outputs, window, 1, 0, true, null, null));
    }

    /** Returns such a layer whose kernel moves so many pixels at a time. */
    public ConvTranspose2d stride(int pixels) {
        return new ConvTranspose2d(settings.with(settings.window.stride(pixels)));
    }

    /** Returns such a layer whose output lacks so many pixels on each side. */
    public ConvTranspose2d padding(int pixels) {
        return new ConvTranspose2d(settings.with(settings.window.padding(pixels)));
    }

    /** Returns such a layer whose kernel looks at pixels this far apart. */
    public ConvTranspose2d dilation(int pixels) {
        return new ConvTranspose2d(settings.with(settings.window.dilation(pixels)));
    }

    /** Returns such a layer whose channels are split into groups that do not see one another. */
    public ConvTranspose2d groups(int count) {
        return new ConvTranspose2d(new Settings(
                settings.inputs,
                settings.outputs,
                settings.window,
                count,
                settings.more,
                settings.biased,
                settings.init,
                settings.biasInit));
    }

    /** Returns such a layer whose output has so many rows and columns more, fewer than the stride. */
    public ConvTranspose2d outputPadding(int more) {
        return new ConvTranspose2d(new Settings(
                settings.inputs,
                settings.outputs,
                settings.window,
                settings.groups,
                more,
                settings.biased,
                settings.init,
                settings.biasInit));
    }

    /** Returns such a layer without a bias. */
    public ConvTranspose2d withoutBias() {
        return new ConvTranspose2d(settings.biased(false, settings.init, null));
    }

    /** Returns such a layer whose weight will start in another way. */
    public ConvTranspose2d init(Init weightInit) {
        return new ConvTranspose2d(settings.biased(settings.biased, weightInit, settings.biasInit));
    }

    /** Returns such a layer whose bias will start in another way, and is there. */
    public ConvTranspose2d biasInit(Init start) {
        return new ConvTranspose2d(settings.biased(true, settings.init, start));
    }

    /** Returns the number of input channels. */
    public int inputs() {
        return settings.inputs;
    }

    /** Returns the number of output channels. */
    public int outputs() {
        return settings.outputs;
    }

    /** Returns how the kernel moves over the image. */
    public Window window() {
        return settings.window;
    }

    /** Returns the number of groups. */
    public int groups() {
        return settings.groups;
    }

    /** Returns the weight, [inputs, outputs / groups, kernel height, kernel width]. */
    public Param weight() {
        return weight;
    }

    /** Returns the bias, [outputs], unless the layer has none. */
    public Optional<Param> bias() {
        return Optional.ofNullable(bias);
    }

    @Override
    public Tensor forward(Pass pass, Tensor... images) {
        Tensor x = Expect.one(this, images);
        if (x.shape().rank() != 4 || x.shape().dim(1) != settings.inputs) {
            throw Expect.input(this, "[n, " + settings.inputs + ", h, w]", x.shape());
        }
        return Functional.transposedConv2d(
                x,
                weight.value(),
                bias == null ? null : bias.value(),
                settings.window,
                settings.groups,
                settings.more,
                settings.more);
    }

    @Override
    public List<Param> params() {
        return bias == null ? List.of(weight) : List.of(weight, bias);
    }

    @Override
    public Recipe recipe() {
        return Recipe.of(
                "ConvTranspose2d",
                WindowRecipe.write(
                                settings.window,
                                Json.object().with("inputs", settings.inputs).with("outputs", settings.outputs))
                        .with("groups", settings.groups)
                        .with("outputPadding", settings.more)
                        .with("bias", bias != null));
    }

    static ConvTranspose2d build(JsonPlace settings) {
        settings.allow(WindowRecipe.names("inputs", "outputs", "groups", "outputPadding", "bias"));
        return new ConvTranspose2d(new Settings(
                settings.get("inputs").integer(),
                settings.get("outputs").integer(),
                WindowRecipe.read(settings),
                settings.get("groups").integer(),
                settings.get("outputPadding").integer(),
                settings.get("bias").bool(),
                null,
                null));
    }

    @Override
    public String toString() {
        return "ConvTranspose2d.of(" + settings.inputs + ", " + settings.outputs + ", "
                + WindowRecipe.expression(settings.window)
                + (settings.groups == 1 ? "" : ".groups(" + settings.groups + ")")
                + (settings.more == 0 ? "" : ".outputPadding(" + settings.more + ")")
                + (bias == null ? ".withoutBias()" : "");
    }

    /** What the layer was told; starts that are null are the usual ones. */
    private record Settings(
            int inputs,
            int outputs,
            Window window,
            int groups,
            int more,
            boolean biased,
            @Nullable Init init,
            @Nullable Init biasInit) {
        Settings {
            Expect.positive("ConvTranspose2d inputs", inputs);
            Expect.positive("ConvTranspose2d outputs", outputs);
            Expect.groups("ConvTranspose2d", groups, inputs, outputs);
            int most = Math.max(
                    Math.max(window.strideHeight(), window.dilationHeight()),
                    Math.max(window.strideWidth(), window.dilationWidth()));
            if (more < 0 || (more > 0 && more >= most)) {
                throw new IllegalArgumentException(
                        "ConvTranspose2d expects an output padding from 0 to less than the stride or the dilation,"
                                + " received " + more + " with a " + window);
            }
        }

        Settings with(Window moved) {
            return new Settings(inputs, outputs, moved, groups, more, biased, init, biasInit);
        }

        Settings biased(boolean has, @Nullable Init weightInit, @Nullable Init shiftInit) {
            return new Settings(inputs, outputs, window, groups, more, has, weightInit, shiftInit);
        }

        Init start(@Nullable Init chosen) {
            return chosen == null ? Init.fanInUniform((long) outputs / groups * window.area()) : chosen;
        }
    }
}
