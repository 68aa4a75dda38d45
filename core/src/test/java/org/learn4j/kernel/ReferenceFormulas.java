package org.learn4j.kernel;

import java.util.Arrays;
import org.learn4j.tensor.Binary;
import org.learn4j.tensor.Reduction;
import org.learn4j.tensor.Unary;

/** What kernels compute, as plain loops over doubles in row-major order: slow, and plainly right. */
final class ReferenceFormulas {
    private ReferenceFormulas() {}

    // ---- elements

    static double unary(Unary f, double alpha, double beta, double x) {
        return switch (f) {
            case LINEAR -> alpha * x + beta;
            case ABS -> Math.abs(x);
            case SQUARE -> x * x;
            case SQRT -> Math.sqrt(x);
            case POWER -> Math.pow(x, alpha);
            case EXP -> Math.exp(x);
            case LOG -> Math.log(x);
            case RELU -> Math.max(x, 0);
            case LEAKY_RELU -> x > 0 ? x : alpha * x;
            case GELU -> x * normal(x);
            case GELU_TANH -> x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))) / 2;
            case SILU -> x * sigmoid(x);
            case TANH -> Math.tanh(x);
            case SIGMOID -> sigmoid(x);
            case SOFTPLUS -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
            case CLAMP -> Math.min(Math.max(x, alpha), beta);
        };
    }

    /** The derivative at the argument x, whatever the kernel starts from. */
    static double slope(Unary f, double alpha, double beta, double x) {
        return switch (f) {
            case LINEAR -> alpha;
            case ABS -> Math.signum(x);
            case SQUARE -> 2 * x;
            case SQRT -> 1 / (2 * Math.sqrt(x));
            case POWER -> alpha == 0 ? 0 : alpha * Math.pow(x, alpha - 1);
            case EXP -> Math.exp(x);
            case LOG -> 1 / x;
            case RELU -> x > 0 ? 1 : 0;
            case LEAKY_RELU -> x > 0 ? 1 : alpha;
            case GELU -> normal(x) + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
            case GELU_TANH -> geluTanhSlope(x);
            case SILU -> sigmoid(x) * (1 + x * sigmoid(-x));
            case TANH -> 1 - Math.tanh(x) * Math.tanh(x);
            case SIGMOID -> sigmoid(x) * sigmoid(-x);
            case SOFTPLUS -> sigmoid(x);
            case CLAMP -> x >= alpha && x <= beta ? 1 : 0;
        };
    }

    private static double geluTanhSlope(double x) {
        double c = Math.sqrt(2 / Math.PI);
        double tanh = Math.tanh(c * (x + 0.044715 * x * x * x));
        return (1 + tanh) / 2 + x * (1 - tanh * tanh) * c * (1 + 3 * 0.044715 * x * x) / 2;
    }

    static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /** The normal distribution function: a series in the middle, a continued fraction in the tails. */
    static double normal(double x) {
        double z = Math.abs(x);
        double density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
        double tail;
        if (z < 4) {
            double term = z;
            double sum = z;
            for (int i = 3; term > 1e-18 * sum; i += 2) {
                term *= z * z / i;
                sum += term;
            }
            tail = 0.5 - density * sum;
        } else {
            double fraction = z;
            for (int i = 100; i > 0; i--) {
                fraction = z + i / fraction;
            }
            tail = density / fraction;
        }
        return x > 0 ? 1 - tail : tail;
    }

    static double binary(Binary f, double a, double b) {
        return switch (f) {
            case ADD -> a + b;
            case SUBTRACT -> a - b;
            case MULTIPLY -> a * b;
            case DIVIDE -> a / b;
            case MAXIMUM -> Math.max(a, b);
            case MINIMUM -> Math.min(a, b);
            case EQUAL -> a == b ? 1 : 0;
            case GREATER_OR_EQUAL -> a >= b ? 1 : 0;
        };
    }

    static double[] binary(Binary f, double[] a, long[] aDims, double[] b, long[] bDims, long[] dims) {
        double[] result = new double[count(dims)];
        for (int i = 0; i < result.length; i++) {
            result[i] = binary(f, a[place(i, dims, aDims)], b[place(i, dims, bDims)]);
        }
        return result;
    }

    static double[] reduce(Reduction f, double[] x, long[] dims, long[] outDims) {
        double[] result = new double[count(outDims)];
        int[] members = new int[result.length];
        for (int i = 0; i < x.length; i++) {
            int at = place(i, dims, outDims);
            result[at] = switch (f) {
                case SUM, MEAN -> result[at] + x[i];
                case MAX -> members[at] == 0 ? x[i] : Math.max(result[at], x[i]);
                case MIN -> members[at] == 0 ? x[i] : Math.min(result[at], x[i]);
            };
            members[at]++;
        }
        for (int i = 0; i < result.length && f == Reduction.MEAN; i++) {
            result[i] /= members[i];
        }
        return result;
    }

    // ---- products

    static double[] matmul(double[] a, long[] aDims, double[] b, long[] bDims, long[] dims) {
        int rank = dims.length;
        int rows = (int) dims[rank - 2];
        int columns = (int) dims[rank - 1];
        int inner = (int) aDims[rank - 1];
        long[] batch = Arrays.copyOf(dims, rank - 2);
        double[] result = new double[count(dims)];
        for (int n = 0; n < count(batch); n++) {
            int left = place(n, batch, Arrays.copyOf(aDims, rank - 2)) * rows * inner;
            int right = place(n, batch, Arrays.copyOf(bDims, rank - 2)) * inner * columns;
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    double sum = 0;
                    for (int k = 0; k < inner; k++) {
                        sum += a[left + i * inner + k] * b[right + k * columns + j];
                    }
                    result[(n * rows + i) * columns + j] = sum;
                }
            }
        }
        return result;
    }

    /** x · weightᵀ + bias for x [n, in] and weight [units, in]. */
    static double[] linear(double[] x, double[] weight, double[] bias, int n, int in, int units) {
        double[] result = new double[n * units];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < units; j++) {
                double sum = bias == null ? 0 : bias[j];
                for (int k = 0; k < in; k++) {
                    sum += x[i * in + k] * weight[j * in + k];
                }
                result[i * units + j] = sum;
            }
        }
        return result;
    }

    // ---- softmax and classification

    static double[] softmax(double[] x, long[] dims, int axis, boolean logarithm) {
        double[] result = new double[x.length];
        long[] one = dims.clone();
        one[axis] = 1;
        double[] largest = reduce(Reduction.MAX, x, dims, one);
        double[] total = new double[largest.length];
        for (int i = 0; i < x.length; i++) {
            total[place(i, dims, one)] += Math.exp(x[i] - largest[place(i, dims, one)]);
        }
        for (int i = 0; i < x.length; i++) {
            int line = place(i, dims, one);
            double value = x[i] - largest[line] - Math.log(total[line]);
            result[i] = logarithm ? value : Math.exp(value);
        }
        return result;
    }

    /** The Jacobian, written out: Σ over the line of dy[j] · ∂y[j]/∂x[i]. */
    static double[] softmaxGradient(double[] y, double[] dy, long[] dims, int axis, boolean logarithm) {
        double[] result = new double[y.length];
        int size = (int) dims[axis];
        int step = 1;
        for (int i = axis + 1; i < dims.length; i++) {
            step *= (int) dims[i];
        }
        for (int i = 0; i < y.length; i++) {
            int own = i / step % size;
            double value = logarithm ? Math.exp(y[i]) : y[i];
            for (int j = 0; j < size; j++) {
                int other = i + (j - own) * step;
                double same = j == own ? 1 : 0;
                result[i] += dy[other] * (logarithm ? 1 : y[other]) * (same - value);
            }
        }
        return result;
    }

    static double[] negativeLogLikelihood(
            double[] logp, int[] targets, double[] weights, double smoothing, int classes) {
        double[] result = new double[targets.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = -(1 - smoothing) * weight(weights, targets[i]) * logp[i * classes + targets[i]];
            for (int j = 0; j < classes && smoothing != 0; j++) {
                result[i] -= smoothing / classes * weight(weights, j) * logp[i * classes + j];
            }
        }
        return result;
    }

    /** Through the Jacobian of log-softmax: ∂logp[j]/∂x[k] = δ − p[k]. */
    static double[] crossEntropyGradient(
            double[] logp, int[] targets, double[] weights, double smoothing, double[] dy, int classes) {
        double[] result = new double[logp.length];
        for (int i = 0; i < targets.length; i++) {
            for (int k = 0; k < classes; k++) {
                double probability = Math.exp(logp[i * classes + k]);
                double sum = 0;
                for (int j = 0; j < classes; j++) {
                    double share = smoothing / classes * weight(weights, j);
                    share += j == targets[i] ? (1 - smoothing) * weight(weights, j) : 0;
                    sum -= share * ((j == k ? 1 : 0) - probability);
                }
                result[i * classes + k] = dy[i] * sum;
            }
        }
        return result;
    }

    private static double weight(double[] weights, int index) {
        return weights == null ? 1 : weights[index];
    }

    // ---- tables

    static double[] select(double[] x, int[] positions, int outer, int n, int inner) {
        double[] result = new double[outer * positions.length * inner];
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < positions.length; i++) {
                for (int j = 0; j < inner; j++) {
                    result[(o * positions.length + i) * inner + j] = x[(o * n + positions[i]) * inner + j];
                }
            }
        }
        return result;
    }

    /** Adds into {@code dx}. */
    static void selectGradient(double[] dy, int[] positions, double[] dx, int outer, int n, int inner) {
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < positions.length; i++) {
                for (int j = 0; j < inner; j++) {
                    dx[(o * n + positions[i]) * inner + j] += dy[(o * positions.length + i) * inner + j];
                }
            }
        }
    }

    // ---- places

    static int count(long[] dims) {
        int count = 1;
        for (long dim : dims) {
            count *= Math.toIntExact(dim);
        }
        return count;
    }

    /** Where the element with a row-major index in {@code dims} lies in an array of {@code other} dims that broadcasts. */
    static int place(int index, long[] dims, long[] other) {
        int place = 0;
        int step = 1;
        int rest = index;
        for (int i = 1; i <= dims.length; i++) {
            int size = (int) dims[dims.length - i];
            int coordinate = rest % size;
            rest /= size;
            if (i <= other.length) {
                int otherSize = (int) other[other.length - i];
                place += otherSize == 1 ? 0 : coordinate * step;
                step *= otherSize;
            }
        }
        return place;
    }
}
