package org.learn4j.kernel;

import static org.learn4j.kernel.KernelCheck.Layout.ALIGNED;
import static org.learn4j.kernel.KernelCheck.Layout.CHANNELS_LAST;
import static org.learn4j.kernel.KernelCheck.Layout.OFFSET;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.learn4j.kernel.KernelCheck.Layout;
import org.learn4j.kernel.KernelConformance.Case;
import org.learn4j.kernel.ReferenceImages.Sizes;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Tensor;

/** Convolution and pooling. */
class KernelConformanceImagesTest {
    private static final List<Sizes> CONVOLUTIONS = List.of(
            Sizes.of(1, 1, 1, 1, 1, 1, Window.of(1)),
            Sizes.of(2, 3, 5, 7, 4, 1, Window.of(3)),
            Sizes.of(2, 3, 5, 7, 4, 1, Window.of(3).padding(1)),
            Sizes.of(1, 16, 8, 8, 32, 1, Window.of(3).stride(2).padding(1)),
            Sizes.of(3, 3, 17, 13, 16, 1, Window.of(7).stride(2).padding(3)),
            Sizes.of(2, 8, 6, 6, 5, 1, Window.of(1).stride(2)),
            Sizes.of(2, 6, 7, 5, 4, 2, Window.of(3).padding(1)),
            Sizes.of(2, 16, 9, 9, 16, 16, Window.of(3).padding(1)),
            Sizes.of(1, 5, 9, 9, 10, 5, Window.of(3).stride(2).padding(1)),
            Sizes.of(1, 2, 9, 8, 3, 1, Window.of(3).dilation(2).padding(2)),
            Sizes.of(2, 2, 4, 9, 3, 1, new Window(1, 5, 1, 3, 0, 2, 1, 1)),
            Sizes.of(1, 2, 1, 1, 3, 1, Window.of(3).padding(1)),
            Sizes.of(2, 3, 4, 4, 2, 1, Window.of(4)),
            Sizes.of(1, 2, 8, 8, 2, 1, Window.of(2).stride(3)),
            Sizes.of(1, 40, 12, 12, 24, 1, Window.of(3).padding(1)),
            Sizes.of(0, 3, 5, 5, 2, 1, Window.of(3)));

    private static final List<Sizes> POOLS = List.of(
            Sizes.pool(1, 1, 1, 1, Window.of(1), 0, 0),
            Sizes.pool(2, 3, 6, 8, Window.of(2).stride(2), 0, 0),
            Sizes.pool(2, 3, 7, 7, Window.of(3).stride(2).padding(1), 0, 0),
            Sizes.pool(1, 16, 8, 8, Window.of(3).stride(2).padding(1), 1, 1),
            Sizes.pool(1, 17, 7, 5, Window.of(2).stride(2), 1, 1),
            Sizes.pool(2, 4, 5, 6, Window.of(5, 6), 0, 0),
            Sizes.pool(1, 3, 7, 6, Window.of(3).stride(2), 0, 1),
            Sizes.pool(1, 2, 20, 20, Window.of(17), 0, 0),
            Sizes.pool(2, 3, 5, 5, new Window(3, 1, 1, 2, 1, 0, 1, 1), 0, 0),
            Sizes.pool(0, 3, 6, 6, Window.of(2).stride(2), 0, 0));

    private static final List<Sizes> SPREAD = List.of(
            Sizes.pool(2, 3, 9, 9, Window.of(3).dilation(2), 0, 0),
            Sizes.pool(1, 8, 9, 7, Window.of(2).dilation(3).padding(1).stride(2), 0, 0));

    private static Stream<Case> cases(List<Sizes> sizes, BiConsumer<KernelCheck, Spec> run) {
        return sizes.stream()
                .map(each -> new Case(each.toString(), check -> {
                    for (Layout layout : Layout.values()) {
                        run.accept(check.fresh(), new Spec(layout, CHANNELS_LAST, false, each));
                        run.accept(check.fresh(), new Spec(layout, OFFSET, true, each));
                    }
                }));
    }

