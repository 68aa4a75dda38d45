package org.learn4j.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_backward_data_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_backward_weights_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_direct;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_diff_weights_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_weights_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_reorder_primitive_desc_create;

import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.jspecify.annotations.Nullable;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.Unary;

/**
 * Convolutions of images that lie channels last; others are copied. Weights are packed into the order the primitive asks for
 * at every call, which costs a few hundredths of the convolution.
 */
final class OneDnnConvolution {
    /** Below so many multiplications it runs on one thread. */
    private static final double SERIAL_PRODUCTS = 1e6;

    private OneDnnConvolution() {}

    static void forward(Tensor x, Tensor weight, @Nullable Tensor bias, Window window, boolean relu, Tensor out) {
        OneDnnContext context = OneDnnContext.current();
        Sizes sizes = Sizes.of(x, weight, out, window);
        boolean shifted = bias != null;
        long source = OneDnnImages.read(context, x, OneDnnContext.FIRST);
        long shift = bias == null ? 0 : OneDnnCopy.contiguous(context, bias, OneDnnContext.THIRD);
        long filters = pack(context, sizes, Pass.FORWARD, shifted, relu, weight);
        sizes.addTo(context.key(OneDnnOperation.CONVOLUTION)).add(shifted).add(relu);
        OneDnnPlan plan = context.find();
        if (plan == null) {
            plan = context.make(sizes.serialBytes(), builder -> {
                describe(builder, builder.description(), Pass.FORWARD, sizes, shifted, relu);
                builder.argument(DNNL_ARG_SRC, sizes.source(builder))
                        .argument(DNNL_ARG_WEIGHTS, builder.queried(dnnl_query_weights_md))
                        .argument(DNNL_ARG_DST, sizes.target(builder));
                if (shifted) {
                    builder.argument(DNNL_ARG_BIAS, builder.contiguous(sizes.outputs));
                }
            });
        }
        long target = OneDnnImages.written(context, out, OneDnnContext.FOURTH);
        plan.bind(0, source).bind(1, filters).bind(2, target);
        if (shifted) {
            plan.bind(3, shift);
        }
        plan.run();
        OneDnnImages.finish(context, target, out);
    }

    static void inputGradient(Tensor dy, Tensor weight, Window window, Tensor dx) {
        OneDnnContext context = OneDnnContext.current();
        Sizes sizes = Sizes.of(dx, weight, dy, window);
        long source = OneDnnImages.read(context, dy, OneDnnContext.FIRST);
        long filters = pack(context, sizes, Pass.INPUT_GRADIENT, false, false, weight);
        sizes.addTo(context.key(OneDnnOperation.CONVOLUTION_INPUT_GRADIENT));
        OneDnnPlan plan = context.find();
        if (plan == null) {
            plan = context.make(sizes.serialBytes(), builder -> {
                describe(builder, builder.description(), Pass.INPUT_GRADIENT, sizes, false, false);
                builder.argument(DNNL_ARG_DIFF_DST, sizes.target(builder))
                        .argument(DNNL_ARG_WEIGHTS, builder.queried(dnnl_query_weights_md))
                        .argument(DNNL_ARG_DIFF_SRC, sizes.source(builder));
            });
        }
        long target = OneDnnImages.written(context, dx, OneDnnContext.FOURTH);
        plan.bind(0, source).bind(1, filters).bind(2, target).run();
        OneDnnImages.finish(context, target, dx);
    }

