package org.learn4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.learn4j.kernel.KernelCheck.Layout.ALIGNED;
import static org.learn4j.kernel.KernelCheck.Layout.GAPS;
import static org.learn4j.kernel.KernelCheck.Layout.OFFSET;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.learn4j.kernel.KernelCheck.Layout;
import org.learn4j.kernel.KernelConformance.Case;
import org.learn4j.tensor.Tensor;

/** Batch and layer normalisation. */
class KernelConformanceNormalizationTest {
    private static final double EPSILON = 1e-5;
    private static final long[][] BATCHES = {
        {1, 3},
        {2, 1},
        {1, 1},
        {5, 17},
        {64, 3},
        {513, 257},
        {2, 3, 4},
        {2, 3, 4, 5},
        {1, 17, 3, 3},
        {4, 1, 2, 1},
        {3, 16, 5, 5},
        {2, 3, 2, 2, 2}
    };
    private static final long[][] LAYERS = {{1, 1}, {1, 17}, {17, 1}, {5, 17}, {64, 3}, {513, 257}};

    /** Everything one case needs, made by the same steps for all of them. */
    private static final class Given {
        final KernelCheck check;
        final long[] dims;
        final ReferenceNormalization reference;
        final Tensor x;
        final Tensor scale;
        final Tensor shift;
        final double[] mean;
        final double[] variance;
        final long groups;

        Given(KernelCheck check, ReferenceNormalization reference, Tensor x, Layout layout, long groups, long factors) {
            this.check = check;
            this.dims = x.shape().dims();
            this.reference = reference;
            this.x = x;
            this.groups = groups;
            scale = check.between(layout, 0.5, 1.5, factors);
            shift = check.between(layout, -1, 1, factors);
            mean = reference.mean(x.toDoubles());
            variance = reference.variance(x.toDoubles());
        }

        double[] value(double[] means, double[] variances, boolean relu) {
            return reference.value(
                    x.toDoubles(), means, variances, scale.toDoubles(), shift.toDoubles(), EPSILON, relu);
        }
    }

    private static Given batch(KernelCheck check, Layout layout, Tensor x) {
        long[] dims = x.shape().dims();
        int rest = ReferenceFormulas.count(Arrays.copyOfRange(dims, 2, dims.length));
        ReferenceNormalization reference = ReferenceNormalization.batch((int) dims[0], (int) dims[1], rest);
        return new Given(check, reference, x, layout, dims[1], dims[1]);
    }

    private static Given layer(KernelCheck check, Layout layout, Tensor x) {
        long[] dims = x.shape().dims();
        ReferenceNormalization reference = ReferenceNormalization.layer((int) dims[0], (int) dims[1]);
        return new Given(check, reference, x, layout, dims[0], dims[1]);
    }

    private static Stream<Case> cases(long[][] shapes, BiConsumer<KernelCheck, Spec> run) {
        return Stream.of(shapes)
                .map(dims -> new Case(Arrays.toString(dims), check -> {
                    for (Layout layout : ReferenceFormulas.count(dims) > 10_000
                            ? List.of(ALIGNED, GAPS)
                            : List.of(Layout.values())) {
                        run.accept(check.fresh(), new Spec(layout, false, dims));
                        run.accept(check.fresh(), new Spec(layout, true, dims));
                    }
                }));
    }

    private record Spec(Layout layout, boolean relu, long... dims) {
        @Override
        public String toString() {
            return layout + (relu ? " with ReLU: " : ": ");
        }
    }

    // ---- forward

    @TestFactory
    Stream<DynamicNode> batchNorm() {
        return KernelConformance.each(dtype -> cases(BATCHES, (check, spec) -> {
            Tensor x = check.between(spec.layout, -1, 3, spec.dims);
            batchNorm(batch(check, spec.layout, x), spec);
        }));
    }