    /** How inputs and outputs lie, and a choice: ReLU, or counting the padding. */
    private record Spec(Layout layout, Layout written, boolean choice, Sizes sizes) {
        @Override
        public String toString() {
            return layout + " to " + written + (choice ? " with: " : " without: ");
        }
    }

    // ---- convolution

    @TestFactory
    Stream<DynamicNode> convolution() {
        return KernelConformance.each(dtype -> cases(CONVOLUTIONS, (check, spec) -> {
            Sizes s = spec.sizes;
            Tensor x = check.input(spec.layout, s.x());
            Tensor weight = check.input(spec.layout, s.weight());
            Tensor bias = spec.choice ? check.input(spec.layout, s.outputs()) : null;
            Tensor out = check.output(spec.written, s.y());
            check.call(() -> check.kernels.convolution(x, weight, bias, s.window(), spec.choice, out), out);
            double[] expected = ReferenceImages.convolution(
                    s, x.toDoubles(), weight.toDoubles(), bias == null ? null : bias.toDoubles(), spec.choice);
            check.close(spec + "value", out, expected, s.window().area() * s.c());
        }));
    }

    @TestFactory
    Stream<DynamicNode> convolutionInputGradient() {
        return KernelConformance.each(dtype -> cases(CONVOLUTIONS, (check, spec) -> {
            Sizes s = spec.sizes;
            Tensor dy = check.input(spec.layout, s.y());
            Tensor weight = check.input(spec.layout, s.weight());
            Tensor dx = check.output(spec.written, s.x());
            check.call(() -> check.kernels.convolutionInputGradient(dy, weight, s.window(), dx), dx);
            double[] expected = ReferenceImages.inputGradient(s, dy.toDoubles(), weight.toDoubles());
            check.close(spec + "gradient", dx, expected, s.window().area() * s.outputs());
        }));
    }

    @TestFactory
    Stream<DynamicNode> convolutionWeightGradient() {
        return KernelConformance.each(dtype -> cases(CONVOLUTIONS, (check, spec) -> {
            Sizes s = spec.sizes;
            Tensor x = check.input(spec.layout, s.x());
            Tensor dy = check.input(spec.layout, s.y());
            Tensor dweight = check.output(spec.choice ? OFFSET : ALIGNED, s.weight());
            Tensor dbias = spec.choice ? check.output(s.outputs()) : null;
            Tensor[] written = dbias == null ? new Tensor[] {dweight} : new Tensor[] {dweight, dbias};
            check.call(() -> check.kernels.convolutionWeightGradient(x, dy, s.window(), dweight, dbias), written);
            double magnitude = (double) s.n() * s.rows() * s.columns();
            check.close(
                    spec + "gradient",
                    dweight,
                    ReferenceImages.weightGradient(s, x.toDoubles(), dy.toDoubles()),
                    magnitude);
            if (dbias != null) {
                check.close(spec + "bias", dbias, ReferenceImages.biasGradient(s, dy.toDoubles()), magnitude);
            }
        }));
    }

    // ---- pooling

    @TestFactory
    Stream<DynamicNode> averagePool() {
        return KernelConformance.each(dtype -> cases(POOLS, (check, spec) -> {
            Sizes s = spec.sizes;
            Tensor x = check.input(spec.layout, s.x());
            Tensor out = check.output(spec.written, s.y());
            check.call(() -> check.kernels.averagePool(x, s.window(), spec.choice, out), out);
            check.close(spec + "value", out, ReferenceImages.average(s, x.toDoubles(), spec.choice));
        }));
    }

    @TestFactory
    Stream<DynamicNode> averagePoolGradient() {
        return KernelConformance.each(dtype -> cases(POOLS, (check, spec) -> {
            Sizes s = spec.sizes;
            Tensor dy = check.input(spec.layout, s.y());
            Tensor dx = check.output(spec.written, s.x());
            check.call(() -> check.kernels.averagePoolGradient(dy, s.window(), spec.choice, dx), dx);
            check.close(spec + "gradient", dx, ReferenceImages.averageGradient(s, dy.toDoubles(), spec.choice));
        }));
    }

