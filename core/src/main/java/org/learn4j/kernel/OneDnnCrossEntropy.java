package org.learn4j.kernel;

import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_exp;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.learn4j.tensor.Tensor;

/**
 * The negative log-likelihood of classes and the gradient of cross-entropy: what concerns whole rows by oneDNN, what
 * concerns the target of each row in Java.
 */
final class OneDnnCrossEntropy {
    private OneDnnCrossEntropy() {}

    static void negativeLogLikelihood(
            Tensor logp, Tensor targets, @Nullable Tensor weights, double smoothing, Tensor out) {
        int rows = (int) logp.shape().dim(0);
        int classes = (int) logp.shape().dim(1);
        int[] chosen = HostLoops.ints(targets);
        float[] factors = factors(weights, classes);
        float[] sums = new float[rows];
        if (smoothing != 0) {
            weightedSums(logp, factors, sums);
        }
        FloatBuffer values = HostLoops.floats(logp);
        FloatBuffer result = HostLoops.floats(out);
        int rowStride = (int) logp.stride(0);
        int columnStride = (int) logp.stride(1);
        for (int i = 0; i < rows; i++) {
            double own = (double) factors[chosen[i]] * values.get(i * rowStride + chosen[i] * columnStride);
            result.put(i, (float) ((smoothing - 1) * own - smoothing / classes * sums[i]));
        }
    }

    private static void weightedSums(Tensor logp, float[] factors, float[] sums) {
        OneDnnContext context = OneDnnContext.current();
        long source = OneDnnCopy.contiguous(context, logp, OneDnnContext.FIRST);
        int columns = factors.length;
        long vector = context.temporary(OneDnnContext.SECOND, (long) Float.BYTES * columns);
        long result = context.temporary(OneDnnContext.THIRD, (long) Float.BYTES * sums.length);
        context.pointer(vector).put(factors, 0, columns);
        OneDnnProducts.run(
                context,
                context.operand(0).matrix(sums.length, columns, columns, 1, source),
                context.operand(1).matrix(columns, 1, 1, 1, vector),
                0,
                context.operand(2).matrix(sums.length, 1, 1, 1, result),
                null,
                0,
                false);
        context.pointer(result).get(sums, 0, sums.length);
    }

    /**
     * Computes {@code dx[i][j] = total[i] · p[i][j] − even · dy[i] · w[j] − [j = t] · (1−s) · dy[i] · w[t]} with
     * {@code even = s/c}.
     */
    static void gradient(
            Tensor logp, Tensor targets, @Nullable Tensor weights, double smoothing, Tensor dy, Tensor dx) {
        int rows = (int) logp.shape().dim(0);
        int classes = (int) logp.shape().dim(1);
        int[] chosen = HostLoops.ints(targets);
        float[] factors = factors(weights, classes);
        float[] incoming = dy.toFloats();
        double sum = 0;
        for (float factor : factors) {
            sum += factor;
        }
        float[] totals = new float[rows];
        for (int i = 0; i < rows; i++) {
            totals[i] = (float) (incoming[i] * (factors[chosen[i]] * (1 - smoothing) + smoothing / classes * sum));
        }
        probabilitiesTimes(totals, logp, dx);
        if (smoothing != 0) {
            subtractProduct(incoming, factors, smoothing / classes, dx);
        }
        FloatBuffer result = HostLoops.floats(dx);
        for (int i = 0; i < rows; i++) {
            int at = i * classes + chosen[i];
            result.put(at, (float) (result.get(at) - incoming[i] * (1 - smoothing) * factors[chosen[i]]));
        }
    }

    private static float[] factors(@Nullable Tensor weights, int classes) {
        if (weights != null) {
            return weights.toFloats();
        }
        float[] ones = new float[classes];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** Computes {@code out[i][j] = totals[i] · exp(logp[i][j])}. */
    private static void probabilitiesTimes(float[] totals, Tensor logp, Tensor out) {
        OneDnnContext context = OneDnnContext.current();
        long rows = totals.length;
        long classes = logp.shape().dim(1);
        long source = OneDnnCopy.contiguous(context, logp, OneDnnContext.FIRST);
        long perRow = context.temporary(OneDnnContext.SECOND, Float.BYTES * rows);
        context.pointer(perRow).put(totals, 0, totals.length);
        OneDnnUnary.eltwise(context, dnnl_eltwise_exp, 0, 0, rows * classes, source, out.address());
        OneDnnOperand matrix = context.operand(2).matrix(rows, classes, classes, 1, out.address());
        OneDnnOperand column = context.operand(1).matrix(rows, 1, 1, 1, perRow);
        OneDnnBinary.run(context, dnnl_binary_mul, false, matrix, column, matrix);
    }

    /** Computes {@code out[i][j] −= scale · rows[i] · columns[j]}. */
    private static void subtractProduct(float[] rows, float[] columns, double scale, Tensor out) {
        OneDnnContext context = OneDnnContext.current();
        float[] scaled = new float[columns.length];
        for (int j = 0; j < scaled.length; j++) {
            scaled[j] = (float) (-scale * columns[j]);
        }
        long left = context.temporary(OneDnnContext.SECOND, (long) Float.BYTES * rows.length);
        long right = context.temporary(OneDnnContext.THIRD, (long) Float.BYTES * scaled.length);
        context.pointer(left).put(rows, 0, rows.length);
        context.pointer(right).put(scaled, 0, scaled.length);
        OneDnnProducts.run(
                context,
                context.operand(0).matrix(rows.length, 1, 1, 1, left),
                context.operand(1).matrix(1, scaled.length, scaled.length, 1, right),
                0,
                context.operand(2).matrix(rows.length, scaled.length, scaled.length, 1, out.address()),
                null,
                0,
                true);
    }
}
