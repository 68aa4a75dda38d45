package org.learn4j.tensor;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * Keeps the native blocks that scopes give back and hands them out again, so that a training step allocates nothing once
 * the first steps have shown what it needs. Closing the pool frees what lies in it; blocks still in use are freed when
 * their tensors close.
 *
 * <p>Thread-safe.
 */
public final class MemoryPool implements AutoCloseable {
    private static final long SMALL = 4096;

    private final Map<Long, ArrayDeque<Storage>> free = new HashMap<>();
    private boolean closed;

    /** Opens a scope on this thread whose tensors draw from this pool. */
    public TensorScope scope() {
        return TensorScope.open(this);
    }

    /** Returns a block of at least the given size. */
    Storage take(long bytes) {
        long size = round(bytes);
        synchronized (this) {
            ArrayDeque<Storage> blocks = free.get(size);
            if (blocks != null) {
                Storage block = blocks.pollLast();
                if (block != null) {
                    return block;
                }
            }
        }
        return Storage.allocate(size, this);
    }

    synchronized boolean takeBack(Storage block) {
        if (closed) {
            return false;
        }
        free.computeIfAbsent(block.bytes(), size -> new ArrayDeque<>()).addLast(block);
        return true;
    }

    /** Rounds up so that nearly equal sizes share blocks: at most an eighth is wasted. */
    private static long round(long bytes) {
        if (bytes <= SMALL) {
            return (Math.max(bytes, 1) + 63) & -64;
        }
        long step = Long.highestOneBit(bytes) >>> 3;
        return (bytes + step - 1) & -step;
    }

    /** Frees every block that lies in the pool. Calling it again does nothing. */
    @Override
    public synchronized void close() {
        closed = true;
        for (ArrayDeque<Storage> blocks : free.values()) {
            blocks.forEach(Storage::free);
        }
        free.clear();
    }
}
