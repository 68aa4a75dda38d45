package org.learn4j.vision.model;

import org.learn4j.nn.Activation;
import org.learn4j.nn.AdaptiveAvgPool2d;
import org.learn4j.nn.BatchNorm2d;
import org.learn4j.nn.Conv2d;
import org.learn4j.nn.Dropout;
import org.learn4j.nn.Flatten;
import org.learn4j.nn.Init;
import org.learn4j.nn.Linear;
import org.learn4j.nn.MaxPool2d;
import org.learn4j.nn.Sequential;

/**
 * Plain stacks of 3×3 convolutions (<a href="https://arxiv.org/abs/1409.1556">Simonyan and Zisserman 2014</a>), with batch
 * norm behind each. Most of their parameters are in the classifier, which a body leaves behind.
 *
 * <pre>{@code
 * Sequential body = Vgg.vgg16().body();                                        // [n, 3, h, w] to [n, 512, h / 32, w / 32]
 * }</pre>
 */
public final class Vgg {
    private static final int CLASSES = 1000;
    private static final int FEATURES = 512;
    private static final int SPLIT = 22;
    private static final int[] WIDTHS = {64, 128, 256, 512, 512};

    private Vgg() {}

    /** Returns torchvision's vgg11_bn: 132,868,840 parameters. */
    public static Backbone vgg11() {
        return backbone("vgg11_bn", 1, 1, 2, 2, 2);
    }

    /** Returns torchvision's vgg13_bn: 133,053,736 parameters. */
    public static Backbone vgg13() {
        return backbone("vgg13_bn", 2, 2, 2, 2, 2);
    }

    /** Returns torchvision's vgg16_bn: 138,365,992 parameters. */
    public static Backbone vgg16() {
        return backbone("vgg16_bn", 2, 2, 3, 3, 3);
    }

    /** Returns torchvision's vgg19_bn: 143,678,248 parameters. */
    public static Backbone vgg19() {
        return backbone("vgg19_bn", 2, 2, 4, 4, 4);
    }

    private static Backbone backbone(String name, int... convolutions) {
        return Backbone.of(new Backbone.Architecture(
                name,
                (channels, classes) -> Sequential.of()
                        .then("features", features(channels, convolutions))
                        .then("avgpool", AdaptiveAvgPool2d.of(7))
                        .then("flatten", Flatten.of())
                        .then("classifier", classifier(classes)),
                "classifier",
                CLASSES,
                Backbone.featuresOnly(),
                FEATURES,
                SPLIT));
    }

    private static Sequential features(int channels, int... convolutions) {
        Sequential features = Sequential.of();
        int inputs = channels;
        for (int stage = 0; stage < WIDTHS.length; stage++) {
            int width = WIDTHS[stage];
            for (int i = 0; i < convolutions[stage]; i++) {
                features = features.then(Conv2d.of(inputs, width, 3)
                                .padding(1)
                                .init(Parts.kaimingFanOut(width, 3))
                                .biasInit(Init.zeros()))
                        .then(BatchNorm2d.of(width))
                        .then(Activation.relu());
                inputs = width;
            }
            features = features.then(MaxPool2d.of(2));
        }
        return features;
    }

    private static Sequential classifier(int classes) {
        return Sequential.of(
                linear(FEATURES * 7 * 7, 4096),
                Activation.relu(),
                Dropout.of(0.5),
                linear(4096, 4096),
                Activation.relu(),
                Dropout.of(0.5),
                linear(4096, classes));
    }

    private static Linear linear(int inputs, int outputs) {
        return Linear.of(inputs, outputs).init(Init.normal(0.01)).biasInit(Init.zeros());
    }
}
