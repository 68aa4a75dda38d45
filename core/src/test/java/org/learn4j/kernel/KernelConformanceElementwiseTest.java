package org.learn4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.learn4j.kernel.KernelCheck.Layout.ALIGNED;
import static org.learn4j.kernel.KernelCheck.Layout.GAPS;
import static org.learn4j.kernel.KernelConformance.SHAPES;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.learn4j.kernel.KernelCheck.Layout;
import org.learn4j.kernel.KernelConformance.Case;
import org.learn4j.tensor.Binary;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Reduction;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.Unary;

/** Functions of one and two numbers, and reductions. */
class KernelConformanceElementwiseTest {
    /** Functions with parameters, and the range where they are defined and tame. */
    private record Function(Unary f, double alpha, double beta, double from, double to) {
        double value(double x) {
            return ReferenceFormulas.unary(f, alpha, beta, x);
        }

        double slope(double x) {
            return ReferenceFormulas.slope(f, alpha, beta, x);
        }

        boolean kinkNear(double x, double distance) {
            return switch (f) {
                case ABS, RELU, LEAKY_RELU -> Math.abs(x) < distance;
                case CLAMP -> Math.abs(x - alpha) < distance || Math.abs(x - beta) < distance;
                default -> false;
            };
        }

        @Override
        public String toString() {
            return f + (alpha == 0 && beta == 0 ? "" : "(" + alpha + ", " + beta + ")");
        }
    }

    private static final List<Function> FUNCTIONS = List.of(
            new Function(Unary.LINEAR, 2.5, -0.75, -4, 4),
            new Function(Unary.LINEAR, 0, 3, -4, 4),
            new Function(Unary.ABS, 0, 0, -4, 4),
            new Function(Unary.SQUARE, 0, 0, -4, 4),
            new Function(Unary.SQRT, 0, 0, 0.1, 4),
            new Function(Unary.POWER, 2.5, 0, 0.1, 4),
            new Function(Unary.POWER, 3, 0, -4, 4),
            new Function(Unary.POWER, -1, 0, 0.1, 4),
            new Function(Unary.POWER, 0.5, 0, 0.1, 4),
            new Function(Unary.POWER, 1, 0, -4, 4),
            new Function(Unary.POWER, 0, 0, -4, 4),
            new Function(Unary.EXP, 0, 0, -4, 4),
            new Function(Unary.LOG, 0, 0, 0.1, 4),
            new Function(Unary.RELU, 0, 0, -4, 4),
            new Function(Unary.LEAKY_RELU, 0.01, 0, -4, 4),
            new Function(Unary.LEAKY_RELU, 1.5, 0, -4, 4),
            new Function(Unary.GELU, 0, 0, -6, 6),
            new Function(Unary.GELU_TANH, 0, 0, -6, 6),
            new Function(Unary.SILU, 0, 0, -9, 9),
            new Function(Unary.TANH, 0, 0, -4, 4),
            new Function(Unary.SIGMOID, 0, 0, -9, 9),
            new Function(Unary.SOFTPLUS, 0, 0, -25, 25),
            new Function(Unary.CLAMP, -0.5, 1.5, -4, 4));

    @TestFactory
    Stream<DynamicNode> unary() {
        return KernelConformance.each(dtype -> FUNCTIONS.stream()
                .flatMap(f -> Stream.of(SHAPES)
                        .map(dims -> new Case(f + " " + Arrays.toString(dims), check -> unary(check, f, dims)))));
    }

    private static void unary(KernelCheck check, Function f, long... dims) {
        for (Layout layout : layouts(dims)) {
            Tensor x = check.between(layout, f.from, f.to, dims);
            Tensor out = check.dense(dims);
            check.call(() -> check.kernels.unary(f.f, f.alpha, f.beta, x, out), out);
            check.close(layout + "", out, map(x.toDoubles(), f::value));
        }
        Tensor x = check.between(ALIGNED, f.from, f.to, dims);
        double[] expected = map(x.toDoubles(), f::value);
        check.call(() -> check.kernels.unary(f.f, f.alpha, f.beta, x, x), x);
        check.close("in place", x, expected);
    }

