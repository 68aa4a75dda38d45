package org.learn4j.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;
import static org.bytedeco.dnnl.global.dnnl.dnnl_bf16;
import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_reorder_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_s32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_u8;

import org.learn4j.tensor.DType;
import org.learn4j.tensor.Tensor;

/** Copies between layouts and types by oneDNN's reorder. */
final class OneDnnCopy {
    private OneDnnCopy() {}

    /** Returns whether oneDNN converts between these types as Java does. */
    static boolean converts(DType from, DType to) {
        return switch (to) {
            case FLOAT32 ->
                from == DType.FLOAT32 || from == DType.BFLOAT16 || from == DType.INT32 || from == DType.UINT8;
            case BFLOAT16 -> from == DType.FLOAT32;
            default -> false;
        };
    }

    static void copy(Tensor from, Tensor to) {
        OneDnnContext context = OneDnnContext.current();
        OneDnnOperand[] both = context.two();
        both[0].of(to);
        both[1].of(from);
        copy(context, both, dataType(from.dtype()), dataType(to.dtype()));
    }

    private static int dataType(DType dtype) {
        return switch (dtype) {
            case FLOAT32 -> dnnl_f32;
            case BFLOAT16 -> dnnl_bf16;
            case INT32 -> dnnl_s32;
            case UINT8 -> dnnl_u8;
            default -> throw new IllegalArgumentException("oneDNN does not copy " + dtype);
        };
    }

    /** Copies FLOAT32 elements to contiguous memory at an address. */
    static void copy(OneDnnContext context, OneDnnOperand from, long to) {
        OneDnnOperand[] both = context.two();
        both[0].of(from).contiguousAt(to);
        both[1].of(from);
        copy(context, both, dnnl_f32, dnnl_f32);
    }

    /** Copies FLOAT32 elements between operands of the same sizes, through two operands to refill. */
    static void copy(OneDnnContext context, OneDnnOperand from, OneDnnOperand to) {
        OneDnnOperand[] both = context.two();
        both[0].of(to);
        both[1].of(from);
        copy(context, both, dnnl_f32, dnnl_f32);
    }

    /**
     * Returns an address with the tensor's elements in row-major order: its own, or that of a copy in temporary memory.
     */
    static long contiguous(OneDnnContext context, Tensor tensor, int temporary) {
        if (tensor.isContiguous()) {
            tensor.requireOpen();
            return tensor.address();
        }
        OneDnnOperand from = context.operand(6).of(tensor);
        long address = context.temporary(temporary, Float.BYTES * tensor.elements());
        copy(context, from, address);
        return address;
    }

    /**
     * Returns an address with the tensor's elements in the order in which another of its shape, which is dense, lies: its own,
     * or that of a copy in temporary memory.
     */
    static long lyingLike(OneDnnContext context, Tensor tensor, Tensor other, int temporary) {
        OneDnnOperand from = context.operand(5).of(tensor);
        OneDnnOperand to = context.operand(6).of(other);
        if (from.sameLayout(to)) {
            return from.address;
        }
        to.address = context.temporary(temporary, Float.BYTES * tensor.elements());
        copy(context, from, to);
        return to.address;
    }

    /** Returns an address with the tensor's elements in the order in which the output lies, copied to it if need be. */
    static long lyingLikeOrInto(OneDnnContext context, Tensor tensor, Tensor out) {
        OneDnnOperand from = context.operand(5).of(tensor);
        OneDnnOperand to = context.operand(6).of(out);
        if (from.sameLayout(to)) {
            return from.address;
        }
        copy(context, from, to);
        return to.address;
    }

    private static void copy(OneDnnContext context, OneDnnOperand[] both, int fromType, int toType) {
        OneDnnOperand to = both[0];
        OneDnnOperand from = both[1];
        OneDnnOperand.collapse(both);
        for (int i = 0; i < to.rank; i++) {
            if (from.dims[i] != to.dims[i]) {
                from.dims[i] = to.dims[i];
                from.strides[i] = 0;
            }
        }
        context.key(OneDnnOperation.REORDER).add(from).add(to).add(fromType).add(toType);
        OneDnnPlan plan = context.find();
        if (plan == null) {
            plan = context.make(builder -> {
                var source = builder.layout(from, fromType);
                var target = builder.layout(to, toType);
                OneDnn.check(
                        dnnl_reorder_primitive_desc_create(
                                builder.description(),
                                source,
                                OneDnn.ENGINE,
                                target,
                                OneDnn.ENGINE,
                                builder.attributes()),
                        "copy between layouts");
                builder.argument(DNNL_ARG_FROM, source).argument(DNNL_ARG_TO, target);
            });
        }
        plan.bind(0, from.address).bind(1, to.address).run();
    }
}