    private static void batchNorm(Given given, Spec spec) {
        KernelCheck check = given.check;
        Tensor mean = check.output(given.groups);
        Tensor variance = check.output(given.groups);
        Tensor out = check.dense(given.dims);
        double[] expected = given.value(given.mean, given.variance, spec.relu);
        check.call(
                () -> check.kernels.batchNorm(
                        given.x, given.scale, given.shift, EPSILON, spec.relu, mean, variance, out),
                mean,
                variance,
                out);
        check.close(spec + "mean", mean, given.mean);
        check.close(spec + "variance", variance, given.variance);
        double magnitude = gain(given.variance);
        check.close(spec + "value", out, expected, magnitude);
        if (spec.layout == ALIGNED) {
            check.call(
                    () -> check.kernels.batchNorm(
                            given.x, given.scale, given.shift, EPSILON, spec.relu, mean, variance, given.x),
                    mean,
                    variance,
                    given.x);
            check.close(spec + "mean, in place", mean, given.mean);
            check.close(spec + "variance, in place", variance, given.variance);
            check.close(spec + "value, in place", given.x, expected, magnitude);
        }
    }

    @TestFactory
    Stream<DynamicNode> batchNormInference() {
        return KernelConformance.each(dtype -> cases(BATCHES, (check, spec) -> {
            Given given = batch(check, spec.layout, check.between(spec.layout, -1, 3, spec.dims));
            Tensor mean = check.between(spec.layout, -1, 1, given.groups);
            Tensor variance = check.between(spec.layout, 0.1, 2, given.groups);
            Tensor out = check.dense(given.dims);
            double[] expected = given.value(mean.toDoubles(), variance.toDoubles(), spec.relu);
            check.call(
                    () -> check.kernels.batchNormInference(
                            given.x, given.scale, given.shift, EPSILON, spec.relu, mean, variance, out),
                    out);
            check.close(spec + "value", out, expected, 3);
            if (spec.layout == ALIGNED) {
                check.call(
                        () -> check.kernels.batchNormInference(
                                given.x, given.scale, given.shift, EPSILON, spec.relu, mean, variance, given.x),
                        given.x);
                check.close(spec + "in place", given.x, expected, 3);
            }
        }));
    }

    @TestFactory
    Stream<DynamicNode> layerNorm() {
        return KernelConformance.each(dtype -> cases(LAYERS, (check, spec) -> {
            Given given = layer(check, spec.layout, check.between(spec.layout, -1, 3, spec.dims));
            Tensor mean = check.output(given.groups);
            Tensor variance = check.output(given.groups);
            Tensor out = spec.layout == ALIGNED && spec.relu ? given.x : check.dense(given.dims);
            double[] expected = given.value(given.mean, given.variance, false);
            check.call(
                    () -> check.kernels.layerNorm(given.x, given.scale, given.shift, EPSILON, mean, variance, out),
                    mean,
                    variance,
                    out);
            check.close(spec + "mean", mean, given.mean);
            check.close(spec + "variance", variance, given.variance);
            check.close(spec + "value", out, expected, gain(given.variance));
        }));
    }

    // ---- gradients

    @TestFactory
    Stream<DynamicNode> batchNormGradient() {
        return KernelConformance.each(dtype -> cases(BATCHES, (check, spec) -> {
            for (boolean fixed : new boolean[] {false, true}) {
                for (boolean onto : spec.layout == ALIGNED ? new boolean[] {false, true} : new boolean[] {false}) {
                    batchNormGradient(check.fresh(), spec, fixed, onto);
                }
            }
        }));
    }

    private static void batchNormGradient(KernelCheck check, Spec spec, boolean fixed, boolean onto) {
        Given given = batch(check, spec.layout, check.between(spec.layout, -1, 3, spec.dims));
        Tensor mean = check.input(ALIGNED, fixed ? check.numbers((int) given.groups, -1, 1) : given.mean, given.groups);
        Tensor variance =
                check.input(OFFSET, fixed ? check.numbers((int) given.groups, 0.1, 2) : given.variance, given.groups);
        Tensor y = check.input(spec.layout, given.value(mean.toDoubles(), variance.toDoubles(), spec.relu), given.dims);
        Tensor dy = check.input(spec.layout, given.dims);
        Tensor dx = onto ? dy : check.dense(given.dims);
        Tensor dscale = check.output(given.groups);
        Tensor dshift = check.output(given.groups);

        double[] slope = dy.toDoubles();
        double[] values = y.toDoubles();
        for (int i = 0; i < slope.length && spec.relu; i++) {
            slope[i] = values[i] > 0 ? slope[i] : 0;
        }
        ReferenceNormalization reference = given.reference;
        double[] normal = reference.normal(given.x.toDoubles(), mean.toDoubles(), variance.toDoubles(), EPSILON);
        double[] expected =
                reference.gradient(slope, normal, variance.toDoubles(), given.scale.toDoubles(), EPSILON, fixed);
        check.call(
                () -> check.kernels.batchNormGradient(
                        given.x,
                        y,
                        given.scale,
                        given.shift,
                        EPSILON,
                        spec.relu,
                        fixed,
                        mean,
                        variance,
                        dy,
                        dx,
                        dscale,
                        dshift),
                dx,
                dscale,
                dshift);
        String what = spec + (fixed ? "fixed statistics, " : "") + (onto ? "onto dy, " : "");
        double magnitude = gain(variance.toDoubles());
        check.close(what + "dx", dx, expected, magnitude);
        check.close(what + "dscale", dscale, reference.scaleGradient(slope, normal), 10 * magnitude);
        check.close(what + "dshift", dshift, reference.sum(slope), 10);
    }

