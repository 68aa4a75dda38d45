package org.learn4j.vision.model;

import org.learn4j.nn.Activation;
import org.learn4j.nn.BatchNorm2d;
import org.learn4j.nn.Conv2d;
import org.learn4j.nn.Init;
import org.learn4j.nn.Layer;
import org.learn4j.nn.Sequential;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/** What the networks of this package are put together from. */
final class Parts {
    private Parts() {}

    /** Returns a convolution that keeps the size of images, apart from its stride, and has a norm behind it in place of a bias. */
    static Conv2d conv(int inputs, int outputs, int kernel, int stride) {
        return Conv2d.of(inputs, outputs, kernel)
                .stride(stride)
                .padding((kernel - 1) / 2)
                .withoutBias()
                .init(kaimingFanOut(outputs, kernel));
    }

    /** Returns normal draws of variance 2/(outputs · kernel²), which keep the variance of gradients (He et al. 2015). */
    static Init kaimingFanOut(int outputs, int kernel) {
        return Init.normal(Math.sqrt(2.0 / ((double) outputs * kernel * kernel)));
    }

    /** Returns convolution, norm and ReLU, numbered from 0. */
    static Sequential convNormRelu(Conv2d conv) {
        return Sequential.of(conv, BatchNorm2d.of(conv.outputs()), Activation.relu());
    }

    /** Returns the only input of a layer. */
    static Tensor one(Layer layer, Tensor... inputs) {
        if (inputs.length != 1) {
            throw new IllegalArgumentException(
                    layer.getClass().getSimpleName() + " expects one input, received " + inputs.length);
        }
        return inputs[0];
    }

    /** Refuses what are no images with so many channels. */
    static void requireImages(Layer layer, int channels, Tensor x) {
        if (x.shape().rank() != 4 || x.shape().dim(1) != channels) {
            throw new ShapeMismatchException(
                    layer + " expects input of shape [n, " + channels + ", h, w], received " + x.shape());
        }
    }

    /** Prints a layer as its type and its children, each on a line of its own. */
    static String text(String type, Layer layer) {
        StringBuilder text = new StringBuilder(type).append(".of(");
        layer.children()
                .forEach((name, child) -> text.append("\n  ")
                        .append(name)
                        .append(": ")
                        .append(child.toString().replace("\n", "\n  ")));
        return text.append("\n)").toString();
    }
}
