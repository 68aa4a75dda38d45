package org.learn4j.autograd;

import java.util.Arrays;
import java.util.Locale;
import org.learn4j.kernel.Kernels;
import org.learn4j.tensor.Binary;
import org.learn4j.tensor.Reduction;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.Unary;

/** Many elements into one over some axes (all if none are named), which disappear or stay at size 1. */
record ReduceOp(Reduction function, boolean keepAxes, int... axes) implements Op {
    @Override
    public String name() {
        return function.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Tensor forward(Call call) {
        Tensor x = call.input(0);
        Shape kept = kept(x.shape());
        if (x.elements() == 0 && kept.elements() > 0 && function != Reduction.SUM) {
            throw new IllegalArgumentException(
                    name() + " over axes without elements, of a tensor of shape " + x.shape());
        }
        Shape result = keepAxes ? kept : dropped(x.shape());
        Tensor out = Tensor.uninitialized(x.dtype(), result);
        try (Tensor aligned = out.viewAs(kept)) {
            call.kernels().reduce(function, x, aligned);
        }
        return out;
    }

    private Shape kept(Shape shape) {
        Shape kept = shape;
        for (int axis : Checks.axes(shape, axes)) {
            kept = kept.with(axis, 1);
        }
        return kept;
    }

    private Shape dropped(Shape shape) {
        int[] gone = Checks.axes(shape, axes);
        Shape rest = shape;
        for (int i = gone.length - 1; i >= 0; i--) {
            rest = rest.without(gone[i]);
        }
        return rest;
    }

    @Override
    public void backward(Call call, Tensor dy) {
        Tensor x = call.input(0);
        Shape kept = kept(x.shape());
        Kernels kernels = call.kernels();
        try (Tensor dense = Checks.contiguous(call, dy);
                Tensor aligned = dense.viewAs(kept)) {
            switch (function) {
                case SUM -> call.passView(0, Broadcasting.expand(aligned, x.shape()));
                case MEAN -> {
                    double share = x.elements() == 0 ? 0 : (double) kept.elements() / x.elements();
                    try (Tensor scaled = Tensor.uninitialized(dy.dtype(), kept)) {
                        kernels.unary(Unary.LINEAR, share, 0, aligned, scaled);
                        call.passView(0, Broadcasting.expand(scaled, x.shape()));
                    }
                }
                case MAX, MIN -> {
                    try (Tensor chosen = Tensor.uninitialized(x.dtype(), x.shape());
                            Tensor count = Tensor.uninitialized(x.dtype(), kept);
                            Tensor extreme = call.output().viewAs(kept)) {
                        kernels.binary(Binary.EQUAL, x, extreme, chosen);
                        kernels.reduce(Reduction.SUM, chosen, count);
                        kernels.binary(Binary.DIVIDE, aligned, count, count);
                        kernels.binary(Binary.MULTIPLY, chosen, count, call.gradient(0));
                    }
                }
            }
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ReduceOp op
                && op.function == function
                && op.keepAxes == keepAxes
                && Arrays.equals(op.axes, axes);
    }

    @Override
    public int hashCode() {
        return 31 * function.hashCode() + Arrays.hashCode(axes);
    }
}