    /** With a note, or without one from kernels that take none: the same numbers, whatever the layout of the gradient. */
    @TestFactory
    Stream<DynamicNode> batchNormNoted() {
        return KernelConformance.each(dtype -> cases(BATCHES, (check, spec) -> {
            if (spec.relu) {
                batchNormNoted(check.fresh(), spec, false);
                batchNormNoted(check.fresh(), spec, true);
            }
        }));
    }

    private static void batchNormNoted(KernelCheck check, Spec spec, boolean onto) {
        Given given = batch(check, spec.layout, check.between(spec.layout, -1, 3, spec.dims));
        Tensor mean = check.output(given.groups);
        Tensor variance = check.output(given.groups);
        Tensor y = check.dense(given.dims);
        Tensor[] note = new Tensor[1];
        check.call(
                () -> note[0] =
                        check.kernels.batchNormNoted(given.x, given.scale, given.shift, EPSILON, mean, variance, y),
                mean,
                variance,
                y);
        double magnitude = gain(given.variance);
        check.close(spec + "value", y, given.value(given.mean, given.variance, true), magnitude);
        check.close(spec + "mean", mean, given.mean);
        check.close(spec + "variance", variance, given.variance);

        Tensor dy = check.input(onto ? ALIGNED : spec.layout, given.dims);
        Tensor dx = onto ? dy : check.dense(given.dims);
        Tensor dscale = check.output(given.groups);
        Tensor dshift = check.output(given.groups);
        double[] slope = dy.toDoubles();
        double[] values = y.toDoubles();
        for (int i = 0; i < slope.length; i++) {
            slope[i] = values[i] > 0 ? slope[i] : 0;
        }
        if (note[0] == null) {
            return; // then batchNormGradient is to be called, which has its own test
        }
        check.call(
                () -> check.kernels.batchNormNotedGradient(
                        note[0], given.x, y, given.scale, given.shift, EPSILON, mean, variance, dy, dx, dscale, dshift),
                dx,
                dscale,
                dshift);
        note[0].close();
        ReferenceNormalization reference = given.reference;
        double[] normal = reference.normal(given.x.toDoubles(), given.mean, given.variance, EPSILON);
        double[] expected = reference.gradient(slope, normal, given.variance, given.scale.toDoubles(), EPSILON, false);
        check.close(spec + "dx", dx, expected, magnitude);
        check.close(spec + "dscale", dscale, reference.scaleGradient(slope, normal), 10 * magnitude);
        check.close(spec + "dshift", dshift, reference.sum(slope), 10);
    }

    /** How much a normalisation enlarges rounding: 300 where all elements of a group are equal. */
    private static double gain(double... variances) {
        double least = Arrays.stream(variances).min().orElse(1);
        return 3 + 1 / Math.sqrt(least + EPSILON);
    }

