package org.learn4j.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_linear;
import static org.bytedeco.dnnl.global.dnnl.dnnl_reduction_max;
import static org.bytedeco.dnnl.global.dnnl.dnnl_reduction_min;
import static org.bytedeco.dnnl.global.dnnl.dnnl_reduction_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_reduction_sum;

import org.learn4j.tensor.Reduction;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.Unary;

/**
 * Sums, means, maxima and minima over axes.
 *
 * <p>oneDNN reduces the innermost axis fast. A sum over outer axes is a product with a vector of ones; other cases are
 * copied until the reduced axes are innermost.
 */
final class OneDnnReduction {
    private static final int BLOCKS = 64;

    private OneDnnReduction() {}

    static void reduce(Reduction f, Tensor x, Tensor out) {
        OneDnnContext context = OneDnnContext.current();
        OneDnnOperand[] both = context.two();
        both[0].of(x);
        if (both[0].isBroadcast()) {
            long copy = context.temporary(OneDnnContext.SECOND, Float.BYTES * x.elements());
            OneDnnCopy.copy(context, context.operand(0).of(x), copy);
            both[0].of(x).contiguousAt(copy);
        }
        both[1].of(out);
        for (int i = 0; i < both[1].rank; i++) {
            if (both[1].dims[i] == 1) {
                both[1].strides[i] = 0;
            }
        }
        OneDnnOperand.sortByStride(both);
        OneDnnOperand.collapse(both);
        OneDnnOperand source = context.operand(0).of(both[0]);
        OneDnnOperand target = context.operand(1).of(both[1]);
        double factor = f == Reduction.MEAN ? (double) out.elements() / x.elements() : 1;
        boolean sums = f == Reduction.SUM || f == Reduction.MEAN;
        if (keepsAll(source, target)) {
            OneDnnUnary.linear(context, factor, 0, out.elements(), contiguous(context, source), target.address);
        } else if (source.rank <= 2
                && lastIsReduced(source, target)
                && source.isContiguous()
                && target.isContiguous()) {
            if (source.rank == 1 && sums) {
                total(context, factor, source.dims[0], source.address, target.address);
            } else {
                long rows = source.rank == 1 ? 1 : source.dims[0];
                innermost(context, f, factor, rows, source.dims[source.rank - 1], source.address, target.address);
            }
        } else if (sums && outerIsReduced(source, target)) {
            outermost(context, factor, source, target);
        } else {
            long rows = out.elements();
            long moved = moveReducedInside(context, source, target);
            innermost(context, f, factor, rows, x.elements() / rows, moved, target.address);
        }
    }

    private static boolean keepsAll(OneDnnOperand x, OneDnnOperand out) {
        return x.sameDims(out) && out.isContiguous();
    }

    private static boolean lastIsReduced(OneDnnOperand x, OneDnnOperand out) {
        int last = x.rank - 1;
        return out.dims[last] == 1 && (last == 0 || out.dims[0] != 1) && x.strides[last] == 1;
    }

    /** Returns whether the axes are [reduced, kept] or [kept, reduced, kept], the last with stride 1. */
    private static boolean outerIsReduced(OneDnnOperand x, OneDnnOperand out) {
        int last = x.rank - 1;
        return (x.rank == 2 || (x.rank == 3 && out.dims[0] != 1))
                && out.dims[last - 1] == 1
                && out.dims[last] != 1
                && x.strides[last] == 1
                && out.strides[last] == 1
                && x.strides[last - 1] >= x.dims[last];
    }

    /** Adds over the axis before the last. */
    static void outermost(OneDnnContext context, double factor, OneDnnOperand x, OneDnnOperand out) {
        OneDnnOperand ones = context.operand(2).of(x);
        int rank = x.rank;
        long count = x.dims[rank - 2];
        for (int i = 0; i < rank; i++) {
            ones.dims[i] = 1;
            ones.strides[i] = count;
        }
        ones.dims[rank - 1] = count;
        ones.strides[rank - 1] = 1;
        ones.address = context.ones(count);
        boolean scales = factor != 1;
        OneDnnProducts.run(context, ones, x, 0, out, scales ? Unary.LINEAR : null, scales ? factor : 0, false);
    }

