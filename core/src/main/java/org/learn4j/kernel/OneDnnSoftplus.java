package org.learn4j.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_abs;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_exp;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_linear;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_pow;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_relu;

import org.bytedeco.dnnl.dnnl_memory_desc;

/**
 * log(1 + eˣ) to single precision; oneDNN's own is off by up to 1e-5, and negative for some arguments.
 *
 * <p>With t = exp(−|x|) and s = t/(2 + t): log(1 + eˣ) = max(x, 0) + 2(s + s³/3 + s⁵/5 + …), where s ≤ 1/3.
 */
final class OneDnnSoftplus {
    private static final int LAST = 13;

    private OneDnnSoftplus() {}

    static void softplus(OneDnnContext context, long count, long x, long out) {
        long t = context.temporary(OneDnnContext.FIRST, Float.BYTES * count);
        long s = context.temporary(OneDnnContext.SECOND, Float.BYTES * count);
        plan(context, OneDnnOperation.SOFTPLUS_EXPONENTIAL, count).bind(0, x).bind(1, t).scalar(0, 1).run();
        plan(context, OneDnnOperation.SOFTPLUS_QUOTIENT, count)
                .bind(0, t)
                .bind(1, s)
                .bind(2, t)
                .scalar(0, 1)
                .run();
        OneDnnUnary.multiply(context, count, s, s, t);
        long positive = context.temporary(OneDnnContext.THIRD, Float.BYTES * count);
        OneDnnUnary.eltwise(context, dnnl_eltwise_relu, 0, 0, count, x, positive);
        OneDnnPlan series = plan(context, OneDnnOperation.SOFTPLUS_SERIES, count).bind(0, t).bind(1, out);
        int argument = 2;
        for (int odd = LAST - 4; odd >= 1; odd -= 2) {
            series.bind(argument++, t);
        }
        series.bind(argument++, s).bind(argument, positive).scalar(0, 1.0 / LAST).run();
    }

    private static OneDnnPlan plan(OneDnnContext context, OneDnnOperation operation, long count) {
        context.key(operation).add(count);
        OneDnnPlan plan = context.find();
        if (plan != null) {
            return plan;
        }
        return context.make(builder -> {
            dnnl_memory_desc vector = builder.contiguous(count);
            builder.argument(DNNL_ARG_SRC_0, vector).argument(DNNL_ARG_DST, vector).scalar(DNNL_ARG_SRC_1, 1);
            switch (operation) {
                case SOFTPLUS_EXPONENTIAL -> builder.thenEltwise(dnnl_eltwise_abs, 0, 0)
                        .thenEltwise(dnnl_eltwise_linear, -1, 0)
                        .thenEltwise(dnnl_eltwise_exp, 0, 0);
                case SOFTPLUS_QUOTIENT -> builder.thenEltwise(dnnl_eltwise_linear, 1, 2)
                        .thenEltwise(dnnl_eltwise_pow, 1, -1)
                        .thenBinary(dnnl_binary_mul, vector);
                default -> {
                    builder.thenEltwise(dnnl_eltwise_linear, 1, 1.0 / (LAST - 2));
                    for (int odd = LAST - 4; odd >= 1; odd -= 2) {
                        builder.thenBinary(dnnl_binary_mul, vector).thenEltwise(dnnl_eltwise_linear, 1, 1.0 / odd);
                    }
                    builder.thenBinary(dnnl_binary_mul, vector).thenEltwise(dnnl_eltwise_linear, 2, 0);
                    builder.thenBinary(dnnl_binary_add, vector);
                }
            }
            OneDnn.check(
                    dnnl_binary_primitive_desc_create(
                            builder.description(),
                            OneDnn.ENGINE,
                            dnnl_binary_mul,
                            vector,
                            builder.scalarLayout(1),
                            vector,
                            builder.attributes()),
                    "compute softplus");
        });
    }
}
