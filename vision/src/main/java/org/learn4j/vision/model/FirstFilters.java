package org.learn4j.vision.model;

import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/** Filters for colours, made to fit images of other channels, as fastai does. */
final class FirstFilters {
    private FirstFilters() {}

    /**
     * Returns filters [outputs, channels, h, w] for those of three colours.
     *
     * @param filters [outputs, 3, h, w], FLOAT32
     */
    static Tensor adapt(Tensor filters, int channels) {
        Shape shape = filters.shape();
        float[] from = filters.toFloats();
        int colours = (int) shape.dim(1);
        int size = (int) (shape.dim(2) * shape.dim(3));
        int outputs = (int) shape.dim(0);
        float[] to = new float[outputs * channels * size];
        for (int output = 0; output < outputs; output++) {
            for (int channel = 0; channel < (channels == 1 ? colours : Math.min(channels, colours)); channel++) {
                for (int i = 0; i < size; i++) {
                    float weight = from[(output * colours + channel) * size + i];
                    to[(output * channels + (channels == 1 ? 0 : channel)) * size + i] +=
                            channels == 2 ? 1.5f * weight : weight;
                }
            }
        }
        return Tensor.of(to, shape.with(1, channels).dims());
    }
}
