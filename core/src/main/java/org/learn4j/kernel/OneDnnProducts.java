package org.learn4j.kernel;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_matmul_primitive_desc_create;

import org.jspecify.annotations.Nullable;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.Unary;

/** Matrix products, with bias and activation fused. */
final class OneDnnProducts {

    private OneDnnProducts() {}

    static void matmul(Tensor a, Tensor b, Tensor out) {
        OneDnnContext context = OneDnnContext.current();
        OneDnnOperand result = context.operand(2).of(out);
        OneDnnOperand left = factor(context, context.operand(0).of(a), result.address, OneDnnContext.FIRST);
        OneDnnOperand right = factor(context, context.operand(1).of(b), result.address, OneDnnContext.SECOND);
        repeatLeft(context, left, right, result);
        run(context, left, right, 0, result, null, 0, false);
    }

    /** Where both factors repeat along an axis, copies the left one, since oneDNN wants one of them in full. */
    private static void repeatLeft(
            OneDnnContext context, OneDnnOperand left, OneDnnOperand right, OneDnnOperand result) {
        boolean repeats = false;
        for (int i = 0; i < result.rank - 2; i++) {
            if (left.dims[i] == 1 && right.dims[i] == 1 && result.dims[i] != 1) {
                left.dims[i] = result.dims[i];
                left.strides[i] = 0;
                repeats = true;
            }
        }
        if (repeats) {
            long address = context.temporary(OneDnnContext.THIRD, Float.BYTES * left.elements());
            OneDnnCopy.copy(context, left, address);
            left.contiguousAt(address);
        }
    }

    static void linear(
            Tensor x, Tensor weight, @Nullable Tensor bias, @Nullable Unary activation, double alpha, Tensor out) {
        OneDnnContext context = OneDnnContext.current();
        OneDnnOperand result = context.operand(2).of(out);
        OneDnnOperand left = factor(context, context.operand(0).of(x), result.address, OneDnnContext.FIRST);
        OneDnnOperand right = context.operand(1).of(weight);
        right.matrix(right.dims[1], right.dims[0], right.strides[1], right.strides[0], right.address);
        right = factor(context, right, result.address, OneDnnContext.SECOND);
        long shift = bias == null ? 0 : OneDnnCopy.contiguous(context, bias, OneDnnContext.THIRD);
        run(context, left, right, shift, result, activation, activation == Unary.LEAKY_RELU ? alpha : 0, false);
    }

    /** Returns the operand if its rows or its columns are contiguous and the result lies elsewhere, else a copy. */
    private static OneDnnOperand factor(OneDnnContext context, OneDnnOperand operand, long result, int temporary) {
        int rank = operand.rank;
        long rowStride = operand.strides[rank - 2];
        long columnStride = operand.strides[rank - 1];
        long rows = operand.dims[rank - 2];
        long columns = operand.dims[rank - 1];
        for (int i = 0; i < rank - 2; i++) {
            if (operand.strides[i] == 0) {
                operand.dims[i] = 1;
            }
        }
        boolean rowMajor = (columnStride == 1 || columns == 1) && (rowStride >= columns || rows == 1);
        boolean columnMajor = (rowStride == 1 || rows == 1) && (columnStride >= rows || columns == 1);
        boolean repeats = (rowStride == 0 && rows > 1) || (columnStride == 0 && columns > 1);
        if (operand.address != result && !repeats && (rowMajor || columnMajor)) {
            normalizeStrides(operand, rowMajor);
            return operand;
        }
        long address = context.temporary(temporary, Float.BYTES * operand.elements());
        OneDnnCopy.copy(context, operand, address);
        return operand.contiguousAt(address);
    }

    /** Gives axes of size 1 the strides that oneDNN expects of a plain matrix. */
    private static void normalizeStrides(OneDnnOperand operand, boolean rowMajor) {
        int rank = operand.rank;
        int inner = rowMajor ? rank - 1 : rank - 2;
        int outer = rowMajor ? rank - 2 : rank - 1;
        operand.strides[inner] = 1;
        if (operand.dims[outer] == 1) {
            operand.strides[outer] = operand.dims[inner];
        }
        long step = operand.strides[outer] * operand.dims[outer];
        for (int i = rank - 3; i >= 0; i--) {
            if (operand.dims[i] == 1) {
                operand.strides[i] = step;
            }
            step = Math.max(step, operand.strides[i] * operand.dims[i]);
        }
    }

    /** Computes {@code out = f(a · b + bias)}, {@code bias} being an address or 0, or adds that to {@code out}. */
    static void run(
            OneDnnContext context,
            OneDnnOperand a,
            OneDnnOperand b,
            long bias,
            OneDnnOperand out,
            @Nullable Unary activation,
            double alpha,
            boolean add) {
        int function = activation == null ? -1 : activation.ordinal();
        context.key(OneDnnOperation.MATMUL)
                .add(a)
                .add(b)
                .add(out)
                .add(bias != 0)
                .add(function)
                .add(alpha)
                .add(add);
        OneDnnPlan plan = context.find();
        if (plan == null) {
            plan = context.make(builder -> {
                var left = builder.layout(a);
                var right = builder.layout(b);
                var result = builder.layout(out);
                var shift = bias == 0 ? null : builder.contiguous(1, out.dims[1]);
                if (add) {
                    builder.thenAddDestination();
                }
                if (activation != null) {
                    OneDnnUnary.then(builder, activation, alpha);
                }
                OneDnn.check(
                        dnnl_matmul_primitive_desc_create(
                                builder.description(), OneDnn.ENGINE, left, right, shift, result, builder.attributes()),
                        "multiply " + a + " by " + b + " into " + out);
                builder.argument(DNNL_ARG_SRC, left)
                        .argument(DNNL_ARG_WEIGHTS, right)
                        .argument(DNNL_ARG_DST, result);
                if (shift != null) {
                    builder.argument(DNNL_ARG_BIAS, shift);
                }
            });
        }
        plan.bind(0, a.address).bind(1, b.address).bind(2, out.address);
        if (bias != 0) {
            plan.bind(3, bias);
        }
        plan.run();
    }
}