    @TestFactory
    Stream<DynamicNode> unaryGradient() {
        return KernelConformance.each(dtype -> FUNCTIONS.stream()
                .flatMap(f -> Stream.of(SHAPES)
                        .map(dims -> new Case(f + " " + Arrays.toString(dims), check -> gradient(check, f, dims)))));
    }

    private static void gradient(KernelCheck check, Function f, long... dims) {
        for (Layout layout : layouts(dims)) {
            double[] x = check.between(layout, f.from, f.to, dims).toDoubles();
            Tensor known = check.input(layout, f.f.gradientFromOutput() ? map(x, f::value) : x, dims);
            Tensor dy = check.input(layout == ALIGNED ? GAPS : layout, dims);
            double[] argument = f.f.gradientFromOutput() ? inverse(f, known.toDoubles(), x) : known.toDoubles();
            double[] expected = product(map(argument, f::slope), dy.toDoubles());
            Tensor dx = check.dense(dims);
            check.call(() -> check.kernels.unaryGradient(f.f, f.alpha, f.beta, known, dy, dx), dx);
            check.close(layout + "", dx, expected);
            if (layout == ALIGNED) {
                Tensor onto = check.input(ALIGNED, dy.toDoubles(), dims);
                check.call(() -> check.kernels.unaryGradient(f.f, f.alpha, f.beta, known, onto, onto), onto);
                check.close("onto dy", onto, expected);
            }
        }
    }

    /** Where an output repeats along an axis, so does the argument it came from: take it from the value. */
    private static double[] inverse(Function f, double[] y, double[] x) {
        double[] argument = x.clone();
        for (int i = 0; i < y.length; i++) {
            if (Math.abs(f.value(x[i]) - y[i]) > 1e-5) {
                argument[i] = switch (f.f) {
                    case SQRT -> y[i] * y[i];
                    case EXP -> Math.log(y[i]);
                    case RELU -> y[i];
                    case LEAKY_RELU -> y[i] > 0 ? y[i] : y[i] / f.alpha;
                    case TANH -> 0.5 * Math.log((1 + y[i]) / (1 - y[i]));
                    case SIGMOID -> Math.log(y[i] / (1 - y[i]));
                    default -> throw new AssertionError(f);
                };
            }
        }
        return argument;
    }

    /** R01: |a − n| ≤ 1e-7 + 1e-5·|n| in FLOAT64, central differences with ε = 1e-6 · max(1, |x|), off the kinks. */
    @TestFactory
    Stream<DynamicNode> unaryGradientIsTheSlope() {
        return KernelConformance.each(dtype -> dtype == DType.FLOAT32
                ? Stream.empty()
                : FUNCTIONS.stream().map(f -> new Case(f + "", check -> centralDifferences(check, f))));
    }

    private static void centralDifferences(KernelCheck check, Function f) {
        int n = 200;
        double[] x = check.numbers(n, f.from, f.to);
        double[] expected = new double[n];
        double[] low = new double[n];
        double[] high = new double[n];
        for (int i = 0; i < n; i++) {
            x[i] += f.kinkNear(x[i], 1e-3) ? 4e-3 : 0;
            double step = 1e-6 * Math.max(1, Math.abs(x[i]));
            low[i] = x[i] - step;
            high[i] = x[i] + step;
        }
        double[] down = value(check, f, low);
        double[] up = value(check, f, high);
        for (int i = 0; i < n; i++) {
            expected[i] = (up[i] - down[i]) / (high[i] - low[i]);
        }
        Tensor known = check.input(ALIGNED, f.f.gradientFromOutput() ? value(check, f, x) : x, n);
        Tensor dx = check.output(n);
        Tensor dy = check.between(ALIGNED, 1, 1, n);
        check.call(() -> check.kernels.unaryGradient(f.f, f.alpha, f.beta, known, dy, dx), dx);
        double[] actual = dx.toDoubles();
        for (int i = 0; i < n; i++) {
            assertThat(actual[i])
                    .as("slope of %s at %s", f, x[i])
                    .isCloseTo(expected[i], Offset.offset(3e-8 + 1e-5 * Math.abs(expected[i])));
        }
    }

