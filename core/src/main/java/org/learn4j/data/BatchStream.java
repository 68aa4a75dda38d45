package org.learn4j.data;

import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one epoch in order. Workers fill the memories of a ring ahead of the caller; each memory is filled again
 * once the batch in it has been used. For one thread at a time.
 */
public final class BatchStream implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 50;

    private final DataLoader loader;
    private final BatchMemory[] ring;
    private final int epoch;
    private final int[] order;
    private final int batchSize;
    private final int batches;
    private final Thread[] threads;

    // guarded by this: the batch that lies in each memory, the next one a worker takes, and the first one not used yet
    private final int[] filled;
    private int assigned;
    private int unused;
    private @Nullable Failure failure;
    private volatile boolean closed;

    // the caller's
    private int next;
    private @Nullable Batch current;

    BatchStream(DataLoader loader, BatchMemory[] ring, int epoch, int fromBatch, int workers) {
        this.loader = loader;
        this.ring = ring;
        this.epoch = epoch;
        this.order = loader.order(epoch);
        this.batchSize = loader.batchSize();
        this.batches = loader.batches();
        this.assigned = fromBatch;
        this.unused = fromBatch;
        this.next = fromBatch;
        this.filled = new int[ring.length];
        Arrays.fill(filled, -1);
        this.threads = new Thread[Math.min(workers, batches - fromBatch)];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = new Thread(this::work, "learn4j-loader-" + i);
            threads[i].setDaemon(true);
        }
    }

    void start() {
        for (Thread thread : threads) {
            thread.start();
        }
    }

    /**
     * Returns the next batch, or null after the last. The batch before is no longer valid. An interrupt does not end the
     * wait for a batch that is being assembled; the thread is still marked as interrupted afterwards.
     *
     * @throws IllegalStateException if an item could not be read; the cause says why. Batches before it come first
     */
    public @Nullable Batch next() {
        return next(() -> false);
    }

    /**
     * {@link #next()} that gives up waiting, and returns null, when {@code stopped} says so. This thread asks it, several times a
     * second while it waits and after an interrupt.
     */
    public @Nullable Batch next(BooleanSupplier stopped) {
        requireOpen();
        release();
        if (next >= batches) {
            return null;
        }
        int number = next;
        if (threads.length == 0) {
            fill(number, stopped);
        }
        if (!await(number, stopped)) {
            return null;
        }
        Batch batch = ring[number % ring.length].batch(number, items(number));
        current = batch;
        next = number + 1;
        return batch;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("This stream of batches was closed; open another epoch");
        }
    }

    private void release() {
        Batch used = current;
        if (used != null) {
            current = null;
            used.close();
            synchronized (this) {
                unused = used.number() + 1;
                notifyAll();
            }
        }
    }

    /** Waits until a batch is filled; returns false if stopped before. */
    private synchronized boolean await(int number, BooleanSupplier stopped) {
        boolean interrupted = false;
        boolean given = isFilled(number);
        while (!closed && !given && !failedUpTo(number)) {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            if (threads.length == 0 || stopped.getAsBoolean()) {
                return false;
            }
            interrupted |= Thread.interrupted();
            try {
                wait(PATIENCE_MILLIS);
            } catch (InterruptedException stop) {
                interrupted = true;
            }
            given = isFilled(number);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        requireOpen();
        Failure problem = failure;
        if (problem != null && problem.batch <= number) {
            throw new IllegalStateException(
                    "Batch " + problem.batch + " could not be assembled, item " + problem.item + ": " + problem.cause,
                    problem.cause);
        }
        return true;
    }

    private boolean isFilled(int number) {
        return filled[number % ring.length] == number;
    }

    private int[] items(int number) {
        int from = number * batchSize;
        return Arrays.copyOfRange(order, from, (int) Math.min(order.length, (long) from + batchSize));
    }

    private void work() {
        for (int number = takeNumber(); number >= 0; number = takeNumber()) {
            fill(number, () -> closed);
        }
    }

    private void fill(int number, BooleanSupplier stopped) {
        BatchMemory memory = ring[number % ring.length];
        int[] items = items(number);
        for (int row = 0; row < items.length; row++) {
            if (stopped.getAsBoolean()) {
                return;
            }
            try {
                memory.write(epoch, items[row], row);
            } catch (Throwable problem) {
                fail(new Failure(number, items[row], problem));
                return;
            }
        }
        synchronized (this) {
            filled[number % ring.length] = number;
            notifyAll();
        }
    }

    /** Waits until the memory for the next batch is free: the batch that was in it has been used. */
    private synchronized int takeNumber() {
        if (assigned >= batches) {
            return -1;
        }
        int number = assigned++;
        while (!closed && !failedUpTo(number) && number - ring.length >= unused) {
            try {
                wait();
            } catch (InterruptedException stop) {
                // only close() ends a worker
            }
        }
        return closed || failedUpTo(number) ? -1 : number;
    }

    private synchronized boolean failedUpTo(int number) {
        return failure != null && failure.batch <= number;
    }

    /** Keeps the failure of the first batch that has one: numbers are taken in order, so those before it are complete or under way. */
    private synchronized void fail(Failure problem) {
        if (failure == null || problem.batch < failure.batch) {
            failure = problem;
        }
        notifyAll();
    }

    /**
     * Stops the workers, each after the item it is reading, and lets the loader open another epoch. Calling it again does
     * nothing.
     */
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
        loader.released(this);
    }

    private record Failure(int batch, int item, Throwable cause) {}
}
