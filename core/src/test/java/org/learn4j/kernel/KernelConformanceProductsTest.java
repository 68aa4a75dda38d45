package org.learn4j.kernel;

import static org.learn4j.kernel.KernelCheck.Layout.ALIGNED;
import static org.learn4j.kernel.KernelCheck.Layout.GAPS;
import static org.learn4j.kernel.KernelCheck.Layout.OFFSET;
import static org.learn4j.kernel.KernelCheck.Layout.TRANSPOSED;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.learn4j.kernel.KernelCheck.Layout;
import org.learn4j.kernel.KernelConformance.Case;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.Unary;

/** Matrix products. */
class KernelConformanceProductsTest {
    private static final long[][][] PRODUCTS = {
        {{1, 1}, {1, 1}, {1, 1}},
        {{1, 17}, {17, 1}, {1, 1}},
        {{17, 1}, {1, 17}, {17, 17}},
        {{3, 4}, {4, 5}, {3, 5}},
        {{1, 5}, {5, 3}, {1, 3}},
        {{5, 3}, {3, 1}, {5, 1}},
        {{64, 233}, {233, 31}, {64, 31}},
        {{513, 31}, {31, 257}, {513, 257}},
        {{17, 300}, {300, 2}, {17, 2}},
        {{3, 0}, {0, 4}, {3, 4}},
        {{0, 3}, {3, 4}, {0, 4}},
        {{3, 4}, {4, 0}, {3, 0}},
        {{3, 2, 5}, {3, 5, 4}, {3, 2, 4}},
        {{1, 2, 5}, {3, 5, 4}, {3, 2, 4}},
        {{3, 2, 5}, {1, 5, 4}, {3, 2, 4}},
        {{1, 2, 5}, {1, 5, 4}, {1, 2, 4}},
        {{7, 1, 1}, {7, 1, 1}, {7, 1, 1}},
        {{2, 1, 4, 5}, {1, 3, 5, 6}, {2, 3, 4, 6}},
        {{2, 3, 4, 5}, {2, 3, 5, 6}, {2, 3, 4, 6}},
        {{2, 3, 0}, {2, 0, 4}, {2, 3, 4}},
        {{0, 3, 2}, {0, 2, 4}, {0, 3, 4}}
    };

    @TestFactory
    Stream<DynamicNode> matmul() {
        return KernelConformance.each(dtype -> Stream.of(PRODUCTS)
                .map(dims -> new Case(Arrays.deepToString(dims), check -> {
                    for (Layout left : Layout.values()) {
                        for (Layout right : small(dims[2]) ? Layout.values() : new Layout[] {left, ALIGNED}) {
                            matmul(check, left, right, dims);
                        }
                    }
                })));
    }

    private static boolean small(long... dims) {
        return ReferenceFormulas.count(dims) < 1000;
    }

    private static void matmul(KernelCheck check, Layout left, Layout right, long[]... dims) {
        KernelCheck own = check.fresh();
        Tensor a = own.input(left, dims[0]);
        Tensor b = own.input(right, dims[1]);
        Tensor out = own.output(dims[2]);
        own.call(() -> own.kernels.matmul(a, b, out), out);
        double[] expected = ReferenceFormulas.matmul(a.toDoubles(), dims[0], b.toDoubles(), dims[1], dims[2]);
        own.close(left + " by " + right, out, expected, Math.sqrt(dims[0][dims[0].length - 1]));
    }

    /** The last two axes swapped, as autograd makes them; and a block of columns. */
    @TestFactory
    Stream<DynamicNode> matmulOfViews() {
        return KernelConformance.each(dtype -> Stream.of(
                new Case("aᵀb", check -> swapped(check, true, false)),
                new Case("abᵀ", check -> swapped(check, false, true)),
                new Case("aᵀbᵀ", check -> swapped(check, true, true)),
                new Case("a block of columns", KernelConformanceProductsTest::columns)));
    }

    private static void swapped(KernelCheck check, boolean left, boolean right) {
        for (long batch : new long[] {1, 3}) {
            Tensor a = left ? swap(check.input(OFFSET, batch, 5, 4)) : check.input(OFFSET, batch, 4, 5);
            Tensor b = right ? swap(check.input(OFFSET, batch, 17, 5)) : check.input(OFFSET, batch, 5, 17);
            Tensor out = check.output(batch, 4, 17);
            check.call(() -> check.kernels.matmul(a, b, out), out);
            double[] expected = ReferenceFormulas.matmul(
                    a.toDoubles(), a.shape().dims(), b.toDoubles(), b.shape().dims(), new long[] {batch, 4, 17});
            check.close("batch of " + batch, out, expected, 2);
        }
    }

