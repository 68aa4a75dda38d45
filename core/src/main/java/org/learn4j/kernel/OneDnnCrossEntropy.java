package org.learn4j.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_exp;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;

import java.nio.FloatBuffer;
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
        FloatBuffer values = HostLoops.floats(logp);
        FloatBuffer result = HostLoops.floats(out);
        int[] chosen = HostLoops.ints(targets);
        float[] factors = factors(weights, classes);
        int rowStride = (int) logp.stride(0);
        int columnStride = (int) logp.stride(1);
        for (int i = 0; i < rows; i++) {
            int row = i * rowStride;
            double loss = -factors[chosen[i]] * (1 - smoothing) * values.get(row + chosen[i] * columnStride);
            if (smoothing != 0) {
                double sum = 0;
                for (int j = 0; j < classes; j++) {
                    sum += factors[j] * values.get(row + j * columnStride);
                }
                loss -= smoothing / classes * sum;
            }
            result.put(i, (float) loss);
        }
    }

    /** Computes {@code dx[i][j] = dy[i] · (total[i] · p[i][j] − share[i][j])}, where the share is most for the target. */
    static void gradient(
            Tensor logp, Tensor targets, @Nullable Tensor weights, double smoothing, Tensor dy, Tensor dx) {
        OneDnnContext context = OneDnnContext.current();
        int rows = (int) logp.shape().dim(0);
        int classes = (int) logp.shape().dim(1);
        int[] chosen = HostLoops.ints(targets);
        float[] factors = factors(weights, classes);
        double sum = 0;
        for (float factor : factors) {
            sum += factor;
        }
        double even = smoothing / classes;
        float[] incoming = dy.toFloats();
        float[] totals = new float[rows];
        for (int i = 0; i < rows; i++) {
            totals[i] = (float) (incoming[i] * (factors[chosen[i]] * (1 - smoothing) + even * sum));
        }
        long source = OneDnnCopy.contiguous(context, logp, OneDnnContext.FIRST);
        long perRow = context.temporary(OneDnnContext.SECOND, (long) Float.BYTES * rows);
        context.pointer(perRow).put(totals, 0, rows);
        scaledExponential(context, rows, classes, source, perRow, dx.address());
        FloatBuffer result = HostLoops.floats(dx);
        for (int i = 0; i < rows; i++) {
            if (smoothing != 0) {
                for (int j = 0; j < classes; j++) {
                    int at = i * classes + j;
                    result.put(at, (float) (result.get(at) - incoming[i] * even * factors[j]));
                }
            }
            int at = i * classes + chosen[i];
            result.put(at, (float) (result.get(at) - incoming[i] * (1 - smoothing) * factors[chosen[i]]));
        }
    }

    private static float[] factors(@Nullable Tensor weights, int classes) {
        if (weights != null) {
            return weights.toFloats();
        }
        float[] ones = new float[classes];
        java.util.Arrays.fill(ones, 1);
        return ones;
    }

    /** Computes {@code out[i][j] = factor[i] · exp(x[i][j])}. */
    private static void scaledExponential(
            OneDnnContext context, long rows, long columns, long x, long factors, long out) {
        context.key(OneDnnOperation.CROSS_ENTROPY).add(rows).add(columns);
        OneDnnPlan plan = context.find();
        if (plan == null) {
            plan = context.make(builder -> {
                var matrix = builder.contiguous(rows, columns);
                builder.argument(DNNL_ARG_SRC, matrix).argument(DNNL_ARG_DST, matrix);
                builder.thenBinary(dnnl_binary_mul, builder.contiguous(rows, 1));
                OneDnn.check(
                        dnnl_eltwise_forward_primitive_desc_create(
                                builder.description(),
                                OneDnn.ENGINE,
                                dnnl_forward_training,
                                dnnl_eltwise_exp,
                                matrix,
                                matrix,
                                0f,
                                0f,
                                builder.attributes()),
                        "compute exponentials");
            });
        }
        plan.bind(0, x).bind(1, out).bind(2, factors).run();
    }
}
