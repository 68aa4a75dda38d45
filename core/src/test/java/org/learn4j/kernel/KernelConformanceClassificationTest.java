package org.learn4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.learn4j.kernel.KernelCheck.Layout.ALIGNED;
import static org.learn4j.kernel.KernelCheck.Layout.GAPS;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.learn4j.kernel.KernelCheck.Layout;
import org.learn4j.kernel.KernelConformance.Case;
import org.learn4j.tensor.Tensor;

/** Softmax and the losses of classification. */
class KernelConformanceClassificationTest {
    private record Lines(int axis, long... dims) {
        @Override
        public String toString() {
            return Arrays.toString(dims) + " axis " + axis;
        }
    }

    private static final List<Lines> LINES = List.of(
            new Lines(0, 5),
            new Lines(0, 1),
            new Lines(1, 1, 1),
            new Lines(0, 3, 17),
            new Lines(1, 3, 17),
            new Lines(-1, 17, 1),
            new Lines(0, 1, 17),
            new Lines(0, 2, 3, 4, 5),
            new Lines(1, 2, 3, 4, 5),
            new Lines(2, 2, 3, 4, 5),
            new Lines(-1, 2, 3, 4, 5),
            new Lines(1, 513, 257),
            new Lines(0, 130, 71),
            new Lines(1, 0, 4),
            new Lines(0, 0, 4),
            new Lines(0, 4, 0));

    @TestFactory
    Stream<DynamicNode> softmax() {
        return KernelConformance.each(dtype ->
                LINES.stream().map(lines -> new Case(lines + "", check -> softmax(check, lines))));
    }

    private static void softmax(KernelCheck check, Lines lines) {
        int axis = lines.axis < 0 ? lines.axis + lines.dims.length : lines.axis;
        for (Layout layout : layouts(lines.dims)) {
            for (boolean logarithm : new boolean[] {false, true}) {
                KernelCheck own = check.fresh();
                Tensor x = own.between(layout, -5, 5, lines.dims);
                Tensor y = own.output(lines.dims);
                own.call(() -> own.kernels.softmax(x, lines.axis, logarithm, y), y);
                double[] expected = ReferenceFormulas.softmax(x.toDoubles(), lines.dims, axis, logarithm);
                own.close(layout + ", logarithm " + logarithm, y, expected);

                Tensor known = own.input(layout, expected, lines.dims);
                Tensor dy = own.input(layout == ALIGNED ? GAPS : layout, lines.dims);
                Tensor dx = own.output(lines.dims);
                own.call(() -> own.kernels.softmaxGradient(known, lines.axis, logarithm, dy, dx), dx);
                double[] gradient = ReferenceFormulas.softmaxGradient(
                        known.toDoubles(), dy.toDoubles(), lines.dims, axis, logarithm);
                own.close(layout + ", gradient, logarithm " + logarithm, dx, gradient, 3);
                if (layout == ALIGNED) {
                    own.call(() -> own.kernels.softmax(x, lines.axis, logarithm, x), x);
                    own.close("in place", x, expected);
                    Tensor onto = own.input(ALIGNED, dy.toDoubles(), lines.dims);
                    own.call(() -> own.kernels.softmaxGradient(known, lines.axis, logarithm, onto, onto), onto);
                    own.close("onto dy", onto, gradient, 3);
                    own.call(() -> own.kernels.softmaxGradient(known, lines.axis, logarithm, dy, known), known);
                    own.close("onto y", known, gradient, 3);
                }
            }
        }
    }

    /** R10: the spread of the row decides, however large; equal logits give equal shares. */
    @TestFactory
    Stream<DynamicNode> softmaxExtremes() {
        double[][] rows = {
            {1e4, -1e4, 0},
            {-1e4, -1e4, -1e4},
            {1e4, 1e4, 1e4},
            {1e4, 1e4 - 1, 1e4 - 2},
            {-1e4, -1e4 + 1, -1e4 + 2},
            {0, 0, 0},
            {1e-40, 0, -1e-40},
            {200, 0, 100},
            {3e38, -3e38, 0},
            {0, -88, -104}
        };
        return KernelConformance.each(dtype -> Stream.of(rows)
                .flatMap(row -> Stream.of(0, 1)
                        .map(axis -> new Case(Arrays.toString(row) + " axis " + axis, check -> {
                            long[] dims = axis == 0 ? new long[] {3, 1} : new long[] {1, 3};
                            Tensor x = check.input(ALIGNED, row, dims);
                            Tensor out = check.output(dims);
                            check.call(() -> check.kernels.softmax(x, axis, false, out), out);
                            check.close("softmax", out, ReferenceFormulas.softmax(x.toDoubles(), dims, axis, false));
                            check.call(() -> check.kernels.softmax(x, axis, true, out), out);
                            check.close("logarithm", out, ReferenceFormulas.softmax(x.toDoubles(), dims, axis, true));
                            assertThat(Arrays.stream(out.toDoubles()).allMatch(y -> y <= 0))
                                    .isTrue();
                        }))));
    }

    // ---- losses

