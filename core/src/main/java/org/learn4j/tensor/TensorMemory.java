package org.learn4j.tensor;

import java.util.concurrent.atomic.AtomicLong;

/** What tensors hold of native memory in this JVM. */
public final class TensorMemory {
    private static final AtomicLong BYTES = new AtomicLong();
    private static final AtomicLong BLOCKS = new AtomicLong();
    private static final AtomicLong ALLOCATIONS = new AtomicLong();

    private TensorMemory() {}

    /** Returns the bytes allocated and not yet freed, pooled blocks included. */
    public static long bytesInUse() {
        return BYTES.get();
    }

    /** Returns the number of blocks allocated and not yet freed. */
    public static long blocksInUse() {
        return BLOCKS.get();
    }

    /** Returns how many blocks were ever allocated; constant while training is in its steady state. */
    public static long allocations() {
        return ALLOCATIONS.get();
    }

    static void allocated(long bytes) {
        BYTES.addAndGet(bytes);
        BLOCKS.incrementAndGet();
        ALLOCATIONS.incrementAndGet();
    }

    static void freed(long bytes) {
        BYTES.addAndGet(-bytes);
        BLOCKS.decrementAndGet();
    }

    static String describe() {
        return BYTES.get() + " bytes in " + BLOCKS.get() + " blocks are in use by tensors";
    }
}
