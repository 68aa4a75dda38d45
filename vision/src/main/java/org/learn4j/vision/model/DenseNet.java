package org.learn4j.vision.model;

import java.util.regex.Pattern;
import org.learn4j.nn.Activation;
import org.learn4j.nn.AdaptiveAvgPool2d;
import org.learn4j.nn.AvgPool2d;
import org.learn4j.nn.BatchNorm2d;
import org.learn4j.nn.Conv2d;
import org.learn4j.nn.Flatten;
import org.learn4j.nn.Init;
import org.learn4j.nn.Linear;
import org.learn4j.nn.MaxPool2d;
import org.learn4j.nn.Sequential;

/**
 * Networks in which every layer of a block sees the outputs of all before it (<a
 * href="https://arxiv.org/abs/1608.06993">Huang et al. 2016</a>): each adds 32 channels.
 *
 * <pre>{@code
 * Backbone backbone = DenseNet.densenet121().pretrained(PretrainedWeights.torchvision("densenet121").fetch());
 * }</pre>
 */
public final class DenseNet {
    private static final int CLASSES = 1000;
    private static final int START = 64;
    private static final int GROWTH = 32;
    private static final int BOTTLENECK = 4 * GROWTH;
    private static final int SPLIT = 7;

    /** What torchvision's files call norm.1, it calls norm1 itself. */
    private static final Pattern OLD_NAME = Pattern.compile("(denselayer\\d+\\.(?:norm|conv))\\.([12]\\.)");

    private DenseNet() {}

    /** Returns the network of 121 layers: 7,978,856 parameters. */
    public static Backbone densenet121() {
        return backbone("densenet121", 6, 12, 24, 16);
    }

    /** Returns the network of 169 layers: 14,149,480 parameters. */
    public static Backbone densenet169() {
        return backbone("densenet169", 6, 12, 32, 32);
    }

    /** Returns the network of 201 layers: 20,013,928 parameters. */
    public static Backbone densenet201() {
        return backbone("densenet201", 6, 12, 48, 32);
    }

    private static Backbone backbone(String name, int... layers) {
        return Backbone.of(new Backbone.Architecture(
                name,
                (channels, classes) -> Sequential.of()
                        .then("features", features(channels, layers))
                        .then("relu", Activation.relu())
                        .then("avgpool", AdaptiveAvgPool2d.of(1))
                        .then("flatten", Flatten.of())
                        .then("classifier", Linear.of(width(layers), classes).biasInit(Init.zeros())),
                "classifier",
                CLASSES,
                Backbone.featuresOnly(),
                width(layers),
                SPLIT,
                file -> OLD_NAME.matcher(file).replaceFirst("$1$2")));
    }

    private static int width(int... layers) {
        int width = START;
        for (int block = 0; block < layers.length; block++) {
            width += layers[block] * GROWTH;
            width = block == layers.length - 1 ? width : width / 2;
        }
        return width;
    }

    private static Sequential features(int channels, int... layers) {
        Sequential features = Sequential.of()
                .then("conv0", Parts.conv(channels, START, 7, 2).init(Init.kaimingNormal()))
                .then("norm0", BatchNorm2d.of(START))
                .then("relu0", Activation.relu())
                .then("pool0", MaxPool2d.of(3).stride(2).padding(1));
        int width = START;
        for (int block = 1; block <= layers.length; block++) {
            features = features.then("denseblock" + block, block(width, layers[block - 1]));
            width += layers[block - 1] * GROWTH;
            if (block < layers.length) {
                features = features.then("transition" + block, transition(width));
                width /= 2;
            }
        }
        return features.then("norm5", BatchNorm2d.of(width));
    }

    private static Sequential block(int inputs, int layers) {
        Sequential block = Sequential.of();
        for (int i = 0; i < layers; i++) {
            block = block.then("denselayer" + (i + 1), DenseLayer.of(inputs + i * GROWTH, BOTTLENECK, GROWTH));
        }
        return block;
    }

    private static Sequential transition(int width) {
        return Sequential.of()
                .then("norm", BatchNorm2d.of(width))
                .then("relu", Activation.relu())
                .then("conv", Conv2d.of(width, width / 2, 1).withoutBias().init(Init.kaimingNormal()))
                .then("pool", AvgPool2d.of(2));
    }
}
