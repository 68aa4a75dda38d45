package org.learn4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.learn4j.kernel.KernelCheck.Layout.ALIGNED;
import static org.learn4j.kernel.KernelCheck.Layout.OFFSET;
import static org.learn4j.kernel.KernelCheck.Layout.REPEATED;
import static org.learn4j.kernel.KernelConformance.SHAPES;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.learn4j.kernel.KernelCheck.Layout;
import org.learn4j.kernel.KernelConformance.Case;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;
import org.learn4j.tensor.Unary;

/** Copies, fills, dropout; and what holds for every kernel: threads do not disturb each other. */
class KernelConformanceMemoryTest {
    @TestFactory
    Stream<DynamicNode> copy() {
        return KernelConformance.each(dtype -> Stream.of(SHAPES)
                .map(dims -> new Case(Arrays.toString(dims), check -> {
                    for (Layout from : layouts(dims)) {
                        for (Layout to : layouts(dims)) {
                            if (to != REPEATED) {
                                KernelCheck own = check.fresh();
                                Tensor x = own.input(from, dims);
                                Tensor out = own.output(to, dims);
                                own.call(() -> own.kernels.copy(x, out), out);
                                assertThat(out.toDoubles())
                                        .as("%s to %s", from, to)
                                        .isEqualTo(x.toDoubles());
                            }
                        }
                    }
                })));
    }

    /** Whole numbers in the range of every type; FLOAT32 to BFLOAT16 rounds to the nearest, ties to even. */
    @TestFactory
    Stream<DynamicNode> copyConverts() {
        return KernelConformance.each(dtype -> dtype == DType.FLOAT64
                ? Stream.empty()
                : Stream.of(DType.values())
                        .flatMap(from -> Stream.of(DType.values())
                                .map(to -> new Case(from + " to " + to, check -> {
                                    for (Layout layout : Layout.values()) {
                                        Tensor x =
                                                check.place(layout, from, 3, 17).set(check.integers(51, 200));
                                        Tensor out = check.place(layout == REPEATED ? OFFSET : layout, to, 3, 17);
                                        check.call(() -> check.kernels.copy(x, out), out);
                                        assertThat(out.toDoubles())
                                                .as("%s", layout)
                                                .isEqualTo(x.toDoubles());
                                    }
                                }))));
    }

    @TestFactory
    Stream<DynamicNode> copyRounds() {
        double[] values = {
            1 + 0x1p-8, 1 + 3 * 0x1p-8, 1 + 0x1p-8 + 0x1p-20, -1 - 0x1p-8, 1e-3, 3.14159265, -2.71828, 65535.7, 0
        };
        return KernelConformance.each(dtype -> Stream.of(
                new Case("to BFLOAT16", check -> {
                    Tensor x = check.input(OFFSET, values, values.length);
                    Tensor out = check.place(OFFSET, DType.BFLOAT16, values.length);
                    Tensor expected =
                            check.place(OFFSET, DType.BFLOAT16, values.length).set(x.toFloats());
                    check.call(() -> check.kernels.copy(x, out), out);
                    assertThat(out.toDoubles()).isEqualTo(expected.toDoubles());
                }),
                new Case("to INT32 by cutting fractions off", check -> {
                    double[] fractions = {0.9, -0.9, 1.5, -1.5, 2.5, 1e6 + 0.25};
                    Tensor x = check.input(OFFSET, fractions, fractions.length);
                    Tensor out = check.place(OFFSET, DType.INT32, fractions.length);
                    check.call(() -> check.kernels.copy(x, out), out);
                    assertThat(out.toInts()).containsExactly(0, 0, 1, -1, 2, 1_000_000);
                })));
    }

    @TestFactory
    Stream<DynamicNode> fill() {
        return KernelConformance.each(dtype -> Stream.of(SHAPES)
                .map(dims -> new Case(Arrays.toString(dims), check -> {
                    for (Layout layout : layouts(dims)) {
                        if (layout == REPEATED) {
                            continue;
                        }
                        Tensor out = check.output(layout, dims);
                        for (double value : new double[] {0.5, 0, -0.0, Double.POSITIVE_INFINITY}) {
                            check.call(() -> check.kernels.fill(value, out), out);
                            assertThat(Arrays.stream(out.toDoubles()).allMatch(x -> Double.compare(x, value) == 0))
                                    .as("%s of %s", layout, value)
                                    .isTrue();
                        }
                        Tensor whole = check.place(layout, DType.INT32, dims);
                        check.call(() -> check.kernels.fill(3, whole), whole);
                        assertThat(Arrays.stream(whole.toInts()).allMatch(x -> x == 3))
                                .isTrue();
                    }
                })));
    }

    // ---- dropout

    @TestFactory
    Stream<DynamicNode> dropout() {
        long[][] shapes = {{}, {1}, {5}, {3, 17}, {2, 3, 4, 5}, {64, 200}, {0, 4}, {513, 257}};
        return KernelConformance.each(dtype -> Stream.of(shapes)
                .flatMap(dims -> Stream.of(0.0, 0.05, 0.2, 0.5, 0.95)
                        .map(p -> new Case(Arrays.toString(dims) + " p " + p, check -> dropout(check, p, dims)))));
    }