    private static Tensor swap(Tensor x) {
        long[] strides = x.strides();
        long[] dims = x.shape().dims();
        long[] swappedDims = {dims[0], dims[2], dims[1]};
        return x.view(Shape.of(swappedDims), new long[] {strides[0], strides[2], strides[1]}, x.offset());
    }

    private static void columns(KernelCheck check) {
        Tensor wide = check.input(OFFSET, 6, 40);
        Tensor a = wide.view(Shape.of(6, 8), new long[] {40, 1}, wide.offset() + 3);
        Tensor b = wide.view(Shape.of(8, 6), new long[] {1, 40}, wide.offset() + 17);
        Tensor out = check.output(6, 6);
        check.call(() -> check.kernels.matmul(a, b, out), out);
        long[] square = {6, 6};
        double[] expected = ReferenceFormulas.matmul(
                a.toDoubles(), a.shape().dims(), b.toDoubles(), b.shape().dims(), square);
        check.close("", out, expected, 3);
    }

    @TestFactory
    Stream<DynamicNode> matmulInPlace() {
        return KernelConformance.each(dtype -> Stream.of(new Case("onto a, then onto b", check -> {
            long[] square = {17, 17};
            Tensor a = check.input(ALIGNED, square);
            Tensor b = check.input(GAPS, square);
            double[] expected = ReferenceFormulas.matmul(a.toDoubles(), square, b.toDoubles(), square, square);
            check.call(() -> check.kernels.matmul(a, b, a), a);
            check.close("onto a", a, expected, 5);
            Tensor c = check.input(ALIGNED, square);
            expected = ReferenceFormulas.matmul(b.toDoubles(), square, c.toDoubles(), square, square);
            check.call(() -> check.kernels.matmul(b, c, c), c);
            check.close("onto b", c, expected, 5);
            expected = ReferenceFormulas.matmul(c.toDoubles(), square, c.toDoubles(), square, square);
            check.call(() -> check.kernels.matmul(c, c, c), c);
            check.close("onto both", c, expected, 100);
        })));
    }

    // ---- linear

    private static final long[][] LAYERS = {
        {1, 1, 1}, {1, 17, 1}, {17, 1, 17}, {64, 233, 100}, {513, 31, 257}, {3, 300, 2}, {0, 3, 4}, {3, 0, 4}, {3, 4, 0}
    };
    private static final List<Unary> ACTIVATIONS =
            Stream.of(Unary.values()).filter(Unary::gradientFromOutput).toList();

    @TestFactory
    Stream<DynamicNode> linear() {
        return KernelConformance.each(dtype -> Stream.of(LAYERS)
                .map(dims -> new Case(Arrays.toString(dims), check -> {
                    for (Layout layout : small(dims) ? Layout.values() : new Layout[] {ALIGNED, OFFSET, TRANSPOSED}) {
                        linear(check.fresh(), layout, ALIGNED, true, null, dims);
                        linear(check.fresh(), layout, OFFSET, false, null, dims);
                        linear(check.fresh(), ALIGNED, layout, true, Unary.RELU, dims);
                    }
                    for (Unary activation : ACTIVATIONS) {
                        linear(check.fresh(), ALIGNED, OFFSET, true, activation, dims);
                        linear(check.fresh(), OFFSET, ALIGNED, false, activation, dims);
                    }
                })));
    }

    private static void linear(
            KernelCheck check, Layout layout, Layout weights, boolean biased, Unary activation, long... dims) {
        double from = activation == Unary.SQRT ? 0.1 : -1;
        double range = Math.sqrt(Math.max(1, dims[1]));
        Tensor x = check.between(layout, from, 1, dims[0], dims[1]);
        Tensor weight = check.between(weights, from / range, 1 / range, dims[2], dims[1]);
        Tensor bias = biased ? check.between(layout, Math.max(0, from), 1, dims[2]) : null;
        Tensor out = check.output(dims[0], dims[2]);
        double alpha = activation == Unary.LEAKY_RELU ? 0.1 : 0;
        check.call(() -> check.kernels.linear(x, weight, bias, activation, alpha, out), out);
        double[] expected = ReferenceFormulas.linear(
                x.toDoubles(),
                weight.toDoubles(),
                bias == null ? null : bias.toDoubles(),
                (int) dims[0],
                (int) dims[1],
                (int) dims[2]);
        if (activation != null) {
            expected = Arrays.stream(expected)
                    .map(value -> ReferenceFormulas.unary(activation, alpha, 0, value))
                    .toArray();
        }
        check.close(layout + " x, " + weights + " weight, bias " + biased + ", " + activation, out, expected, 3);
    }
}
