package org.learn4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.learn4j.tensor.Unary;

/** The oracle is checked against itself: its gradients are the slopes of its values. */
class ReferenceFormulasTest {
    private static final Offset<Double> NEAR = Offset.offset(1e-7);
    private final Random random = new Random(1);

    @ParameterizedTest
    @EnumSource(Unary.class)
    void slopes(Unary f) {
        for (double x = 0.05; x < 3; x += 0.1) {
            double up = ReferenceFormulas.unary(f, 0.3, 1.234, x + 1e-6);
            double down = ReferenceFormulas.unary(f, 0.3, 1.234, x - 1e-6);
            assertThat(ReferenceFormulas.slope(f, 0.3, 1.234, x)).isCloseTo((up - down) / 2e-6, Offset.offset(1e-6));
        }
    }

    /** From Abramowitz and Stegun, table 26.1, and for the tails from their series 26.2.12. */
    @ParameterizedTest
    @CsvSource({
        "0, 0.5",
        "1, 0.841344746068543",
        "-1, 0.158655253931457",
        "2, 0.977249868051821",
        "-3, 0.00134989803163",
        "3.999999, 0.99996832862",
        "4.000001, 0.99996832889",
        "-6, 9.86587645e-10"
    })
    void normalDistribution(double x, double expected) {
        assertThat(ReferenceFormulas.normal(x)).isCloseTo(expected, Offset.offset(1e-9 * Math.max(1e-6, expected)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void softmax(boolean logarithm) {
        long[] dims = {2, 5, 3};
        double[] x = numbers(30);
        double[] dy = numbers(30);
        double[] y = ReferenceFormulas.softmax(x, dims, 1, logarithm);
        double[] gradient = ReferenceFormulas.softmaxGradient(y, dy, dims, 1, logarithm);
        slope(x, gradient, moved -> dot(dy, ReferenceFormulas.softmax(moved, dims, 1, logarithm)));
    }

    @Test
    void crossEntropy() {
        long[] dims = {4, 5};
        double[] x = numbers(20);
        double[] dy = numbers(4);
        int[] targets = {0, 4, 2, 2};
        double[] weights = {1, 2, 0.5, 3, 1};
        double[] logp = ReferenceFormulas.softmax(x, dims, 1, true);
        double[] gradient = ReferenceFormulas.crossEntropyGradient(logp, targets, weights, 0.1, dy, 5);
        slope(x, gradient, moved -> {
            double[] logs = ReferenceFormulas.softmax(moved, dims, 1, true);
            return dot(dy, ReferenceFormulas.negativeLogLikelihood(logs, targets, weights, 0.1, 5));
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void normalization(boolean batch) {
        ReferenceNormalization reference =
                batch ? ReferenceNormalization.batch(3, 2, 4) : ReferenceNormalization.layer(3, 8);
        double[] x = numbers(24);
        double[] dy = numbers(24);
        double[] scale = numbers(batch ? 2 : 8);
        double[] shift = numbers(batch ? 2 : 8);
        double[] variance = reference.variance(x);
        double[] normal = reference.normal(x, reference.mean(x), variance, 1e-5);
        slope(
                x,
                reference.gradient(dy, normal, variance, scale, 1e-5, false),
                moved -> dot(
                        dy,
                        reference.value(
                                moved, reference.mean(moved), reference.variance(moved), scale, shift, 1e-5, false)));
        slope(
                scale,
                reference.scaleGradient(dy, normal),
                moved -> dot(dy, reference.value(x, reference.mean(x), variance, moved, shift, 1e-5, false)));
        slope(
                shift,
                reference.sum(dy),
                moved -> dot(dy, reference.value(x, reference.mean(x), variance, scale, moved, 1e-5, false)));
        double[] mean = reference.mean(numbers(24));
        double[] fixed = reference.gradient(dy, normal, variance, scale, 1e-5, true);
        slope(x, fixed, moved -> dot(dy, reference.value(moved, mean, variance, scale, shift, 1e-5, false)));
    }

    private static void slope(double[] x, double[] gradient, ToDoubleFunction<double[]> f) {
        for (int i = 0; i < x.length; i++) {
            double[] up = x.clone();
            double[] down = x.clone();
            up[i] += 1e-6;
            down[i] -= 1e-6;
            double expected = (f.applyAsDouble(up) - f.applyAsDouble(down)) / 2e-6;
            assertThat(gradient[i]).as("at %s", i).isCloseTo(expected, NEAR);
        }
    }

    private double[] numbers(int n) {
        return random.doubles(n, -2, 2).toArray();
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
