package org.learn4j.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MEAN;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_VARIANCE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;
import static org.bytedeco.dnnl.global.dnnl.dnnl_backward;
import static org.bytedeco.dnnl.global.dnnl.dnnl_batch_normalization_backward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_batch_normalization_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_relu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_inference;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_fuse_norm_relu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_workspace_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_global_stats;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_scale;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_shift;

import java.nio.FloatBuffer;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.jspecify.annotations.Nullable;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/**
 * Batch normalisation over axis 1.
 *
 * <p>The layout follows from the strides, so that channels-last images stay as they are. Where ReLU was positive oneDNN
 * notes in a bit for each element; without such a note the gradient finds it from the forward value, in a pass of its own.
 */
final class OneDnnBatchNorm {
    /**
     * Below this it runs on one thread: oneDNN's threads wait for each other in the middle of it without giving up their
     * cores, so that one that comes late holds up the other.
     */
    private static final long SERIAL_BYTES = Long.getLong("learn4j.serialBnBytes", 6 << 20);

    private OneDnnBatchNorm() {}

    static void forward(
            boolean training,
            Tensor x,
            Tensor scale,
            Tensor shift,
            double epsilon,
            boolean relu,
            Tensor mean,
            Tensor variance,
            Tensor out) {
        OneDnnPlan plan = bound(training, x, scale, shift, epsilon, relu, false, mean, variance, out);
        plan.run();
        if (relu && training) {
            keepNaN(mean, out);
        }
    }

    /** Normalises with ReLU, and returns oneDNN's note of where that was positive. */
    static Tensor noted(
            Tensor x, Tensor scale, Tensor shift, double epsilon, Tensor mean, Tensor variance, Tensor out) {
        OneDnnPlan plan = bound(true, x, scale, shift, epsilon, true, true, mean, variance, out);
        Tensor note = Tensor.uninitialized(DType.UINT8, Shape.of(plan.bytes(6)));
        plan.bind(6, note.address()).run();
        keepNaN(mean, out);
        return note;
    }

    /** Returns the plan of the way forward, with all arguments but a note's. */
    private static OneDnnPlan bound(
            boolean training,
            Tensor x,
            Tensor scale,
            Tensor shift,
            double epsilon,
            boolean relu,
            boolean noted,
            Tensor mean,
            Tensor variance,
            Tensor out) {
        OneDnnContext context = OneDnnContext.current();
        OneDnnOperand target = image(context.operand(0).of(out));
        OneDnnOperand source = image(context.operand(1).of(x));
        if (!source.sameLayout(target)) {
            OneDnnCopy.copy(context, source.of(x), context.operand(2).of(out));
            source.address = target.address;
        }
        int statistics = training ? 0 : dnnl_use_global_stats;
        int flags = dnnl_use_scale | dnnl_use_shift | statistics | (noted ? dnnl_fuse_norm_relu : 0);
        context.key(OneDnnOperation.BATCH_NORM).add(target).add(flags).add(relu).add(epsilon);
        OneDnnPlan plan = context.find();
        if (plan == null) {
            plan = context.make(SERIAL_BYTES, builder -> {
                var layout = builder.layout(target);
                var channels = builder.contiguous(target.dims[1]);
                if (relu && !noted) {
                    builder.thenEltwise(dnnl_eltwise_relu, 0, 0);
                }
                OneDnn.check(
                        dnnl_batch_normalization_forward_primitive_desc_create(
                                builder.description(),
                                OneDnn.ENGINE,
                                training ? dnnl_forward_training : dnnl_forward_inference,
                                layout,
                                layout,
                                (float) epsilon,
                                flags,
                                builder.attributes()),
                        "normalise a batch");
                builder.argument(DNNL_ARG_SRC, layout)
                        .argument(DNNL_ARG_DST, layout)
                        .argument(DNNL_ARG_SCALE, channels)
                        .argument(DNNL_ARG_SHIFT, channels)
                        .argument(DNNL_ARG_MEAN, channels)
                        .argument(DNNL_ARG_VARIANCE, channels);
                if (noted) {
                    builder.argument(DNNL_ARG_WORKSPACE, builder.queried(dnnl_query_workspace_md));
                }
            });
        }
        plan.bind(0, source.address).bind(1, target.address).bind(2, scale.address());
        return plan.bind(3, shift.address()).bind(4, mean.address()).bind(5, variance.address());
    }

    /** Fills the channels whose mean is NaN with NaN: oneDNN's ReLU has turned them into 0. */
    private static void keepNaN(Tensor mean, Tensor out) {
        FloatBuffer values = HostLoops.floats(mean);
        int channels = (int) mean.elements();
        for (int c = 0; c < channels; c++) {
            if (Float.isNaN(values.get(c))) {
                long first = out.offset() + c * out.stride(1);
                try (Tensor channel = out.view(out.shape().with(1, 1), out.strides(), first)) {
                    channel.fill(Double.NaN);
                }
            }
        }
    }

    static void gradient(
            Tensor x,
            Tensor y,
            Tensor scale,
            double epsilon,
            boolean relu,
            boolean fixedStatistics,
            Tensor mean,
            Tensor variance,
            Tensor dy,
            Tensor dx,
            Tensor dscale,
            Tensor dshift) {
        OneDnnContext context = OneDnnContext.current();
        OneDnnOperand target = image(context.operand(0).of(dx));
        long source = inLayout(context, x, dx, relu, OneDnnContext.FIRST);
        long incoming = inLayout(context, dy, dx, false, OneDnnContext.SECOND);
        if (relu) {
            long value = inLayout(context, y, dx, false, OneDnnContext.THIRD);
            OneDnnUnaryGradient.reluGradient(context, target.elements(), value, incoming, target.address);
            incoming = target.address;
        }
        int statistics = fixedStatistics ? dnnl_use_global_stats : 0;
        run(context, target, epsilon, statistics, null, source, incoming, scale, mean, variance, dscale, dshift);
    }

