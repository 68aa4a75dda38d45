package org.learn4j.vision.model;

import org.learn4j.nn.AdaptiveAvgPool2d;
import org.learn4j.nn.BatchNorm2d;
import org.learn4j.nn.Dropout;
import org.learn4j.nn.Flatten;
import org.learn4j.nn.Init;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Sequential;

/**
 * A network for phones (<a href="https://arxiv.org/abs/1801.04381">Sandler et al. 2018</a>): convolutions of each channel on
 * its own, between 1×1 convolutions that mix them.
 *
 * <pre>{@code
 * Sequential network = MobileNetV2.mobilenetV2().network(10);
 * }</pre>
 */
public final class MobileNetV2 {
    private static final int CLASSES = 1000;
    private static final int FEATURES = 1280;

    /** Expansion, channels, blocks and first stride of each stage. */
    private static final int[][] STAGES = {
        {1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2}, {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}
    };

    private MobileNetV2() {}

    /** Returns the network: 3,504,872 parameters. */
    public static Backbone mobilenetV2() {
        return Backbone.of(new Backbone.Architecture(
                "mobilenet_v2",
                (channels, classes) -> Sequential.of()
                        .then("features", features(channels))
                        .then("avgpool", AdaptiveAvgPool2d.of(1))
                        .then("flatten", Flatten.of())
                        .then("classifier", classifier(classes)),
                "classifier",
                CLASSES,
                Backbone.featuresOnly(),
                FEATURES,
                0));
    }

    private static Sequential features(int channels) {
        Sequential features = Sequential.of(conv(channels, 32, 3, 2, 1));
        int inputs = 32;
        for (int[] stage : STAGES) {
            for (int i = 0; i < stage[2]; i++) {
                features = features.then(block(inputs, stage[0], stage[1], i == 0 ? stage[3] : 1));
                inputs = stage[1];
            }
        }
        return features.then(conv(inputs, FEATURES, 1, 1, 1));
    }

    private static InvertedResidual block(int inputs, int expansion, int outputs, int stride) {
        int inner = inputs * expansion;
        Sequential path = expansion == 1 ? Sequential.of() : Sequential.of(conv(inputs, inner, 1, 1, 1));
        path = path.then(conv(inner, inner, 3, stride, inner))
                .then(Parts.conv(inner, outputs, 1, 1))
                .then(BatchNorm2d.of(outputs));
        return InvertedResidual.of(path, stride == 1 && inputs == outputs);
    }

    private static Sequential conv(int inputs, int outputs, int kernel, int stride, int groups) {
        return Sequential.of(
                Parts.conv(inputs, outputs, kernel, stride).groups(groups), BatchNorm2d.of(outputs), Relu6.of());
    }

    private static Sequential classifier(int classes) {
        return Sequential.of(
                Dropout.of(0.2),
                Linear.of(FEATURES, classes).init(Init.normal(0.01)).biasInit(Init.zeros()));
    }
}
