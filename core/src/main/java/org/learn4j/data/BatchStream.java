package org.learn4j.data;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one epoch in order. Workers fill the memories of a ring ahead of the caller; each memory is filled again
 * once the batch in it has been used.
 */
public final class BatchStream implements AutoCloseable {
    private final DataLoader loader;
    private final BatchMemory[] ring;
    private final int[] order;
    private final int batches;
    private final Thread[] threads;

    // guarded by this
    private final int[] filled;
    private int assigned;
    private int next;
    private @Nullable Throwable failure;
    private boolean closed;

    private @Nullable Batch current;

    BatchStream(DataLoader loader, BatchMemory[] ring, int[] order, int fromBatch, int workers) {
        this.loader = loader;
        this.ring = ring;
        this.order = order;
        this.batches = loader.batches();
        this.assigned = fromBatch;
        this.next = fromBatch;
        this.filled = new int[ring.length];
        Arrays.fill(filled, -1);
        this.threads = new Thread[workers];
        for (int i = 0; i < workers; i++) {
            threads[i] = new Thread(this::work, "learn4j-loader-" + i);
            threads[i].setDaemon(true);
            threads[i].start();
        }
    }

    /**
     * Returns the next batch, or null after the last. The batch before is no longer valid.
     *
     * @throws IllegalStateException if an item could not be read; the cause says why
     */
    public @Nullable Batch next() {
        release();
        if (next >= batches) {
            return null;
        }
        int number = next;
        int[] items = items(number);
        BatchMemory memory = ring[number % ring.length];
        if (threads.length == 0) {
            memory.fill(items);
        } else {
            await(number);
        }
        Batch batch = memory.batch(number, items);
        current = batch;
        synchronized (this) {
            next = number + 1;
        }
        return batch;
    }

    private void release() {
        if (current != null) {
            current.close();
            current = null;
            synchronized (this) {
                notifyAll();
            }
        }
    }

    private synchronized void await(int number) {
        boolean interrupted = false;
        while (filled[number % ring.length] != number && failure == null) {
            try {
                wait();
            } catch (InterruptedException stop) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (filled[number % ring.length] != number) {
            throw new IllegalStateException("Batch " + number + " could not be assembled: " + failure, failure);
        }
    }

    private int[] items(int number) {
        int from = number * loader.batchSize();
        return Arrays.copyOfRange(order, from, Math.min(order.length, from + loader.batchSize()));
    }

    private void work() {
        while (true) {
            int number = takeNumber();
            if (number < 0) {
                return;
            }
            try {
                ring[number % ring.length].fill(items(number));
            } catch (Throwable problem) {
                fail(problem);
                return;
            }
            synchronized (this) {
                filled[number % ring.length] = number;
                notifyAll();
            }
        }
    }

    /** Waits until the memory for the next batch is free: the batch that was in it has been used. */
    private synchronized int takeNumber() {
        if (assigned >= batches) {
            return -1;
        }
        int number = assigned++;
        while (!closed && failure == null && !isFree(number)) {
            try {
                wait();
            } catch (InterruptedException stop) {
                return -1;
            }
        }
        return closed || failure != null ? -1 : number;
    }

    private boolean isFree(int number) {
        int used = current == null ? next : next - 1;
        return number - ring.length < used;
    }

    private synchronized void fail(Throwable problem) {
        if (failure == null) {
            failure = problem;
        }
        notifyAll();
    }

    /** Stops the workers and lets the loader open another epoch. Calling it again does nothing. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            notifyAll();
        }
        boolean interrupted = false;
        for (Thread thread : threads) {
            thread.interrupt();
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException stop) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        release();
        loader.released();
    }
}
