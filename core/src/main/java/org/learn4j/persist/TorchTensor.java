package org.learn4j.persist;

import java.util.Arrays;
import org.learn4j.persist.ModelFormatException.Reason;

/** A tensor of a PyTorch file: a view of a storage, with an offset and strides in elements. */
final class TorchTensor {
    private final TorchStorage storage;
    private final long offset;
    private final long[] shape;
    private final long[] strides;
    private final long count;
    private final long last;

    /**
     * Checks a view against its storage.
     *
     * @throws ModelFormatException if it has too many dimensions, does not lie within the storage, or repeats elements of it
     *     beyond measure
     */
    TorchTensor(TorchStorage storage, long offset, long[] shape, long[] strides) {
        this.storage = storage;
        this.offset = offset;
        this.shape = shape;
        this.strides = strides;
        if (shape.length > Limits.RANK) {
            throw new ModelFormatException(
                    Reason.LIMIT, "a tensor of " + shape.length + " dimensions, allowed are " + Limits.RANK);
        }
        if (strides.length != shape.length
                || offset < 0
                || Arrays.stream(strides).anyMatch(stride -> stride < 0)) {
            throw new ModelFormatException(Reason.TENSOR, "not a view of a storage: " + this);
        }
        try {
            this.count = Extent.bytes(storage.type(), shape) / storage.type().bytes();
            this.last = last();
        } catch (ArithmeticException e) {
            throw new ModelFormatException(Reason.TENSOR, "not the shape of a tensor: " + this);
        }
        if (count > 0 && last >= storage.elements()) {
            throw new ModelFormatException(Reason.TENSOR, "beyond the end of its storage: " + this);
        }
        if (count > Math.max(storage.elements(), Limits.REPEATED)) {
            throw new ModelFormatException(
                    Reason.LIMIT, "repeats the elements of its storage beyond " + Limits.REPEATED + ": " + this);
        }
    }

    private long last() {
        long position = offset;
        for (int axis = 0; axis < shape.length; axis++) {
            position = Math.addExact(position, Math.multiplyExact(Math.max(0, shape[axis] - 1), strides[axis]));
        }
        return position;
    }

    TorchStorage storage() {
        return storage;
    }

    ElementType type() {
        return storage.type();
    }

    long[] shape() {
        return shape.clone();
    }

    long[] strides() {
        return strides.clone();
    }

    /** Returns the number of elements. */
    long count() {
        return count;
    }

    /** Returns the place in the storage of the first element. */
    long first() {
        return offset;
    }

    /** Returns how many elements of the storage lie between the first and the last of the tensor, both included. */
    long span() {
        return count == 0 ? 0 : last - offset + 1;
    }

    /** Returns whether the elements lie one after the other, rows last. */
    boolean isContiguous() {
        long expected = 1;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            if (shape[axis] != 1 && strides[axis] != expected) {
                return count == 0;
            }
            expected *= shape[axis];
        }
        return true;
    }

    @Override
    public String toString() {
        return "shape " + Arrays.toString(shape) + ", strides " + Arrays.toString(strides) + ", offset " + offset
                + " in " + storage;
    }
}
