package org.learn4j.vision.data;

import java.nio.file.Path;
import org.learn4j.autograd.PaddingMode;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.vision.augment.AugmentationPlan;
import org.learn4j.vision.augment.Augmentations;
import org.learn4j.vision.augment.ResizeMethod;
import org.learn4j.vision.image.Detail;
import org.learn4j.vision.image.Image;
import org.learn4j.vision.image.ImageLimits;

/**
 * How a picture becomes a model's input where nothing is random: validation and prediction.
 *
 * @param width the input's width
 * @param height the input's height
 * @param resize how pictures of other proportions fit
 * @param padding what lies outside the picture's edges
 * @param channels 3, or 1 for grey
 * @param normalization what becomes of pixels; grey ones take the first channel's numbers
 */
public record ImageEncoder(
        int width, int height, ResizeMethod resize, PaddingMode padding, int channels, Normalization normalization) {
    /** How many times as many pixels along a line as the input has are decoded: what bilinear interpolation can use. */
    private static final double OVERSAMPLING = 2;

    /** Checks the numbers. */
    public ImageEncoder {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "Pictures are resized to at least 1 x 1, received " + width + " x " + height);
        }
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException("Pictures have 1 or 3 channels, received " + channels);
        }
    }

    /** Returns a batch of pictures, of shape [pictures, channels, height, width], channels last in memory. */
    public Tensor encode(Image... images) {
        int size = size();
        float[] numbers = new float[Math.multiplyExact(images.length, size)];
        float[] one = new float[size];
        Augmentations padded = Augmentations.none().padding(padding);
        for (int i = 0; i < images.length; i++) {
            write(images[i], padded.validationPlan(images[i], width, height, resize), one);
            System.arraycopy(one, 0, numbers, i * size, size);
        }
        Shape shape = Shape.of(images.length, channels, height, width);
        try (Tensor memory = Tensor.of(numbers, images.length, height, width, channels)) {
            return memory.view(shape, new long[] {size, 1, (long) width * channels, channels}, memory.offset());
        }
    }

    /**
     * Returns a batch of one file's picture.
     *
     * @throws org.learn4j.vision.image.ImageFormatException if it cannot be read
     */
    public Tensor encode(Path file) {
        return encode(Image.of(file, ImageLimits.DEFAULT, detail(1)));
    }

    /**
     * Returns a batch of one picture that comes as a file's bytes: the same numbers as for the file.
     *
     * @throws org.learn4j.vision.image.ImageFormatException if they are no picture
     */
    public Tensor encode(byte[] file) {
        return encode(Image.of(file, ImageLimits.DEFAULT, detail(1)));
    }

    /**
     * Returns normalised numbers as pixels in [0, 1] again.
     *
     * @param normalized of shape [channels, height, width] or [pictures, channels, height, width]
     */
    public Tensor denormalize(Tensor normalized) {
        Shape shape = normalized.shape();
        int axis = shape.rank() - 3;
        if (axis < 0 || axis > 1 || shape.dim(axis) != channels) {
            throw new IllegalArgumentException("Normalised pictures have the shape [" + channels
                    + ", height, width] or [pictures, " + channels + ", height, width], received " + shape);
        }
        float[] numbers = normalized.toFloats();
        double[] mean = normalization.mean();
        double[] deviation = normalization.deviation();
        int plane = Math.toIntExact(shape.dim(axis + 1) * shape.dim(axis + 2));
        for (int i = 0; i < numbers.length; i++) {
            int channel = i / plane % channels;
            numbers[i] = (float) (numbers[i] * deviation[channel] + mean[channel]);
        }
        return Tensor.of(numbers, shape.dims());
    }

    int size() {
        return Math.multiplyExact(channels, Math.multiplyExact(width, height));
    }

    /** Returns how much of a picture is decoded, where parts of it may be enlarged. */
    Detail detail(double magnification) {
        double factor = Math.max(OVERSAMPLING, magnification);
        return new Detail(
                (int) Math.ceil(factor * width), (int) Math.ceil(factor * height), resize == ResizeMethod.PAD);
    }

    /** Writes a picture's numbers as a plan says, channels last. */
    void write(Image image, AugmentationPlan plan, float[] numbers) {
        plan.draw(image).write(plan.table(normalization.mean(), normalization.deviation()), channels, numbers);
        plan.finish(numbers, channels);
    }

    ImageEncoder withSize(int newWidth, int newHeight) {
        return new ImageEncoder(newWidth, newHeight, resize, padding, channels, normalization);
    }

    ImageEncoder with(Normalization other) {
        return new ImageEncoder(width, height, resize, padding, channels, other);
    }
}
