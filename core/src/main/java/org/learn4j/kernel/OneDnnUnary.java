package org.learn4j.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_abs;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_clip;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_exp;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_exp_use_dst_for_bwd;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_gelu_erf;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_gelu_tanh;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_hardswish;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_linear;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_log;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_logistic;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_logistic_use_dst_for_bwd;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_pow;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_relu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_relu_use_dst_for_bwd;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_soft_relu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_sqrt;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_sqrt_use_dst_for_bwd;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_square;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_swish;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_tanh;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_tanh_use_dst_for_bwd;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;

import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.Unary;

/** Functions of one number. */
final class OneDnnUnary {
    private OneDnnUnary() {}

    static void unary(Unary f, double alpha, double beta, Tensor x, Tensor out) {
        OneDnnContext context = OneDnnContext.current();
        long count = out.elements();
        long source = OneDnnCopy.lyingLikeOrInto(context, x, out);
        if (f == Unary.LINEAR) {
            linear(context, alpha, beta, count, source, out.address());
        } else if (f == Unary.RELU) {
            relu(context, count, source, out.address());
        } else if (f == Unary.SOFTPLUS) {
            OneDnnAccurate.softplus(context, count, source, out.address());
        } else if (f == Unary.LOG) {
            OneDnnAccurate.log(context, count, source, out.address());
        } else if (f == Unary.EXP) {
            OneDnnAccurate.exp(context, count, source, out.address());
        } else {
            double a = parameterA(f, alpha);
            eltwise(context, algorithm(f, false), a, parameterB(f, alpha, beta), count, source, out.address());
        }
    }

    /** Computes αx + β, where α and β are read when the primitive runs since they may differ from call to call. */
    static void linear(OneDnnContext context, double alpha, double beta, long count, long x, long out) {
        boolean shifted = beta != 0;
        context.key(OneDnnOperation.LINEAR_FUNCTION).add(shifted).add(count);
        OneDnnPlan plan = context.find();
        if (plan == null) {
            plan = context.make(builder -> {
                var vector = builder.contiguous(count);
                var number = builder.scalarLayout(1);
                builder.argument(DNNL_ARG_SRC_0, vector)
                        .argument(DNNL_ARG_DST, vector)
                        .scalar(DNNL_ARG_SRC_1, 1);
                if (shifted) {
                    builder.thenScalar(dnnl_binary_add, 1);
                }
                OneDnn.check(
                        dnnl_binary_primitive_desc_create(
                                builder.description(),
                                OneDnn.ENGINE,
                                dnnl_binary_mul,
                                vector,
                                number,
                                vector,
                                builder.attributes()),
                        "compute a linear function");
            });
        }
        plan.bind(0, x).bind(1, out).scalar(0, alpha);
        if (shifted) {
            plan.scalar(1, beta);
        }
        plan.run();
    }

    /** Computes max(x, 0), by post-ops on x · 1. */
    private static void relu(OneDnnContext context, long count, long x, long out) {
        context.key(OneDnnOperation.RELU).add(count);
        OneDnnPlan plan = context.find();
        if (plan == null) {
            plan = context.make(builder -> {
                var vector = builder.contiguous(count);
                builder.argument(DNNL_ARG_SRC_0, vector)
                        .argument(DNNL_ARG_DST, vector)
                        .scalar(DNNL_ARG_SRC_1, 1);
                then(builder, Unary.RELU, 0);
                OneDnn.check(
                        dnnl_binary_primitive_desc_create(
                                builder.description(),
                                OneDnn.ENGINE,
                                dnnl_binary_mul,
                                vector,
                                builder.scalarLayout(1),
                                vector,
                                builder.attributes()),
                        "compute ReLU");
            });
        }
        plan.bind(0, x).bind(1, out).scalar(0, 1).run();
    }

    /**
     * Appends a function whose gradient follows from its output to what a primitive computes.
     *
     * <p>oneDNN's own ReLU turns NaN into 0, which would hide that training has failed: |x · min(max(10³⁸x, 0), 1)|
     * does not.
     */
    static void then(OneDnnPlanBuilder builder, Unary f, double alpha) {
        if (f == Unary.RELU) {
            builder.thenEltwise(dnnl_eltwise_hardswish, 1e38, 0).thenEltwise(dnnl_eltwise_abs, 0, 0);
        } else {
            builder.thenEltwise(algorithm(f, false), parameterA(f, alpha), parameterB(f, alpha, 0));
        }
    }

    /** Applies an elementwise algorithm to a vector. */
    static void eltwise(OneDnnContext context, int algorithm, double alpha, double beta, long count, long x, long out) {
        context.key(OneDnnOperation.ELTWISE).add(algorithm).add(alpha).add(beta).add(count);
        OneDnnPlan plan = context.find();
        if (plan == null) {
            plan = context.make(builder -> {
                var vector = builder.contiguous(count);
                OneDnn.check(
                        dnnl_eltwise_forward_primitive_desc_create(
                                builder.description(),
                                OneDnn.ENGINE,
                                dnnl_forward_training,
                                algorithm,
                                vector,
                                vector,
                                (float) alpha,
                                (float) beta,
                                builder.attributes()),
                        "compute an elementwise function");
                builder.argument(DNNL_ARG_SRC, vector).argument(DNNL_ARG_DST, vector);
            });
        }
        plan.bind(0, x).bind(1, out).run();
    }

    /** Multiplies two vectors. */
    static void multiply(OneDnnContext context, long count, long x, long y, long out) {
        OneDnnBinary.run(
                context,
                dnnl_binary_mul,
                false,
                context.operand(0).vector(count, x),
                context.operand(1).vector(count, y),
                context.operand(2).vector(count, out));
    }

    /** Returns oneDNN's name for a function; its gradient takes the output where the function's own does. */
    static int algorithm(Unary f, boolean gradient) {
        return switch (f) {
            case LINEAR -> dnnl_eltwise_linear;
            case ABS -> dnnl_eltwise_abs;
            case SQUARE -> dnnl_eltwise_square;
            case SQRT -> gradient ? dnnl_eltwise_sqrt_use_dst_for_bwd : dnnl_eltwise_sqrt;
            case POWER -> dnnl_eltwise_pow;
            case EXP -> gradient ? dnnl_eltwise_exp_use_dst_for_bwd : dnnl_eltwise_exp;
            case LOG -> dnnl_eltwise_log;
            case RELU, LEAKY_RELU -> gradient ? dnnl_eltwise_relu_use_dst_for_bwd : dnnl_eltwise_relu;
            case GELU -> dnnl_eltwise_gelu_erf;
            case GELU_TANH -> dnnl_eltwise_gelu_tanh;
            case SILU -> dnnl_eltwise_swish;
            case TANH -> gradient ? dnnl_eltwise_tanh_use_dst_for_bwd : dnnl_eltwise_tanh;
            case SIGMOID -> gradient ? dnnl_eltwise_logistic_use_dst_for_bwd : dnnl_eltwise_logistic;
            case SOFTPLUS -> dnnl_eltwise_soft_relu;
            case CLAMP -> dnnl_eltwise_clip;
        };
    }

    static double parameterA(Unary f, double alpha) {
        return switch (f) {
            case SILU, SOFTPLUS, POWER -> 1;
            case LINEAR, LEAKY_RELU, CLAMP -> alpha;
            default -> 0;
        };
    }

    static double parameterB(Unary f, double alpha, double beta) {
        return f == Unary.POWER ? alpha : f == Unary.CLAMP ? beta : 0;
    }
}
