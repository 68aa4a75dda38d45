package org.learn4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;
import org.learn4j.tensor.Unary;

/** The accuracy of the oneDNN kernels and what they make of extreme numbers and of NaN. */
class OneDnnNumbersTest {
    private static final Kernels KERNELS = new OneDnnKernels(() -> {
        throw new AssertionError("the reference kernels were asked for help");
    });
    private TensorScope scope;

    @BeforeEach
    void open() {
        scope = TensorScope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private static double apply(Unary f, double alpha, double x) {
        Tensor out = Tensor.zeros(1);
        KERNELS.unary(f, alpha, 2, Tensor.of(new float[] {(float) x}), out);
        return out.item();
    }

    private static double slope(Unary f, double alpha, double known) {
        Tensor dx = Tensor.zeros(1);
        KERNELS.unaryGradient(f, alpha, 2, Tensor.of(new float[] {(float) known}), Tensor.ones(1), dx);
        return dx.item();
    }

    @ParameterizedTest
    @EnumSource(Unary.class)
    void unaryIsAccurate(Unary f) {
        Random random = new Random(3);
        float[] x = new float[10_000];
        for (int i = 0; i < x.length; i++) {
            boolean positive = f == Unary.LOG || f == Unary.SQRT || f == Unary.POWER || random.nextBoolean();
            x[i] = (float) Math.pow(10, random.nextDouble() * 6 - 4) * (positive ? 1 : -1);
        }
        Tensor y = Tensor.zeros(x.length);
        KERNELS.unary(f, 1.5, 2, Tensor.of(x), y);
        float[] values = y.toFloats();
        double absolute = f == Unary.GELU || f == Unary.GELU_TANH ? 1e-6 : f == Unary.LOG ? 3e-7 : 1e-30;
        for (int i = 0; i < x.length; i++) {
            double right = ReferenceFormulas.unary(f, 1.5, 2, x[i]);
            double scale = f == Unary.LINEAR ? Math.max(2, Math.abs(right)) : Math.abs(right);
            if (Double.isFinite((float) right)) {
                assertThat((double) values[i]).as("%s(%s)", f, x[i]).isCloseTo(right, within(absolute + 1e-5 * scale));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SOFTPLUS, 1e4, 1e4",
        "SOFTPLUS, -1e4, 0",
        "SOFTPLUS, -20, 2.0611537e-9",
        "SIGMOID, 1e4, 1",
        "SIGMOID, -1e4, 0",
        "LOG, 0, -Infinity",
        "LOG, -1, NaN",
        "SQRT, -1, NaN",
        "EXP, 1e4, Infinity",
        "EXP, -1e4, 0",
        "TANH, 1e4, 1",
        "RELU, NaN, NaN",
        "RELU, Infinity, Infinity",
        "RELU, 1e-30, 1e-30",
        "RELU, -3, 0",
        "RELU, -0.0, 0",
        "LEAKY_RELU, NaN, NaN",
        "SIGMOID, NaN, NaN",
        "TANH, NaN, NaN",
        "SILU, -1e4, 0",
        "POWER, 0, 0",
        "POWER, -1, NaN",
        "SQUARE, 1e-30, 0",
        "ABS, -1e-40, 1e-40",
        "SOFTPLUS, NaN, NaN"
    })
    void extremes(Unary f, double x, double right) {
        assertSame(apply(f, 1.5, x), right);
    }

    private static void assertSame(double value, double right) {
        boolean same = (float) value == (float) right || (Double.isNaN(value) && Double.isNaN(right));
        assertThat(same || Math.abs(value - right) <= 1e-6 * Math.abs(right))
                .as("%s is %s", value, right)
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "SQRT, 0, Infinity", "POWER, 0, 0", "POWER, -1, NaN", "ABS, 0, 0", "RELU, 0, 0", "LEAKY_RELU, 0, 1.5",
        "CLAMP, 1.5, 1", "CLAMP, 2, 1", "CLAMP, 1.49, 0", "CLAMP, 2.01, 0", "LOG, 0, Infinity", "SOFTPLUS, -1e4, 0",
        "SOFTPLUS, 1e4, 1", "SIGMOID, 1, 0", "TANH, 1, 0"
    })
    void extremeSlopes(Unary f, double known, double right) {
        assertSame(slope(f, 1.5, known), right);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, 2, 3, -1, 0.5})
    void powersOfNegativeNumbersAndZero(double exponent) {
        for (double x : new double[] {-2, -1, 0, 1, 3}) {
            assertSame(apply(Unary.POWER, exponent, x), Math.pow(x, exponent));
            double right = ReferenceFormulas.slope(Unary.POWER, exponent, 0, x);
            assertSame(slope(Unary.POWER, exponent, x), right);
        }
    }

