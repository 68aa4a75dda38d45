package org.learn4j.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_softmax_accurate;
import static org.bytedeco.dnnl.global.dnnl.dnnl_softmax_backward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_softmax_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_softmax_log;

import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.learn4j.tensor.Tensor;

/** Softmax, its logarithm, and their gradients. */
final class OneDnnSoftmax {
    private OneDnnSoftmax() {}

    static void softmax(Tensor x, int axis, boolean logarithm, Tensor out) {
        OneDnnContext context = OneDnnContext.current();
        OneDnnOperand target = context.operand(0).of(out);
        long source = x.address();
        if (!x.isContiguous()) {
            OneDnnCopy.copy(context, context.operand(1).of(x), target.address);
            source = target.address;
        }
        int along = aroundAxis(target, x.shape().axis(axis));
        int algorithm = logarithm ? dnnl_softmax_log : dnnl_softmax_accurate;
        context.key(OneDnnOperation.SOFTMAX).add(algorithm).add(along).add(target);
        OneDnnPlan plan = context.find();
        if (plan == null) {
            plan = context.make(builder -> {
                var layout = builder.layout(target);
                OneDnn.check(
                        dnnl_softmax_forward_primitive_desc_create(
                                builder.description(),
                                OneDnn.ENGINE,
                                dnnl_forward_training,
                                algorithm,
                                layout,
                                layout,
                                along,
                                builder.attributes()),
                        "compute softmax");
                builder.argument(DNNL_ARG_SRC, layout).argument(DNNL_ARG_DST, layout);
            });
        }
        plan.bind(0, source).bind(1, target.address).run();
        if (logarithm) {
            OneDnnAccurate.normalize(context, target);
        }
    }

    static void gradient(Tensor y, int axis, boolean logarithm, Tensor dy, Tensor dx) {
        OneDnnContext context = OneDnnContext.current();
        long value = OneDnnCopy.contiguous(context, y, OneDnnContext.FIRST);
        long incoming = OneDnnCopy.contiguous(context, dy, OneDnnContext.SECOND);
        OneDnnOperand target = context.operand(0).of(dx);
        int along = aroundAxis(target, y.shape().axis(axis));
        int algorithm = logarithm ? dnnl_softmax_log : dnnl_softmax_accurate;
        context.key(OneDnnOperation.SOFTMAX_GRADIENT).add(algorithm).add(along).add(target);
        OneDnnPlan plan = context.find();
        if (plan == null) {
            plan = context.make(builder -> {
                var layout = builder.layout(target);
                dnnl_primitive_desc hint = new dnnl_primitive_desc();
                OneDnn.check(
                        dnnl_softmax_forward_primitive_desc_create(
                                hint, OneDnn.ENGINE, dnnl_forward_training, algorithm, layout, layout, along, null),
                        "describe softmax");
                OneDnn.check(
                        dnnl_softmax_backward_primitive_desc_create(
                                builder.description(),
                                OneDnn.ENGINE,
                                algorithm,
                                layout,
                                layout,
                                layout,
                                along,
                                hint,
                                builder.attributes()),
                        "compute the gradient of softmax");
                dnnl_primitive_desc_destroy(hint);
                builder.argument(DNNL_ARG_DST, layout)
                        .argument(DNNL_ARG_DIFF_DST, layout)
                        .argument(DNNL_ARG_DIFF_SRC, layout);
            });
        }
        plan.bind(0, value).bind(1, incoming).bind(2, target.address).run();
    }

    /** Merges a contiguous operand's axes before and after the given one; returns where it is then. */
    private static int aroundAxis(OneDnnOperand operand, int axis) {
        long before = 1;
        long after = 1;
        for (int i = 0; i < operand.rank; i++) {
            if (i < axis) {
                before *= operand.dims[i];
            } else if (i > axis) {
                after *= operand.dims[i];
            }
        }
        long size = operand.dims[axis];
        long address = operand.address;
        operand.matrix(before, size, size, 1, address);
        if (after > 1) {
            operand.rank = 3;
            operand.dims[2] = after;
            operand.contiguousAt(address);
        }
        return 1;
    }
}
