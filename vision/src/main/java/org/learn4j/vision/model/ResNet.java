package org.learn4j.vision.model;

import org.learn4j.nn.Activation;
import org.learn4j.nn.AdaptiveAvgPool2d;
import org.learn4j.nn.BatchNorm2d;
import org.learn4j.nn.Flatten;
import org.learn4j.nn.Linear;
import org.learn4j.nn.MaxPool2d;
import org.learn4j.nn.Sequential;

/**
 * Residual networks (<a href="https://arxiv.org/abs/1512.03385">He et al. 2015</a>) as torchvision builds them: the stride of
 * a bottleneck is at its 3×3 convolution.
 *
 * <pre>{@code
 * Backbone backbone = ResNet.resnet34().pretrained(Path.of("resnet34-b627a593.pth"));
 * }</pre>
 */
public final class ResNet {
    private static final int CLASSES = 1000;
    private static final int STAGES = 4;
    private static final int SPLIT = 6;

    private ResNet() {}

    /** Returns the network of 18 layers: 11,689,512 parameters. */
    public static Backbone resnet18() {
        return basic("resnet18", 2, 2, 2, 2);
    }

    /** Returns the network of 34 layers: 21,797,672 parameters. */
    public static Backbone resnet34() {
        return basic("resnet34", 3, 4, 6, 3);
    }

    /** Returns the network of 50 layers: 25,557,032 parameters. */
    public static Backbone resnet50() {
        return bottleneck("resnet50", 3, 4, 6, 3);
    }

    /** Returns the network of 101 layers: 44,549,160 parameters. */
    public static Backbone resnet101() {
        return bottleneck("resnet101", 3, 4, 23, 3);
    }

    /** Returns the network of 152 layers: 60,192,808 parameters. */
    public static Backbone resnet152() {
        return bottleneck("resnet152", 3, 8, 36, 3);
    }

    private static Backbone basic(String name, int... blocks) {
        return backbone(name, 1, ResNet::basicBlock, blocks);
    }

    private static Backbone bottleneck(String name, int... blocks) {
        return backbone(name, 4, ResNet::bottleneckBlock, blocks);
    }

    private static Backbone backbone(String name, int expansion, Block block, int... blocks) {
        return Backbone.of(new Backbone.Architecture(
                name,
                (channels, classes) -> build(channels, classes, expansion, block, blocks),
                "fc",
                CLASSES,
                Backbone.upTo("layer4"),
                512 * expansion,
                SPLIT));
    }

    /** Makes a block between so many channels; inner ones have fewer where it is a bottleneck. */
    private interface Block {
        ResidualBlock of(int inputs, int inner, int outputs, int stride);
    }

    private static Sequential build(int channels, int classes, int expansion, Block block, int... blocks) {
        Sequential network = Sequential.of()
                .then("conv1", Parts.conv(channels, 64, 7, 2))
                .then("bn1", BatchNorm2d.of(64))
                .then("relu", Activation.relu())
                .then("maxpool", MaxPool2d.of(3).stride(2).padding(1));
        int inputs = 64;
        for (int stage = 0; stage < STAGES; stage++) {
            int inner = 64 << stage;
            Sequential layer = Sequential.of();
            for (int i = 0; i < blocks[stage]; i++) {
                layer = layer.then(block.of(inputs, inner, inner * expansion, stage > 0 && i == 0 ? 2 : 1));
                inputs = inner * expansion;
            }
            network = network.then("layer" + (stage + 1), layer);
        }
        return network.then("avgpool", AdaptiveAvgPool2d.of(1))
                .then("flatten", Flatten.of())
                .then("fc", Linear.of(inputs, classes));
    }

    private static ResidualBlock basicBlock(int inputs, int inner, int outputs, int stride) {
        Sequential path = Sequential.of()
                .then("conv1", Parts.conv(inputs, inner, 3, stride))
                .then("bn1", BatchNorm2d.of(inner))
                .then("relu", Activation.relu())
                .then("conv2", Parts.conv(inner, outputs, 3, 1))
                .then("bn2", BatchNorm2d.of(outputs));
        return block(path, inputs, outputs, stride);
    }

    private static ResidualBlock bottleneckBlock(int inputs, int inner, int outputs, int stride) {
        Sequential path = Sequential.of()
                .then("conv1", Parts.conv(inputs, inner, 1, 1))
                .then("bn1", BatchNorm2d.of(inner))
                .then("relu1", Activation.relu())
                .then("conv2", Parts.conv(inner, inner, 3, stride))
                .then("bn2", BatchNorm2d.of(inner))
                .then("relu2", Activation.relu())
                .then("conv3", Parts.conv(inner, outputs, 1, 1))
                .then("bn3", BatchNorm2d.of(outputs));
        return block(path, inputs, outputs, stride);
    }

    private static ResidualBlock block(Sequential path, int inputs, int outputs, int stride) {
        if (inputs == outputs && stride == 1) {
            return ResidualBlock.of(path);
        }
        Sequential shortcut = Sequential.of(Parts.conv(inputs, outputs, 1, stride), BatchNorm2d.of(outputs));
        return ResidualBlock.of(path, "downsample", shortcut);
    }
}
