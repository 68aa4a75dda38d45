package org.learn4j.autograd;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.learn4j.kernel.Window;
import org.learn4j.tensor.Reduction;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.Unary;

/**
 * The fused operations layers are made of, as functions (PyTorch's {@code torch.nn.functional}).
 *
 * <pre>{@code
 * Tensor hidden = Functional.linear(x, weight, bias, Unary.RELU, 0);
 * Tensor losses = Functional.crossEntropy(logits, targets, null, 0.1);
 * }</pre>
 */
public final class Functional {
    private Functional() {}

    /**
     * Returns {@code f(x · weightᵀ + bias)}: x [n, in], weight [units, in], bias [units] or null. The activation, if any, must be
     * one whose gradient follows from its output ({@link Unary#gradientFromOutput()}).
     */
    public static Tensor linear(
            Tensor x, Tensor weight, @Nullable Tensor bias, @Nullable Unary activation, double alpha) {
        LinearOp op = new LinearOp(activation, alpha);
        return bias == null ? Tape.apply(op, x, weight) : Tape.apply(op, x, weight, bias);
    }

    /**
     * Returns each row's cross entropy, label-smoothed and weighted by class: logits [n, c], targets [n] INT32 in [0, c),
     * weights [c] or null. With smoothing ε: {@code ε/c · Σ −log p + (1−ε) · nll} (fastai's form).
     *
     * @throws IndexOutOfBoundsException if a target is not a class
     */
    public static Tensor crossEntropy(Tensor logits, Tensor targets, @Nullable Tensor weights, double smoothing) {
        CrossEntropyOp op = new CrossEntropyOp(smoothing);
        return weights == null ? Tape.apply(op, logits, targets) : Tape.apply(op, logits, targets, weights);
    }

    /**
     * Returns the batch-normalised input, then ReLU if asked; x [n, c, …], the others [c]. Writes the batch's mean and biased
     * variance.
     *
     * @throws ShapeMismatchException if there is only one value per channel
     */
    public static Tensor batchNorm(
            Tensor x, Tensor scale, Tensor shift, Tensor mean, Tensor variance, double epsilon, boolean relu) {
        return Tape.apply(new BatchNormOp(epsilon, relu, false), x, scale, shift, mean, variance);
    }

    /** Returns the input normalised with given statistics, then ReLU if asked. */
    public static Tensor batchNormInference(
            Tensor x, Tensor scale, Tensor shift, Tensor mean, Tensor variance, double epsilon, boolean relu) {
        return Tape.apply(new BatchNormOp(epsilon, relu, true), x, scale, shift, mean, variance);
    }

    /** Returns the input normalised over its last axis: x [n, f], scale and shift [f]. */
    public static Tensor layerNorm(Tensor x, Tensor scale, Tensor shift, double epsilon) {
        return Tape.apply(new LayerNormOp(epsilon), x, scale, shift);
    }

    /** Returns the input with elements dropped with probability p and the others scaled by 1/(1−p). */
    public static Tensor dropout(Tensor x, double probability, Seed seed) {
        return Tape.apply(new DropoutOp(probability, seed.value()), x);
    }

    /** Returns the rows of several tables side by side: codes [n, tables] INT32, tables [rowsᵢ, widthᵢ]. */
    public static Tensor embeddings(Tensor codes, List<Tensor> tables) {
        Tensor[] inputs = new Tensor[tables.size() + 1];
        inputs[0] = codes;
        for (int i = 0; i < tables.size(); i++) {
            inputs[i + 1] = tables.get(i);
        }
        return Tape.apply(new EmbeddingsOp(), inputs);
    }

    // ---- images [n, c, h, w]

    /**
     * Returns the convolution of an image with a kernel, without padding: what the lesson does by hand. The image is [h, w],
     * [c, h, w] or [n, c, h, w]; the kernel [kh, kw], used for every channel of one output, [c, kh, kw] for one output, or [o,
     * c, kh, kw]. The result has as many axes as the image, and one channel for each output.
     *
     * <pre>{@code
     * Tensor kernel = Tensor.of(new float[] {0, -5/3f, 1, -5/3f, -5/3f, 1, 1, 1, 1}, 3, 3);
     * Tensor edges = Functional.conv2d(image, kernel);      // [1, h - 2, w - 2] for a photo [3, h, w]
     * }</pre>
     */
    public static Tensor conv2d(Tensor image, Tensor kernel) {
        int rank = image.shape().rank();
        if (rank < 2 || rank > 4 || kernel.shape().rank() < 2 || kernel.shape().rank() > 4) {
            throw new ShapeMismatchException(
                    "conv2d expects an image [h, w], [c, h, w] or [n, c, h, w] and a kernel [kh, kw],"
                            + " [c, kh, kw] or [o, c, kh, kw], received " + image.shape() + " and " + kernel.shape());
        }
        Tensor images = image;
        for (int axes = rank; axes < 4; axes++) {
            images = images.unsqueeze(0);
        }
        Tensor filters = kernel;
        if (kernel.shape().rank() == 2) {
            filters = kernel.expand(
                    images.shape().dim(1), kernel.shape().dim(0), kernel.shape().dim(1));
        }
        if (filters.shape().rank() == 3) {
            filters = filters.unsqueeze(0);
        }
        Tensor result =
                conv2d(images, filters, null, Window.of((int) filters.shape().dim(2), (int)
                        filters.shape().dim(3)));
        for (int axes = rank; axes < 4; axes++) {
            result = result.squeeze(0);
        }
        return result;
    }

