package org.learn4j.vision.model;

import java.util.ArrayList;
import java.util.List;
import org.learn4j.nn.Activation;
import org.learn4j.nn.AdaptiveAvgPool2d;
import org.learn4j.nn.AdaptiveConcatPool2d;
import org.learn4j.nn.BatchNorm1d;
import org.learn4j.nn.Dropout;
import org.learn4j.nn.Flatten;
import org.learn4j.nn.Init;
import org.learn4j.nn.Layer;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Sequential;

/**
 * What fastai puts on the body of a network for images: maximum and average of each channel side by side, then batch norm,
 * dropout, a linear layer and a ReLU, and once more without the ReLU.
 *
 * <pre>{@code
 * Backbone backbone = ResNet.resnet34();
 * Sequential head = Head.of(backbone.features(), 37).finalBatchNorm().build();       // 512 channels: 1024 → 512 → 37
 * Sequential model = Sequential.of(backbone.body(), head);
 * }</pre>
 *
 * <p>Weights start as He et al.'s, normal draws of variance 2/fanIn, biases at 0.
 */
public final class Head {
    private static final double FINAL_MOMENTUM = 0.01;

    private final int features;
    private final int classes;
    private int[] layers = {512};
    private double[] dropout = {0.5};
    private boolean concat = true;
    private boolean normFinal;

    private Head(int features, int classes) {
        if (features < 1 || classes < 1) {
            throw new IllegalArgumentException(
                    "A head expects 1 channel and 1 class at least, received " + features + " and " + classes);
        }
        this.features = features;
        this.classes = classes;
    }

    /**
     * Starts building a head.
     *
     * @param features the number of channels that the body gives
     * @param classes the number of classes or values to predict
     */
    public static Head of(int features, int classes) {
        return new Head(features, classes);
    }

    /** Sets the sizes of the linear layers before the last, 512 by default; none makes a linear classifier (fastai's lin_ftrs). */
    public Head layers(int... sizes) {
        this.layers = sizes.clone();
        return this;
    }

    /**
     * Sets the dropout before each linear layer: one for each, or one for the last and half of it for the others; .5 by
     * default (fastai's ps).
     */
    public Head dropout(double... probabilities) {
        this.dropout = probabilities.clone();
        return this;
    }

    /** Takes the average of each channel alone, not the maximum and the average (fastai's concat_pool=False). */
    public Head averagePool() {
        this.concat = false;
        return this;
    }

    /** Adds batch norm with momentum .01 behind the last linear layer (fastai's bn_final). */
    public Head finalBatchNorm() {
        this.normFinal = true;
        return this;
    }

    /**
     * Returns the head, without weights yet.
     *
     * @throws IllegalArgumentException if there are as many dropout probabilities as neither one nor the linear layers
     */
    public Sequential build() {
        int count = layers.length + 1;
        if (dropout.length != 1 && dropout.length != count) {
            throw new IllegalArgumentException("Dropout has one probability or one for each of the " + count
                    + " linear layers, received " + dropout.length);
        }
        List<Layer> stack = new ArrayList<>();
        stack.add(concat ? AdaptiveConcatPool2d.of(1) : AdaptiveAvgPool2d.of(1));
        stack.add(Flatten.of());
        int width = concat ? 2 * features : features;
        for (int i = 0; i < count; i++) {
            boolean last = i == count - 1;
            int units = last ? classes : layers[i];
            stack.add(BatchNorm1d.of(width));
            double probability = dropout.length == count ? dropout[i] : last ? dropout[0] : dropout[0] / 2;
            if (probability != 0) {
                stack.add(Dropout.of(probability));
            }
            stack.add(Linear.of(width, units).init(Init.kaimingNormal()).biasInit(Init.zeros()));
            if (!last) {
                stack.add(Activation.relu());
            }
            width = units;
        }
        if (normFinal) {
            stack.add(BatchNorm1d.of(classes).momentum(FINAL_MOMENTUM));
        }
        return Sequential.of(stack.toArray(new Layer[0]));
    }
}
