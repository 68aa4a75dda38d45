package org.learn4j.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_pow;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_sqrt;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_square;

import org.bytedeco.dnnl.dnnl_memory_desc;
import org.learn4j.tensor.Tensor;

/**
 * The passes of optimizers over the flat parameter vector: each one primitive with a chain of post-ops, the rates read
 * when it runs since they change from step to step.
 */
final class OneDnnOptimizer {
    private OneDnnOptimizer() {}

    /** {@code y = a·x + b·y}, as {@code (x·(a/b) + y)·b}. */
    static void scaleAdd(double a, Tensor x, double b, Tensor y) {
        OneDnnContext context = OneDnnContext.current();
        long count = y.elements();
        if (b == 0) {
            OneDnnUnary.linear(context, a, 0, count, x.address(), y.address());
            return;
        }
        context.key(OneDnnOperation.SCALE_ADD).add(count);
        OneDnnPlan plan = context.find();
        if (plan == null) {
            plan = context.make(builder -> {
                var vector = builder.contiguous(count);
                builder.argument(DNNL_ARG_SRC_0, vector).argument(DNNL_ARG_DST, vector);
                builder.scalar(DNNL_ARG_SRC_1, 1).thenAddDestination().thenScalar(dnnl_binary_mul, 1);
                multiply(builder, vector, builder.scalarLayout(1));
            });
        }
        plan.bind(0, x.address())
                .bind(1, y.address())
                .scalar(0, a / b)
                .scalar(1, b)
                .run();
    }

    /** {@code average = β·average + (1−β)·x²}, as {@code (x·x·((1−β)/β) + average)·β}. */
    static void averageSquare(double beta, Tensor x, Tensor average) {
        OneDnnContext context = OneDnnContext.current();
        long count = average.elements();
        if (beta == 0) {
            OneDnnUnary.eltwise(context, dnnl_eltwise_square, 0, 0, count, x.address(), average.address());
            return;
        }
        context.key(OneDnnOperation.AVERAGE_SQUARE).add(count);
        OneDnnPlan plan = context.find();
        if (plan == null) {
            plan = context.make(builder -> {
                var vector = builder.contiguous(count);
                builder.argument(DNNL_ARG_SRC_0, vector)
                        .argument(DNNL_ARG_SRC_1, vector)
                        .argument(DNNL_ARG_DST, vector);
                builder.thenScalar(dnnl_binary_mul, 1).thenAddDestination().thenScalar(dnnl_binary_mul, 1);
                multiply(builder, vector, vector);
            });
        }
        plan.bind(0, x.address()).bind(1, x.address()).bind(2, average.address());
        plan.scalar(0, (1 - beta) / beta).scalar(1, beta).run();
    }

    /** {@code p = decay·p − rate·m/(√(v·vScale) + ε)}, as {@code (m/(√(v·vScale) + ε)·(−rate/decay) + p)·decay}. */
    static void adaptiveStep(Tensor p, Tensor m, Tensor v, double vScale, double epsilon, double rate, double decay) {
        OneDnnContext context = OneDnnContext.current();
        long count = p.elements();
        boolean keeps = decay != 0;
        context.key(OneDnnOperation.ADAPTIVE_STEP).add(count).add(keeps);
        OneDnnPlan plan = context.find();
        if (plan == null) {
            plan = context.make(builder -> {
                var vector = builder.contiguous(count);
                builder.argument(DNNL_ARG_SRC_0, vector).argument(DNNL_ARG_DST, vector);
                builder.scalar(DNNL_ARG_SRC_1, 1)
                        .thenEltwise(dnnl_eltwise_sqrt, 0, 0)
                        .thenScalar(dnnl_binary_add, 1)
                        .thenEltwise(dnnl_eltwise_pow, 1, -1)
                        .thenBinary(dnnl_binary_mul, vector)
                        .thenScalar(dnnl_binary_mul, 1);
                if (keeps) {
                    builder.thenAddDestination().thenScalar(dnnl_binary_mul, 1);
                }
                multiply(builder, vector, builder.scalarLayout(1));
            });
        }
        plan.bind(0, v.address()).bind(1, p.address()).bind(2, m.address());
        plan.scalar(0, vScale).scalar(1, epsilon).scalar(2, keeps ? -rate / decay : -rate);
        if (keeps) {
            plan.scalar(3, decay);
        }
        plan.run();
    }

    private static void multiply(OneDnnPlanBuilder builder, dnnl_memory_desc vector, dnnl_memory_desc other) {
        OneDnn.check(
                dnnl_binary_primitive_desc_create(
                        builder.description(),
                        OneDnn.ENGINE,
                        dnnl_binary_mul,
                        vector,
                        other,
                        vector,
                        builder.attributes()),
                "compute an optimizer's pass");
    }

    static double sumOfSquares(Tensor x) {
        OneDnnContext context = OneDnnContext.current();
        long count = x.elements();
        long squares = context.temporary(OneDnnContext.FIRST, Float.BYTES * count);
        OneDnnUnary.eltwise(context, dnnl_eltwise_square, 0, 0, count, x.address(), squares);
        OneDnnReduction.total(context, 1, count, squares, context.resultAddress());
        return context.result();
    }
}