    /** The gradient from a note, which holds for the layout in which the value lies; else from the value. */
    static void notedGradient(
            Tensor note,
            Tensor x,
            Tensor y,
            Tensor scale,
            double epsilon,
            Tensor mean,
            Tensor variance,
            Tensor dy,
            Tensor dx,
            Tensor dscale,
            Tensor dshift) {
        OneDnnContext context = OneDnnContext.current();
        if (!context.operand(0).of(dx).sameLayout(context.operand(1).of(y))) {
            gradient(x, y, scale, epsilon, true, false, mean, variance, dy, dx, dscale, dshift);
            return;
        }
        OneDnnOperand target = image(context.operand(0));
        long source = inLayout(context, x, dx, false, OneDnnContext.FIRST);
        long incoming = inLayout(context, dy, dx, false, OneDnnContext.SECOND);
        run(
                context,
                target,
                epsilon,
                dnnl_fuse_norm_relu,
                note,
                source,
                incoming,
                scale,
                mean,
                variance,
                dscale,
                dshift);
    }

    private static void run(
            OneDnnContext context,
            OneDnnOperand target,
            double epsilon,
            int options,
            @Nullable Tensor note,
            long x,
            long dy,
            Tensor scale,
            Tensor mean,
            Tensor variance,
            Tensor dscale,
            Tensor dshift) {
        int flags = dnnl_use_scale | dnnl_use_shift | options;
        context.key(OneDnnOperation.BATCH_NORM_GRADIENT).add(target).add(flags).add(epsilon);
        OneDnnPlan plan = context.find();
        if (plan == null) {
            plan = context.make(SERIAL_BYTES, builder -> describeGradient(builder, target, (float) epsilon, flags));
        }
        plan.bind(0, x).bind(1, dy).bind(2, target.address).bind(3, scale.address());
        plan.bind(4, mean.address()).bind(5, variance.address());
        plan.bind(6, dscale.address()).bind(7, dshift.address());
        if (note != null) {
            if (note.elements() != plan.bytes(8)) {
                throw new IllegalArgumentException("The gradient of batch normalisation expects a note of "
                        + plan.bytes(8) + " bytes, received " + note.shape());
            }
            plan.bind(8, note.address());
        }
        plan.run();
    }

    private static void describeGradient(OneDnnPlanBuilder builder, OneDnnOperand target, float epsilon, int flags) {
        var layout = builder.layout(target);
        var channels = builder.contiguous(target.dims[1]);
        dnnl_primitive_desc hint = new dnnl_primitive_desc();
        OneDnn.check(
                dnnl_batch_normalization_forward_primitive_desc_create(
                        hint, OneDnn.ENGINE, dnnl_forward_training, layout, layout, epsilon, flags, null),
                "describe batch normalisation");
        OneDnn.check(
                dnnl_batch_normalization_backward_primitive_desc_create(
                        builder.description(),
                        OneDnn.ENGINE,
                        dnnl_backward,
                        layout,
                        layout,
                        layout,
                        epsilon,
                        flags,
                        hint,
                        builder.attributes()),
                "compute the gradient of batch normalisation");
        dnnl_primitive_desc_destroy(hint);
        builder.argument(DNNL_ARG_SRC, layout)
                .argument(DNNL_ARG_DIFF_DST, layout)
                .argument(DNNL_ARG_DIFF_SRC, layout)
                .argument(DNNL_ARG_SCALE, channels)
                .argument(DNNL_ARG_MEAN, channels)
                .argument(DNNL_ARG_VARIANCE, channels)
                .argument(DNNL_ARG_DIFF_SCALE, channels)
                .argument(DNNL_ARG_DIFF_SHIFT, channels);
        if ((flags & dnnl_fuse_norm_relu) != 0) {
            builder.argument(DNNL_ARG_WORKSPACE, builder.queried(dnnl_query_workspace_md));
        }
    }

    /**
     * Returns the address of the tensor's elements in the layout of another of its shape: its own, or that of a copy in
     * temporary memory, also made where both are the same tensor if {@code apart}.
     */
    private static long inLayout(OneDnnContext context, Tensor tensor, Tensor like, boolean apart, int temporary) {
        OneDnnOperand from = context.operand(1).of(tensor);
        OneDnnOperand to = context.operand(2).of(like);
        if (from.sameLayout(to) && !(apart && from.address == to.address)) {
            return from.address;
        }
        to.address = context.temporary(temporary, Float.BYTES * like.elements());
        OneDnnCopy.copy(context, from, to);
        return to.address;
    }

    /** Merges or adds axes after the second until there are none of them or two. */
    private static OneDnnOperand image(OneDnnOperand operand) {
        if (operand.rank == 2) {
            return operand;
        }
        int last = operand.rank - 1;
        for (; last > 3 && operand.strides[2] == operand.strides[3] * operand.dims[3]; last--) {
            operand.dims[2] *= operand.dims[3];
            operand.strides[2] = operand.strides[3];
            System.arraycopy(operand.dims, 4, operand.dims, 3, last - 3);
            System.arraycopy(operand.strides, 4, operand.strides, 3, last - 3);
        }
        if (last == 2) {
            operand.dims[3] = 1;
            operand.strides[3] = operand.strides[2];
            last = 3;
        }
        operand.rank = last + 1;
        return operand;
    }
}
