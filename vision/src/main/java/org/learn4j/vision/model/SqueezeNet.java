package org.learn4j.vision.model;

import org.learn4j.nn.Activation;
import org.learn4j.nn.AdaptiveAvgPool2d;
import org.learn4j.nn.Conv2d;
import org.learn4j.nn.Dropout;
import org.learn4j.nn.Flatten;
import org.learn4j.nn.Init;
import org.learn4j.nn.MaxPool2d;
import org.learn4j.nn.Sequential;

/**
 * The accuracy of AlexNet with 50 times fewer parameters (<a href="https://arxiv.org/abs/1602.07360">Iandola et al.
 * 2016</a>): no batch norm, and a classifier that is a convolution before the pooling.
 *
 * <pre>{@code
 * Sequential network = SqueezeNet.squeezenet1_0().pretrained(Path.of("squeezenet1_0.safetensors")).network();
 * }</pre>
 */
public final class SqueezeNet {
    private static final int CLASSES = 1000;
    private static final int FEATURES = 512;
    private static final int SPLIT = 5;

    private SqueezeNet() {}

    /** Returns version 1.0: 1,248,424 parameters. */
    public static Backbone squeezenet1_0() {
        return backbone("squeezenet1_0", SqueezeNet::first);
    }

    /** Returns version 1.1, which computes 2.4 times less: 1,235,496 parameters. */
    public static Backbone squeezenet1_1() {
        return backbone("squeezenet1_1", SqueezeNet::second);
    }

    private interface Features {
        Sequential of(int channels);
    }

    private static Backbone backbone(String name, Features features) {
        return Backbone.of(new Backbone.Architecture(
                name,
                (channels, classes) -> Sequential.of()
                        .then("features", features.of(channels))
                        .then("classifier", classifier(classes))
                        .then("flatten", Flatten.of()),
                "classifier",
                CLASSES,
                Backbone.featuresOnly(),
                FEATURES,
                SPLIT));
    }

    private static Sequential first(int channels) {
        return Sequential.of(
                conv(channels, 96, 7).stride(2),
                Activation.relu(),
                pool(),
                Fire.of(96, 16, 64),
                Fire.of(128, 16, 64),
                Fire.of(128, 32, 128),
                pool(),
                Fire.of(256, 32, 128),
                Fire.of(256, 48, 192),
                Fire.of(384, 48, 192),
                Fire.of(384, 64, 256),
                pool(),
                Fire.of(512, 64, 256));
    }

    private static Sequential second(int channels) {
        return Sequential.of(
                conv(channels, 64, 3).stride(2),
                Activation.relu(),
                pool(),
                Fire.of(64, 16, 64),
                Fire.of(128, 16, 64),
                pool(),
                Fire.of(128, 32, 128),
                Fire.of(256, 32, 128),
                pool(),
                Fire.of(256, 48, 192),
                Fire.of(384, 48, 192),
                Fire.of(384, 64, 256),
                Fire.of(512, 64, 256));
    }

    private static MaxPool2d pool() {
        return MaxPool2d.of(3).stride(2).ceiling();
    }

    private static Sequential classifier(int classes) {
        return Sequential.of(
                Dropout.of(0.5),
                Conv2d.of(FEATURES, classes, 1).init(Init.normal(0.01)).biasInit(Init.zeros()),
                Activation.relu(),
                AdaptiveAvgPool2d.of(1));
    }

    /** Returns a convolution with a bias that starts at 0. */
    static Conv2d conv(int inputs, int outputs, int kernel) {
        return Conv2d.of(inputs, outputs, kernel).init(Init.kaimingUniform()).biasInit(Init.zeros());
    }
}