    private static final int[][] BATCHES = {{1, 1}, {1, 2}, {5, 17}, {64, 10}, {513, 257}, {0, 3}, {3, 3}};
    private static final double[] SMOOTHINGS = {0, 0.1, 1};

    @TestFactory
    Stream<DynamicNode> negativeLogLikelihood() {
        return KernelConformance.each(dtype -> losses((check, batch, layout, smoothing, weighted) -> {
            int n = batch[0];
            int classes = batch[1];
            Tensor logp = check.input(layout, logs(check, n, classes), n, classes);
            Tensor targets = check.input(layout, check.integers(n, classes), n);
            Tensor weights = weighted ? check.between(layout, 0.2, 2, classes) : null;
            Tensor out = check.output(n);
            check.call(() -> check.kernels.negativeLogLikelihood(logp, targets, weights, smoothing, out), out);
            double[] expected = ReferenceFormulas.negativeLogLikelihood(
                    logp.toDoubles(), targets.toInts(), weighted ? weights.toDoubles() : null, smoothing, classes);
            check.close("", out, expected);
        }));
    }

    @TestFactory
    Stream<DynamicNode> crossEntropyGradient() {
        return KernelConformance.each(dtype -> losses((check, batch, layout, smoothing, weighted) -> {
            int n = batch[0];
            int classes = batch[1];
            Tensor logp = check.input(layout, logs(check, n, classes), n, classes);
            Tensor targets = check.input(layout, check.integers(n, classes), n);
            Tensor weights = weighted ? check.between(layout, 0.2, 2, classes) : null;
            Tensor dy = check.input(layout, n);
            Tensor dx = check.output(n, classes);
            check.call(() -> check.kernels.crossEntropyGradient(logp, targets, weights, smoothing, dy, dx), dx);
            double[] expected = ReferenceFormulas.crossEntropyGradient(
                    logp.toDoubles(),
                    targets.toInts(),
                    weighted ? weights.toDoubles() : null,
                    smoothing,
                    dy.toDoubles(),
                    classes);
            check.close("", dx, expected);
            if (layout == ALIGNED) {
                check.call(() -> check.kernels.crossEntropyGradient(logp, targets, weights, smoothing, dy, logp), logp);
                check.close("onto logp", logp, expected);
            }
        }));
    }

    private interface LossCheck {
        void run(KernelCheck check, int[] batch, Layout layout, double smoothing, boolean weighted);
    }

    private static Stream<Case> losses(LossCheck run) {
        return Stream.of(BATCHES)
                .map(batch -> new Case(Arrays.toString(batch), check -> {
                    for (Layout layout : layouts(batch[0], batch[1])) {
                        for (double smoothing : SMOOTHINGS) {
                            run.run(check.fresh(), batch, layout, smoothing, false);
                            run.run(check.fresh(), batch, layout, smoothing, true);
                        }
                    }
                }));
    }

    private static double[] logs(KernelCheck check, int n, int classes) {
        return ReferenceFormulas.softmax(check.numbers(n * classes, -5, 5), new long[] {n, classes}, 1, true);
    }

    /** The loss of a class that is all but impossible is large and finite, and what its row did not ask for stays out. */
    @TestFactory
    Stream<DynamicNode> lossExtremes() {
        double infinity = Double.POSITIVE_INFINITY;
        return KernelConformance.each(dtype -> Stream.of(
                new Case("a probability of e^−20000", check -> {
                    Tensor logp = check.input(ALIGNED, new double[] {-2e4, 0, -1e4, 0, -2e4, -1e4}, 2, 3);
                    Tensor targets = check.input(ALIGNED, new int[] {0, 0}, 2);
                    Tensor loss = check.output(2);
                    check.call(() -> check.kernels.negativeLogLikelihood(logp, targets, null, 0, loss), loss);
                    check.close("loss", loss, new double[] {2e4, 0});
                    Tensor dx = check.output(2, 3);
                    Tensor dy = check.between(ALIGNED, 1, 1, 2);
                    check.call(() -> check.kernels.crossEntropyGradient(logp, targets, null, 0, dy, dx), dx);
                    check.close("gradient", dx, new double[] {-1, 1, 0, 0, 0, 0});
                }),
                new Case("a class that was ruled out with −∞", check -> {
                    Tensor logp = check.input(ALIGNED, new double[] {-infinity, -0.5, -0.9327521295671886}, 1, 3);
                    Tensor targets = check.input(ALIGNED, new int[] {1}, 1);
                    Tensor loss = check.output(1);
                    check.call(() -> check.kernels.negativeLogLikelihood(logp, targets, null, 0, loss), loss);
                    check.close("loss", loss, new double[] {0.5});
                    Tensor dx = check.output(1, 3);
                    Tensor dy = check.between(ALIGNED, 1, 1, 1);
                    check.call(() -> check.kernels.crossEntropyGradient(logp, targets, null, 0, dy, dx), dx);
                    check.close("gradient", dx, new double[] {0, Math.exp(-0.5) - 1, Math.exp(-0.9327521295671886)});
                })));
    }

    private static List<Layout> layouts(long... dims) {
        return ReferenceFormulas.count(dims) > 10_000 ? List.of(ALIGNED) : List.of(Layout.values());
    }
}
