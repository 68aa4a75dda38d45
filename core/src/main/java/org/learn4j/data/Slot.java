package org.learn4j.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/**
 * The memory of one field in a batch, written row by row: in row-major order or, if the field says so, channels last.
 */
public final class Slot implements AutoCloseable {
    private final Field field;
    private final int width;
    private final Tensor tensor;
    private final ByteBuffer memory;
    private final FloatBuffer floats;
    private final IntBuffer ints;
    private final boolean staged;

    Slot(Field field, int rows) {
        this.field = field;
        this.width = Math.toIntExact(field.shape().elements());
        Shape shape = Shape.of(rows).concat(field.shape());
        int bytes = Math.toIntExact(shape.elements() * field.dtype().bytes());
        this.tensor = Tensor.uninitialized(field.dtype(), shape).keep();
        this.staged = tensor.storage().address() == 0;
        this.memory = staged ? ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN) : tensor.bytes();
        this.floats = memory.asFloatBuffer();
        this.ints = memory.asIntBuffer();
    }

    /** Returns what is written here. */
    public Field field() {
        return field;
    }

    /** Writes a row of FLOAT32 numbers, in the order the field has in memory, from part of an array. */
    public void set(int row, float[] values, int from) {
        require(DType.FLOAT32);
        floats.put(row * width, values, from, width);
    }

    /** Writes a row of one FLOAT32 number. */
    public void set(int row, float value) {
        require(DType.FLOAT32);
        floats.put(row * width + column(0, 1), value);
    }

    /** Writes one number of a row. */
    public void set(int row, int column, float value) {
        require(DType.FLOAT32);
        floats.put(row * width + column(column, width), value);
    }

    /** Writes a row of INT32 numbers from part of an array. */
    public void set(int row, int[] values, int from) {
        require(DType.INT32);
        ints.put(row * width, values, from, width);
    }

    /** Writes a row of one INT32 number. */
    public void set(int row, int value) {
        require(DType.INT32);
        ints.put(row * width + column(0, 1), value);
    }

    /** Returns a row's bytes, little endian, to write to; for types other than FLOAT32 and INT32. */
    public ByteBuffer row(int row) {
        int bytes = width * field.dtype().bytes();
        return memory.slice(row * bytes, bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private int column(int column, int expectedWidth) {
        if (width != expectedWidth || column < 0 || column >= width) {
            throw new IndexOutOfBoundsException("A row of the field " + field.name() + " holds " + width
                    + " numbers, received " + (width != expectedWidth ? "one for all of it" : "column " + column));
        }
        return column;
    }

    private void require(DType dtype) {
        if (field.dtype() != dtype) {
            throw new IllegalArgumentException(
                    "The field " + field.name() + " holds " + field.dtype() + ", received " + dtype);
        }
    }

    /** Returns the first rows as a tensor on this memory. */
    Tensor rows(int rows) {
        Shape shape = tensor.shape().with(0, rows);
        Tensor view = tensor.view(shape, strides(shape), 0).keep();
        if (staged) {
            upload(Math.toIntExact(view.elements()));
        }
        return view;
    }

    private long[] strides(Shape shape) {
        if (!field.channelsLast()) {
            return shape.strides();
        }
        long channels = shape.dim(1);
        return new long[] {width, 1, shape.dim(3) * channels, channels};
    }

    /** Copies the first elements to the device, in the order they lie in memory. */
    private void upload(int count) {
        Shape flat = Shape.of(count);
        switch (field.dtype()) {
            case FLOAT32 -> {
                float[] values = new float[count];
                floats.get(0, values);
                try (Tensor target = tensor.view(flat, flat.strides(), 0)) {
                    target.set(values);
                }
            }
            case INT32 -> {
                int[] values = new int[count];
                ints.get(0, values);
                try (Tensor target = tensor.view(flat, flat.strides(), 0)) {
                    target.set(values);
                }
            }
            default ->
                throw new IllegalArgumentException(
                        "On a device backend fields hold FLOAT32 or INT32, received " + field.dtype());
        }
    }

    @Override
    public void close() {
        tensor.close();
    }
}
