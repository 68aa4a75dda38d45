package org.learn4j.nn;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.learn4j.autograd.Functional;
import org.learn4j.autograd.PaddingMode;
import org.learn4j.kernel.Window;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/**
 * A convolution of images: each output channel is the sum of the input channels, seen through a small kernel that moves over the
 * picture, plus a bias. x [n, inputs, h, w] gives [n, outputs, h′, w′] with h′ = ⌊(h + 2·padding − dilation·(kernel − 1) − 1) /
 * stride⌋ + 1. Weight [outputs, inputs / groups, kernel height, kernel width] and bias [outputs] start as PyTorch's do, uniform
 * in ±1/√fan with a fan of inputs / groups · kernel height · kernel width.
 *
 * <pre>{@code
 * Conv2d stem = Conv2d.of(3, 64, 7).stride(2).padding(3).withoutBias();
 * Conv2d depthwise = Conv2d.of(32, 32, 3).padding(1).groups(32);
 * }</pre>
 *
 * <p>Outputs lie channels last in memory ({@link Tensor#isChannelsLast()}); images that lie otherwise are copied on the way in.
 */
public final class Conv2d implements HasWeight {
    private final Settings settings;
    private final Param weight;
    private final @Nullable Param bias;

    private Conv2d(Settings settings) {
        this.settings = settings;
        Shape shape = Shape.of(
                settings.outputs, settings.inputs / settings.groups, settings.window.height(), settings.window.width());
        this.weight = Param.of("weight", shape, settings.start(settings.init), Param.Role.WEIGHT);
        this.bias = settings.biased
                ? Param.of("bias", Shape.of(settings.outputs), settings.start(settings.biasInit), Param.Role.BIAS)
                : null;
    }

    /** Returns a layer with a square kernel, stride 1, no padding and a bias. */
    public static Conv2d of(int inputs, int outputs, int kernel) {
        return of(inputs, outputs, kernel, kernel);
    }

    /** Returns a layer with stride 1, no padding and a bias. */
    public static Conv2d of(int inputs, int outputs, int kernelHeight, int kernelWidth) {
        return of(inputs, outputs, Window.of(kernelHeight, kernelWidth));
    }

    /** Returns a layer whose kernel moves as a window says, with a bias. */
    public static Conv2d of(int inputs, int outputs, Window window) {
        return new Conv2d(new Settings(inputs, outputs, window, 1, PaddingMode.ZEROS, true, null, null));
    }

    /** Returns such a layer whose kernel moves so many pixels at a time. */
    public Conv2d stride(int pixels) {
        return new Conv2d(settings.with(settings.window.stride(pixels)));
    }

    /** Returns such a layer with so many pixels around the image. */
    public Conv2d padding(int pixels) {
        return new Conv2d(settings.with(settings.window.padding(pixels)));
    }

    /** Returns such a layer whose kernel looks at pixels this far apart. */
    public Conv2d dilation(int pixels) {
        return new Conv2d(settings.with(settings.window.dilation(pixels)));
    }

    /** Returns such a layer whose channels are split into groups that do not see one another. */
    public Conv2d groups(int count) {
        return new Conv2d(new Settings(
                settings.inputs,
                settings.outputs,
                settings.window,
                count,
                settings.mode,
                settings.biased,
                settings.init,
                settings.biasInit));
    }

    /** Returns such a layer with something else than zeros around the image. */
    public Conv2d paddingMode(PaddingMode mode) {
        return new Conv2d(new Settings(
                settings.inputs,
                settings.outputs,
                settings.window,
                settings.groups,
                mode,
                settings.biased,
                settings.init,
                settings.biasInit));
    }

    /** Returns such a layer without a bias. */
    public Conv2d withoutBias() {
        return new Conv2d(settings.biased(false, settings.init, null));
    }

    /** Returns such a layer whose weight will start in another way. */
    public Conv2d init(Init weightInit) {
        return new Conv2d(settings.biased(settings.biased, weightInit, settings.biasInit));
    }

