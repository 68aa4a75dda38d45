package org.learn4j.kernel;

import static org.learn4j.kernel.KernelCheck.Layout.ALIGNED;
import static org.learn4j.kernel.KernelCheck.Layout.GAPS;
import static org.learn4j.kernel.KernelCheck.Layout.OFFSET;
import static org.learn4j.kernel.KernelCheck.Layout.REPEATED;
import static org.learn4j.kernel.KernelCheck.Layout.TRANSPOSED;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.learn4j.kernel.KernelCheck.Layout;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

/** The oneDNN kernels for whole layers against plain loops over doubles, without any help of the reference kernels. */
class OneDnnLayersTest {
    private static final Kernels KERNELS = new OneDnnKernels(() -> {
        throw new AssertionError("the reference kernels were asked for help");
    });

    private final KernelCheck check = new KernelCheck(KERNELS, DType.FLOAT32, 7);
    private TensorScope scope;

    @BeforeEach
    void open() {
        scope = TensorScope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @ParameterizedTest
    @CsvSource({"true, 0", "false, 0", "true, 1", "false, 1", "true, 2", "false, 2"})
    void softmaxAndItsGradient(boolean logarithm, int axis) {
        for (long[] dims : new long[][] {{1, 1, 1}, {3, 4, 5}, {2, 17, 33}, {40, 1, 100}}) {
            for (Layout layout : Layout.values()) {
                Tensor x = check.between(layout, -5, 5, dims);
                Tensor y = check.output(dims);
                check.call(() -> KERNELS.softmax(x, axis, logarithm, y), y);
                check.close("softmax", y, ReferenceFormulas.softmax(x.toDoubles(), dims, axis, logarithm));
                Tensor dy = check.input(layout, dims);
                Tensor dx = check.output(dims);
                check.call(() -> KERNELS.softmaxGradient(y, axis, logarithm, dy, dx), dx);
                double[] expected =
                        ReferenceFormulas.softmaxGradient(y.toDoubles(), dy.toDoubles(), dims, axis, logarithm);
                check.close("softmax gradient", dx, expected, 5);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0, false", "0.1, false", "0, true", "0.2, true"})
    void crossEntropy(double smoothing, boolean weighted) {
        for (int[] size : new int[][] {{1, 2}, {64, 10}, {33, 1000}}) {
            for (Layout layout : new Layout[] {ALIGNED, TRANSPOSED, GAPS}) {
                Tensor logits = check.input(layout, size[0], size[1]);
                Tensor logp = check.place(layout, DType.FLOAT32, size[0], size[1])
                        .set(ReferenceFormulas.softmax(
                                logits.toDoubles(), logits.shape().dims(), 1, true));
                Tensor targets = check.input(layout, check.integers(size[0], size[1]), size[0]);
                Tensor weights = weighted ? check.between(OFFSET, 0.5, 2, size[1]) : null;
                Tensor dy = check.input(layout, size[0]);
                Tensor out = check.output(size[0]);
                Tensor dx = check.output(size[0], size[1]);
                double[] factors = weighted ? weights.toDoubles() : null;
                check.call(() -> KERNELS.negativeLogLikelihood(logp, targets, weights, smoothing, out), out);
                check.close(
                        "loss",
                        out,
                        ReferenceFormulas.negativeLogLikelihood(
                                logp.toDoubles(), targets.toInts(), factors, smoothing, size[1]));
                if (size[1] > 100) {
                    continue;
                }
                check.call(() -> KERNELS.crossEntropyGradient(logp, targets, weights, smoothing, dy, dx), dx);
                check.close(
                        "gradient",
                        dx,
                        ReferenceFormulas.crossEntropyGradient(
                                logp.toDoubles(), targets.toInts(), factors, smoothing, dy.toDoubles(), size[1]));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"false, false", "true, false", "false, true", "true, true"})
    void batchNorm(boolean relu, boolean fixed) {
        for (int[] size : new int[][] {{2, 1, 1}, {5, 3, 1}, {64, 33, 1}, {4, 16, 25}, {4, 3, 9}, {3, 40, 4}}) {
            for (Layout layout : Layout.values()) {
                for (int rank : new int[] {2, 3, 4}) {
                    if (rank > 2 || size[2] == 1) {
                        long[] dims = {size[0], size[1], rank == 4 ? size[2] / 2 + 1 : size[2], 2};
                        batchNorm(java.util.Arrays.copyOf(dims, rank), layout, relu, fixed);
                    }
                }
            }
        }
    }

    private void batchNorm(long[] dims, Layout layout, boolean relu, boolean fixed) {
        int channels = (int) dims[1];
        int rest = (int) (Shape.of(dims).elements() / dims[0] / channels);
        Tensor x = check.input(layout, dims);
        Tensor scale = check.between(OFFSET, 0.5, 2, channels);
        Tensor shift = check.input(OFFSET, channels);
        Tensor mean = fixed ? check.input(OFFSET, channels) : check.output(channels);
        Tensor variance = fixed ? check.between(OFFSET, 0.5, 1, channels) : check.output(channels);
        Tensor y = check.output(dims);
        ReferenceNormalization right = ReferenceNormalization.batch((int) dims[0], channels, rest);
        double[] values = x.toDoubles();
        double[] means = fixed ? mean.toDoubles() : right.mean(values);
        double[] variances = fixed ? variance.toDoubles() : right.variance(values);
        if (fixed) {
            check.call(() -> KERNELS.batchNormInference(x, scale, shift, 1e-3, relu, mean, variance, y), y);
        } else {
            check.call(() -> KERNELS.batchNorm(x, scale, shift, 1e-3, relu, mean, variance, y), mean, variance, y);
            check.close("mean", mean, means);
            check.close("variance", variance, variances);
        }
        String what = "batch norm " + x.shape() + layout + relu + fixed;
        double[] expected = right.value(values, means, variances, scale.toDoubles(), shift.toDoubles(), 1e-3, relu);
        check.close(what, y, expected, 10);
        Tensor dy = check.input(layout, dims);
        Tensor dx = check.output(dims);
        Tensor dscale = check.output(channels);
        Tensor dshift = check.output(channels);
        check.call(
                () -> KERNELS.batchNormGradient(
                        x, y, scale, shift, 1e-3, relu, fixed, mean, variance, dy, dx, dscale, dshift),
                dx,
                dscale,
                dshift);
        double[] incoming = dy.toDoubles();
        double[] forward = y.toDoubles();
        for (int i = 0; i < incoming.length; i++) {
            incoming[i] = relu && forward[i] <= 0 ? 0 : incoming[i];
        }
        double[] normal = right.normal(values, means, variances, 1e-3);
        check.close(what + " dx", dx, right.gradient(incoming, normal, variances, scale.toDoubles(), 1e-3, fixed), 50);
        check.close(what + " dscale", dscale, right.scaleGradient(incoming, normal), layout == REPEATED ? 500 : 50);
        check.close(what + " dshift", dshift, right.sum(incoming), 10);
    }

    @Test
    void layerNorm() {
        for (int[] size : new int[][] {{1, 5}, {5, 1}, {3, 17}, {64, 100}}) {
            for (Layout layout : Layout.values()) {
                Tensor x = check.input(layout, size[0], size[1]);
                Tensor scale = check.input(OFFSET, size[1]);
                Tensor shift = check.input(OFFSET, size[1]);
                Tensor mean = check.output(size[0]);
                Tensor variance = check.output(size[0]);
                Tensor y = check.output(size[0], size[1]);
                check.call(() -> KERNELS.layerNorm(x, scale, shift, 1e-3, mean, variance, y), mean, variance, y);
                ReferenceNormalization right = ReferenceNormalization.layer(size[0], size[1]);
                double[] means = right.mean(x.toDoubles());
                double[] variances = right.variance(x.toDoubles());
                check.close("mean", mean, means);
                check.close("variance", variance, variances);
                check.close(
                        "y",
                        y,
                        right.value(
                                x.toDoubles(), means, variances, scale.toDoubles(), shift.toDoubles(), 1e-3, false));
                Tensor dy = check.input(layout, size[0], size[1]);
                Tensor dx = check.output(size[0], size[1]);
                Tensor dscale = check.output(size[1]);
                Tensor dshift = check.output(size[1]);
                check.call(
                        () -> KERNELS.layerNormGradient(x, scale, 1e-3, mean, variance, dy, dx, dscale, dshift),
                        dx,
                        dscale,
                        dshift);
                double[] normal = right.normal(x.toDoubles(), means, variances, 1e-3);
                double[] expected = right.gradient(dy.toDoubles(), normal, variances, scale.toDoubles(), 1e-3, false);
                check.close("dx", dx, expected, 50);
                check.close("dscale", dscale, right.scaleGradient(dy.toDoubles(), normal), 10);
                check.close("dshift", dshift, right.sum(dy.toDoubles()), 10);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0", "0.01", "0.09", "0.1", "0.5", "0.9"})
    void dropsAsThePatternSays(double probability) {
        for (Layout layout : new Layout[] {OFFSET, GAPS, REPEATED}) {
            Tensor x = check.input(layout, 100, 130);
            Tensor out = check.output(100, 130);
            check.call(() -> KERNELS.dropout(x, probability, 42, out), out);
            float[] mask = new float[13_000];
            DropoutPattern.mask(probability, 42, mask);
            double[] expected = x.toDoubles();
            for (int i = 0; i < mask.length; i++) {
                expected[i] *= mask[i];
            }
            check.close("dropout", out, expected);
        }
    }

    @Test
    void selectsRows() {
        int[] positions = {3, 0, 3, 1, 3};
        for (int[] size : new int[][] {{1, 4, 1}, {2, 4, 5}, {3, 4, 40}}) {
            for (Layout layout : new Layout[] {OFFSET, REPEATED}) {
                Tensor x = check.input(layout, size[0], 4, size[2]);
                Tensor chosen = check.input(layout == REPEATED ? GAPS : OFFSET, positions, 5);
                Tensor out = check.output(size[0], 5, size[2]);
                check.call(() -> KERNELS.select(x, chosen, out), out);
                check.close("select", out, ReferenceFormulas.select(x.toDoubles(), positions, size[0], 4, size[2]));
                Tensor dy = check.input(layout, size[0], 5, size[2]);
                Tensor dx = check.input(OFFSET, size[0], 4, size[2]);
                double[] expected = dx.toDoubles();
                ReferenceFormulas.selectGradient(dy.toDoubles(), positions, expected, size[0], 4, size[2]);
                check.call(() -> KERNELS.selectGradient(dy, chosen, dx), dx);
                check.close("select gradient", dx, expected);
            }
        }
    }

    @Test
    void embedsCodes() {
        int rows = 600;
        int[] sizes = {3, 100, 7};
        int[] widths = {2, 50, 17};
        List<Tensor> tables = new ArrayList<>();
        List<Tensor> gradients = new ArrayList<>();
        int[] codes = new int[rows * 3];
        for (int t = 0; t < 3; t++) {
            tables.add(check.input(OFFSET, sizes[t], widths[t]));
            gradients.add(check.input(OFFSET, sizes[t], widths[t]));
            int[] own = check.integers(rows, sizes[t]);
            for (int i = 0; i < rows; i++) {
                codes[i * 3 + t] = own[i];
            }
        }
        Tensor chosen = check.input(TRANSPOSED, codes, rows, 3);
        Tensor out = check.output(rows, 69);
        Tensor dy = check.input(TRANSPOSED, rows, 69);
        check.call(() -> KERNELS.embeddings(tables, chosen, out), out);
        List<double[]> expected = gradients.stream().map(Tensor::toDoubles).toList();
        check.call(() -> KERNELS.embeddingsGradient(dy, chosen, gradients), gradients.toArray(new Tensor[0]));
        double[] right = new double[rows * 69];
        for (int i = 0; i < rows; i++) {
            for (int t = 0, column = 0; t < 3; column += widths[t++]) {
                for (int j = 0; j < widths[t]; j++) {
                    int at = codes[i * 3 + t] * widths[t] + j;
                    right[i * 69 + column + j] = tables.get(t).toDoubles()[at];
                    expected.get(t)[at] += dy.toDoubles()[i * 69 + column + j];
                }
            }
        }
        check.close("rows", out, right);
        for (int t = 0; t < 3; t++) {
            check.close("table's gradient", gradients.get(t), expected.get(t), 10);
        }
    }
}