    /** Adds all elements of a vector: in blocks, then the blocks' sums, for speed and accuracy. */
    static void total(OneDnnContext context, double factor, long count, long x, long out) {
        if (count < 2 * BLOCKS * BLOCKS) {
            innermost(context, Reduction.SUM, factor, 1, count, x, out);
            return;
        }
        long columns = count / BLOCKS;
        long summed = columns * BLOCKS;
        long rest = count - summed;
        long sums = context.temporary(OneDnnContext.THIRD, Float.BYTES * (2L * BLOCKS));
        innermost(context, Reduction.SUM, 1, BLOCKS, columns, x, sums);
        if (rest > 0) {
            OneDnnOperand tail = context.operand(2).vector(rest, x + Float.BYTES * summed);
            OneDnnCopy.copy(context, tail, sums + (long) Float.BYTES * BLOCKS);
        }
        innermost(context, Reduction.SUM, factor, 1, BLOCKS + rest, sums, out);
    }

    /** Reduces the rows of a contiguous matrix. */
    static void innermost(
            OneDnnContext context, Reduction f, double factor, long rows, long columns, long x, long out) {
        if (columns == 1) {
            OneDnnUnary.linear(context, factor, 0, rows, x, out);
            return;
        }
        int algorithm =
                f == Reduction.MAX ? dnnl_reduction_max : f == Reduction.MIN ? dnnl_reduction_min : dnnl_reduction_sum;
        context.key(OneDnnOperation.REDUCTION)
                .add(algorithm)
                .add(rows)
                .add(columns)
                .add(factor);
        OneDnnPlan plan = context.find();
        if (plan == null) {
            plan = context.make(builder -> {
                var source = builder.contiguous(rows, columns);
                var target = builder.contiguous(rows, 1);
                if (factor != 1) {
                    builder.thenEltwise(dnnl_eltwise_linear, factor, 0);
                }
                OneDnn.check(
                        dnnl_reduction_primitive_desc_create(
                                builder.description(),
                                OneDnn.ENGINE,
                                algorithm,
                                source,
                                target,
                                0f,
                                0f,
                                builder.attributes()),
                        "reduce");
                builder.argument(DNNL_ARG_SRC, source).argument(DNNL_ARG_DST, target);
            });
        }
        plan.bind(0, x).bind(1, out).run();
    }

    private static long contiguous(OneDnnContext context, OneDnnOperand x) {
        if (x.isContiguous()) {
            return x.address;
        }
        long address = context.temporary(OneDnnContext.FIRST, Float.BYTES * x.elements());
        OneDnnCopy.copy(context, x, address);
        return address;
    }

    /** Copies the elements so that the kept axes come first, in the output's order, then the reduced ones. */
    private static long moveReducedInside(OneDnnContext context, OneDnnOperand x, OneDnnOperand out) {
        OneDnnOperand moved = context.operand(2);
        moved.rank = 0;
        moved.address = x.address;
        long limit = Long.MAX_VALUE;
        for (int kept = 0; kept < x.rank; kept++) {
            int next = -1;
            for (int i = 0; i < x.rank; i++) {
                if (out.dims[i] != 1 && out.strides[i] < limit && (next < 0 || out.strides[i] > out.strides[next])) {
                    next = i;
                }
            }
            if (next >= 0) {
                limit = out.strides[next];
                append(moved, x, next);
            }
        }
        for (int i = 0; i < x.rank; i++) {
            if (out.dims[i] == 1) {
                append(moved, x, i);
            }
        }
        long address = context.temporary(OneDnnContext.FIRST, Float.BYTES * moved.elements());
        OneDnnCopy.copy(context, moved, address);
        return address;
    }

    private static void append(OneDnnOperand target, OneDnnOperand x, int axis) {
        target.dims[target.rank] = x.dims[axis];
        target.strides[target.rank++] = x.strides[axis];
    }
}
