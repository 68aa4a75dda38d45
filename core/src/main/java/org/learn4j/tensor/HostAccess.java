package org.learn4j.tensor;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Reads and writes tensors' elements from Java arrays, for any strides and types. A tensor stays reachable until its last
 * element has been read or written: the garbage collector frees the memory of those that were forgotten.
 */
final class HostAccess {
    private HostAccess() {}

    static void fill(Tensor tensor, double value) {
        if (!onHost(tensor)) {
            tensor.array().assign(value);
            return;
        }
        Cursor cursor = new Cursor(tensor);
        if (tensor.isContiguous() && tensor.dtype() == DType.FLOAT32 && tensor.elements() > 64) {
            float[] block = new float[(int) Math.min(4096, tensor.elements())];
            Arrays.fill(block, (float) value);
            var floats = cursor.buffer.asFloatBuffer();
            while (floats.hasRemaining()) {
                floats.put(block, 0, Math.min(block.length, floats.remaining()));
            }
        } else {
            for (long i = 0; i < cursor.count; i++) {
                cursor.put(value);
            }
        }
        Reference.reachabilityFence(tensor);
    }

    static void write(Tensor tensor, float[] values) {
        check(tensor, values.length);
        if (!onHost(tensor)) {
            assign(tensor, Nd4j.createFromArray(values));
        } else if (tensor.isContiguous() && tensor.dtype() == DType.FLOAT32) {
            new Cursor(tensor).buffer.asFloatBuffer().put(values);
        } else {
            Cursor cursor = new Cursor(tensor);
            for (float value : values) {
                cursor.put(value);
            }
        }
        Reference.reachabilityFence(tensor);
    }

    static void write(Tensor tensor, double[] values) {
        check(tensor, values.length);
        if (!onHost(tensor)) {
            assign(tensor, Nd4j.createFromArray(values));
        } else {
            Cursor cursor = new Cursor(tensor);
            for (double value : values) {
                cursor.put(value);
            }
        }
        Reference.reachabilityFence(tensor);
    }

    static void write(Tensor tensor, int[] values) {
        check(tensor, values.length);
        if (!onHost(tensor)) {
            assign(tensor, Nd4j.createFromArray(values));
        } else if (tensor.isContiguous() && tensor.dtype() == DType.INT32) {
            new Cursor(tensor).buffer.asIntBuffer().put(values);
        } else {
            Cursor cursor = new Cursor(tensor);
            for (int value : values) {
                cursor.put(value);
            }
        }
        Reference.reachabilityFence(tensor);
    }

    static void write(Tensor tensor, long[] values) {
        check(tensor, values.length);
        if (!onHost(tensor)) {
            assign(tensor, Nd4j.createFromArray(values));
        } else {
            Cursor cursor = new Cursor(tensor);
            for (long value : values) {
                cursor.putLong(value);
            }
        }
        Reference.reachabilityFence(tensor);
    }