    @TestFactory
    Stream<DynamicNode> maxPool() {
        return KernelConformance.each(
                dtype -> Stream.of(POOLS, SPREAD).flatMap(sizes -> cases(sizes, KernelConformanceImagesTest::maxPool)));
    }

    private static void maxPool(KernelCheck check, Spec spec) {
        Sizes s = spec.sizes;
        Tensor x = check.input(spec.layout, s.x());
        if (spec.choice) {
            x.set(ties(x.toDoubles()));
        }
        DType type = s.window().area() > 255 ? DType.INT32 : DType.UINT8;
        Tensor out = check.output(spec.written, s.y());
        Tensor places = check.place(spec.written, type, s.y());
        check.call(() -> check.kernels.maxPool(x, s.window(), places, out), out, places);
        check.close(spec + "value", out, ReferenceImages.max(s, x.toDoubles()));
        check.close(spec + "places", places, ReferenceImages.maxPlaces(s, x.toDoubles()));
        Tensor alone = check.output(spec.written, s.y());
        check.call(() -> check.kernels.maxPool(x, s.window(), null, alone), alone);
        check.close(spec + "value alone", alone, ReferenceImages.max(s, x.toDoubles()));
        Tensor dy = check.input(spec.layout, s.y());
        Tensor dx = check.output(spec.written, s.x());
        check.call(() -> check.kernels.maxPoolGradient(places, s.window(), dy, dx), dx);
        check.close(spec + "gradient", dx, ReferenceImages.maxGradient(s, x.toDoubles(), dy.toDoubles()));
    }

    private static double[] ties(double[] values) {
        double[] rounded = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = Math.rint(values[i]);
        }
        return rounded;
    }

    // ---- elements

    /** What is dropped follows from the place in memory: the same pixels as of a row-major [n, h, w, c]. */
    @TestFactory
    Stream<DynamicNode> dropout() {
        return KernelConformance.each(dtype -> Stream.of(0.02, 0.3)
                .map(p -> new Case("p " + p, check -> {
                    Tensor rows = check.input(ALIGNED, 2, 5, 4, 3);
                    Tensor plain = check.output(2, 5, 4, 3);
                    check.call(() -> check.kernels.dropout(rows, p, 7, plain), plain);
                    for (Layout layout : List.of(ALIGNED, CHANNELS_LAST)) {
                        Tensor x = check.input(layout, 2, 3, 5, 4);
                        try (Tensor moved = rows.permute(0, 3, 1, 2)) {
                            x.set(moved.toDoubles());
                        }
                        Tensor out = check.output(CHANNELS_LAST, 2, 3, 5, 4);
                        check.call(() -> check.kernels.dropout(x, p, 7, out), out);
                        check.close("dropped", out, plain.permute(0, 3, 1, 2).toDoubles());
                    }
                })));
    }

    @TestFactory
    Stream<DynamicNode> addRelu() {
        return KernelConformance.each(dtype -> Stream.of(KernelConformance.SHAPES)
                .map(dims -> new Case(java.util.Arrays.toString(dims), check -> {
                    for (Layout layout : Layout.values()) {
                        Tensor a = check.input(layout, dims);
                        Tensor b = check.input(dims.length == 4 ? CHANNELS_LAST : OFFSET, dims);
                        Tensor out = check.output(dims.length == 4 ? CHANNELS_LAST : OFFSET, dims);
                        check.call(() -> check.kernels.addRelu(a, b, out), out);
                        double[] expected = a.toDoubles();
                        double[] other = b.toDoubles();
                        for (int i = 0; i < expected.length; i++) {
                            expected[i] = Math.max(0, expected[i] + other[i]);
                        }
                        check.close(layout + " sum", out, expected);
                    }
                })));
    }
}