    /** Returns such a layer whose bias will start in another way, and is there. */
    public Conv2d biasInit(Init start) {
        return new Conv2d(settings.biased(true, settings.init, start));
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

    /** Returns the weight, [outputs, inputs / groups, kernel height, kernel width]. */
    @Override
    public Param weight() {
        return weight;
    }

    /** Returns the bias, [outputs], unless the layer has none. */
    @Override
    public Optional<Param> bias() {
        return Optional.ofNullable(bias);
    }

    @Override
    public Tensor forward(Pass pass, Tensor... images) {
        return apply(Expect.one(this, images), weight.value(), bias == null ? null : bias.value(), null);
    }

    @Override
    public boolean fuses(Activation activation) {
        return activation.isRelu();
    }

    @Override
    public Tensor forward(Pass pass, Activation activation, Tensor x) {
        return apply(x, weight.value(), bias == null ? null : bias.value(), activation);
    }

    @Override
    public Tensor apply(Tensor x, Tensor filters, @Nullable Tensor shift, @Nullable Activation activation) {
        if (x.shape().rank() != 4 || x.shape().dim(1) != settings.inputs) {
            throw Expect.input(this, "[n, " + settings.inputs + ", h, w]", x.shape());
        }
        Window window = settings.window;
        Tensor padded = x;
        if (settings.mode != PaddingMode.ZEROS) {
            int rows = window.paddingHeight();
            int columns = window.paddingWidth();
            padded = Functional.pad(x, settings.mode, rows, rows, columns, columns);
            window = window.padding(0);
        }
        return Functional.conv2d(padded, filters, shift, window, activation != null);
    }

    @Override
    public List<Param> params() {
        return bias == null ? List.of(weight) : List.of(weight, bias);
    }

    @Override
    public Recipe recipe() {
        return Recipe.of(
                "Conv2d",
                WindowRecipe.write(
                                settings.window,
                                Json.object().with("inputs", settings.inputs).with("outputs", settings.outputs))
                        .with("groups", settings.groups)
                        .with("paddingMode", settings.mode.name().toLowerCase(Locale.ROOT))
                        .with("bias", bias != null));
    }

    static Conv2d build(JsonPlace settings) {
        settings.allow(WindowRecipe.names("inputs", "outputs", "groups", "paddingMode", "bias"));
        return new Conv2d(new Settings(
                settings.get("inputs").integer(),
                settings.get("outputs").integer(),
                WindowRecipe.read(settings),
                settings.get("groups").integer(),
                mode(settings.get("paddingMode")),
                settings.get("bias").bool(),
                null,
                null));
    }

    private static PaddingMode mode(JsonPlace place) {
        for (PaddingMode mode : PaddingMode.values()) {
            if (mode.name().toLowerCase(Locale.ROOT).equals(place.text())) {
                return mode;
            }
        }
        throw place.expected("one of zeros, reflection and replicate");
    }

    @Override
    public String toString() {
        return "Conv2d.of(" + settings.inputs + ", " + settings.outputs + ", "
                + WindowRecipe.expression(settings.window)
                + (settings.groups == 1 ? "" : ".groups(" + settings.groups + ")")
                + (settings.mode == PaddingMode.ZEROS ? "" : ".paddingMode(PaddingMode." + settings.mode + ")")
                + (bias == null ? ".withoutBias()" : "");
    }

    /** What the layer was told; starts that are null are the usual ones. */
    private record Settings(
            int inputs,
            int outputs,
            Window window,
            int groups,
            PaddingMode mode,
            boolean biased,
            @Nullable Init init,
            @Nullable Init biasInit) {
        Settings {
            Expect.positive("Conv2d inputs", inputs);
            Expect.positive("Conv2d outputs", outputs);
            Expect.groups("Conv2d", groups, inputs, outputs);
        }

        Settings with(Window moved) {
            return new Settings(inputs, outputs, moved, groups, mode, biased, init, biasInit);
        }

        Settings biased(boolean has, @Nullable Init weightInit, @Nullable Init shiftInit) {
            return new Settings(inputs, outputs, window, groups, mode, has, weightInit, shiftInit);
        }

        Init start(@Nullable Init chosen) {
            return chosen == null ? Init.fanInUniform((long) inputs / groups * window.area()) : chosen;
        }
    }
}
