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
import static org.bytedeco.dnnl.global.dnnl.dnnl_backward;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_layer_normalization_backward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_layer_normalization_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_scale;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_shift;

import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.learn4j.tensor.Tensor;

/** Layer normalisation over the last of two axes. */
final class OneDnnLayerNorm {
    private static final int FLAGS = dnnl_use_scale | dnnl_use_shift;

    private OneDnnLayerNorm() {}

    static void forward(
            Tensor x, Tensor scale, Tensor shift, double epsilon, Tensor mean, Tensor variance, Tensor out) {
        OneDnnContext context = OneDnnContext.current();
        long rows = out.shape().dim(0);
        long columns = out.shape().dim(1);
        long source = OneDnnCopy.contiguous(context, x, OneDnnContext.FIRST);
        context.key(OneDnnOperation.LAYER_NORM).add(rows).add(columns).add(epsilon);
        OneDnnPlan plan = context.find();
        if (plan == null) {
            plan = context.make(builder -> {
                var layout = builder.contiguous(rows, columns);
                var perRow = builder.contiguous(rows);
                var perColumn = builder.contiguous(columns);
                OneDnn.check(
                        dnnl_layer_normalization_forward_primitive_desc_create(
                                builder.description(),
                                OneDnn.ENGINE,
                                dnnl_forward_training,
                                layout,
                                layout,
                                perRow,
                                (float) epsilon,
                                FLAGS,
                                builder.attributes()),
                        "normalise a layer");
                builder.argument(DNNL_ARG_SRC, layout)
                        .argument(DNNL_ARG_DST, layout)
                        .argument(DNNL_ARG_SCALE, perColumn)
                        .argument(DNNL_ARG_SHIFT, perColumn)
                        .argument(DNNL_ARG_MEAN, perRow)
                        .argument(DNNL_ARG_VARIANCE, perRow);
            });
        }
        plan.bind(0, source).bind(1, out.address()).bind(2, scale.address()).bind(3, shift.address());
        plan.bind(4, mean.address()).bind(5, variance.address());
        plan.run();
    }

    static void gradient(
            Tensor x,
            Tensor scale,
            double epsilon,
            Tensor mean,
            Tensor variance,
            Tensor dy,
            Tensor dx,
            Tensor dscale,
            Tensor dshift) {
        OneDnnContext context = OneDnnContext.current();
        long rows = dx.shape().dim(0);
        long columns = dx.shape().dim(1);
        long source = OneDnnCopy.contiguous(context, x, OneDnnContext.FIRST);
        long incoming = OneDnnCopy.contiguous(context, dy, OneDnnContext.SECOND);
        context.key(OneDnnOperation.LAYER_NORM_GRADIENT).add(rows).add(columns).add(epsilon);
        OneDnnPlan plan = context.find();
        if (plan == null) {
            plan = context.make(builder -> describeGradient(builder, rows, columns, (float) epsilon));
        }
        plan.bind(0, source).bind(1, incoming).bind(2, dx.address()).bind(3, scale.address());
        plan.bind(4, mean.address()).bind(5, variance.address());
        plan.bind(6, dscale.address()).bind(7, dshift.address());
        plan.run();
    }

    private static void describeGradient(OneDnnPlanBuilder builder, long rows, long columns, float epsilon) {
        var layout = builder.contiguous(rows, columns);
        var perRow = builder.contiguous(rows);
        var perColumn = builder.contiguous(columns);
        dnnl_primitive_desc hint = new dnnl_primitive_desc();
        OneDnn.check(
                dnnl_layer_normalization_forward_primitive_desc_create(
                        hint, OneDnn.ENGINE, dnnl_forward_training, layout, layout, perRow, epsilon, FLAGS, null),
                "describe layer normalisation");
        OneDnn.check(
                dnnl_layer_normalization_backward_primitive_desc_create(
                        builder.description(),
                        OneDnn.ENGINE,
                        dnnl_backward,
                        layout,
                        layout,
                        layout,
                        perRow,
                        epsilon,
                        FLAGS,
                        hint,
                        builder.attributes()),
                "compute the gradient of layer normalisation");
        dnnl_primitive_desc_destroy(hint);
        builder.argument(DNNL_ARG_SRC, layout)
                .argument(DNNL_ARG_DIFF_DST, layout)
                .argument(DNNL_ARG_DIFF_SRC, layout)
                .argument(DNNL_ARG_SCALE, perColumn)
                .argument(DNNL_ARG_MEAN, perRow)
                .argument(DNNL_ARG_VARIANCE, perRow)
                .argument(DNNL_ARG_DIFF_SCALE, perColumn)
                .argument(DNNL_ARG_DIFF_SHIFT, perColumn);
    }
}
