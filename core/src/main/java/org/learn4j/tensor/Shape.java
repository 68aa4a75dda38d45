package org.learn4j.tensor;

import java.util.Arrays;
import java.util.StringJoiner;

/**
 * The dimensions of a tensor, immutable.
 *
 * <pre>{@code
 * Shape batch = Shape.of(64, 784);
 * batch.rank();        // 2
 * batch.elements();    // 50176
 * batch.dim(-1);       // 784, negative axes count from the end as in PyTorch
 * }</pre>
 */
public final class Shape {
    private static final Shape SCALAR = new Shape(new long[0]);

    private final long[] dims;
    private final long elements;

    private Shape(long[] dims) {
        long count = 1;
        for (long dim : dims) {
            if (dim < 0) {
                throw new IllegalArgumentException(
                        "A shape's dimensions are 0 or more, received " + Arrays.toString(dims));
            }
            count = dim == 0 ? 0 : Math.multiplyExact(count, dim);
        }
        this.dims = dims;
        this.elements = count;
    }

    /**
     * Returns a shape of the given dimensions; none make a scalar.
     *
     * @throws IllegalArgumentException if a dimension is negative
     * @throws ArithmeticException if the number of elements overflows a long
     */
    public static Shape of(long... dims) {
        return dims.length == 0 ? SCALAR : new Shape(dims.clone());
    }

    /** Returns the shape of a single number: rank 0, one element. */
    public static Shape scalar() {
        return SCALAR;
    }

    /** Returns the number of dimensions. */
    public int rank() {
        return dims.length;
    }

    /** Returns the product of all dimensions, 1 for a scalar. */
    public long elements() {
        return elements;
    }

    /**
     * Returns the size of one axis; negative axes count from the end.
     *
     * @throws IndexOutOfBoundsException if there is no such axis
     */
    public long dim(int axis) {
        return dims[axis(axis)];
    }

    /** Returns a copy of the dimensions. */
    public long[] dims() {
        return dims.clone();
    }

    /**
     * Returns the axis as a number from 0 to rank−1.
     *
     * @throws IndexOutOfBoundsException if there is no such axis
     */
    public int axis(int axis) {
        int positive = axis < 0 ? axis + dims.length : axis;
        if (positive < 0 || positive >= dims.length) {
            throw new IndexOutOfBoundsException("Axis " + axis + " of a tensor of shape " + this);
        }
        return positive;
    }

    /** Returns this shape with one dimension replaced. */
    public Shape with(int axis, long size) {
        long[] changed = dims.clone();
        changed[axis(axis)] = size;
        return new Shape(changed);
    }

    /** Returns this shape without one axis. */
    public Shape without(int axis) {
        int removed = axis(axis);
        long[] rest = new long[dims.length - 1];
        for (int i = 0, j = 0; i < dims.length; i++) {
            if (i != removed) {
                rest[j++] = dims[i];
            }
        }
        return new Shape(rest);
    }

    /** Returns the dimensions from {@code from} (inclusive) to {@code to} (exclusive). */
    public Shape slice(int from, int to) {
        return new Shape(Arrays.copyOfRange(dims, from, to));
    }

    /** Returns the dimensions of this shape followed by those of another. */
    public Shape concat(Shape other) {
        long[] both = Arrays.copyOf(dims, dims.length + other.dims.length);
        System.arraycopy(other.dims, 0, both, dims.length, other.dims.length);
        return new Shape(both);
    }

    /** Returns the row-major strides, in elements. */
    public long[] strides() {
        long[] strides = new long[dims.length];
        long step = 1;
        for (int i = dims.length - 1; i >= 0; i--) {
            strides[i] = step;
            step *= Math.max(1, dims[i]);
        }
        return strides;
    }

    /**
     * Returns the shape that both broadcast to by PyTorch's and NumPy's rule: aligned at the last axis, sizes equal or 1.
     *
     * @throws ShapeMismatchException naming both shapes if they do not broadcast
     */
    public Shape broadcast(Shape other) {
        if (equals(other)) {
            return this;
        }
        int rank = Math.max(rank(), other.rank());
        long[] result = new long[rank];
        for (int i = 1; i <= rank; i++) {
            long a = i <= rank() ? dims[rank() - i] : 1;
            long b = i <= other.rank() ? other.dims[other.rank() - i] : 1;
            if (a != b && a != 1 && b != 1) {
                throw new ShapeMismatchException("Shapes " + this + " and " + other + " do not broadcast: sizes " + a
                        + " and " + b + " at axis " + -i + " differ and neither is 1");
            }
            result[rank - i] = a == 1 ? b : a;
        }
        return new Shape(result);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(dims, shape.dims);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dims);
    }

    /** Returns the dimensions as {@code [64, 784]}. */
    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(", ", "[", "]");
        for (long dim : dims) {
            text.add(Long.toString(dim));
        }
        return text.toString();
    }
}
