package org.learn4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.learn4j.kernel.KernelCheck.Layout.ALIGNED;
import static org.learn4j.kernel.KernelCheck.Layout.GAPS;
import static org.learn4j.kernel.KernelCheck.Layout.OFFSET;
import static org.learn4j.kernel.KernelCheck.Layout.REPEATED;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.learn4j.kernel.KernelCheck.Layout;
import org.learn4j.tensor.Binary;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Reduction;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;
import org.learn4j.tensor.Unary;

/** The oneDNN kernels against plain loops over doubles, without any help of the reference kernels. */
class OneDnnKernelsTest {
    private static final Kernels KERNELS = new OneDnnKernels(() -> {
        throw new AssertionError("the reference kernels were asked for help");
    });
    private static final long[][] SHAPES = {{}, {1}, {5}, {1, 17}, {17, 1}, {3, 17}, {4, 1, 6}, {2, 3, 4, 5}, {130, 70}
    };

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

    @Test
    void describesTheLibrary() {
        assertThat(KERNELS.describe()).matches("oneDNN 3\\.\\d+, \\w+, \\d+ threads?");
        assertThat(KERNELS.name()).isEqualTo("onednn");
    }

    @ParameterizedTest
    @EnumSource(Unary.class)
    void unaryAndItsGradient(Unary f) {
        double alpha = f == Unary.CLAMP ? -0.5 : f == Unary.LEAKY_RELU ? 0.1 : 2.5;
        double from = f == Unary.LOG || f == Unary.SQRT || f == Unary.POWER ? 0.1 : -4;
        for (long[] dims : SHAPES) {
            for (Layout layout : Layout.values()) {
                Tensor x = check.between(layout, from, 4, dims);
                Tensor dy = check.input(layout, dims);
                Tensor y = check.output(dims);
                Tensor dx = check.output(dims);
                check.call(() -> KERNELS.unary(f, alpha, 0.75, x, y), y);
                double[] values = x.toDoubles();
                double[] expected = new double[values.length];
                double[] gradient = dy.toDoubles();
                for (int i = 0; i < values.length; i++) {
                    expected[i] = ReferenceFormulas.unary(f, alpha, 0.75, values[i]);
                    gradient[i] *= ReferenceFormulas.slope(f, alpha, 0.75, values[i]);
                }
                check.close(f + " " + layout, y, expected);
                Tensor known = f.gradientFromOutput() ? y : x;
                check.call(() -> KERNELS.unaryGradient(f, alpha, 0.75, known, dy, dx), dx);
                check.close(f + " gradient " + layout, dx, gradient);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Unary.class)
    void unaryInPlace(Unary f) {
        Tensor x = check.between(OFFSET, 0.1, 3, 40, 5);
        Tensor y = check.output(40, 5);
        Tensor dy = check.input(OFFSET, 40, 5);
        Tensor dx = check.output(40, 5);
        KERNELS.unary(f, 0.5, 1, x, y);
        Tensor known = f.gradientFromOutput() ? y : x;
        KERNELS.unaryGradient(f, 0.5, 1, known, dy, dx);
        check.call(() -> KERNELS.unaryGradient(f, 0.5, 1, known, dy, dy), dy);
        check.close(f + " gradient in place", dy, dx.toDoubles());
        check.call(() -> KERNELS.unary(f, 0.5, 1, x, x), x);
        check.close(f + " in place", x, y.toDoubles());
    }

    @ParameterizedTest
    @EnumSource(Binary.class)
    void binaryWithBroadcasting(Binary f) {
        long[][][] cases = {
            {{3, 17}, {3, 17}, {3, 17}},
            {{3, 17}, {17}, {3, 17}},
            {{3, 17}, {3, 1}, {3, 17}},
            {{3, 1}, {1, 17}, {3, 17}},
            {{}, {5}, {5}},
            {{5}, {1}, {5}},
            {{1}, {}, {1}},
            {{2, 3, 4}, {3, 1}, {2, 3, 4}},
            {{2, 1, 4}, {2, 3, 4}, {2, 3, 4}},
            {{2, 1, 1}, {2, 3, 4}, {2, 3, 4}},
            {{2, 3, 4, 5}, {3, 1, 5}, {2, 3, 4, 5}},
            {{130, 70}, {70}, {130, 70}},
            {{1, 70}, {130, 70}, {130, 70}}
        };
        for (long[][] dims : cases) {
            for (Layout layout : Layout.values()) {
                Tensor a = check.place(layout, DType.FLOAT32, dims[0]).set(ints(dims[0]));
                Tensor b = check.place(layout, DType.FLOAT32, dims[1]).set(ints(dims[1]));
                Tensor out = check.output(dims[2]);
                check.call(() -> KERNELS.binary(f, a, b, out), out);
                double[] expected =
                        ReferenceFormulas.binary(f, a.toDoubles(), dims[0], b.toDoubles(), dims[1], dims[2]);
                check.close(f + " " + Shape.of(dims[0]) + Shape.of(dims[1]) + layout, out, expected);
            }
        }
        Tensor a = check.input(OFFSET, 3, 17);
        Tensor b = check.input(OFFSET, 17);
        double[] expected = ReferenceFormulas.binary(
                f, b.toDoubles(), new long[] {17}, a.toDoubles(), new long[] {3, 17}, new long[] {3, 17});
        check.call(() -> KERNELS.binary(f, b, a, a), a);
        check.close(f + " into its second input", a, expected);
    }

    private double[] ints(long... dims) {
        double[] values = new double[(int) Shape.of(dims).elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = 1 + i * 7 % 5;
        }
        return values;
    }

    @ParameterizedTest
    @EnumSource(Reduction.class)
    void reduces(Reduction f) {
        long[][][] cases = {
            {{}, {}},
            {{5}, {1}},
            {{5}, {5}},
            {{3, 17}, {1, 17}},
            {{3, 17}, {3, 1}},
            {{3, 17}, {1, 1}},
            {{2, 3, 4}, {1, 3, 1}},
            {{2, 3, 4}, {2, 1, 4}},
            {{2, 3, 4}, {2, 1, 1}},
            {{2, 3, 4}, {1, 1, 4}},
            {{2, 3, 4, 5}, {1, 3, 1, 1}},
            {{2, 3, 4, 5}, {2, 1, 4, 1}},
            {{130, 70}, {1, 70}},
            {{130, 70}, {130, 1}},
            {{4, 1, 6}, {1, 1, 6}},
            {{200, 70}, {1, 1}}
        };
        for (long[][] dims : cases) {
            for (Layout layout : Layout.values()) {
                Tensor x = check.input(layout, dims[0]);
                Tensor out = check.output(dims[1]);
                check.call(() -> KERNELS.reduce(f, x, out), out);
                double[] expected = ReferenceFormulas.reduce(f, x.toDoubles(), dims[0], dims[1]);
                check.close(f + " " + Shape.of(dims[0]) + Shape.of(dims[1]) + layout, out, expected);
            }
        }
    }

    @Test
    void sumsManyElements() {
        double[] values = check.numbers(100_001, 0, 1);
        double sum = 0;
        for (double value : values) {
            sum += (float) value;
        }
        Tensor x = check.input(OFFSET, values, 100_001);
        Tensor out = check.output(1);
        check.call(() -> KERNELS.reduce(Reduction.SUM, x, out), out);
        assertThat(out.item()).isCloseTo(sum, org.assertj.core.data.Percentage.withPercentage(1e-4));
    }

    @Test
    void multipliesMatrices() {
        long[][][] cases = {
            {{3, 4}, {4, 5}, {3, 5}},
            {{1, 4}, {4, 1}, {1, 1}},
            {{17, 1}, {1, 9}, {17, 9}},
            {{1, 33}, {33, 65}, {1, 65}},
            {{65, 33}, {33, 1}, {65, 1}},
            {{2, 3, 4}, {2, 4, 5}, {2, 3, 5}},
            {{1, 3, 4}, {6, 4, 5}, {6, 3, 5}},
            {{2, 1, 3, 4}, {1, 5, 4, 2}, {2, 5, 3, 2}},
            {{130, 70}, {70, 33}, {130, 33}}
        };
        for (long[][] dims : cases) {
            for (Layout left : Layout.values()) {
                for (Layout right : Layout.values()) {
                    Tensor a = check.input(left, dims[0]);
                    Tensor b = check.input(right, dims[1]);
                    Tensor out = check.output(dims[2]);
                    check.call(() -> KERNELS.matmul(a, b, out), out);
                    double[] expected =
                            ReferenceFormulas.matmul(a.toDoubles(), dims[0], b.toDoubles(), dims[1], dims[2]);
                    check.close(Shape.of(dims[0]) + "·" + Shape.of(dims[1]) + left + right, out, expected, 10);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Unary.class,
            names = {"RELU", "LEAKY_RELU", "TANH", "SIGMOID", "EXP", "SQRT"})
    void linearWithActivation(Unary activation) {
        for (int[] size : new int[][] {{1, 1, 1}, {5, 7, 3}, {64, 33, 1}, {33, 65, 130}}) {
            for (Layout layout : Layout.values()) {
                Tensor x = check.between(layout, 0, 0.5, size[0], size[1]);
                Tensor weight = check.between(ALIGNED, 0, 0.5, size[2], size[1]);
                Tensor bias = check.between(OFFSET, size[2] == 3 ? 0 : 0.1, 1, size[2]);
                Tensor out = check.output(size[0], size[2]);
                check.call(() -> KERNELS.linear(x, weight, bias, activation, 0.1, out), out);
                double[] expected = ReferenceFormulas.linear(
                        x.toDoubles(), weight.toDoubles(), bias.toDoubles(), size[0], size[1], size[2]);
                for (int i = 0; i < expected.length; i++) {
                    expected[i] = ReferenceFormulas.unary(activation, 0.1, 0, expected[i]);
                }
                check.close(activation + " after linear", out, expected, 10);
                check.call(() -> KERNELS.linear(x, weight, null, null, 0, out), out);
                double[] plain =
                        ReferenceFormulas.linear(x.toDoubles(), weight.toDoubles(), null, size[0], size[1], size[2]);
                check.close("linear", out, plain, 10);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void copiesBetweenTypes(Layout layout) {
        for (DType from : DType.values()) {
            for (DType to : DType.values()) {
                for (long[] dims : SHAPES) {
                    Tensor x = check.place(layout, from, dims).set(ints(dims));
                    Tensor y = check.place(layout == REPEATED ? GAPS : layout, to, dims);
                    check.call(() -> KERNELS.copy(x, y), y);
                    check.close(from + " to " + to, y, x.toDoubles());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ALIGNED", "OFFSET", "TRANSPOSED", "GAPS"})
    void fills(Layout layout) {
        for (double value : new double[] {0, -0.0, 3}) {
            for (DType dtype : DType.values()) {
                for (long[] dims : SHAPES) {
                    Tensor x = check.place(layout, dtype, dims);
                    check.call(() -> KERNELS.fill(value, x), x);
                    double[] expected = new double[(int) x.elements()];
                    java.util.Arrays.fill(expected, value);
                    check.close("fill", x, expected);
                }
            }
        }
    }
}
