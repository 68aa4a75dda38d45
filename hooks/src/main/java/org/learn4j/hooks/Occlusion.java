package org.learn4j.hooks;

import java.util.Arrays;
import org.learn4j.autograd.NoGrad;
import org.learn4j.nn.Layer;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

/**
 * How much a class's output falls when a patch of the picture is covered, for patches all over it (Zeiler and Fergus 2014).
 * Needs no gradients and nothing of the model but its outputs; takes a pass for each patch.
 *
 * <pre>{@code
 * HeatMap map = Occlusion.of(model).patch(32).stride(16).map(x, 282);
 * }</pre>
 */
public final class Occlusion {
    private static final int BATCH = 16;

    private final Layer model;
    private final int patch;
    private final int stride;
    private final float fill;

    private Occlusion(Layer model, int patch, int stride, float fill) {
        this.model = model;
        this.patch = patch;
        this.stride = stride;
        this.fill = fill;
    }

    /** Covers patches of 32 × 32 that are 16 apart with zeros, the mean of normalised pictures. */
    public static Occlusion of(Layer model) {
        return new Occlusion(model, 32, 16, 0);
    }

    /** Covers squares of this size. */
    public Occlusion patch(int size) {
        return new Occlusion(model, positive("A patch's size", size), stride, fill);
    }

    /** Moves the patch by so many pixels at a time. */
    public Occlusion stride(int pixels) {
        return new Occlusion(model, patch, positive("A stride", pixels), fill);
    }

    /** Covers with this value. */
    public Occlusion fill(double value) {
        return new Occlusion(model, patch, stride, (float) value);
    }

    private static int positive(String what, int number) {
        if (number < 1) {
            throw new IllegalArgumentException(what + " is at least 1, received " + number);
        }
        return number;
    }

    /**
     * Returns the map of a class: a number for each place of the patch.
     *
     * @param input one picture, [1, channels, height, width] FLOAT32, at least as large as the patch
     * @param target the class, from 0
     */
    public HeatMap map(Tensor input, int target) {
        Shape shape = input.shape();
        if (shape.rank() != 4
                || shape.dim(0) != 1
                || shape.dim(2) < patch
                || shape.dim(3) < patch
                || input.dtype() != DType.FLOAT32) {
            throw new ShapeMismatchException("Occlusion by a patch of " + patch + " × " + patch
                    + " expects one picture at least as large, [1, channels, height, width] FLOAT32, received "
                    + input.dtype() + " " + shape);
        }
        float[] picture = input.toFloats();
        int width = (int) shape.dim(3);
        int rows = ((int) shape.dim(2) - patch) / stride + 1;
        int columns = (width - patch) / stride + 1;
        float whole = outputs(picture, 1, shape, target)[0];
        float[] falls = new float[rows * columns];
        float[] covered = new float[BATCH * picture.length];
        for (int first = 0; first < falls.length; first += BATCH) {
            int count = Math.min(BATCH, falls.length - first);
            for (int i = 0; i < count; i++) {
                int at = first + i;
                System.arraycopy(picture, 0, covered, i * picture.length, picture.length);
                cover(covered, i * picture.length, shape, at / columns * stride, at % columns * stride);
            }
            float[] outputs = outputs(Arrays.copyOf(covered, count * picture.length), count, shape, target);
            for (int i = 0; i < count; i++) {
                falls[first + i] = whole - outputs[i];
            }
        }
        return HeatMap.of(rows, columns, falls);
    }

    private void cover(float[] pictures, int from, Shape shape, int top, int left) {
        int channels = (int) shape.dim(1);
        int height = (int) shape.dim(2);
        int width = (int) shape.dim(3);
        for (int channel = 0; channel < channels; channel++) {
            for (int y = top; y < top + patch; y++) {
                int start = from + (channel * height + y) * width + left;
                Arrays.fill(pictures, start, start + patch, fill);
            }
        }
    }

    private float[] outputs(float[] pictures, int count, Shape shape, int target) {
        try (TensorScope scope = TensorScope.open();
                NoGrad noGrad = NoGrad.open()) {
            Tensor output =
                    model.predict(Tensor.of(pictures, shape.with(0, count).dims()));
            if (output.shape().rank() != 2 || output.shape().dim(0) != count) {
                throw new ShapeMismatchException("Occlusion expects a model whose output is [n, classes], received "
                        + output.shape() + " for n = " + count);
            }
            int classes = (int) output.shape().dim(1);
            if (target < 0 || target >= classes) {
                throw new IllegalArgumentException(
                        "The model tells " + classes + " classes apart, numbered from 0; received class " + target);
            }
            float[] all = output.toFloats();
            float[] chosen = new float[count];
            for (int i = 0; i < count; i++) {
                chosen[i] = all[i * classes + target];
            }
            return chosen;
        }
    }
}
