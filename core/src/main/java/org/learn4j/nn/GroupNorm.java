package org.learn4j.nn;

import java.util.List;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/**
 * Normalisation of groups of channels in each image [n, channels, h, w] by their mean and biased variance, then scaled and
 * shifted channel by channel (Wu and He 2018). It does the same in training and evaluation, whatever the batch.
 *
 * <pre>{@code
 * Layer norm = GroupNorm.of(8, 64);
 * }</pre>
 */
public final class GroupNorm implements Layer {
    private static final double EPSILON = 1e-5;

    private final int groups;
    private final int channels;
    private final double epsilon;
    private final Param weight;
    private final Param bias;

    private GroupNorm(int groups, int channels, double epsilon) {
        this.channels = Expect.positive("GroupNorm channels", channels);
        Expect.groups("GroupNorm", groups, channels, channels);
        this.groups = groups;
        this.epsilon = Expect.positive("GroupNorm epsilon", epsilon);
        this.weight = Param.of("weight", Shape.of(channels), Init.ones(), Param.Role.NORM);
        this.bias = Param.of("bias", Shape.of(channels), Init.zeros(), Param.Role.NORM);
    }

    /** Returns a layer with ε 1e-5 for so many channels in so many groups. */
    public static GroupNorm of(int groups, int channels) {
        return new GroupNorm(groups, channels, EPSILON);
    }

    /** Returns such a layer with another number added to the variance. */
    public GroupNorm epsilon(double added) {
        return new GroupNorm(groups, channels, added);
    }

    @Override
    public Tensor forward(Pass pass, Tensor... images) {
        Tensor x = Expect.one(this, images);
        if (x.shape().rank() != 4 || x.shape().dim(1) != channels) {
            throw Expect.input(this, "[n, " + channels + ", h, w]", x.shape());
        }
        return ChannelGroups.affine(ChannelGroups.normalise(this, x, groups, epsilon), weight, bias);
    }

    @Override
    public List<Param> params() {
        return List.of(weight, bias);
    }

    @Override
    public Recipe recipe() {
        return Recipe.of(
                "GroupNorm",
                Json.object().with("groups", groups).with("channels", channels).with("epsilon", epsilon));
    }

    static GroupNorm build(JsonPlace settings) {
        settings.allow("groups", "channels", "epsilon");
        return new GroupNorm(
                settings.get("groups").integer(),
                settings.get("channels").integer(),
                settings.get("epsilon").finite());
    }

    @Override
    public String toString() {
        return "GroupNorm.of(" + groups + ", " + channels + ")"
                + (epsilon == EPSILON ? "" : ".epsilon(" + epsilon + ")");
    }
}