    private static double[] value(KernelCheck check, Function f, double[] x) {
        Tensor argument = check.input(ALIGNED, x, x.length);
        check.kernels.unary(f.f, f.alpha, f.beta, argument, argument);
        return argument.toDoubles();
    }

    // ---- two numbers

    private static final long[][][] PAIRS = {
        {{3, 17}, {17}, {3, 17}},
        {{3, 17}, {3, 1}, {3, 17}},
        {{1, 17}, {3, 1}, {3, 17}},
        {{}, {3, 17}, {3, 17}},
        {{3, 17}, {}, {3, 17}},
        {{2, 3, 4, 5}, {3, 1, 5}, {2, 3, 4, 5}},
        {{2, 1, 4, 1}, {1, 3, 1, 5}, {2, 3, 4, 5}},
        {{513, 257}, {257}, {513, 257}},
        {{513, 257}, {513, 1}, {513, 257}},
        {{513, 257}, {1, 1}, {513, 257}},
        {{1}, {5}, {5}},
        {{0, 4}, {1, 4}, {0, 4}},
        {{0, 4}, {4}, {0, 4}},
        {{1, 4}, {0, 1}, {0, 4}},
        {{1, 17}, {17}, {3, 17}},
        {{1}, {}, {2, 2}},
        {{2, 1}, {1, 1}, {2, 3}}
    };

    @TestFactory
    Stream<DynamicNode> binary() {
        Stream<long[][]> same = Stream.of(SHAPES).map(dims -> new long[][] {dims, dims, dims});
        List<long[][]> all = Stream.concat(same, Stream.of(PAIRS)).toList();
        return KernelConformance.each(dtype -> Stream.of(Binary.values())
                .flatMap(f -> all.stream()
                        .map(dims -> new Case(f + " " + Arrays.deepToString(dims), check -> binary(check, f, dims)))));
    }

    private static void binary(KernelCheck check, Binary f, long[]... dims) {
        for (Layout layout : layouts(dims[2])) {
            Tensor a = check.input(layout, rounded(check, dims[0]), dims[0]);
            Tensor b = check.input(layout, rounded(check, dims[1]), dims[1]);
            Tensor out = check.dense(dims[2]);
            check.call(() -> check.kernels.binary(f, a, b, out), out);
            check.close(layout + "", out, expected(f, a, dims[0], b, dims[1], dims[2]));
        }
        Tensor a = check.input(ALIGNED, rounded(check, dims[0]), dims[0]);
        Tensor b = check.input(GAPS, rounded(check, dims[1]), dims[1]);
        double[] expected = expected(f, a, dims[0], b, dims[1], dims[2]);
        if (Arrays.equals(dims[0], dims[2])) {
            check.call(() -> check.kernels.binary(f, a, b, a), a);
            check.close("onto a", a, expected);
        }
        if (Arrays.equals(dims[1], dims[2])) {
            Tensor onto = check.input(ALIGNED, rounded(check, dims[1]), dims[1]);
            double[] reverse = expected(f, a, dims[0], onto, dims[1], dims[2]);
            check.call(() -> check.kernels.binary(f, a, onto, onto), onto);
            check.close("onto b", onto, reverse);
        }
    }

