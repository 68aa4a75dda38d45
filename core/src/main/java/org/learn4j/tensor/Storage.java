package org.learn4j.tensor;

import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A block of native memory that tensors view, counted by the tensors that use it.
 *
 * <p>For kernels only: everything else goes through {@link Tensor}. Memory comes from JavaCPP, 64-byte aligned, so that
 * {@code Pointer.totalBytes()} counts it and its limits hold; or it belongs to an ND4J array that was handed in; or, on an
 * ND4J backend with memory of its own (CUDA), ND4J allocates it and only ND4J operations may touch it.
 */
public final class Storage {
    private static final int ALIGNMENT = 64;
    private static final Cleaner CLEANER = Cleaner.create();

    private final long bytes;
    private final @Nullable Pointer pointer;
    private final long address;
    private final @Nullable INDArray foreign;
    private final @Nullable MemoryPool pool;
    private Cleaner.@Nullable Cleanable count;
    private volatile @Nullable ByteBuffer buffer;
    private volatile @Nullable FloatBuffer floats;
    private int references;

    private Storage(
            long bytes,
            @Nullable Pointer pointer,
            long address,
            @Nullable INDArray foreign,
            @Nullable MemoryPool pool) {
        this.bytes = bytes;
        this.pointer = pointer;
        this.address = address;
        this.foreign = foreign;
        this.pool = pool;
    }

    static Storage allocate(long bytes, @Nullable MemoryPool pool) {
        try {
            AllocationFaults.check(bytes);
            Pointer pointer = new BytePointer(bytes + ALIGNMENT);
            long address = (pointer.address() + ALIGNMENT - 1) & -ALIGNMENT;
            Storage storage = new Storage(bytes, pointer, address, null, pool);
            TensorMemory.allocated(bytes);
            storage.count = CLEANER.register(storage, new Count(bytes));
            return storage;
        } catch (OutOfMemoryError error) {
            throw new TensorMemoryException(
                    "Could not allocate " + bytes + " bytes of native memory: " + TensorMemory.describe() + ", at most "
                            + Pointer.maxBytes() + " may be (-Dorg.bytedeco.javacpp.maxBytes; the largest heap if not"
                            + " set); smaller batches need less",
                    error);
        }
    }

    /** Wraps the memory of an ND4J array, which stays alive as long as a tensor views it. */
    static Storage of(INDArray array) {
        Pointer data = array.data().pointer();
        long bytes = (array.data().offset() + array.data().length())
                * array.dataType().width();
        long address = Nd4jMemory.onHost() ? data.address() : 0;
        return new Storage(bytes, Nd4jMemory.onHost() ? data : null, address, array, null);
    }

    /** Returns the size in bytes. */
    public long bytes() {
        return bytes;
    }

    /** Returns the first byte's address, or 0 where the memory is not the host's. */
    public long address() {
        return address;
    }

    /** Returns the ND4J array whose memory this is, or null where it is our own. */
    @Nullable
    INDArray foreign() {
        return foreign;
    }

    /**
     * Returns a JavaCPP pointer to the byte at an offset.
     *
     * @throws IllegalStateException if the memory is not the host's
     */
    public Pointer pointer(long byteOffset) {
        return new Address(host(), byteOffset, bytes);
    }

    private long host() {
        if (address == 0) {
            throw new IllegalStateException(
                    "This tensor's memory belongs to an ND4J device backend and has no address on"
                            + " the host; use the ND4J kernels (-Dlearn4j.kernels=nd4j)");
        }
        return address;
    }

    /**
     * Returns the first 2 GiB as a little-endian buffer; one instance, read and written by absolute index only.
     *
     * @throws IllegalStateException if the memory is not the host's
     */
    public ByteBuffer buffer() {
        ByteBuffer view = buffer;
        if (view == null) {
            view = buffer = buffer(0, Math.min(bytes, Integer.MAX_VALUE - 7L));
        }
        return view;
    }

    /** Returns a new little-endian buffer over a range of at most 2 GiB. */
    public ByteBuffer buffer(long byteOffset, long length) {
        BytePointer range = new BytePointer(new Address(host(), byteOffset, length));
        range.capacity(length);
        return range.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Returns {@link #buffer()} as floats. */
    public FloatBuffer floats() {
        FloatBuffer view = floats;
        if (view == null) {
            view = floats = buffer().asFloatBuffer();
        }
        return view;
    }

    /** Returns {@link #buffer()} as doubles. */
    public DoubleBuffer doubles() {
        return buffer().asDoubleBuffer();
    }

    /** Returns {@link #buffer()} as ints. */
    public IntBuffer ints() {
        return buffer().asIntBuffer();
    }

    /** Returns {@link #buffer()} as longs. */
    public LongBuffer longs() {
        return buffer().asLongBuffer();
    }

    synchronized void retain() {
        references++;
    }

    synchronized void release() {
        if (--references == 0) {
            MemoryPool owner = pool;
            if (owner == null || !owner.takeBack(this)) {
                free();
            }
        }
    }

    void free() {
        if (foreign == null && pointer != null) {
            Cleaner.Cleanable counted = count;
            if (counted != null) {
                counted.clean();
            }
            pointer.close();
        }
    }

    /** Takes a block off the books: when it is freed, or when the garbage collector finds that it was forgotten. */
    private record Count(long bytes) implements Runnable {
        @Override
        public void run() {
            TensorMemory.freed(bytes);
        }
    }

    /** A pointer to somewhere inside a block, which does not own it. */
    private static final class Address extends Pointer {
        Address(long address, long byteOffset, long length) {
            this.address = address + byteOffset;
            this.limit = length;
            this.capacity = length;
        }
    }
}