    static void weightGradient(Tensor x, Tensor dy, Window window, Tensor dweight, @Nullable Tensor dbias) {
        OneDnnContext context = OneDnnContext.current();
        Sizes sizes = Sizes.of(x, dweight, dy, window);
        boolean shifted = dbias != null;
        long source = OneDnnImages.read(context, x, OneDnnContext.FIRST);
        long incoming = OneDnnImages.read(context, dy, OneDnnContext.SECOND);
        sizes.addTo(context.key(OneDnnOperation.CONVOLUTION_WEIGHT_GRADIENT)).add(shifted);
        OneDnnPlan plan = context.find();
        if (plan == null) {
            plan = context.make(sizes.serialBytes(), builder -> {
                describe(builder, builder.description(), Pass.WEIGHT_GRADIENT, sizes, shifted, false);
                builder.argument(DNNL_ARG_SRC, sizes.source(builder))
                        .argument(DNNL_ARG_DIFF_DST, sizes.target(builder))
                        .argument(DNNL_ARG_DIFF_WEIGHTS, builder.queried(dnnl_query_diff_weights_md));
                if (shifted) {
                    builder.argument(DNNL_ARG_DIFF_BIAS, builder.contiguous(sizes.outputs));
                }
            });
        }
        long packed = context.temporary(OneDnnContext.FIFTH, plan.bytes(2));
        plan.bind(0, source).bind(1, incoming).bind(2, packed);
        if (dbias != null) {
            plan.bind(3, dbias.address());
        }
        plan.run();
        packing(context, sizes, Pass.WEIGHT_GRADIENT, shifted, false)
                .bind(0, packed)
                .bind(1, dweight.address())
                .run();
    }

    /** Returns the address of a weight's elements in the order in which a primitive wants them. */
    private static long pack(
            OneDnnContext context, Sizes sizes, Pass pass, boolean shifted, boolean relu, Tensor weight) {
        OneDnnPlan plan = packing(context, sizes, pass, shifted, relu);
        if (weight.isFrozen()) {
            return weight.arranged(plan.order(), () -> packed(context, plan, weight))
                    .address();
        }
        long packed = context.temporary(OneDnnContext.FIFTH, plan.bytes(1));
        plan.bind(0, OneDnnCopy.contiguous(context, weight, OneDnnContext.SECOND))
                .bind(1, packed)
                .run();
        return packed;
    }

    private static Tensor packed(OneDnnContext context, OneDnnPlan plan, Tensor weight) {
        Tensor packed = Tensor.uninitialized(DType.FLOAT32, Shape.of((plan.bytes(1) + 3) / Float.BYTES));
        plan.bind(0, OneDnnCopy.contiguous(context, weight, OneDnnContext.SECOND))
                .bind(1, packed.address())
                .run();
        return packed;
    }

    /** Returns the plan that copies a weight from row-major order to that of a primitive, or its gradient back. */
    private static OneDnnPlan packing(OneDnnContext context, Sizes sizes, Pass pass, boolean shifted, boolean relu) {
        sizes.addTo(context.key(OneDnnOperation.CONVOLUTION_PACKING))
                .add(pass.ordinal())
                .add(shifted)
                .add(relu);
        OneDnnPlan plan = context.find();
        if (plan != null) {
            return plan;
        }
        return context.make(builder -> {
            dnnl_primitive_desc convolution = new dnnl_primitive_desc();
            describe(builder, convolution, pass, sizes, shifted, relu);
            boolean back = pass == Pass.WEIGHT_GRADIENT;
            dnnl_memory_desc packed =
                    builder.queried(convolution, back ? dnnl_query_diff_weights_md : dnnl_query_weights_md);
            dnnl_primitive_desc_destroy(convolution);
            dnnl_memory_desc plain = builder.contiguous(sizes.weight());
            dnnl_memory_desc from = back ? packed : plain;
            dnnl_memory_desc to = back ? plain : packed;
            OneDnn.check(
                    dnnl_reorder_primitive_desc_create(
                            builder.description(), from, OneDnn.ENGINE, to, OneDnn.ENGINE, null),
                    "pack the weight of a convolution");
            builder.argument(DNNL_ARG_FROM, from).argument(DNNL_ARG_TO, to).order(packed);
        });
    }