    /** Both operands the same tensor, as in x·x, also in place. */
    @TestFactory
    Stream<DynamicNode> binaryOfATensorWithItself() {
        return KernelConformance.each(dtype -> Stream.of(Binary.values())
                .map(f -> new Case(f + "", check -> {
                    Tensor x = check.input(ALIGNED, rounded(check, 3, 17), 3, 17);
                    double[] expected = expected(f, x, new long[] {3, 17}, x, new long[] {3, 17}, new long[] {3, 17});
                    check.call(() -> check.kernels.binary(f, x, x, x), x);
                    check.close("x with x", x, expected);
                })));
    }

    /** Returns multiples of ¼ other than 0, so that some are equal and none divides by 0. */
    private static double[] rounded(KernelCheck check, long... dims) {
        return map(check.numbers(ReferenceFormulas.count(dims), -2, 2), x -> (Math.floor(x * 4) + 0.5) / 4);
    }

    private static double[] expected(Binary f, Tensor a, long[] aDims, Tensor b, long[] bDims, long[] dims) {
        return ReferenceFormulas.binary(f, a.toDoubles(), aDims, b.toDoubles(), bDims, dims);
    }

    // ---- reductions

    private static final long[][][] REDUCTIONS = {
        {{}, {}},
        {{1}, {1}},
        {{5}, {1}},
        {{5}, {5}},
        {{3, 17}, {1, 17}},
        {{3, 17}, {3, 1}},
        {{3, 17}, {1, 1}},
        {{17, 1}, {1, 1}},
        {{1, 17}, {1, 1}},
        {{4, 1, 6}, {1, 1, 6}},
        {{4, 1, 6}, {4, 1, 1}},
        {{4, 1, 6}, {1, 1, 1}},
        {{2, 3, 4, 5}, {1, 3, 1, 1}},
        {{2, 3, 4, 5}, {2, 1, 4, 1}},
        {{2, 3, 4, 5}, {2, 3, 1, 1}},
        {{2, 3, 4, 5}, {1, 1, 4, 5}},
        {{2, 3, 4, 5}, {1, 1, 1, 1}},
        {{2, 3, 4, 5}, {2, 3, 4, 1}},
        {{2, 3, 4, 5}, {2, 3, 4, 5}},
        {{513, 257}, {1, 257}},
        {{513, 257}, {513, 1}},
        {{513, 257}, {1, 1}},
        {{0, 4}, {0, 1}}
    };
    private static final long[][][] EMPTY_SUMS = {{{0}, {1}}, {{0, 4}, {1, 4}}, {{3, 0, 2}, {3, 1, 2}}, {{0, 4}, {1, 1}}
    };

    @TestFactory
    Stream<DynamicNode> reduce() {
        return KernelConformance.each(dtype -> Stream.of(Reduction.values())
                .flatMap(f -> Stream.concat(
                                Stream.of(REDUCTIONS), f == Reduction.SUM ? Stream.of(EMPTY_SUMS) : Stream.empty())
                        .map(dims -> new Case(f + " " + Arrays.deepToString(dims), check -> reduce(check, f, dims)))));
    }

    private static void reduce(KernelCheck check, Reduction f, long[]... dims) {
        for (Layout layout : layouts(dims[0])) {
            Tensor x = check.input(layout, dims[0]);
            Tensor out = check.output(dims[1]);
            check.call(() -> check.kernels.reduce(f, x, out), out);
            double[] expected = ReferenceFormulas.reduce(f, x.toDoubles(), dims[0], dims[1]);
            check.close(layout + "", out, expected, f == Reduction.SUM ? Math.sqrt(x.elements()) : 1);
        }
    }