    @TestFactory
    Stream<DynamicNode> layerNormGradient() {
        return KernelConformance.each(dtype -> cases(LAYERS, (check, spec) -> {
            Given given = layer(check, spec.layout, check.between(spec.layout, -1, 3, spec.dims));
            Tensor mean = check.input(ALIGNED, given.mean, given.groups);
            Tensor variance = check.input(OFFSET, given.variance, given.groups);
            Tensor dy = check.input(spec.layout, given.dims);
            Tensor dx = spec.layout == ALIGNED && spec.relu ? dy : check.dense(given.dims);
            Tensor dscale = check.output(given.dims[1]);
            Tensor dshift = check.output(given.dims[1]);
            ReferenceNormalization reference = given.reference;
            double[] slope = dy.toDoubles();
            double[] normal = reference.normal(given.x.toDoubles(), mean.toDoubles(), variance.toDoubles(), EPSILON);
            check.call(
                    () -> check.kernels.layerNormGradient(
                            given.x, given.scale, EPSILON, mean, variance, dy, dx, dscale, dshift),
                    dx,
                    dscale,
                    dshift);
            double[] expected =
                    reference.gradient(slope, normal, variance.toDoubles(), given.scale.toDoubles(), EPSILON, false);
            double magnitude = gain(variance.toDoubles());
            check.close(spec + "dx", dx, expected, magnitude);
            check.close(spec + "dscale", dscale, reference.scaleGradient(slope, normal), 10 * magnitude);
            check.close(spec + "dshift", dshift, reference.sum(slope), 10);
        }));
    }

    // ---- edges

    /** Columns that are constant, far from 0, tiny or denormal: finite, and what the formula says. */
    @TestFactory
    Stream<DynamicNode> batchNormExtremes() {
        return KernelConformance.each(dtype -> Stream.of(false, true)
                .map(relu -> new Case("ReLU " + relu, check -> {
                    int n = 64;
                    double[] columns = new double[n * 5];
                    double[] noise = check.numbers(n, -1, 1);
                    for (int i = 0; i < n; i++) {
                        columns[i * 5] = 7.25;
                        columns[i * 5 + 1] = 1000 + noise[i];
                        columns[i * 5 + 2] = 1e-30 * noise[i];
                        columns[i * 5 + 3] = 1e-40 * noise[i];
                        columns[i * 5 + 4] = 1e4 * noise[i];
                    }
                    Tensor x = check.input(ALIGNED, columns, n, 5);
                    Given given = batch(check, ALIGNED, x);
                    Tensor mean = check.output(5);
                    Tensor variance = check.output(5);
                    Tensor out = check.output(n, 5);
                    check.call(
                            () -> check.kernels.batchNorm(
                                    x, given.scale, given.shift, EPSILON, relu, mean, variance, out),
                            mean,
                            variance,
                            out);
                    check.close("mean", mean, given.mean);
                    check.close("variance", variance, given.variance);
                    check.close("value", out, given.value(given.mean, given.variance, relu), 30);
                    assertThat(variance.toDoubles()[0])
                            .as("variance of a constant column")
                            .isZero();
                })));
    }

    /** The gradients of no rows are 0, and nothing else is touched. */
    @TestFactory
    Stream<DynamicNode> noRows() {
        return KernelConformance.each(dtype -> Stream.of(
                new Case("batch", check -> {
                    Tensor none = check.input(ALIGNED, 0, 3);
                    Tensor each = check.between(ALIGNED, 0.5, 1, 3);
                    Tensor dscale = check.output(3);
                    Tensor dshift = check.output(3);
                    check.call(
                            () -> check.kernels.batchNormInference(none, each, each, EPSILON, true, each, each, none));
                    check.call(
                            () -> check.kernels.batchNormGradient(
                                    none, none, each, each, EPSILON, true, true, each, each, none, none, dscale,
                                    dshift),
                            dscale,
                            dshift);
                    check.close("dscale", dscale, new double[3]);
                    check.close("dshift", dshift, new double[3]);
                }),
                new Case("layer", check -> {
                    Tensor none = check.input(ALIGNED, 0, 3);
                    Tensor rows = check.input(ALIGNED, 0);
                    Tensor each = check.input(ALIGNED, 3);
                    Tensor dscale = check.output(3);
                    Tensor dshift = check.output(3);
                    check.call(() -> check.kernels.layerNorm(none, each, each, EPSILON, rows, rows, none));
                    check.call(
                            () -> check.kernels.layerNormGradient(
                                    none, each, EPSILON, rows, rows, none, none, dscale, dshift),
                            dscale,
                            dshift);
                    check.close("dscale", dscale, new double[3]);
                    check.close("dshift", dshift, new double[3]);
                })));
    }
}