    @Test
    void reluHidesNoNaN() {
        float[] values = new float[64];
        java.util.Arrays.fill(values, 1);
        values[5] = Float.NaN;
        Tensor x = Tensor.of(values, 8, 8);
        Tensor y = Tensor.zeros(8, 8);
        KERNELS.linear(x, Tensor.ones(8, 8), null, Unary.RELU, 0, y);
        assertThat(y.toFloats()[0]).isNaN();
        assertThat(y.toFloats()[8]).isEqualTo(8);
        Tensor ones = Tensor.ones(8);
        for (Tensor out : new Tensor[] {y, x}) {
            KERNELS.batchNorm(x, ones, ones, 1e-5, true, Tensor.zeros(8), Tensor.zeros(8), out);
            assertThat(out.toFloats()[5]).isNaN();
            assertThat(out.toFloats()[4]).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1e-5, 1", "50, 1e-8, 0.9998", "1.0001, 1e-8, 0.5", "1, 1e-5, 0"})
    void adaptiveStepIsAccurate(double vScale, double epsilon, double decay) {
        int n = 20_000;
        Random random = new Random(5);
        float[] m = new float[n];
        float[] v = new float[n];
        float[] p = new float[n];
        for (int i = 0; i < n; i++) {
            double g = i % 7 == 0 ? 0 : Math.pow(10, random.nextDouble() * 36 - 33) * (random.nextBoolean() ? 1 : -1);
            m[i] = (float) (g * (0.5 + random.nextDouble()));
            v[i] = (float) (g * g);
            p[i] = (float) (i % 3 == 0 ? 0 : random.nextGaussian());
        }
        Tensor changed = Tensor.of(p);
        KERNELS.adaptiveStep(changed, Tensor.of(m), Tensor.of(v), vScale, epsilon, 1e-3, decay);
        float[] result = changed.toFloats();
        for (int i = 0; i < n; i++) {
            double update = 1e-3 * m[i] / (Math.sqrt(v[i] * vScale) + epsilon);
            double right = decay * p[i] - update;
            double error = 1e-6 * Math.abs(update) + 3e-7 * Math.abs(right) + 1e-38;
            assertThat((double) result[i])
                    .as("m %s, v %s, p %s", m[i], v[i], p[i])
                    .isCloseTo(right, within(error));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, 0.9, 0.999})
    void averagesAreAccurate(double beta) {
        int n = 20_000;
        Random random = new Random(5);
        float[] x = new float[n];
        float[] average = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = (float) Math.pow(10, random.nextDouble() * 30 - 25);
            average[i] = (float) (i % 2 == 0 ? 0 : x[i] * (double) x[i] * random.nextDouble());
        }
        Tensor squares = Tensor.of(average);
        Tensor mean = Tensor.of(average);
        KERNELS.averageSquare(beta, Tensor.of(x), squares);
        KERNELS.scaleAdd(1 - beta, Tensor.of(x), beta, mean);
        float[] newSquares = squares.toFloats();
        float[] newMean = mean.toFloats();
        for (int i = 0; i < n; i++) {
            double square = beta * average[i] + (1 - beta) * x[i] * (double) x[i];
            double linear = beta * average[i] + (1 - beta) * x[i];
            assertThat((double) newSquares[i]).isCloseTo(square, within(3e-7 * square + 1e-38));
            assertThat((double) newMean[i]).isCloseTo(linear, within(3e-7 * linear + 1e-38));
        }
    }

    @Test
    void sumOfSquaresSeesEveryElement() {
        for (int n : new int[] {1, 3, 1000, 8191, 8192, 100_001}) {
            float[] values = new float[n];
            java.util.Arrays.fill(values, 0.5f);
            double sum = KERNELS.sumOfSquares(Tensor.of(values));
            assertThat(sum).isCloseTo(0.25 * n, within(1e-5 * n));
            for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1e30f}) {
                for (int at : new int[] {0, n / 2, n - 1}) {
                    float kept = values[at];
                    values[at] = bad;
                    assertThat(KERNELS.sumOfSquares(Tensor.of(values))).matches(s -> !Double.isFinite(s));
                    values[at] = kept;
                }
            }
        }
    }
}