    private static void dropout(KernelCheck check, double probability, long... dims) {
        for (Layout layout : layouts(dims)) {
            KernelCheck own = check.fresh();
            Tensor x = own.between(layout, 1, 2, dims);
            Tensor out = own.output(dims);
            float[] mask = new float[(int) x.elements()];
            DropoutPattern.mask(probability, 42, mask);
            double[] expected = x.toDoubles();
            for (int i = 0; i < mask.length; i++) {
                expected[i] = mask[i] == 0 ? 0 : expected[i] / (1 - probability);
            }
            own.call(() -> own.kernels.dropout(x, probability, 42, out), out);
            own.close(layout + "", out, expected);
            if (layout == ALIGNED) {
                own.call(() -> own.kernels.dropout(x, probability, 42, x), x);
                assertThat(KernelCheck.bytes(x)).as("in place").isEqualTo(KernelCheck.bytes(out));
            }
        }
    }

    /** The same elements are dropped and the others get the same bits, whatever the implementation. */
    @Test
    @SuppressWarnings("try")
    void dropoutIsTheSameEverywhere() {
        try (TensorScope scope = TensorScope.open()) {
            for (DType dtype : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
                for (double p : new double[] {0.03, 0.1, 0.25, 0.5, 0.9}) {
                    byte[] first = null;
                    for (Kernels kernels : KernelConformance.implementations()) {
                        KernelCheck check = new KernelCheck(kernels, dtype, 5);
                        Tensor x = check.input(ALIGNED, 300, 71);
                        Tensor out = check.output(300, 71);
                        kernels.dropout(x, p, 7, out);
                        double kept = Arrays.stream(out.toDoubles())
                                        .filter(y -> y != 0)
                                        .count()
                                / (300.0 * 71);
                        assertThat(kept).as(kernels.name()).isBetween(1 - p - 0.02, 1 - p + 0.02);
                        byte[] bits = KernelCheck.bytes(out);
                        first = first == null ? bits : first;
                        assertThat(bits)
                                .as("%s %s %s", kernels.name(), dtype, p)
                                .isEqualTo(first);
                    }
                }
            }
        }
    }

    // ---- threads

    /** Four threads that compute at once get the bits that one gets alone. */
    @TestFactory
    Stream<DynamicNode> threads() {
        return KernelConformance.each(dtype -> Stream.of(new Case("four at once", check -> {
            byte[] alone = step(check.kernels, dtype);
            ExecutorService pool = Executors.newFixedThreadPool(4);
            try {
                List<Callable<Boolean>> tasks = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    tasks.add(() -> {
                        boolean same = true;
                        for (int repeat = 0; repeat < 10; repeat++) {
                            same &= Arrays.equals(step(check.kernels, dtype), alone);
                        }
                        return same;
                    });
                }
                for (Future<Boolean> task : pool.invokeAll(tasks)) {
                    assertThat(task.get()).isTrue();
                }
            } catch (InterruptedException | ExecutionException failure) {
                throw new AssertionError(failure);
            } finally {
                pool.shutdown();
            }
        })));
    }

    /** A layer, a normalisation, a softmax and an embedding's gradient; returns the bits of all. */
    @SuppressWarnings("try")
    private static byte[] step(Kernels kernels, DType dtype) {
        try (TensorScope scope = TensorScope.open()) {
            KernelCheck check = new KernelCheck(kernels, dtype, 9);
            Tensor x = check.input(ALIGNED, 64, 100);
            Tensor weight = check.input(ALIGNED, 50, 100);
            Tensor bias = check.input(ALIGNED, 50);
            Tensor all = Tensor.zeros(dtype, Shape.of(64 * 50 + 64 * 50 + 8 * 50 + 100));
            Tensor hidden = all.view(Shape.of(64, 50), new long[] {50, 1}, 0);
            Tensor normal = all.view(Shape.of(64, 50), new long[] {50, 1}, 3200);
            Tensor table = all.view(Shape.of(8, 50), new long[] {50, 1}, 6400);
            Tensor mean = all.view(Shape.of(50), new long[] {1}, 6800);
            Tensor variance = all.view(Shape.of(50), new long[] {1}, 6850);
            kernels.linear(x, weight, bias, Unary.RELU, 0, hidden);
            kernels.batchNorm(hidden, bias, bias, 1e-5, true, mean, variance, normal);
            kernels.softmax(normal, 1, true, normal);
            Tensor codes = check.input(ALIGNED, check.integers(64, 8), 64, 1);
            kernels.embeddingsGradient(normal, codes, List.of(table));
            return KernelCheck.bytes(all);
        }
    }

    private static List<Layout> layouts(long... dims) {
        return ReferenceFormulas.count(dims) > 10_000
                ? List.of(ALIGNED, Layout.GAPS, Layout.TRANSPOSED)
                : List.of(Layout.values());
    }
}
