package org.learn4j.kernel;

import java.util.Arrays;
import org.learn4j.tensor.Tensor;

/**
 * How one operand of a primitive lies in memory: sizes, strides and address. Instances belong to a thread's context and
 * are refilled for every call.
 */
final class OneDnnOperand {
    /** The highest rank oneDNN knows. */
    static final int MAX_RANK = 12;

    int rank;
    final long[] dims = new long[MAX_RANK];
    final long[] strides = new long[MAX_RANK];
    long address;

    /** Takes over a tensor's layout. */
    OneDnnOperand of(Tensor tensor) {
        tensor.requireOpen();
        rank = tensor.shape().rank();
        for (int i = 0; i < rank; i++) {
            dims[i] = tensor.shape().dim(i);
            strides[i] = tensor.stride(i);
        }
        address = tensor.address();
        return this;
    }

    /** Takes over another operand's layout. */
    OneDnnOperand of(OneDnnOperand other) {
        rank = other.rank;
        System.arraycopy(other.dims, 0, dims, 0, rank);
        System.arraycopy(other.strides, 0, strides, 0, rank);
        address = other.address;
        return this;
    }

    /** Becomes a contiguous vector. */
    OneDnnOperand vector(long elements, long at) {
        rank = 1;
        dims[0] = elements;
        strides[0] = 1;
        address = at;
        return this;
    }

    /** Becomes a matrix. */
    OneDnnOperand matrix(long rows, long columns, long rowStride, long columnStride, long at) {
        rank = 2;
        dims[0] = rows;
        dims[1] = columns;
        strides[0] = rowStride;
        strides[1] = columnStride;
        address = at;
        return this;
    }

    /** Becomes row-major at an address, with the sizes it has. */
    OneDnnOperand contiguousAt(long at) {
        long step = 1;
        for (int i = rank - 1; i >= 0; i--) {
            strides[i] = step;
            step *= dims[i];
        }
        address = at;
        return this;
    }

    /** Returns the number of elements. */
    long elements() {
        long count = 1;
        for (int i = 0; i < rank; i++) {
            count *= dims[i];
        }
        return count;
    }

    /** Returns whether the elements lie in row-major order without gaps. */
    boolean isContiguous() {
        long step = 1;
        for (int i = rank - 1; i >= 0; i--) {
            if (dims[i] != 1 && strides[i] != step) {
                return false;
            }
            step *= dims[i];
        }
        return true;
    }

    /** Returns whether an axis of several elements has stride 0. */
    boolean isBroadcast() {
        for (int i = 0; i < rank; i++) {
            if (strides[i] == 0 && dims[i] > 1) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether the elements fill their memory without gaps or overlaps, in whatever order of the axes. */
    boolean isDense() {
        long extent = 1;
        for (int i = 0; i < rank; i++) {
            if (dims[i] > 1) {
                if (strides[i] <= 0) {
                    return false;
                }
                extent += (dims[i] - 1) * strides[i];
            }
        }
        return extent == elements();
    }

    /** Sorts the axes of all operands as those of the first lie in memory, the largest stride first. */
    static void sortByStride(OneDnnOperand... operands) {
        OneDnnOperand first = operands[0];
        for (int i = 1; i < first.rank; i++) {
            for (int j = i; j > 0 && first.strides[j] > first.strides[j - 1]; j--) {
                for (OneDnnOperand operand : operands) {
                    swap(operand.dims, j);
                    swap(operand.strides, j);
                }
            }
        }
    }

    private static void swap(long[] values, int at) {
        long value = values[at];
        values[at] = values[at - 1];
        values[at - 1] = value;
    }

    /**
     * Drops axes of size 1 and merges axes that lie one after the other in all operands. The first operand has the full
     * sizes; axes in which another repeats its elements get the size 1 there, which oneDNN broadcasts.
     */
    static void collapse(OneDnnOperand... operands) {
        OneDnnOperand full = operands[0];
        int rank = full.rank;
        int kept = 0;
        for (int axis = 0; axis < rank; axis++) {
            long size = full.dims[axis];
            if (size == 1) {
                continue;
            }
            boolean merge = kept > 0;
            for (OneDnnOperand operand : operands) {
                merge = merge && operand.continues(axis, kept - 1);
            }
            int target = merge ? kept - 1 : kept++;
            for (OneDnnOperand operand : operands) {
                boolean repeats = operand.repeats(axis);
                long before = merge ? operand.dims[target] : 1;
                operand.dims[target] = repeats ? 1 : before * operand.dims[axis];
                operand.strides[target] = repeats ? 0 : operand.strides[axis];
            }
        }
        for (OneDnnOperand operand : operands) {
            if (kept == 0) {
                operand.vector(1, operand.address);
            } else {
                operand.rank = kept;
                operand.orderBroadcastStrides();
            }
        }
    }

    private boolean repeats(int axis) {
        return dims[axis] == 1 || strides[axis] == 0;
    }

    private boolean continues(int axis, int outer) {
        boolean outerRepeats = dims[outer] == 1;
        return outerRepeats ? repeats(axis) : !repeats(axis) && strides[outer] == strides[axis] * dims[axis];
    }

    /** Gives axes of size 1 the stride a dense layout has: oneDNN recognises layouts by their strides. */
    private void orderBroadcastStrides() {
        long step = 1;
        for (int i = rank - 1; i >= 0; i--) {
            if (dims[i] == 1) {
                strides[i] = step;
            }
            step = Math.max(step, dims[i] * strides[i]);
        }
    }

    @Override
    public String toString() {
        return Arrays.toString(Arrays.copyOf(dims, rank)) + " with strides "
                + Arrays.toString(Arrays.copyOf(strides, rank));
    }

    /** Returns whether two operands have the same sizes. */
    boolean sameDims(OneDnnOperand other) {
        boolean same = rank == other.rank;
        for (int i = 0; same && i < rank; i++) {
            same = dims[i] == other.dims[i];
        }
        return same;
    }

    /** Returns whether two operands have the same sizes and strides. */
    boolean sameLayout(OneDnnOperand other) {
        boolean same = sameDims(other);
        for (int i = 0; same && i < rank; i++) {
            same = dims[i] == 1 || strides[i] == other.strides[i];
        }
        return same;
    }
}
