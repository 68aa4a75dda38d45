package org.learn4j.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_ge;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_le;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_backward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_pow;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_destroy;

import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.Unary;

/** Gradients of the functions of one number. */
final class OneDnnUnaryGradient {
    private OneDnnUnaryGradient() {}

    static void gradient(Unary f, double alpha, double beta, Tensor known, Tensor dy, Tensor dx) {
        OneDnnContext context = OneDnnContext.current();
        long count = dx.elements();
        long out = dx.address();
        if (f == Unary.LINEAR) {
            OneDnnUnary.linear(context, alpha, 0, count, OneDnnCopy.lyingLikeOrInto(context, dy, dx), out);
            return;
        }
        long argument = OneDnnCopy.lyingLike(context, known, dx, OneDnnContext.FIRST);
        boolean inPlace = argument == out;
        long incoming = inPlace
                ? OneDnnCopy.lyingLike(context, dy, dx, OneDnnContext.THIRD)
                : OneDnnCopy.lyingLikeOrInto(context, dy, dx);
        switch (f) {
            case POWER -> {
                if (alpha == 0) {
                    OneDnnUnary.linear(context, 0, 0, count, incoming, out);
                } else {
                    power(context, alpha, count, argument, incoming, out);
                }
            }
            case CLAMP -> {
                long least = context.temporary(OneDnnContext.SECOND, Float.BYTES * count);
                clamp(context, dnnl_binary_ge, alpha, count, argument, incoming, least);
                clamp(context, dnnl_binary_le, beta, count, argument, least, out);
            }
            default -> eltwiseGradient(context, f, alpha, beta, count, argument, incoming, out);
        }
    }

    private static void eltwiseGradient(
            OneDnnContext context, Unary f, double alpha, double beta, long count, long known, long dy, long dx) {
        int algorithm = OneDnnUnary.algorithm(f, true);
        float a = (float) OneDnnUnary.parameterA(f, alpha);
        float b = (float) OneDnnUnary.parameterB(f, alpha, beta);
        context.key(OneDnnOperation.ELTWISE_GRADIENT)
                .add(algorithm)
                .add(a)
                .add(b)
                .add(count);
        OneDnnPlan plan = context.find();
        if (plan == null) {
            plan = context.make(builder -> {
                var vector = builder.contiguous(count);
                var hint = new dnnl_primitive_desc();
                OneDnn.check(
                        dnnl_eltwise_forward_primitive_desc_create(
                                hint, OneDnn.ENGINE, dnnl_forward_training, algorithm, vector, vector, a, b, null),
                        "describe an elementwise function");
                OneDnn.check(
                        dnnl_eltwise_backward_primitive_desc_create(
                                builder.description(),
                                OneDnn.ENGINE,
                                algorithm,
                                vector,
                                vector,
                                vector,
                                a,
                                b,
                                hint,
                                builder.attributes()),
                        "compute an elementwise gradient");
                dnnl_primitive_desc_destroy(hint);
                builder.argument(f.gradientFromOutput() ? DNNL_ARG_DST : DNNL_ARG_SRC, vector)
                        .argument(DNNL_ARG_DIFF_DST, vector)
                        .argument(DNNL_ARG_DIFF_SRC, vector);
            });
        }
        plan.bind(0, known).bind(1, dy).bind(2, dx).run();
    }

    /** Computes dx = dy where y is positive, else 0. */
    static void reluGradient(OneDnnContext context, long count, long y, long dy, long dx) {
        eltwiseGradient(context, Unary.RELU, 0, 0, count, y, dy, dx);
    }

    /** Computes dy · α x^(α−1): oneDNN's own gradient divides by x. */
    private static void power(OneDnnContext context, double alpha, long count, long x, long dy, long dx) {
        long derivative = context.temporary(OneDnnContext.SECOND, Float.BYTES * count);
        OneDnnUnary.eltwise(context, dnnl_eltwise_pow, alpha, alpha - 1, count, x, derivative);
        OneDnnUnary.multiply(context, count, dy, derivative, dx);
    }

    /** Multiplies dy by 1 where x compares with the bound, else by 0. */
    private static void clamp(
            OneDnnContext context, int comparison, double bound, long count, long x, long dy, long dx) {
        context.key(OneDnnOperation.CLAMP_GRADIENT).add(comparison).add(count);
        OneDnnPlan plan = context.find();
        if (plan == null) {
            plan = context.make(builder -> {
                var vector = builder.contiguous(count);
                var number = builder.scalarLayout(1);
                builder.argument(DNNL_ARG_SRC_0, vector)
                        .argument(DNNL_ARG_DST, vector)
                        .scalar(DNNL_ARG_SRC_1, 1)
                        .thenBinary(dnnl_binary_mul, vector);
                OneDnn.check(
                        dnnl_binary_primitive_desc_create(
                                builder.description(),
                                OneDnn.ENGINE,
                                comparison,
                                vector,
                                number,
                                vector,
                                builder.attributes()),
                        "compute the gradient of a clamp");
            });
        }
        plan.bind(0, x).bind(1, dx).bind(2, dy).scalar(0, bound).run();
    }
}