    /** All negative, all the same, infinite. */
    @TestFactory
    Stream<DynamicNode> reduceExtremes() {
        double infinity = Double.POSITIVE_INFINITY;
        double[][] rows = {
            {-3, -2, -7, -5}, {4, 4, 4, 4}, {-infinity, 1, 2, 3}, {infinity, 1, 2, -3}, {-0.0, -1, -2, -3}
        };
        return KernelConformance.each(dtype -> Stream.of(Reduction.values())
                .flatMap(f -> Stream.of(rows)
                        .map(row -> new Case(f + " " + Arrays.toString(row), check -> {
                            Tensor x = check.input(ALIGNED, row, 1, 4);
                            Tensor out = check.output(1, 1);
                            check.call(() -> check.kernels.reduce(f, x, out), out);
                            double[] expected = ReferenceFormulas.reduce(f, row, new long[] {1, 4}, new long[] {1, 1});
                            check.close("", out, map(expected, value -> value + 0.0));
                        }))));
    }

    // ---- extreme values

    /** Far arguments give the limit, never NaN; ±1e4, where e^x overflows, denormals and zeros. */
    @TestFactory
    Stream<DynamicNode> extremeValues() {
        double[] positive = {1e4, 88, 90, 700, 1e-30, 1e-40, 0};
        double[] any = {1e4, -1e4, 88, -88, 90, -90, 700, -700, 1e-30, -1e-30, 1e-40, -1e-40, 0, -0.0};
        return KernelConformance.each(dtype -> FUNCTIONS.stream()
                .map(f -> new Case(f + "", check -> {
                    double[] arguments =
                            f.from > 0 && f.alpha >= 0 ? positive : f.from > 0 ? new double[] {1e4, 1e-30} : any;
                    Tensor x = check.input(ALIGNED, arguments, arguments.length);
                    Tensor out = check.output(arguments.length);
                    check.call(() -> check.kernels.unary(f.f, f.alpha, f.beta, x, out), out);
                    double[] expected = map(x.toDoubles(), f::value);
                    if (f.f == Unary.LOG) {
                        expected = denormalsAsZero(expected, x.toDoubles(), out.toDoubles());
                    }
                    check.close("value", out, expected);
                    if (f.f.gradientFromOutput() || f.from > 0) {
                        return;
                    }
                    Tensor dy = check.between(ALIGNED, 1, 1, arguments.length);
                    check.call(() -> check.kernels.unaryGradient(f.f, f.alpha, f.beta, x, dy, out), out);
                    check.close("gradient", out, map(x.toDoubles(), f::slope));
                })));
    }

    /** The logarithm of a denormal may be that of 0: units that flush denormals are allowed. */
    private static double[] denormalsAsZero(double[] expected, double[] x, double[] actual) {
        double[] result = expected.clone();
        for (int i = 0; i < x.length; i++) {
            if (x[i] < Float.MIN_NORMAL && actual[i] == Double.NEGATIVE_INFINITY) {
                result[i] = actual[i];
            }
        }
        return result;
    }

    /** R09: what was not a number must not look like one afterwards. */
    @TestFactory
    Stream<DynamicNode> notANumberStaysSo() {
        return KernelConformance.each(dtype -> FUNCTIONS.stream()
                .filter(f -> !(f.f == Unary.POWER && f.alpha == 0) && f.f != Unary.CLAMP)
                .map(f -> new Case(f + "", check -> {
                    double[] values = {1, Double.NaN, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, Double.NaN};
                    Tensor x = check.input(ALIGNED, values, values.length);
                    Tensor out = check.output(values.length);
                    check.call(() -> check.kernels.unary(f.f, f.alpha, f.beta, x, out), out);
                    check.close("", out, map(x.toDoubles(), f::value));
                })));
    }

    // ---- small things

    private static List<Layout> layouts(long... dims) {
        return ReferenceFormulas.count(dims) > 10_000 ? List.of(GAPS) : List.of(Layout.values());
    }

    private static double[] map(double[] values, DoubleUnaryOperator f) {
        return Arrays.stream(values).map(f).toArray();
    }

    private static double[] product(double[] a, double[] b) {
        double[] product = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            product[i] = a[i] * b[i];
        }
        return product;
    }
}
