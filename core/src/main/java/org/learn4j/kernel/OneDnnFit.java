package org.learn4j.kernel;

import java.util.List;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Tensor;

/** Tells which tensors the oneDNN kernels compute themselves. */
final class OneDnnFit {
    private OneDnnFit() {}

    /** Returns whether the memory has an address on the host. */
    static boolean onHost(Tensor tensor) {
        return tensor.storage().address() != 0;
    }

    /** Returns whether primitives can be made for the tensor. */
    static boolean fits(Tensor tensor) {
        return tensor.dtype() == DType.FLOAT32
                && onHost(tensor)
                && tensor.elements() > 0
                && tensor.shape().rank() <= OneDnnOperand.MAX_RANK
                && nested(tensor);
    }

    /**
     * oneDNN refuses strides of one axis that reach into the next longer one, as those of every third row of four do.
     */
    static boolean nested(Tensor tensor) {
        if (tensor.isContiguous()) {
            return true;
        }
        int rank = tensor.shape().rank();
        for (int i = 0; i < rank; i++) {
            long stride = tensor.stride(i);
            for (int j = 0; j < rank && stride != 0 && tensor.shape().dim(i) > 1; j++) {
                long reach = tensor.stride(j) * tensor.shape().dim(j);
                boolean inner = tensor.stride(j) != 0 && tensor.shape().dim(j) > 1 && tensor.stride(j) <= stride;
                if (i != j && inner && stride < reach) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Returns whether both fit. */
    static boolean fits(Tensor a, Tensor b) {
        return fits(a) && fits(b);
    }

    /** Returns whether all three fit. */
    static boolean fits(Tensor a, Tensor b, Tensor c) {
        return fits(a) && fits(b) && fits(c);
    }

    /** Returns whether Java can index the elements in one buffer. */
    static boolean indexable(Tensor tensor) {
        return (HostLoops.extent(tensor) + 1) * tensor.dtype().bytes() < Integer.MAX_VALUE;
    }

    /** Returns whether both are contiguous. */
    static boolean contiguous(Tensor a, Tensor b) {
        return a.isContiguous() && b.isContiguous();
    }

    /** Returns whether each table's rows are contiguous. */
    static boolean rows(List<Tensor> tables) {
        for (Tensor table : tables) {
            if (!fits(table)
                    || !indexable(table)
                    || (table.stride(1) != 1 && table.shape().dim(1) != 1)) {
                return false;
            }
        }
        return true;
    }
}