    private static void describe(
            OneDnnPlanBuilder builder,
            dnnl_primitive_desc description,
            Pass pass,
            Sizes sizes,
            boolean shifted,
            boolean relu) {
        dnnl_primitive_desc forward = pass == Pass.FORWARD ? description : new dnnl_primitive_desc();
        if (relu) {
            OneDnnUnary.then(builder, Unary.RELU, 0);
        }
        dnnl_primitive_attr attributes = builder.attributes();
        dnnl_memory_desc source = sizes.source(builder);
        dnnl_memory_desc target = sizes.target(builder);
        dnnl_memory_desc weight = builder.any(sizes.weight());
        dnnl_memory_desc bias = shifted ? builder.contiguous(sizes.outputs) : null;
        long[] strides = {sizes.window.strideHeight(), sizes.window.strideWidth()};
        long[] gaps = {sizes.window.dilationHeight() - 1, sizes.window.dilationWidth() - 1};
        long[] padding = {sizes.window.paddingHeight(), sizes.window.paddingWidth()};
        OneDnn.check(
                dnnl_convolution_forward_primitive_desc_create(
                        forward,
                        OneDnn.ENGINE,
                        dnnl_forward_training,
                        dnnl_convolution_direct,
                        source,
                        weight,
                        bias,
                        target,
                        strides,
                        gaps,
                        padding,
                        padding,
                        attributes),
                "compute a convolution");
        if (pass == Pass.INPUT_GRADIENT) {
            OneDnn.check(
                    dnnl_convolution_backward_data_primitive_desc_create(
                            description,
                            OneDnn.ENGINE,
                            dnnl_convolution_direct,
                            source,
                            weight,
                            target,
                            strides,
                            gaps,
                            padding,
                            padding,
                            forward,
                            attributes),
                    "compute the gradient of a convolution's input");
        } else if (pass == Pass.WEIGHT_GRADIENT) {
            OneDnn.check(
                    dnnl_convolution_backward_weights_primitive_desc_create(
                            description,
                            OneDnn.ENGINE,
                            dnnl_convolution_direct,
                            source,
                            weight,
                            bias,
                            target,
                            strides,
                            gaps,
                            padding,
                            padding,
                            forward,
                            attributes),
                    "compute the gradient of a convolution's weight");
        }
        if (forward != description) {
            dnnl_primitive_desc_destroy(forward);
        }
    }

    /** Which of the three primitives. */
    private enum Pass {
        FORWARD,
        INPUT_GRADIENT,
        WEIGHT_GRADIENT
    }

    /** The sizes of a convolution from [n, c, h, w] to [n, outputs, outputHeight, outputWidth]. */
    private record Sizes(
            long n,
            long c,
            long h,
            long w,
            long outputs,
            long outputHeight,
            long outputWidth,
            long groups,
            Window window) {
        static Sizes of(Tensor x, Tensor weight, Tensor out, Window window) {
            return new Sizes(
                    x.shape().dim(0),
                    x.shape().dim(1),
                    x.shape().dim(2),
                    x.shape().dim(3),
                    out.shape().dim(1),
                    out.shape().dim(2),
                    out.shape().dim(3),
                    x.shape().dim(1) / weight.shape().dim(1),
                    window);
        }

        OneDnnKey addTo(OneDnnKey key) {
            key.add(n).add(c).add(h).add(w).add(outputs).add(outputHeight).add(outputWidth);
            return OneDnnImages.add(key.add(groups), window);
        }

        dnnl_memory_desc source(OneDnnPlanBuilder builder) {
            return builder.channelsLast(n, c, h, w);
        }

        dnnl_memory_desc target(OneDnnPlanBuilder builder) {
            return builder.channelsLast(n, outputs, outputHeight, outputWidth);
        }

        long[] weight() {
            return groups == 1
                    ? new long[] {outputs, c, window.height(), window.width()}
                    : new long[] {groups, outputs / groups, c / groups, window.height(), window.width()};
        }

        long serialBytes() {
            double products =
                    (double) n * outputs * outputHeight * outputWidth * (c / groups) * window.height() * window.width();
            return products < SERIAL_PRODUCTS ? Long.MAX_VALUE : 0;
        }
    }
}
