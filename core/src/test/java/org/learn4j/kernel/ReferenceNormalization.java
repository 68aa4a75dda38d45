package org.learn4j.kernel;

/**
 * Normalisation as plain loops over doubles. The same code serves batches [n, c, rest] (groups are channels) and layers
 * [n, f] (groups are rows): a group tells which elements share statistics, a factor which share scale and shift.
 */
final class ReferenceNormalization {
    private final int elements;
    private final int[] group;
    private final int[] factor;
    private final int groups;
    private final int factors;

    private ReferenceNormalization(int[] group, int groups, int[] factor, int factors) {
        this.elements = group.length;
        this.group = group;
        this.groups = groups;
        this.factor = factor;
        this.factors = factors;
    }

    /** Channels of a batch [n, c, rest]. */
    static ReferenceNormalization batch(int n, int channels, int rest) {
        int[] channel = new int[n * channels * rest];
        for (int i = 0; i < channel.length; i++) {
            channel[i] = i / rest % channels;
        }
        return new ReferenceNormalization(channel, channels, channel, channels);
    }

    /** Rows of a matrix [n, f]. */
    static ReferenceNormalization layer(int n, int features) {
        int[] row = new int[n * features];
        int[] column = new int[n * features];
        for (int i = 0; i < row.length; i++) {
            row[i] = i / features;
            column[i] = i % features;
        }
        return new ReferenceNormalization(row, n, column, features);
    }

    double[] mean(double[] x) {
        return mean(x, groups);
    }

    private double[] mean(double[] x, int size) {
        double[] mean = new double[size];
        int[] members = new int[size];
        for (int i = 0; i < elements; i++) {
            mean[group[i]] += x[i];
            members[group[i]]++;
        }
        for (int i = 0; i < size; i++) {
            mean[i] /= members[i];
        }
        return mean;
    }

    double[] variance(double[] x) {
        double[] mean = mean(x);
        double[] squares = new double[elements];
        for (int i = 0; i < elements; i++) {
            squares[i] = (x[i] - mean[group[i]]) * (x[i] - mean[group[i]]);
        }
        return mean(squares, groups);
    }

    double[] normal(double[] x, double[] mean, double[] variance, double epsilon) {
        double[] normal = new double[elements];
        for (int i = 0; i < elements; i++) {
            normal[i] = (x[i] - mean[group[i]]) / Math.sqrt(variance[group[i]] + epsilon);
        }
        return normal;
    }

    double[] value(
            double[] x,
            double[] mean,
            double[] variance,
            double[] scale,
            double[] shift,
            double epsilon,
            boolean relu) {
        double[] y = normal(x, mean, variance, epsilon);
        for (int i = 0; i < elements; i++) {
            y[i] = y[i] * scale[factor[i]] + shift[factor[i]];
            y[i] = relu ? Math.max(y[i], 0) : y[i];
        }
        return y;
    }

    /** Sums over the elements that share a scale. */
    double[] sum(double[] x) {
        double[] sum = new double[factors];
        for (int i = 0; i < elements; i++) {
            sum[factor[i]] += x[i];
        }
        return sum;
    }

    double[] scaleGradient(double[] dy, double[] normal) {
        double[] product = new double[elements];
        for (int i = 0; i < elements; i++) {
            product[i] = dy[i] * normal[i];
        }
        return sum(product);
    }

    /** With g = dy · scale: (g − mean g − x̂ · mean g x̂) / √(variance + ε), the means 0 if the statistics are fixed. */
    double[] gradient(
            double[] dy, double[] normal, double[] variance, double[] scale, double epsilon, boolean fixedStatistics) {
        double[] inner = new double[elements];
        double[] product = new double[elements];
        for (int i = 0; i < elements; i++) {
            inner[i] = dy[i] * scale[factor[i]];
            product[i] = inner[i] * normal[i];
        }
        double[] innerMean = mean(inner);
        double[] productMean = mean(product);
        double[] dx = new double[elements];
        for (int i = 0; i < elements; i++) {
            double through = fixedStatistics ? 0 : innerMean[group[i]] + normal[i] * productMean[group[i]];
            dx[i] = (inner[i] - through) / Math.sqrt(variance[group[i]] + epsilon);
        }
        return dx;
    }
}