    /**
     * Returns the convolution: x [n, c, h, w], weight [o, c / groups, kernel height, kernel width], bias [o] or null. How many
     * groups there are follows from the shapes.
     *
     * @throws ShapeMismatchException if the shapes do not fit, or the kernel is larger than the padded image
     */
    public static Tensor conv2d(Tensor x, Tensor weight, @Nullable Tensor bias, Window window) {
        return conv2d(x, weight, bias, window, false);
    }

    /** Returns the convolution, then ReLU if asked. */
    public static Tensor conv2d(Tensor x, Tensor weight, @Nullable Tensor bias, Window window, boolean relu) {
        ConvolutionOp op = new ConvolutionOp(window, relu);
        return bias == null ? Tape.apply(op, x, weight) : Tape.apply(op, x, weight, bias);
    }

    /**
     * Returns the transposed convolution: x [n, c, h, w], weight [c, o / groups, kernel height, kernel width], bias [o] or null.
     * The output has (h − 1)·stride − 2·padding + span + more rows, columns likewise.
     */
    public static Tensor transposedConv2d(
            Tensor x, Tensor weight, @Nullable Tensor bias, Window window, int groups, int moreRows, int moreColumns) {
        TransposedConvolutionOp op = new TransposedConvolutionOp(window, groups, moreRows, moreColumns);
        return bias == null ? Tape.apply(op, x, weight) : Tape.apply(op, x, weight, bias);
    }

    /** Returns max(a + b, 0) of two tensors of one shape, in one operation. */
    public static Tensor addRelu(Tensor a, Tensor b) {
        return Tape.apply(new AddReluOp(), a, b);
    }

    /**
     * Returns the greatest element under a window that moves over images [n, c, h, w]. With {@code ceiling} there is one place
     * more where elements would be left out.
     */
    public static Tensor maxPool(Tensor x, Window window, boolean ceiling) {
        return Tape.apply(new MaxPoolOp(window, ceiling), x);
    }

    /** Returns the mean of the elements under a window; zeros of the padding count if asked, as they do in PyTorch. */
    public static Tensor averagePool(Tensor x, Window window, boolean ceiling, boolean countPadding) {
        return Tape.apply(new AveragePoolOp(window, ceiling, countPadding), x);
    }

    /**
     * Returns images pooled by their means to a given size: row i comes from rows ⌊i·h/rows⌋ to ⌈(i + 1)·h/rows⌉, columns
     * likewise, as in PyTorch.
     */
    public static Tensor adaptiveAveragePool(Tensor x, int rows, int columns) {
        return AdaptivePooling.pool(x, rows, columns, Reduction.MEAN);
    }

    /**
     * Returns images pooled by their greatest elements to a given size, from the rows and columns that {@link
     * #adaptiveAveragePool} takes. Where the size does not divide the image's, equal greatest elements share the gradient.
     */
    public static Tensor adaptiveMaxPool(Tensor x, int rows, int columns) {
        return AdaptivePooling.pool(x, rows, columns, Reduction.MAX);
    }

    /**
     * Returns images with rows above and below and columns to the left and right.
     *
     * @throws ShapeMismatchException if a reflection would need more than the image has
     */
    public static Tensor pad(Tensor x, PaddingMode mode, int top, int bottom, int left, int right) {
        return Resampling.pad(x, mode, top, bottom, left, right);
    }

    /** Returns images of another size, each pixel that of the nearest, as PyTorch's mode nearest. */
    public static Tensor resizeNearest(Tensor x, int rows, int columns) {
        return Resampling.nearest(x, rows, columns);
    }

    /** Returns images of another size, interpolated between the four neighbours, as PyTorch does without aligned corners. */
    public static Tensor resizeBilinear(Tensor x, int rows, int columns) {
        return Resampling.bilinear(x, rows, columns);
    }

    /** Returns [n, c, h·factor, w·factor] from [n, c·factor², h, w]: each group of factor² channels becomes a square of pixels. */
    public static Tensor pixelShuffle(Tensor x, int factor) {
        return Resampling.pixelShuffle(x, factor);
    }
}
