package org.learn4j.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.learn4j.tensor.RandomStream;
import org.learn4j.tensor.Seed;

/**
 * Turns a data set's items into batches, assembled on other threads into native memory that is reused.
 *
 * <pre>{@code
 * try (DataLoader loader = DataLoader.of(dataset).batchSize(64).shuffle(Seed.of(42)).build();
 *         BatchStream batches = loader.open(0, 0)) {
 *     for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
 *         use(batch);
 *     }
 * }
 * }</pre>
 *
 * <p>The order of epoch e follows from the seed and e alone, whatever the number of workers. A shuffled loader drops a last
 * batch that is not full, because batch normalisation cannot train on one row (fastai's rule); others keep it.
 */
public final class DataLoader implements AutoCloseable {
    private final Dataset dataset;
    private final int[] items;
    private final int batchSize;
    private final @Nullable Seed shuffle;
    private final double @Nullable [] cumulativeWeights;
    private final boolean dropLast;
    private final int workers;
    private BatchMemory @Nullable [] memories;
    private @Nullable BatchStream open;

    private DataLoader(Builder builder) {
        this.dataset = builder.dataset;
        this.items = builder.items;
        this.batchSize = builder.batchSize;
        this.shuffle = builder.shuffle;
        this.cumulativeWeights = builder.cumulativeWeights();
        this.dropLast = builder.dropLast == null ? builder.shuffle != null : builder.dropLast;
        this.workers = builder.workers;
    }

    /** Starts building a loader over all items of a data set. */
    public static Builder of(Dataset dataset) {
        return new Builder(dataset);
    }

    /** Returns the data set. */
    public Dataset dataset() {
        return dataset;
    }

    /** Returns the number of items. */
    public int size() {
        return items.length;
    }

    /** Returns the largest number of items in a batch. */
    public int batchSize() {
        return batchSize;
    }

    /** Returns the number of batches in an epoch. */
    public int batches() {
        int full = items.length / batchSize;
        return dropLast || full * batchSize == items.length ? full : full + 1;
    }

    /** Returns a loader of the same data that visits every item in order and drops nothing, for predictions. */
    public DataLoader inOrder() {
        return of(dataset).items(items).batchSize(batchSize).workers(workers).build();
    }

    /**
     * Checks that an epoch has batches.
     *
     * @throws IllegalStateException if it has none, saying why
     */
    public void requireBatches() {
        if (batches() == 0) {
            throw new IllegalStateException(
                    items.length == 0
                            ? "There are no batches: the data set has no items"
                            : "There are no batches: " + items.length + " items make no full batch of " + batchSize
                                    + " and the last batch is dropped. Use a batch size of at most " + items.length);
        }
    }

    /**
     * Starts an epoch at one of its batches. One epoch is open at a time.
     *
     * @throws IllegalStateException if there is no batch in an epoch, or one is open
     * @throws IndexOutOfBoundsException if {@code fromBatch} is negative or more than {@link #batches()}
     */
    public synchronized BatchStream open(int epoch, int fromBatch) {
        requireBatches();
        if (fromBatch < 0 || fromBatch > batches()) {
            throw new IndexOutOfBoundsException(
                    "An epoch of " + batches() + " batches starts at one of them, received " + fromBatch);
        }
        if (open != null) {
            throw new IllegalStateException("An epoch of this loader is open already; close its stream first");
        }
        BatchStream stream = new BatchStream(this, memories(), epoch, fromBatch, workers);
        open = stream;
        try {
            stream.start();
        } catch (Throwable failure) {
            stream.close();
            throw failure;
        }
        return stream;
    }

    private BatchMemory[] memories() {
        BatchMemory[] ring = memories;
        if (ring == null) {
            List<BatchMemory> made = new ArrayList<>();
            try {
                for (int i = 0; i <= workers; i++) {
                    made.add(new BatchMemory(dataset, Math.min(batchSize, items.length)));
                }
            } catch (RuntimeException | Error failure) {
                made.forEach(BatchMemory::close);
                throw failure;
            }
            ring = made.toArray(BatchMemory[]::new);
            memories = ring;
        }
        return ring;
    }

    synchronized void released(BatchStream stream) {
        if (open == stream) {
            open = null;
        }
    }

