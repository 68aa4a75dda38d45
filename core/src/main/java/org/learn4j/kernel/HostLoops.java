package org.learn4j.kernel;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Storage;
import org.learn4j.tensor.Tensor;

/** Access to tensors' elements by plain Java loops, for what is too small or too irregular for a primitive. */
final class HostLoops {
    private HostLoops() {}

    /** Returns the tensor's elements from its first one on, to be indexed by its strides. */
    static FloatBuffer floats(Tensor tensor) {
        Storage storage = tensor.storage();
        if (storage.bytes() < Integer.MAX_VALUE - 8) {
            FloatBuffer all = storage.floats();
            return tensor.offset() == 0
                    ? all
                    : all.slice((int) tensor.offset(), all.capacity() - (int) tensor.offset());
        }
        return buffer(tensor).asFloatBuffer();
    }

    private static ByteBuffer buffer(Tensor tensor) {
        int bytes = tensor.dtype().bytes();
        return tensor.storage().buffer(tensor.offset() * bytes, extent(tensor) * bytes);
    }

    /** Returns the distance from the first element to the end of the last, in elements. */
    static long extent(Tensor tensor) {
        long last = 0;
        for (int i = 0; i < tensor.shape().rank(); i++) {
            last += Math.max(0, tensor.shape().dim(i) - 1) * tensor.stride(i);
        }
        return tensor.elements() == 0 ? 0 : last + 1;
    }

    /** Returns the elements of an INT32 tensor of rank 1 or 2, in row-major order. */
    static int[] ints(Tensor tensor) {
        tensor.requireOpen();
        IntBuffer values = tensor.storage().bytes() < Integer.MAX_VALUE - 8
                ? tensor.storage().ints()
                : buffer(tensor).asIntBuffer();
        int base = tensor.storage().bytes() < Integer.MAX_VALUE - 8 ? (int) tensor.offset() : 0;
        int[] result = new int[(int) tensor.elements()];
        if (tensor.isContiguous()) {
            values.get(base, result);
            return result;
        }
        int rank = tensor.shape().rank();
        int columns = (int) tensor.shape().dim(rank - 1);
        int columnStride = (int) tensor.stride(rank - 1);
        int rowStride = rank == 1 ? 0 : (int) tensor.stride(0);
        for (int i = 0; i < result.length; i++) {
            result[i] = values.get(base + i / columns * rowStride + i % columns * columnStride);
        }
        return result;
    }

    /** Copies elements between any types and strides; the target has no stride 0. */
    static void copy(Tensor from, Tensor to) {
        from.requireOpen();
        to.requireOpen();
        if (to.elements() > 0) {
            boolean exact = !from.dtype().isFloating() && !to.dtype().isFloating();
            new Copy(from, to, exact).axis(0, 0, 0);
        }
    }

    /** One copy under way: a recursion over the axes. */
    private static final class Copy {
        private final ByteBuffer source;
        private final ByteBuffer target;
        private final DType sourceType;
        private final DType targetType;
        private final boolean exact;
        private final long[] dims;
        private final long[] sourceStrides;
        private final long[] targetStrides;

        Copy(Tensor from, Tensor to, boolean exact) {
            source = buffer(from);
            target = buffer(to);
            sourceType = from.dtype();
            targetType = to.dtype();
            dims = to.shape().dims();
            sourceStrides = from.strides();
            targetStrides = to.strides();
            this.exact = exact;
        }

        void axis(int axis, long sourceAt, long targetAt) {
            if (axis == dims.length) {
                element(sourceAt, targetAt);
                return;
            }
            for (long i = 0; i < dims[axis]; i++) {
                axis(axis + 1, sourceAt + i * sourceStrides[axis], targetAt + i * targetStrides[axis]);
            }
        }

        private void element(long sourceAt, long targetAt) {
            int from = (int) (sourceAt * sourceType.bytes());
            int to = (int) (targetAt * targetType.bytes());
            if (exact) {
                putLong(to, getLong(from));
            } else {
                put(to, get(from));
            }
        }

        private double get(int at) {
            return switch (sourceType) {
                case FLOAT32 -> source.getFloat(at);
                case FLOAT64 -> source.getDouble(at);
                case BFLOAT16 -> Float.intBitsToFloat(source.getShort(at) << 16);
                default -> getLong(at);
            };
        }

        private long getLong(int at) {
            return switch (sourceType) {
                case INT64 -> source.getLong(at);
                case INT32 -> source.getInt(at);
                default -> source.get(at) & 0xFF;
            };
        }

        private void put(int at, double value) {
            switch (targetType) {
                case FLOAT32 -> target.putFloat(at, (float) value);
                case FLOAT64 -> target.putDouble(at, value);
                case BFLOAT16 -> target.putShort(at, bfloat16((float) value));
                default -> putLong(at, (long) value);
            }
        }

        private void putLong(int at, long value) {
            switch (targetType) {
                case INT64 -> target.putLong(at, value);
                case INT32 -> target.putInt(at, saturate(value));
                default -> target.put(at, (byte) value);
            }
        }

        private int saturate(long value) {
            return exact ? (int) value : (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value));
        }

        /** Rounds to the nearest, ties to even. */
        private static short bfloat16(float value) {
            int bits = Float.floatToRawIntBits(value);
            if (Float.isNaN(value)) {
                return (short) ((bits >>> 16) | 0x40);
            }
            return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
        }
    }
}
