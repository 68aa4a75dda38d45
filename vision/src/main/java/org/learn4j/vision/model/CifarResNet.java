package org.learn4j.vision.model;

import org.learn4j.nn.Activation;
import org.learn4j.nn.AdaptiveAvgPool2d;
import org.learn4j.nn.BatchNorm2d;
import org.learn4j.nn.Conv2d;
import org.learn4j.nn.Flatten;
import org.learn4j.nn.Init;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Sequential;

/**
 * The residual networks for images of 32×32 (<a href="https://arxiv.org/abs/1512.03385">He et al. 2015</a>, section 4.2): three
 * stages of 16, 32 and 64 channels, and shortcuts without parameters.
 *
 * <pre>{@code
 * Sequential network = CifarResNet.of(20).pretrained(Path.of("resnet20-12fca82f.th")).network();
 * }</pre>
 */
public final class CifarResNet {
    private static final int CLASSES = 10;
    private static final int STAGES = 3;
    private static final int FEATURES = 64;

    private CifarResNet() {}

    /**
     * Returns the network of so many layers: 20 (269,722 parameters), 32, 44, 56, 110 and others.
     *
     * @throws IllegalArgumentException if the number is not 6n + 2
     */
    public static Backbone of(int depth) {
        if (depth < 8 || (depth - 2) % 6 != 0) {
            throw new IllegalArgumentException("A depth of 6n + 2 layers expected, received " + depth);
        }
        return Backbone.of(new Backbone.Architecture(
                "cifar-resnet" + depth,
                (channels, classes) -> build(channels, classes, (depth - 2) / 6),
                "linear",
                CLASSES,
                Backbone.upTo("layer3"),
                FEATURES,
                0));
    }

    private static Sequential build(int channels, int classes, int blocks) {
        Sequential network = Sequential.of()
                .then("conv1", conv(channels, 16, 1))
                .then("bn1", BatchNorm2d.of(16))
                .then("relu", Activation.relu());
        int inputs = 16;
        for (int stage = 0; stage < STAGES; stage++) {
            Sequential layer = Sequential.of();
            for (int i = 0; i < blocks; i++) {
                layer = layer.then(block(inputs, 16 << stage, stage > 0 && i == 0 ? 2 : 1));
                inputs = 16 << stage;
            }
            network = network.then("layer" + (stage + 1), layer);
        }
        return network.then("avgpool", AdaptiveAvgPool2d.of(1))
                .then("flatten", Flatten.of())
                .then("linear", Linear.of(FEATURES, classes).init(Init.kaimingNormal()));
    }

    private static ResidualBlock block(int inputs, int outputs, int stride) {
        Sequential path = Sequential.of()
                .then("conv1", conv(inputs, outputs, stride))
                .then("bn1", BatchNorm2d.of(outputs))
                .then("relu", Activation.relu())
                .then("conv2", conv(outputs, outputs, 1))
                .then("bn2", BatchNorm2d.of(outputs));
        return stride == 1
                ? ResidualBlock.of(path)
                : ResidualBlock.of(path, "shortcut", PaddedShortcut.of(inputs, outputs));
    }

    private static Conv2d conv(int inputs, int outputs, int stride) {
        return Parts.conv(inputs, outputs, 3, stride).init(Init.kaimingNormal());
    }
}
