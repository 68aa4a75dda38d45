package org.learn4j.vision.model;

import org.learn4j.nn.Activation;
import org.learn4j.nn.AdaptiveAvgPool2d;
import org.learn4j.nn.BatchNorm2d;
import org.learn4j.nn.Conv2d;
import org.learn4j.nn.Flatten;
import org.learn4j.nn.Init;
import org.learn4j.nn.Sequential;

/**
 * The smallest network of convolutions that is of use, fastai's {@code simple_cnn}: 3×3 convolutions of stride 2, each with a
 * ReLU behind it, and the average of each channel at the end.
 *
 * <pre>{@code
 * Sequential network = SimpleCnn.of(1, 16, 32, 10);                             // [n, 1, 28, 28] gives [n, 10]
 * }</pre>
 */
public final class SimpleCnn {
    private SimpleCnn() {}

    /**
     * Returns the network.
     *
     * @param channels those of the images, those between the convolutions, and the number of classes
     * @throws IllegalArgumentException if there are fewer than two
     */
    public static Sequential of(int... channels) {
        return build(false, channels);
    }

    /** Returns such a network with batch norm behind every ReLU but the last. */
    public static Sequential withBatchNorm(int... channels) {
        return build(true, channels);
    }

    private static Sequential build(boolean norm, int... channels) {
        if (channels.length < 2) {
            throw new IllegalArgumentException(
                    "The channels of images and the number of classes at least expected, received " + channels.length
                            + " numbers");
        }
        Sequential network = Sequential.of();
        for (int i = 0; i < channels.length - 1; i++) {
            boolean normed = norm && i < channels.length - 2;
            Conv2d conv = Conv2d.of(channels[i], channels[i + 1], 3)
                    .stride(2)
                    .padding(1)
                    .init(Init.kaimingNormal())
                    .biasInit(Init.zeros());
            Sequential layer = Sequential.of(normed ? conv.withoutBias() : conv, Activation.relu());
            network = network.then(normed ? layer.then(BatchNorm2d.of(channels[i + 1])) : layer);
        }
        return network.then(AdaptiveAvgPool2d.of(1)).then(Flatten.of());
    }
}