    static float[] readFloats(Tensor tensor) {
        if (!onHost(tensor)) {
            return tensor.array().dup('c').data().asFloat();
        }
        float[] values = new float[Math.toIntExact(tensor.elements())];
        Cursor cursor = new Cursor(tensor);
        if (tensor.isContiguous() && tensor.dtype() == DType.FLOAT32) {
            cursor.buffer.asFloatBuffer().get(values);
        } else {
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) cursor.get();
            }
        }
        Reference.reachabilityFence(tensor);
        return values;
    }

    static double[] readDoubles(Tensor tensor) {
        if (!onHost(tensor)) {
            return tensor.array().dup('c').data().asDouble();
        }
        double[] values = new double[Math.toIntExact(tensor.elements())];
        Cursor cursor = new Cursor(tensor);
        for (int i = 0; i < values.length; i++) {
            values[i] = cursor.get();
        }
        Reference.reachabilityFence(tensor);
        return values;
    }

    static int[] readInts(Tensor tensor) {
        if (!onHost(tensor)) {
            return tensor.array().dup('c').data().asInt();
        }
        int[] values = new int[Math.toIntExact(tensor.elements())];
        Cursor cursor = new Cursor(tensor);
        if (tensor.isContiguous() && tensor.dtype() == DType.INT32) {
            cursor.buffer.asIntBuffer().get(values);
        } else {
            for (int i = 0; i < values.length; i++) {
                values[i] = cursor.getInt();
            }
        }
        Reference.reachabilityFence(tensor);
        return values;
    }

    static long[] readLongs(Tensor tensor) {
        if (!onHost(tensor)) {
            return tensor.array().dup('c').data().asLong();
        }
        long[] values = new long[Math.toIntExact(tensor.elements())];
        Cursor cursor = new Cursor(tensor);
        for (int i = 0; i < values.length; i++) {
            values[i] = cursor.getLong();
        }
        Reference.reachabilityFence(tensor);
        return values;
    }

    static double first(Tensor tensor) {
        if (!onHost(tensor)) {
            return tensor.array().getDouble(0);
        }
        tensor.requireOpen();
        Storage storage = tensor.storage();
        long at = tensor.offset() * tensor.dtype().bytes();
        double value = at < Integer.MAX_VALUE - 16
                ? get(storage.buffer(), (int) at, tensor.dtype())
                : new Cursor(tensor).get();
        Reference.reachabilityFence(tensor);
        return value;
    }

    private static boolean onHost(Tensor tensor) {
        tensor.requireOpen();
        return tensor.storage().address() != 0;
    }

    private static void assign(Tensor tensor, INDArray values) {
        tensor.array()
                .assign(values.castTo(Nd4jMemory.dataType(tensor.dtype()))
                        .reshape(tensor.shape().dims()));
    }

    private static void check(Tensor tensor, int received) {
        if (tensor.elements() != received) {
            throw new ShapeMismatchException("A tensor of shape " + tensor.shape() + " takes " + tensor.elements()
                    + " values, received " + received);
        }
    }

    private static double get(ByteBuffer buffer, int at, DType dtype) {
        return switch (dtype) {
            case FLOAT32 -> buffer.getFloat(at);
            case FLOAT64 -> buffer.getDouble(at);
            case BFLOAT16 -> Float.intBitsToFloat(buffer.getShort(at) << 16);
            case INT64 -> buffer.getLong(at);
            case INT32 -> buffer.getInt(at);
            case UINT8 -> buffer.get(at) & 0xFF;
        };
    }

    static String print(Tensor tensor) {
        double[] values = readDoubles(tensor);
        StringBuilder text = new StringBuilder();
        print(text, tensor.shape().dims(), 0, values, new int[1], tensor.dtype());
        return text.toString();
    }

    private static void print(StringBuilder text, long[] dims, int axis, double[] values, int[] next, DType dtype) {
        if (axis == dims.length) {
            double value = values[next[0]++];
            text.append(
                    switch (dtype) {
                        case FLOAT64 -> Double.toString(value);
                        case FLOAT32, BFLOAT16 -> Float.toString((float) value);
                        default -> Long.toString((long) value);
                    });
            return;
        }
        text.append('[');
        for (long i = 0; i < dims[axis]; i++) {
            if (i > 0) {
                text.append(", ");
            }
            print(text, dims, axis + 1, values, next, dtype);
        }
        text.append(']');
    }

    /** Walks over a tensor's elements in row-major order. */
    private static final class Cursor {
        private final ByteBuffer buffer;
        private final DType dtype;
        private final long[] dims;
        private final long[] strides;
        private final long[] position;
        private final long count;
        private long at;

        Cursor(Tensor tensor) {
            dtype = tensor.dtype();
            dims = tensor.shape().dims();
            strides = tensor.strides();
            position = new long[dims.length];
            count = tensor.elements();
            long last = 0;
            for (int i = 0; i < dims.length; i++) {
                last += Math.max(0, dims[i] - 1) * strides[i];
            }
            long length = count == 0 ? 0 : (last + 1) * dtype.bytes();
            buffer = tensor.storage().buffer(tensor.offset() * dtype.bytes(), length);
        }

        private int next() {
            int current = Math.toIntExact(at * dtype.bytes());
            for (int i = dims.length - 1; i >= 0; i--) {
                at += strides[i];
                if (++position[i] < dims[i]) {
                    break;
                }
                at -= dims[i] * strides[i];
                position[i] = 0;
            }
            return current;
        }

        double get() {
            return HostAccess.get(buffer, next(), dtype);
        }

        int getInt() {
            int index = next();
            return dtype == DType.INT64
                    ? Math.toIntExact(buffer.getLong(index))
                    : (int) HostAccess.get(buffer, index, dtype);
        }

        long getLong() {
            int index = next();
            return dtype == DType.INT64 ? buffer.getLong(index) : (long) HostAccess.get(buffer, index, dtype);
        }

        void put(double value) {
            int index = next();
            switch (dtype) {
                case FLOAT32 -> buffer.putFloat(index, (float) value);
                case FLOAT64 -> buffer.putDouble(index, value);
                case BFLOAT16 -> buffer.putShort(index, bfloat16((float) value));
                case INT64 -> buffer.putLong(index, (long) value);
                case INT32 -> buffer.putInt(index, (int) value);
                case UINT8 -> buffer.put(index, (byte) (int) value);
            }
        }

        void putLong(long value) {
            if (dtype == DType.INT64) {
                buffer.putLong(next(), value);
            } else {
                put(value);
            }
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
