package org.learn4j.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_inference;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_equal;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_avg_exclude_padding;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_avg_include_padding;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_backward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_max;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_workspace_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_s32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_u8;

import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.jspecify.annotations.Nullable;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Tensor;

/**
 * Pooling of images that lie channels last; others are copied. What oneDNN calls the workspace of max pooling is the tensor of
 * places.
 */
final class OneDnnPooling {
    private OneDnnPooling() {}

    /** Returns whether oneDNN divides as asked: it knows no difference between padding and what lies beyond it. */
    static boolean averages(Tensor image, Tensor pooled, Window window, boolean countPadding) {
        boolean padded = window.paddingHeight() > 0 || window.paddingWidth() > 0;
        boolean reachesOver = reach(image, pooled, window, 2) > window.paddingHeight()
                || reach(image, pooled, window, 3) > window.paddingWidth();
        return !(countPadding && padded && reachesOver);
    }

    static void max(Tensor x, Window window, @Nullable Tensor places, Tensor out) {
        Sizes sizes = Sizes.of(dnnl_pooling_max, x, out, window);
        forward(sizes, x, places, out);
    }

    static void average(Tensor x, Window window, boolean countPadding, Tensor out) {
        forward(Sizes.of(algorithm(countPadding, x, out, window), x, out, window), x, null, out);
    }

    private static void forward(Sizes sizes, Tensor x, @Nullable Tensor places, Tensor out) {
        OneDnnContext context = OneDnnContext.current();
        long source = OneDnnImages.read(context, x, OneDnnContext.FIRST);
        sizes.addTo(context.key(OneDnnOperation.POOLING)).add(places != null);
        OneDnnPlan plan = context.find();
        if (plan == null) {
            plan = context.make(builder -> {
                int kind = places == null ? dnnl_forward_inference : dnnl_forward_training;
                sizes.describe(builder, builder.description(), kind);
                builder.argument(DNNL_ARG_SRC, sizes.image(builder)).argument(DNNL_ARG_DST, sizes.pooled(builder));
                if (places != null) {
                    builder.argument(DNNL_ARG_WORKSPACE, sizes.places(builder, places.dtype()));
                    requirePlain(builder, sizes.places(builder, places.dtype()));
                }
            });
        }
        long target = OneDnnImages.written(context, out, OneDnnContext.FOURTH);
        plan.bind(0, source).bind(1, target);
        if (places != null) {
            plan.bind(2, places.address());
        }
        plan.run();
        OneDnnImages.finish(context, target, out);
    }

    private static void requirePlain(OneDnnPlanBuilder builder, dnnl_memory_desc places) {
        if (dnnl_memory_desc_equal(places, builder.queried(dnnl_query_workspace_md)) == 0) {
            throw new IllegalStateException("oneDNN's max pooling notes places in an unknown order");
        }
    }

    static void maxGradient(Tensor places, Window window, Tensor dy, Tensor dx) {
        backward(Sizes.of(dnnl_pooling_max, dx, dy, window), places, dy, dx);
    }

    static void averageGradient(Tensor dy, Window window, boolean countPadding, Tensor dx) {
        backward(Sizes.of(algorithm(countPadding, dx, dy, window), dx, dy, window), null, dy, dx);
    }

    private static void backward(Sizes sizes, @Nullable Tensor places, Tensor dy, Tensor dx) {
        OneDnnContext context = OneDnnContext.current();
        long incoming = OneDnnImages.read(context, dy, OneDnnContext.FIRST);
        sizes.addTo(context.key(OneDnnOperation.POOLING_GRADIENT));
        OneDnnPlan plan = context.find();
        if (plan == null) {
            plan = context.make(builder -> {
                sizes.describeGradient(builder);
                builder.argument(DNNL_ARG_DIFF_DST, sizes.pooled(builder))
                        .argument(DNNL_ARG_DIFF_SRC, sizes.image(builder));
                if (places != null) {
                    builder.argument(DNNL_ARG_WORKSPACE, sizes.places(builder, places.dtype()));
                    requirePlain(builder, sizes.places(builder, places.dtype()));
                }
            });
        }
        long target = OneDnnImages.written(context, dx, OneDnnContext.FOURTH);
        plan.bind(0, incoming).bind(1, target);
        if (places != null) {
            plan.bind(2, places.address());
        }
        plan.run();
        OneDnnImages.finish(context, target, dx);
    }

