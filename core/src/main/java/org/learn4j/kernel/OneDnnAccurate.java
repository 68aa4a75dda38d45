package org.learn4j.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_eq;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_sub;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_abs;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_clip;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_exp;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_linear;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_log;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_pow;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_relu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_sqrt;

import org.bytedeco.dnnl.dnnl_memory_desc;
import org.learn4j.tensor.Reduction;

/**
 * Exponentials and logarithms to single precision: oneDNN's logarithms are off by up to 4e-6, its log(1 + eˣ) by up to
 * 8e-6 and below 0 for some arguments; its eˣ hides NaN.
 */
final class OneDnnAccurate {
    private static final int LAST = 13;
    private static final double LOG_ERROR = 1e-4;

    private OneDnnAccurate() {}

    /** Computes eˣ, times 1 where x = x and 0 where x is NaN: oneDNN's own makes infinity of NaN. */
    static void exp(OneDnnContext context, long count, long x, long out) {
        long exponential = context.temporary(OneDnnContext.SECOND, Float.BYTES * count);
        OneDnnUnary.eltwise(context, dnnl_eltwise_exp, 0, 0, count, x, exponential);
        context.key(OneDnnOperation.EXP_OF_NUMBERS).add(count);
        OneDnnPlan plan = context.find();
        if (plan == null) {
            plan = context.make(builder -> {
                dnnl_memory_desc vector = builder.contiguous(count);
                builder.argument(DNNL_ARG_SRC_0, vector)
                        .argument(DNNL_ARG_SRC_1, vector)
                        .argument(DNNL_ARG_DST, vector)
                        .thenBinary(dnnl_binary_mul, vector);
                binary(builder, dnnl_binary_eq, vector, vector);
            });
        }
        plan.bind(0, x).bind(1, x).bind(2, out).bind(3, exponential).run();
    }

    /**
     * Computes log x as y + (x·exp(−y) − 1) with y from oneDNN: 2 log √x, right for the
     * smallest numbers too. Where x is 0 or infinite the correction is not a
     * number, which oneDNN's limiting turns into the lower limit, so that y stays.
     */
    static void log(OneDnnContext context, long count, long x, long out) {
        long first = context.temporary(OneDnnContext.SECOND, Float.BYTES * count);
        plan(context, OneDnnOperation.LOG_ESTIMATE, count)
                .bind(0, x)
                .bind(1, first)
                .scalar(0, 1)
                .run();
        plan(context, OneDnnOperation.LOG_CORRECTION, count)
                .bind(0, first)
                .bind(1, out)
                .bind(2, x)
                .bind(3, first)
                .scalar(0, -1)
                .run();
    }

    /**
     * Corrects log-softmax: its exponentials along the axis have to add up to 1. The operand is [n, c] or [n, c, m].
     */
    static void normalize(OneDnnContext context, OneDnnOperand y) {
        long count = y.elements();
        OneDnnOperand exponentials = context.operand(3).of(y);
        exponentials.address = context.temporary(OneDnnContext.FIRST, Float.BYTES * count);
        OneDnnUnary.eltwise(context, dnnl_eltwise_exp, 0, 0, count, y.address, exponentials.address);
        OneDnnOperand sums = context.operand(4).of(y);
        sums.dims[1] = 1;
        long each = sums.elements();
        sums.contiguousAt(context.temporary(OneDnnContext.SECOND, Float.BYTES * each));
        if (y.rank == 2) {
            OneDnnReduction.innermost(
                    context, Reduction.SUM, 1, y.dims[0], y.dims[1], exponentials.address, sums.address);
        } else {
            OneDnnReduction.outermost(context, 1, exponentials, sums);
        }
        OneDnnUnary.linear(context, 1, -1, each, sums.address, sums.address);
        OneDnnBinary.run(context, dnnl_binary_sub, false, y, sums, y);
    }

    /**
     * Computes log(1 + eˣ): with t = exp(−|x|) and s = t/(2 + t) it is max(x, 0) + 2(s + s³/3 + s⁵/5 + …), where s ≤
     * 1/3.
     */
    static void softplus(OneDnnContext context, long count, long x, long out) {
        long t = context.temporary(OneDnnContext.FIRST, Float.BYTES * count);
        long s = context.temporary(OneDnnContext.SECOND, Float.BYTES * count);
        plan(context, OneDnnOperation.SOFTPLUS_EXPONENTIAL, count)
                .bind(0, x)
                .bind(1, t)
                .scalar(0, 1)
                .run();
        plan(context, OneDnnOperation.SOFTPLUS_QUOTIENT, count)
                .bind(0, t)
                .bind(1, s)
                .bind(2, t)
                .scalar(0, 1)
                .run();
        OneDnnUnary.multiply(context, count, s, s, t);
        long positive = context.temporary(OneDnnContext.THIRD, Float.BYTES * count);
        OneDnnUnary.eltwise(context, dnnl_eltwise_relu, 0, 0, count, x, positive);
        OneDnnPlan series =
                plan(context, OneDnnOperation.SOFTPLUS_SERIES, count).bind(0, t).bind(1, out);
        int argument = 2;
        for (int odd = LAST - 4; odd >= 1; odd -= 2) {
            series.bind(argument++, t);
        }
        series.bind(argument++, s)
                .bind(argument, positive)
                .scalar(0, 1.0 / LAST)
                .run();
    }

    private static OneDnnPlan plan(OneDnnContext context, OneDnnOperation operation, long count) {
        context.key(operation).add(count);
        OneDnnPlan plan = context.find();
        if (plan != null) {
            return plan;
        }
        return context.make(builder -> {
            dnnl_memory_desc vector = builder.contiguous(count);
            builder.argument(DNNL_ARG_SRC_0, vector)
                    .argument(DNNL_ARG_DST, vector)
                    .scalar(DNNL_ARG_SRC_1, 1);
            switch (operation) {
                case LOG_ESTIMATE ->
                    builder.thenEltwise(dnnl_eltwise_sqrt, 0, 0)
                            .thenEltwise(dnnl_eltwise_log, 0, 0)
                            .thenEltwise(dnnl_eltwise_linear, 2, 0);
                case LOG_CORRECTION ->
                    builder.thenEltwise(dnnl_eltwise_exp, 0, 0)
                            .thenBinary(dnnl_binary_mul, vector)
                            .thenEltwise(dnnl_eltwise_linear, 1, -1)
                            .thenEltwise(dnnl_eltwise_clip, -LOG_ERROR, LOG_ERROR)
                            .thenBinary(dnnl_binary_add, vector);
                case SOFTPLUS_EXPONENTIAL ->
                    builder.thenEltwise(dnnl_eltwise_abs, 0, 0)
                            .thenEltwise(dnnl_eltwise_linear, -1, 0)
                            .thenEltwise(dnnl_eltwise_exp, 0, 0);
                case SOFTPLUS_QUOTIENT ->
                    builder.thenEltwise(dnnl_eltwise_linear, 1, 2)
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
            binary(builder, dnnl_binary_mul, vector, builder.scalarLayout(1));
        });
    }

    private static void binary(
            OneDnnPlanBuilder builder, int algorithm, dnnl_memory_desc vector, dnnl_memory_desc other) {
        OneDnn.check(
                dnnl_binary_primitive_desc_create(
                        builder.description(), OneDnn.ENGINE, algorithm, vector, other, vector, builder.attributes()),
                "compute a function accurately");
    }
}
