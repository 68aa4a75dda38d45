package org.learn4j.autograd;

import java.util.Arrays;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/** What operations check of their inputs, with messages that name the operation and what it received. */
final class Checks {
    private Checks() {}

    static void sameType(String op, Tensor a, Tensor b) {
        if (a.dtype() != b.dtype()) {
            throw new IllegalArgumentException(op + " expects tensors of one type, received " + a.dtype() + " "
                    + a.shape() + " and " + b.dtype() + " " + b.shape() + "; convert with to(...)");
        }
    }

    static void shape(String op, String what, Shape expected, Shape received) {
        if (!expected.equals(received)) {
            throw new ShapeMismatchException(
                    op + " expects " + what + " of shape " + expected + ", received " + received);
        }
    }

    static void rank(String op, String what, int expected, Tensor tensor) {
        if (tensor.shape().rank() != expected) {
            throw new ShapeMismatchException(
                    op + " expects " + what + " of rank " + expected + ", received shape " + tensor.shape());
        }
    }

    /** Checks that no gradient is wanted of an input that gets none. */
    static void constant(Call call, int index, String op, String what) {
        if (call.needsGradient(index)) {
            throw new IllegalArgumentException(op + " computes no gradient with respect to its " + what
                    + ", received some that require one; give detach() of them");
        }
    }

    /** Checks that whole numbers lie in [0, bound). */
    static void indices(String op, String what, Tensor indices, long bound) {
        if (indices.dtype() != DType.INT32) {
            throw new IllegalArgumentException(op + " expects " + what + " of type INT32, received " + indices.dtype());
        }
        if (indices.storage().address() == 0) {
            check(op, what, indices.toInts(), bound);
            return;
        }
        if (!indices.isContiguous()) {
            check(op, what, indices.toInts(), bound);
            return;
        }
        var values = indices.storage().ints();
        int from = Math.toIntExact(indices.offset());
        int to = from + Math.toIntExact(indices.elements());
        for (int i = from; i < to; i++) {
            int value = values.get(i);
            if (value < 0 || value >= bound) {
                throw outside(op, what, i - from, value, bound);
            }
        }
    }

    private static void check(String op, String what, int[] values, long bound) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] < 0 || values[i] >= bound) {
                throw outside(op, what, i, values[i], bound);
            }
        }
    }

    private static IndexOutOfBoundsException outside(String op, String what, int position, int value, long bound) {
        return new IndexOutOfBoundsException(
                op + " expects " + what + " in [0, " + bound + "), received " + value + " at position " + position);
    }

    static int[] axes(Shape shape, int... axes) {
        int[] all = new int[axes.length == 0 ? shape.rank() : axes.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = axes.length == 0 ? i : shape.axis(axes[i]);
        }
        Arrays.sort(all);
        for (int i = 1; i < all.length; i++) {
            if (all[i] == all[i - 1]) {
                throw new IllegalArgumentException("Axes are named once each, received " + Arrays.toString(axes));
            }
        }
        return all;
    }

    /** Returns the tensor, or a contiguous copy of it. */
    static Tensor contiguous(Call call, Tensor tensor) {
        if (tensor.isContiguous()) {
            return tensor.detach();
        }
        Tensor copy = Tensor.uninitialized(tensor.dtype(), tensor.shape());
        call.kernels().copy(tensor, copy);
        return copy;
    }
}
