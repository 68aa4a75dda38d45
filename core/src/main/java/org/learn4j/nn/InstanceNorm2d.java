package org.learn4j.nn;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/**
 * Normalisation of each channel of each image [n, channels, h, w] by its own mean and biased variance (Ulyanov et al. 2016),
 * then scaled and shifted as fastai does; PyTorch's default is {@link #withoutParameters()}. It does the same in training and
 * evaluation.
 *
 * <pre>{@code
 * Layer norm = InstanceNorm2d.of(64);
 * }</pre>
 */
public final class InstanceNorm2d implements Layer {
    private static final double EPSILON = 1e-5;

    private final int channels;
    private final double epsilon;
    private final @Nullable Param weight;
    private final @Nullable Param bias;

    private InstanceNorm2d(int channels, double epsilon, boolean parameters) {
        this.channels = Expect.positive("InstanceNorm2d channels", channels);
        this.epsilon = Expect.positive("InstanceNorm2d epsilon", epsilon);
        Shape shape = Shape.of(channels);
        this.weight = parameters ? Param.of("weight", shape, Init.ones(), Param.Role.NORM) : null;
        this.bias = parameters ? Param.of("bias", shape, Init.zeros(), Param.Role.NORM) : null;
    }

    /** Returns a layer with ε 1e-5 for so many channels. */
    public static InstanceNorm2d of(int channels) {
        return new InstanceNorm2d(channels, EPSILON, true);
    }

    /** Returns such a layer with another number added to the variance. */
    public InstanceNorm2d epsilon(double added) {
        return new InstanceNorm2d(channels, added, weight != null);
    }

    /** Returns such a layer that neither scales nor shifts. */
    public InstanceNorm2d withoutParameters() {
        return new InstanceNorm2d(channels, epsilon, false);
    }

    @Override
    public Tensor forward(Pass pass, Tensor... images) {
        Tensor x = Expect.one(this, images);
        if (x.shape().rank() != 4 || x.shape().dim(1) != channels) {
            throw Expect.input(this, "[n, " + channels + ", h, w]", x.shape());
        }
        Tensor y = ChannelGroups.normalise(this, x, channels, epsilon);
        return weight == null || bias == null ? y : ChannelGroups.affine(y, weight, bias);
    }

    @Override
    public List<Param> params() {
        return weight == null || bias == null ? List.of() : List.of(weight, bias);
    }

    @Override
    public Recipe recipe() {
        return Recipe.of(
                "InstanceNorm2d",
                Json.object()
                        .with("channels", channels)
                        .with("epsilon", epsilon)
                        .with("parameters", weight != null));
    }

    static InstanceNorm2d build(JsonPlace settings) {
        settings.allow("channels", "epsilon", "parameters");
        return new InstanceNorm2d(
                settings.get("channels").integer(),
                settings.get("epsilon").finite(),
                settings.get("parameters").bool());
    }

    @Override
    public String toString() {
        return "InstanceNorm2d.of(" + channels + ")"
                + (epsilon == EPSILON ? "" : ".epsilon(" + epsilon + ")")
                + (weight == null ? ".withoutParameters()" : "");
    }
}
