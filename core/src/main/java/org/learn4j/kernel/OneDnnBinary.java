package org.learn4j.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_div;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_eq;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_ge;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_le;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_max;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_min;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_sub;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_linear;

import org.learn4j.tensor.Binary;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.Unary;

/**
 * Functions of two tensors with broadcasting.
 *
 * <p>oneDNN is fast where the first input is as large and as dense as the output and the second repeats along the outer
 * or the inner axis; its fallback for the rest is hundreds of times slower. So inputs change places or are copied until
 * that holds.
 */
final class OneDnnBinary {
    private OneDnnBinary() {}

    static void binary(Binary f, Tensor a, Tensor b, Tensor out) {
        OneDnnContext context = OneDnnContext.current();
        OneDnnOperand[] operands = context.three();
        OneDnnOperand target = operands[0].of(out);
        align(operands[1].of(a), target.rank);
        align(operands[2].of(b), target.rank);
        OneDnnOperand.sortByStride(operands);
        OneDnnOperand.collapse(operands);
        OneDnnOperand first = operands[1];
        OneDnnOperand second = operands[2];
        boolean swap = !first.sameLayout(target) && second.sameLayout(target) && f != Binary.DIVIDE;
        OneDnnOperand x = context.operand(0).of(swap ? second : first);
        OneDnnOperand y = context.operand(1).of(swap ? first : second);
        OneDnnOperand z = context.operand(2).of(target);
        if (!x.sameLayout(z)) {
            boolean free = z.address != y.address;
            materialize(
                    context,
                    x,
                    z,
                    free ? z.address : context.temporary(OneDnnContext.FIRST, Float.BYTES * z.elements()));
        }
        if (!fast(y, z)) {
            materialize(context, y, z, context.temporary(OneDnnContext.SECOND, Float.BYTES * z.elements()));
        }
        run(context, swap ? swapped(f) : algorithm(f), swap && f == Binary.SUBTRACT, x, y, z);
    }

    /** Runs an algorithm, on operands for which oneDNN is fast; then changes the sign if asked. */
    static void run(
            OneDnnContext context, int algorithm, boolean negate, OneDnnOperand x, OneDnnOperand y, OneDnnOperand z) {
        context.key(OneDnnOperation.BINARY).add(algorithm).add(negate).add(y).add(z);
        OneDnnPlan plan = context.find();
        if (plan == null) {
            plan = context.make(builder -> {
                var full = builder.layout(z);
                var other = builder.layout(y);
                builder.argument(DNNL_ARG_SRC_0, full)
                        .argument(DNNL_ARG_SRC_1, other)
                        .argument(DNNL_ARG_DST, full);
                if (negate) {
                    builder.thenEltwise(dnnl_eltwise_linear, -1, 0);
                }
                OneDnn.check(
                        dnnl_binary_primitive_desc_create(
                                builder.description(),
                                OneDnn.ENGINE,
                                algorithm,
                                full,
                                other,
                                full,
                                builder.attributes()),
                        "compute a binary function");
            });
        }
        plan.bind(0, x.address).bind(1, y.address).bind(2, z.address).run();
    }

    /** Computes max(a + b, 0) for dense output. */
    static void addRelu(Tensor a, Tensor b, Tensor out) {
        OneDnnContext context = OneDnnContext.current();
        long x = OneDnnCopy.lyingLike(context, a, out, OneDnnContext.FIRST);
        long y = OneDnnCopy.lyingLike(context, b, out, OneDnnContext.SECOND);
        long count = out.elements();
        context.key(OneDnnOperation.ADD_RELU).add(count);
        OneDnnPlan plan = context.find();
        if (plan == null) {
            plan = context.make(builder -> {
                var vector = builder.contiguous(count);
                builder.argument(DNNL_ARG_SRC_0, vector)
                        .argument(DNNL_ARG_SRC_1, vector)
                        .argument(DNNL_ARG_DST, vector);
                OneDnnUnary.then(builder, Unary.RELU, 0);
                OneDnn.check(
                        dnnl_binary_primitive_desc_create(
                                builder.description(),
                                OneDnn.ENGINE,
                                dnnl_binary_add,
                                vector,
                                vector,
                                vector,
                                builder.attributes()),
                        "add and limit to positive numbers");
            });
        }
        plan.bind(0, x).bind(1, y).bind(2, out.address()).run();
    }

    /** Puts axes of size 1 in front until the rank is as given. */
    private static void align(OneDnnOperand operand, int rank) {
        int missing = rank - operand.rank;
        if (missing > 0) {
            System.arraycopy(operand.dims, 0, operand.dims, missing, operand.rank);
            System.arraycopy(operand.strides, 0, operand.strides, missing, operand.rank);
            java.util.Arrays.fill(operand.dims, 0, missing, 1);
            java.util.Arrays.fill(operand.strides, 0, missing, 0);
            operand.rank = rank;
        }
    }

    /** Repeats and reorders an operand's elements into contiguous memory at an address. */
    private static void materialize(OneDnnContext context, OneDnnOperand operand, OneDnnOperand like, long address) {
        for (int i = 0; i < like.rank; i++) {
            if (operand.dims[i] != like.dims[i]) {
                operand.dims[i] = like.dims[i];
                operand.strides[i] = 0;
            }
        }
        OneDnnCopy.copy(context, operand, address);
        operand.contiguousAt(address);
    }

    private static boolean fast(OneDnnOperand y, OneDnnOperand z) {
        if (y.sameLayout(z)) {
            return true;
        }
        return switch (z.rank) {
            case 1 -> y.dims[0] == 1;
            case 2 -> y.isContiguous();
            case 3 -> y.isContiguous() && y.dims[0] == 1 && y.dims[2] == 1;
            default -> false;
        };
    }

    private static int algorithm(Binary f) {
        return switch (f) {
            case ADD -> dnnl_binary_add;
            case SUBTRACT -> dnnl_binary_sub;
            case MULTIPLY -> dnnl_binary_mul;
            case DIVIDE -> dnnl_binary_div;
            case MAXIMUM -> dnnl_binary_max;
            case MINIMUM -> dnnl_binary_min;
            case EQUAL -> dnnl_binary_eq;
            case GREATER_OR_EQUAL -> dnnl_binary_ge;
        };
    }

    /** Returns the algorithm that gives the same with its inputs exchanged, for SUBTRACT up to the sign. */
    private static int swapped(Binary f) {
        return f == Binary.GREATER_OR_EQUAL ? dnnl_binary_le : algorithm(f);
    }
}
