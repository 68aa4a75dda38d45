package org.learn4j.tensor;

import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;

/** The bridge to ND4J's arrays; the only place in this package that loads ND4J, and only when an array is asked for. */
final class Nd4jMemory {
    /** Where tensors live: {@code host} (our own allocation) or {@code nd4j} (ND4J allocates; needed by its CUDA backend). */
    private static final boolean ALLOCATED_BY_ND4J = "nd4j".equals(System.getProperty("learn4j.memory"));

    private Nd4jMemory() {}

    static boolean allocatedByNd4j() {
        return ALLOCATED_BY_ND4J;
    }

    static boolean onHost() {
        return Backend.ON_HOST;
    }

    static INDArray allocate(DType dtype, long elements) {
        return Nd4j.createUninitialized(dataType(dtype), Math.max(1, elements));
    }

    /** Returns an array over the tensor's memory, with its shape, strides and offset. */
    static INDArray view(Tensor tensor) {
        Storage storage = tensor.storage();
        DataType type = dataType(tensor.dtype());
        INDArray owner = storage.foreign();
        long[] dims = tensor.shape().dims();
        if (tensor.shape().elements() == 0) {
            return Nd4j.empty(type).reshape(dims);
        }
        DataBuffer data = owner != null ? owner.data() : Nd4j.createBuffer(storage.pointer(0), end(tensor), type);
        if (owner == null) {
            data.setConstant(true); // for ND4J: not to be closed, nor by arrays made from this one
        }
        INDArray array = Nd4j.create(data, dims, tensor.strides(), tensor.offset(), 'c', type);
        array.setCloseable(false);
        return array;
    }

    /** Returns the position after the last element. */
    private static long end(Tensor tensor) {
        long end = tensor.offset() + 1;
        for (int i = 0; i < tensor.shape().rank(); i++) {
            end += (tensor.shape().dim(i) - 1) * tensor.stride(i);
        }
        return end;
    }

    static DataType dataType(DType dtype) {
        return switch (dtype) {
            case FLOAT32 -> DataType.FLOAT;
            case FLOAT64 -> DataType.DOUBLE;
            case BFLOAT16 -> DataType.BFLOAT16;
            case INT64 -> DataType.INT64;
            case INT32 -> DataType.INT32;
            case UINT8 -> DataType.UINT8;
        };
    }

    static DType dtype(DataType type) {
        return switch (type) {
            case FLOAT -> DType.FLOAT32;
            case DOUBLE -> DType.FLOAT64;
            case BFLOAT16 -> DType.BFLOAT16;
            case LONG -> DType.INT64;
            case INT -> DType.INT32;
            case UBYTE, BOOL -> DType.UINT8;
            default ->
                throw new IllegalArgumentException(
                        "An array of FLOAT, DOUBLE, BFLOAT16, LONG, INT, UBYTE or BOOL is expected, received " + type);
        };
    }

    /** Asked once, when ND4J is first needed. */
    private static final class Backend {
        private static final boolean ON_HOST = Nd4j.getExecutioner().type() == OpExecutioner.ExecutionerType.NATIVE_CPU;

        private Backend() {}
    }
}
