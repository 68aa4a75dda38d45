package org.learn4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.learn4j.kernel.KernelCheck.Layout.ALIGNED;
import static org.learn4j.kernel.KernelCheck.Layout.OFFSET;

import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.learn4j.kernel.KernelCheck.Layout;
import org.learn4j.kernel.KernelConformance.Case;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Tensor;

/** Passes over contiguous vectors. */
class KernelConformanceOptimizersTest {
    private static Stream<Case> vectors(BiConsumer<KernelCheck, Vector> run) {
        return Stream.of(0, 1, 7, 17, 4097, 100_003)
                .map(n -> new Case(n + "", check -> {
                    run.accept(check.fresh(), new Vector(n, ALIGNED));
                    run.accept(check.fresh(), new Vector(n, OFFSET));
                }));
    }

    private record Vector(int n, Layout layout) {
        @Override
        public String toString() {
            return layout + " ";
        }
    }

    @TestFactory
    Stream<DynamicNode> scaleAdd() {
        double[][] factors = {{1, 1}, {-0.25, 0.9}, {1, 0}, {0, 1}, {0, 0.5}, {3, -1}};
        return KernelConformance.each(dtype -> vectors((check, vector) -> {
            for (double[] factor : factors) {
                Tensor x = check.input(vector.layout, vector.n);
                Tensor y = check.input(vector.layout, vector.n);
                double[] expected = y.toDoubles();
                double[] values = x.toDoubles();
                for (int i = 0; i < vector.n; i++) {
                    expected[i] = factor[0] * values[i] + factor[1] * expected[i];
                }
                check.call(() -> check.kernels.scaleAdd(factor[0], x, factor[1], y), y);
                check.close(vector + "" + factor[0] + ", " + factor[1], y, expected);
            }
            Tensor own = check.input(vector.layout, vector.n);
            double[] expected = own.toDoubles();
            for (int i = 0; i < vector.n; i++) {
                expected[i] *= 0.75;
            }
            check.call(() -> check.kernels.scaleAdd(0.5, own, 0.25, own), own);
            check.close(vector + "with itself", own, expected);
        }));
    }

    @TestFactory
    Stream<DynamicNode> averageSquare() {
        return KernelConformance.each(dtype -> vectors((check, vector) -> {
            Tensor x = check.input(vector.layout, vector.n);
            Tensor average = check.between(vector.layout, 0, 2, vector.n);
            double[] expected = average.toDoubles();
            double[] values = x.toDoubles();
            for (int i = 0; i < vector.n; i++) {
                expected[i] = 0.99 * expected[i] + (1 - 0.99) * values[i] * values[i];
            }
            check.call(() -> check.kernels.averageSquare(0.99, x, average), average);
            check.close(vector + "", average, expected);
        }));
    }

    @TestFactory
    Stream<DynamicNode> adaptiveStep() {
        return KernelConformance.each(dtype -> vectors((check, vector) -> {
            for (double decay : new double[] {1, 0.999}) {
                Tensor p = check.input(vector.layout, vector.n);
                Tensor m = check.input(vector.layout, vector.n);
                Tensor v = check.between(vector.layout, 0, 2, vector.n);
                double[] expected = p.toDoubles();
                double[] first = m.toDoubles();
                double[] second = v.toDoubles();
                for (int i = 0; i < vector.n; i++) {
                    expected[i] = decay * expected[i] - 0.01 * first[i] / (Math.sqrt(second[i] * 1.25) + 1e-5);
                }
                check.call(() -> check.kernels.adaptiveStep(p, m, v, 1.25, 1e-5, 0.01, decay), p);
                check.close(vector + "decay " + decay, p, expected, 10);
            }
        }));
    }

    /** Where nothing was ever learnt, m = v = 0: the parameter stays. Tiny moments make a finite step. */
    @TestFactory
    Stream<DynamicNode> adaptiveStepExtremes() {
        return KernelConformance.each(dtype -> Stream.of(new Case("zero, denormal and large moments", check -> {
            Tensor p = check.input(ALIGNED, new double[] {1, 1, 1, 1}, 4);
            Tensor m = check.input(ALIGNED, new double[] {0, 1e-20, 1e-40, 1e15}, 4);
            Tensor v = check.input(ALIGNED, new double[] {0, 1e-40, 0, 1e30}, 4);
            check.call(() -> check.kernels.adaptiveStep(p, m, v, 1, 1e-8, 0.01, 1), p);
            check.close("", p, new double[] {1, 1, 1, 0.99});
        })));
    }

    @TestFactory
    Stream<DynamicNode> sumOfSquares() {
        return KernelConformance.each(dtype -> vectors((check, vector) -> {
            Tensor x = check.input(vector.layout, vector.n);
            double expected = 0;
            for (double value : x.toDoubles()) {
                expected += value * value;
            }
            double sum = check.kernels.sumOfSquares(x);
            double percent = dtype == DType.FLOAT64 ? 1e-8 : 1e-3;
            assertThat(sum).isCloseTo(expected, Percentage.withPercentage(percent));
            assertThat(check.kernels.sumOfSquares(x)).as("again").isEqualTo(sum);
        }));
    }

    /** One bad element anywhere shows. */
    @TestFactory
    Stream<DynamicNode> sumOfSquaresTellsWhatIsNotFinite() {
        return KernelConformance.each(dtype -> Stream.of(1, 17, 4097, 70_001)
                .flatMap(n -> Stream.of(0, n / 2, n - 1)
                        .map(place -> new Case(place + " of " + n, check -> {
                            for (double bad :
                                    new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
                                double[] values = check.numbers(n, -1, 1);
                                values[place] = bad;
                                double sum = check.kernels.sumOfSquares(check.input(OFFSET, values, n));
                                assertThat(Double.isFinite(sum)).isFalse();
                            }
                        }))));
    }
}
