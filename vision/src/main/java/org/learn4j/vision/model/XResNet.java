package org.learn4j.vision.model;

import org.learn4j.nn.Activation;
import org.learn4j.nn.AdaptiveAvgPool2d;
import org.learn4j.nn.AvgPool2d;
import org.learn4j.nn.BatchNorm2d;
import org.learn4j.nn.Conv2d;
import org.learn4j.nn.Flatten;
import org.learn4j.nn.Init;
import org.learn4j.nn.Layer;
import org.learn4j.nn.Linear;
import org.learn4j.nn.MaxPool2d;
import org.learn4j.nn.Residual;
import org.learn4j.nn.Sequential;

/**
 * Residual networks with the tricks of <a href="https://arxiv.org/abs/1812.01187">He et al. 2018</a>, as fastai builds them:
 * three small convolutions of 32, 32 and 64 channels in place of the large one, average pooling before the 1×1 convolution of a
 * shortcut, and a last batch norm in each block that starts at 0, so that a block adds nothing at first. The ones to train from
 * scratch; there are no weights for them.
 *
 * <pre>{@code
 * Sequential network = XResNet.xresnet18().network(10);
 * }</pre>
 */
public final class XResNet {
    private static final int CLASSES = 1000;
    private static final int SPLIT = 3;
    private static final int LAST_STAGE = 7;

    private XResNet() {}

    /** Returns the network of 18 layers. */
    public static Backbone xresnet18() {
        return backbone("xresnet18", 1, 2, 2, 2, 2);
    }

    /** Returns the network of 34 layers. */
    public static Backbone xresnet34() {
        return backbone("xresnet34", 1, 3, 4, 6, 3);
    }

    /** Returns the network of 50 layers. */
    public static Backbone xresnet50() {
        return backbone("xresnet50", 4, 3, 4, 6, 3);
    }

    /** Returns the network of 101 layers. */
    public static Backbone xresnet101() {
        return backbone("xresnet101", 4, 3, 4, 23, 3);
    }

    private static Backbone backbone(String name, int expansion, int... blocks) {
        return Backbone.of(new Backbone.Architecture(
                name,
                (channels, classes) -> build(channels, classes, expansion, blocks),
                Integer.toString(LAST_STAGE + 3),
                CLASSES,
                Backbone.upTo(Integer.toString(LAST_STAGE)),
                512 * expansion,
                SPLIT));
    }

    private static Sequential build(int channels, int classes, int expansion, int... blocks) {
        Sequential network = Sequential.of(
                Parts.convNormRelu(conv(channels, 32, 3, 2)),
                Parts.convNormRelu(conv(32, 32, 3, 1)),
                Parts.convNormRelu(conv(32, 64, 3, 1)),
                MaxPool2d.of(3).stride(2).padding(1));
        int inputs = 64;
        for (int stage = 0; stage < blocks.length; stage++) {
            int inner = 64 << stage;
            Sequential layer = Sequential.of();
            for (int i = 0; i < blocks[stage]; i++) {
                layer = layer.then(block(inputs, inner, expansion, stage > 0 && i == 0 ? 2 : 1));
                inputs = inner * expansion;
            }
            network = network.then(layer);
        }
        return network.then(AdaptiveAvgPool2d.of(1))
                .then(Flatten.of())
                .then(Linear.of(inputs, classes).init(Init.kaimingNormal()).biasInit(Init.zeros()));
    }

    private static Residual block(int inputs, int inner, int expansion, int stride) {
        int outputs = inner * expansion;
        Layer path = expansion == 1
                ? Sequential.of(Parts.convNormRelu(conv(inputs, inner, 3, stride)), last(inner, outputs, 3))
                : Sequential.of(
                        Parts.convNormRelu(conv(inputs, inner, 1, 1)),
                        Parts.convNormRelu(conv(inner, inner, 3, stride)),
                        last(inner, outputs, 1));
        Residual block = Residual.of(path).activation(Activation.relu());
        return inputs == outputs && stride == 1 ? block : block.shortcut(shortcut(inputs, outputs, stride));
    }

    private static Sequential last(int inner, int outputs, int kernel) {
        return Sequential.of(
                conv(inner, outputs, kernel, 1), BatchNorm2d.of(outputs).startingAtZero());
    }

    private static Sequential shortcut(int inputs, int outputs, int stride) {
        Sequential shortcut = stride == 1
                ? Sequential.of()
                : Sequential.of(AvgPool2d.of(stride).ceiling());
        return inputs == outputs
                ? shortcut
                : shortcut.then(Sequential.of(conv(inputs, outputs, 1, 1), BatchNorm2d.of(outputs)));
    }

    private static Conv2d conv(int inputs, int outputs, int kernel, int stride) {
        return Parts.conv(inputs, outputs, kernel, stride).init(Init.kaimingNormal());
    }
}