    private static int algorithm(boolean countPadding, Tensor image, Tensor pooled, Window window) {
        boolean reachesOver = reach(image, pooled, window, 2) > window.paddingHeight()
                || reach(image, pooled, window, 3) > window.paddingWidth();
        return countPadding && !reachesOver ? dnnl_pooling_avg_include_padding : dnnl_pooling_avg_exclude_padding;
    }

    /** Returns how far the last window reaches beyond the image along an axis: the padding, or more. */
    private static long reach(Tensor image, Tensor pooled, Window window, int axis) {
        boolean vertical = axis == 2;
        long before = vertical ? window.paddingHeight() : window.paddingWidth();
        long stride = vertical ? window.strideHeight() : window.strideWidth();
        long span = vertical ? window.spanHeight() : window.spanWidth();
        long end = (pooled.shape().dim(axis) - 1) * stride + span;
        return Math.max(before, end - image.shape().dim(axis) - before);
    }

    /** The sizes of pooling from [n, c, h, w] to [n, c, pooledHeight, pooledWidth]. */
    private record Sizes(
            int algorithm,
            long n,
            long c,
            long h,
            long w,
            long pooledHeight,
            long pooledWidth,
            long below,
            long right,
            Window window) {
        static Sizes of(int algorithm, Tensor image, Tensor pooled, Window window) {
            return new Sizes(
                    algorithm,
                    image.shape().dim(0),
                    image.shape().dim(1),
                    image.shape().dim(2),
                    image.shape().dim(3),
                    pooled.shape().dim(2),
                    pooled.shape().dim(3),
                    reach(image, pooled, window, 2),
                    reach(image, pooled, window, 3),
                    window);
        }

        OneDnnKey addTo(OneDnnKey key) {
            key.add(algorithm).add(n).add(c).add(h).add(w).add(pooledHeight).add(pooledWidth);
            return OneDnnImages.add(key, window);
        }

        dnnl_memory_desc image(OneDnnPlanBuilder builder) {
            return builder.channelsLast(n, c, h, w);
        }

        dnnl_memory_desc pooled(OneDnnPlanBuilder builder) {
            return builder.channelsLast(n, c, pooledHeight, pooledWidth);
        }

        dnnl_memory_desc places(OneDnnPlanBuilder builder, DType type) {
            return builder.channelsLast(type == DType.UINT8 ? dnnl_u8 : dnnl_s32, n, c, pooledHeight, pooledWidth);
        }

        void describe(OneDnnPlanBuilder builder, dnnl_primitive_desc description, int kind) {
            OneDnn.check(
                    dnnl_pooling_forward_primitive_desc_create(
                            description,
                            OneDnn.ENGINE,
                            kind,
                            algorithm,
                            image(builder),
                            pooled(builder),
                            strides(),
                            kernel(),
                            gaps(),
                            before(),
                            after(),
                            builder.attributes()),
                    "pool images");
        }

        void describeGradient(OneDnnPlanBuilder builder) {
            dnnl_primitive_desc forward = new dnnl_primitive_desc();
            describe(builder, forward, dnnl_forward_training);
            OneDnn.check(
                    dnnl_pooling_backward_primitive_desc_create(
                            builder.description(),
                            OneDnn.ENGINE,
                            algorithm,
                            image(builder),
                            pooled(builder),
                            strides(),
                            kernel(),
                            gaps(),
                            before(),
                            after(),
                            forward,
                            builder.attributes()),
                    "compute the gradient of pooling");
            dnnl_primitive_desc_destroy(forward);
        }

        private long[] strides() {
            return new long[] {window.strideHeight(), window.strideWidth()};
        }

        private long[] kernel() {
            return new long[] {window.height(), window.width()};
        }

        private long[] gaps() {
            return new long[] {window.dilationHeight() - 1, window.dilationWidth() - 1};
        }

        private long[] before() {
            return new long[] {window.paddingHeight(), window.paddingWidth()};
        }

        private long[] after() {
            return new long[] {below, right};
        }
    }
}
