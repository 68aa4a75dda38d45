package org.learn4j.tensor;

/**
 * The same elements arranged differently. Views share memory with the tensor they come from; {@link #reshape} copies only
 * if the elements do not lie in order.
 */
public sealed interface Movement permits Tensor {
    /** Returns the tensor these methods work on. */
    Tensor self();

    /** Returns the elements in another shape; one dimension may be −1 and follows from the others. */
    default Tensor reshape(long... dims) {
        return Operators.current().reshape(self(), dims);
    }

    /** Returns a view with the axes in the given order. */
    default Tensor permute(int... axes) {
        return Operators.current().permute(self(), axes);
    }

    /** Returns a view with two axes exchanged. */
    default Tensor transpose(int first, int second) {
        int[] order = new int[self().shape().rank()];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        int a = self().shape().axis(first);
        int b = self().shape().axis(second);
        order[a] = b;
        order[b] = a;
        return permute(order);
    }

    /** Returns a view of shape {@code dims} in which axes of size 1 repeat. */
    default Tensor expand(long... dims) {
        return Operators.current().expand(self(), Shape.of(dims));
    }

    /** Returns a view with a new axis of size 1 before {@code axis}: {@code t[None]} of the lesson is {@code unsqueeze(0)}. */
    default Tensor unsqueeze(int axis) {
        long[] dims = self().shape().dims();
        int at = axis < 0 ? axis + dims.length + 1 : axis;
        if (at < 0 || at > dims.length) {
            throw new IndexOutOfBoundsException("unsqueeze(" + axis + ") of a tensor of shape " + self().shape());
        }
        long[] longer = new long[dims.length + 1];
        for (int i = 0; i < longer.length; i++) {
            longer[i] = i < at ? dims[i] : i == at ? 1 : dims[i - 1];
        }
        return reshape(longer);
    }

    /** Returns a view without one axis of size 1. */
    default Tensor squeeze(int axis) {
        Shape shape = self().shape();
        if (shape.dim(axis) != 1) {
            throw new ShapeMismatchException(
                    "squeeze(" + axis + ") expects an axis of size 1, received shape " + shape);
        }
        return reshape(shape.without(axis).dims());
    }

    /** Returns a view with the axes from {@code first} to the end as one. */
    default Tensor flatten(int first) {
        Shape shape = self().shape();
        int from = shape.axis(first);
        long[] dims = shape.slice(0, from + 1).dims();
        dims[from] = shape.slice(from, shape.rank()).elements();
        return reshape(dims);
    }

    /** Returns a view of the positions from {@code from} (inclusive) to {@code to} (exclusive; negative counts from the end). */
    default Tensor slice(int axis, long from, long to) {
        return Operators.current().slice(self(), axis, from, to, 1);
    }

    /** Returns a view of every {@code step}-th position from {@code from} to {@code to} (exclusive). */
    default Tensor slice(int axis, long from, long to, long step) {
        return Operators.current().slice(self(), axis, from, to, step);
    }

    /** Returns a view of one position along the first axis, as {@code t[i]} in PyTorch. */
    default Tensor get(long position) {
        try (Tensor part = slice(0, position, position == -1 ? self().shape().dim(0) : position + 1)) {
            return part.squeeze(0);
        }
    }

    /** Returns the chosen positions along an axis, copied; they may repeat (PyTorch's {@code index_select}). */
    default Tensor select(int axis, Tensor positions) {
        return Operators.current().select(self(), axis, positions);
    }

    /**
     * Returns one element per index along an axis: {@code out[i][j] = this[index[i][j]][j]} for axis 0 (PyTorch's
     * {@code gather}). The index has this tensor's rank and is no larger in the other axes.
     */
    default Tensor gather(int axis, Tensor index) {
        Tensor x = self();
        Shape shape = x.shape();
        int along = shape.axis(axis);
        Shape wanted = index.shape();
        if (wanted.rank() != shape.rank()) {
            throw new ShapeMismatchException(
                    "gather expects an index of rank " + shape.rank() + " for shape " + shape + ", received " + wanted);
        }
        long[] strides = shape.strides();
        long[] positions = index.toLongs();
        long[] dims = wanted.dims();
        long[] wantedStrides = wanted.strides();
        int[] linear = new int[positions.length];
        for (int i = 0; i < linear.length; i++) {
            long at = 0;
            long rest = i;
            for (int d = 0; d < dims.length; d++) {
                long coordinate = rest / wantedStrides[d];
                rest %= wantedStrides[d];
                long source = d == along ? positions[i] : coordinate;
                if (source < 0 || source >= shape.dim(d)) {
                    throw new IndexOutOfBoundsException(
                            "gather along axis " + along + " of shape " + shape + " received index " + source);
                }
                at += source * strides[d];
            }
            linear[i] = Math.toIntExact(at);
        }
        try (Tensor flatIndex = Tensor.of(linear);
                Tensor flat = x.reshape(-1);
                Tensor chosen = flat.select(0, flatIndex)) {
            return chosen.reshape(dims);
        }
    }

    /** Returns a contiguous copy with memory of its own. */
    default Tensor copy() {
        return Operators.current().copy(self(), false);
    }

    /**
     * Returns images [n, c, h, w] whose memory is ordered [n, h, w, c], as convolutions and pooling compute and give them: this
     * tensor if it lies so, else a copy.
     *
     * @throws ShapeMismatchException if the shape has not four axes
     */
    default Tensor toChannelsLast() {
        return self().isChannelsLast() ? self() : Operators.current().copy(self(), true);
    }

    /** Returns the elements in row-major order: this tensor if it is contiguous, else a copy. */
    default Tensor toContiguous() {
        return self().isContiguous() ? self() : copy();
    }
}