    /** Returns the items in the order of an epoch. */
    int[] order(int epoch) {
        if (shuffle == null) {
            return items;
        }
        RandomStream stream = shuffle.fold("order").fold(epoch).stream();
        double[] weights = cumulativeWeights;
        if (weights != null) {
            int[] drawn = new int[items.length];
            for (int i = 0; i < drawn.length; i++) {
                drawn[i] = items[draw(weights, stream)];
            }
            return drawn;
        }
        int[] order = stream.permutation(items.length);
        for (int i = 0; i < order.length; i++) {
            order[i] = items[order[i]];
        }
        return order;
    }

    /** Returns the first position whose sum of weights exceeds a random share of them all; one of weight 0 never does. */
    private static int draw(double[] sums, RandomStream stream) {
        double total = sums[sums.length - 1];
        double share = stream.nextDouble(0, total);
        int at = Arrays.binarySearch(sums, share);
        int position = at < 0 ? -at - 1 : at;
        while (sums[position] <= share) {
            position++;
        }
        return position;
    }

    /** Ends an epoch that is open and frees the batches' memory. Calling it again does nothing. */
    @Override
    public void close() {
        BatchStream stream;
        synchronized (this) {
            stream = open;
        }
        if (stream != null) {
            stream.close();
        }
        synchronized (this) {
            if (memories != null) {
                for (BatchMemory memory : memories) {
                    memory.close();
                }
                memories = null;
            }
        }
    }

    /** Settings of a loader. */
    public static final class Builder {
        private final Dataset dataset;
        private int[] items;
        private int batchSize = 64;
        private @Nullable Seed shuffle;
        private double @Nullable [] weights;
        private @Nullable Boolean dropLast;
        private int workers = 1;

        private Builder(Dataset dataset) {
            this.dataset = dataset;
            this.items = IntStream.range(0, dataset.size()).toArray();
        }

        /** Uses only these items of the data set, in this order. */
        public Builder items(int... chosen) {
            for (int item : chosen) {
                if (item < 0 || item >= dataset.size()) {
                    throw new IndexOutOfBoundsException("Items lie in [0, " + dataset.size() + "), received " + item);
                }
            }
            this.items = chosen.clone();
            return this;
        }

        /** Sets the number of items in a batch, 64 by default. */
        public Builder batchSize(int size) {
            if (size < 1) {
                throw new IllegalArgumentException("A batch size is at least 1, received " + size);
            }
            this.batchSize = size;
            return this;
        }

        /** Visits the items in another order each epoch; off by default. */
        public Builder shuffle(Seed seed) {
            this.shuffle = seed;
            return this;
        }

        /**
         * Draws items with replacement in proportion to these weights, one for each item of the loader; needs a seed from
         * {@link #shuffle} (fastai's WeightedDL).
         */
        public Builder weights(double... itemWeights) {
            this.weights = itemWeights.clone();
            return this;
        }

        /** Drops a last batch that is not full, or keeps it; dropped by default if shuffled. */
        public Builder dropLast(boolean drop) {
            this.dropLast = drop;
            return this;
        }

        /** Sets the number of threads that assemble batches, 1 by default; 0 assembles on the caller's thread. */
        public Builder workers(int threads) {
            if (threads < 0) {
                throw new IllegalArgumentException("The number of workers is not negative, received " + threads);
            }
            this.workers = threads;
            return this;
        }

        private double @Nullable [] cumulativeWeights() {
            double[] given = weights;
            if (given == null) {
                return null;
            }
            if (shuffle == null) {
                throw new IllegalStateException("Weighted sampling draws items at random: give shuffle(seed) too");
            }
            if (given.length != items.length) {
                throw new IllegalArgumentException(
                        "One weight an item is expected: " + items.length + " items, received " + given.length);
            }
            double[] sums = new double[given.length];
            double sum = 0;
            for (int i = 0; i < given.length; i++) {
                if (!(given[i] >= 0) || Double.isInfinite(given[i])) {
                    throw new IllegalArgumentException(
                            "Weights are finite and not negative, received " + given[i] + " for item " + items[i]);
                }
                sums[i] = sum += given[i];
            }
            if (!(sum > 0) || Double.isInfinite(sum)) {
                throw new IllegalArgumentException(
                        "Weights have a positive, finite sum, received weights that sum to " + sum);
            }
            return sums;
        }

        /** Returns the loader. */
        public DataLoader build() {
            return new DataLoader(this);
        }
    }
}
