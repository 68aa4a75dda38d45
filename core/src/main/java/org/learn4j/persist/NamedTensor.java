package org.learn4j.persist;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.learn4j.tensor.DType;

/**
 * A tensor on its way into a file: name, type, shape, and the memory it lies in.
 *
 * <pre>{@code
 * var weight = NamedTensor.of("model/0/weight", DType.FLOAT32, new long[] {10, 784}, tensor.bytes());
 * SafeTensors.write(path, List.of(weight), manifest);
 * }</pre>
 */
public final class NamedTensor {
    private final String name;
    private final DType dtype;
    private final long[] shape;
    private final long bytes;
    private final Supplier<List<ByteBuffer>> memory;

    private NamedTensor(String name, DType dtype, long[] shape, Supplier<List<ByteBuffer>> memory) {
        if (!Limits.isName(name)) {
            throw new IllegalArgumentException("a tensor's name has 1 to " + Limits.NAME
                    + " printable characters, received " + Limits.quote(name));
        }
        if (shape.length > Limits.RANK) {
            throw new IllegalArgumentException(
                    Limits.quote(name) + ": at most " + Limits.RANK + " dimensions, received " + shape.length);
        }
        this.name = name;
        this.dtype = dtype;
        this.shape = shape.clone();
        this.memory = memory;
        try {
            this.bytes = Extent.bytes(ElementType.of(dtype), shape);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    Limits.quote(name) + ": not the shape of a tensor: " + Arrays.toString(shape), e);
        }
    }

    /**
     * A tensor in one piece of memory.
     *
     * @param name 1 to 256 printable characters
     * @param dtype the type of the elements
     * @param shape the dimensions, at most 8; none for a single number
     * @param bytes the elements from position to limit, rows last, each little-endian; direct or not, it is only read
     * @throws IllegalArgumentException if the name or the shape is not allowed
     */
    public static NamedTensor of(String name, DType dtype, long[] shape, ByteBuffer bytes) {
        return new NamedTensor(name, dtype, shape, () -> List.of(bytes));
    }

    /**
     * A tensor in one or more pieces of memory, as a tensor over 2 GiB needs. The pieces are asked for twice, for the
     * checksum and for the file, and have to hold the same bytes both times.
     *
     * @param name 1 to 256 printable characters
     * @param dtype the type of the elements
     * @param shape the dimensions, at most 8; none for a single number
     * @param bytes gives the elements in order, as {@link #of(String, DType, long[], ByteBuffer)} describes
     * @throws IllegalArgumentException if the name or the shape is not allowed
     */
    public static NamedTensor of(String name, DType dtype, long[] shape, Supplier<List<ByteBuffer>> bytes) {
        return new NamedTensor(name, dtype, shape, bytes);
    }

    /** Returns the name. */
    public String name() {
        return name;
    }

    /** Returns the type of the elements. */
    public DType dtype() {
        return dtype;
    }

    /** Returns the dimensions. */
    public long[] shape() {
        return shape.clone();
    }

    /** Returns the size of all elements. */
    public long byteSize() {
        return bytes;
    }

    /** Returns the elements in views of their own, so that no position of the owner's moves. */
    List<ByteBuffer> memory() {
        List<ByteBuffer> views =
                memory.get().stream().map(ByteBuffer::duplicate).toList();
        long received = views.stream().mapToLong(ByteBuffer::remaining).sum();
        if (received != bytes) {
            throw new IllegalArgumentException(
                    Limits.quote(name) + ": its shape needs " + bytes + " bytes, its memory has " + received);
        }
        return views;
    }

    @Override
    public String toString() {
        return Limits.quote(name) + " " + dtype + Arrays.toString(shape);
    }
}
