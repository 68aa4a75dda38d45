package org.learn4j.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Tensor;

/**
 * Convolution, normalisation and activation: fastai's building block. Unless told otherwise the kernel is 3 × 3, the padding
 * keeps the size at stride 1, batch norm follows, then ReLU; the convolution has a bias only where no norm follows it. Weights
 * start by Kaiming's uniform rule before ReLU, biases at N(0, .01²).
 *
 * <pre>{@code
 * Layer model = Sequential.of(
 *         ConvLayer.of(1, 8).kernel(5).stride(2),
 *         ConvLayer.of(8, 16).stride(2),
 *         ConvLayer.of(16, 10).stride(2).norm(NormType.NONE).withoutActivation());
 * }</pre>
 *
 * <p>{@link #activationFirst()} is the order of fastai's first version: convolution, ReLU, batch norm.
 */
public final class ConvLayer implements Layer {
    private static final double BIAS_DEVIATION = 0.01;

    private final Settings settings;
    private final Sequential layers;

    private ConvLayer(Settings settings) {
        this.settings = settings;
        this.layers = settings.layers();
    }

    /** Returns a block from so many channels to so many. */
    public static ConvLayer of(int inputs, int outputs) {
        return new ConvLayer(new Settings(inputs, outputs, 3, 1, -1, 1, NormType.BATCH, Activation.relu(), false));
    }

    /** Returns such a block with a square kernel of another size. */
    public ConvLayer kernel(int size) {
        return new ConvLayer(settings.sizes(size, settings.stride, settings.padding, settings.groups));
    }

    /** Returns such a block whose kernel moves so many pixels at a time. */
    public ConvLayer stride(int pixels) {
        return new ConvLayer(settings.sizes(settings.kernel, pixels, settings.padding, settings.groups));
    }

    /** Returns such a block with so many pixels of zeros around the image instead of (kernel − 1) / 2. */
    public ConvLayer padding(int pixels) {
        return new ConvLayer(settings.sizes(settings.kernel, settings.stride, pixels, settings.groups));
    }

    /** Returns such a block whose channels are split into groups that do not see one another. */
    public ConvLayer groups(int count) {
        return new ConvLayer(settings.sizes(settings.kernel, settings.stride, settings.padding, count));
    }

    /** Returns such a block with another norm. */
    public ConvLayer norm(NormType type) {
        return new ConvLayer(settings.ends(type, settings.activation, settings.activationFirst));
    }

    /** Returns such a block with another activation. */
    public ConvLayer activation(Activation function) {
        return new ConvLayer(settings.ends(settings.norm, function, settings.activationFirst));
    }

    /** Returns such a block that ends before the activation. */
    public ConvLayer withoutActivation() {
        return new ConvLayer(settings.ends(settings.norm, null, settings.activationFirst));
    }

    /** Returns such a block with the activation before the norm. */
    public ConvLayer activationFirst() {
        return new ConvLayer(settings.ends(settings.norm, settings.activation, true));
    }

    @Override
    public Tensor forward(Pass pass, Tensor... images) {
        return layers.forward(pass, Expect.one(this, images));
    }

    @Override
    public Map<String, Layer> children() {
        return layers.children();
    }

    @Override
    public Recipe recipe() {
        return Recipe.of(
                "ConvLayer",
                Json.object()
                        .with("inputs", settings.inputs)
                        .with("outputs", settings.outputs)
                        .with("kernel", settings.kernel)
                        .with("stride", settings.stride)
                        .with("padding", settings.pixels())
                        .with("groups", settings.groups)
                        .with("norm", settings.norm.name().toLowerCase(Locale.ROOT))
                        .with("activationFirst", settings.activationFirst),
                settings.activation == null ? Map.of() : Map.of("activation", settings.activation));
    }

    static ConvLayer build(JsonPlace settings, Map<String, Layer> children) {
        settings.allow("inputs", "outputs", "kernel", "stride", "padding", "groups", "norm", "activationFirst");
        Layer activation = children.get("activation");
        if (children.size() > (activation == null ? 0 : 1)
                || !(activation == null || activation instanceof Activation)) {
            throw new IllegalArgumentException(
                    "no child or an Activation \"activation\", received " + children.keySet());
        }
        return new ConvLayer(new Settings(
                settings.get("inputs").integer(),
                settings.get("outputs").integer(),
                settings.get("kernel").integer(),
                settings.get("stride").integer(),
                settings.get("padding").integer(),
                settings.get("groups").integer(),
                norm(settings.get("norm")),
                (Activation) activation,
                settings.get("activationFirst").bool()));
    }

    private static NormType norm(JsonPlace place) {
        for (NormType type : NormType.values()) {
            if (type.name().toLowerCase(Locale.ROOT).equals(place.text())) {
                return type;
            }
        }
        throw place.expected("a norm, one of none, batch, batch_zero, instance, weight and spectral");
    }

    @Override
    public String toString() {
        return settings.expression();
    }

    /** What the block was told; a negative padding is the usual one. */
    private record Settings(
            int inputs,
            int outputs,
            int kernel,
            int stride,
            int padding,
            int groups,
            NormType norm,
            @Nullable Activation activation,
            boolean activationFirst) {
        Settings sizes(int size, int step, int pixels, int count) {
            return new Settings(inputs, outputs, size, step, pixels, count, norm, activation, activationFirst);
        }

        Settings ends(NormType type, @Nullable Activation function, boolean first) {
            return new Settings(inputs, outputs, kernel, stride, padding, groups, type, function, first);
        }

        int pixels() {
            return padding < 0 ? (kernel - 1) / 2 : padding;
        }

        Sequential layers() {
            List<Layer> layers = new ArrayList<>();
            layers.add(convolution());
            if (activation != null && activationFirst) {
                layers.add(activation);
            }
            switch (norm) {
                case BATCH -> layers.add(BatchNorm2d.of(outputs));
                case BATCH_ZERO -> layers.add(BatchNorm2d.of(outputs).startingAtZero());
                case INSTANCE -> layers.add(InstanceNorm2d.of(outputs));
                default -> {}
            }
            if (activation != null && !activationFirst) {
                layers.add(activation);
            }
            return Sequential.of(layers.toArray(new Layer[0]));
        }

        private Layer convolution() {
            Conv2d plain = Conv2d.of(inputs, outputs, kernel)
                    .stride(stride)
                    .padding(pixels())
                    .groups(groups);
            Conv2d started = activation == null ? plain : plain.init(activation.usualInit());
            Conv2d convolution = norm.isLayer() ? started.withoutBias() : started.biasInit(Init.normal(BIAS_DEVIATION));
            return norm == NormType.WEIGHT
                    ? WeightNorm.of(convolution)
                    : norm == NormType.SPECTRAL ? SpectralNorm.of(convolution) : convolution;
        }

        String expression() {
            return "ConvLayer.of(" + inputs + ", " + outputs + ")"
                    + (kernel == 3 ? "" : ".kernel(" + kernel + ")")
                    + (stride == 1 ? "" : ".stride(" + stride + ")")
                    + (pixels() == (kernel - 1) / 2 ? "" : ".padding(" + padding + ")")
                    + (groups == 1 ? "" : ".groups(" + groups + ")")
                    + (norm == NormType.BATCH ? "" : ".norm(NormType." + norm + ")")
                    + (activation == null
                            ? ".withoutActivation()"
                            : activation.isRelu() ? "" : ".activation(" + activation + ")")
                    + (activationFirst ? ".activationFirst()" : "");
        }
    }
}
