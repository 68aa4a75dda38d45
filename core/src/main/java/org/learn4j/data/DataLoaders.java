package org.learn4j.data;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.learn4j.tensor.Seed;

/**
 * The pair a learner works on: a shuffled loader of training items and one of validation items in order.
 *
 * <pre>{@code
 * DataLoaders data = DataLoaders.of(dataset).split(Splitter.randomly(0.2, Seed.of(1))).batchSize(64).build();
 * }</pre>
 */
public final class DataLoaders implements AutoCloseable {
    private final DataLoader train;
    private final @Nullable DataLoader valid;

    private DataLoaders(DataLoader train, @Nullable DataLoader valid) {
        this.train = train;
        this.valid = valid;
    }

    /** Returns the pair of two loaders made elsewhere. */
    public static DataLoaders of(DataLoader train, DataLoader valid) {
        return new DataLoaders(train, valid);
    }

    /** Returns a training loader without validation. */
    public static DataLoaders trainingOnly(DataLoader train) {
        return new DataLoaders(train, null);
    }

    /** Starts building the pair from one data set; by default a random fifth validates. */
    public static Builder of(Dataset dataset) {
        return new Builder(dataset, null);
    }

    /** Starts building the pair from a data set that trains and one that validates. */
    public static Builder of(Dataset train, Dataset valid) {
        return new Builder(train, valid);
    }

    /** Returns the training items' loader. */
    public DataLoader train() {
        return train;
    }

    /** Returns the validation items' loader; nothing if there are none. */
    public Optional<DataLoader> valid() {
        return Optional.ofNullable(valid);
    }

    /** Returns the names of the classes; empty if the target has none. */
    public List<String> classes() {
        return train.dataset().classes();
    }

    /** Frees the batches' memory. */
    @Override
    public void close() {
        train.close();
        if (valid != null) {
            valid.close();
        }
    }

    /** Settings of the pair. */
    public static final class Builder {
        private final Dataset train;
        private final @Nullable Dataset valid;
        private @Nullable Splitter splitter;
        private int batchSize = 64;
        private int validBatchSize;
        private int workers = 1;
        private Seed seed = Seed.of(42);
        private double @Nullable [] weights;

        private Builder(Dataset train, @Nullable Dataset valid) {
            this.train = train;
            this.valid = valid;
        }

        /** Sets which items validate; a random fifth by default. */
        public Builder split(Splitter chosen) {
            if (valid != null) {
                throw new IllegalStateException("The validation data set was given; there is nothing to split");
            }
            this.splitter = chosen;
            return this;
        }

        /** Sets the number of items in a batch, 64 by default. */
        public Builder batchSize(int size) {
            this.batchSize = size;
            return this;
        }

        /** Sets the number of items in a validation batch, as in training by default. */
        public Builder validBatchSize(int size) {
            this.validBatchSize = size;
            return this;
        }

        /** Sets the number of threads that assemble batches, 1 by default. */
        public Builder workers(int threads) {
            this.workers = threads;
            return this;
        }

        /** Sets the seed of the split and of the order, 42 by default. */
        public Builder seed(long number) {
            this.seed = Seed.of(number);
            return this;
        }

        /** Draws training items with replacement in proportion to these weights, one for each training item. */
        public Builder weights(double... itemWeights) {
            this.weights = itemWeights.clone();
            return this;
        }

        /** Returns the pair. */
        public DataLoaders build() {
            DataLoader.Builder training = DataLoader.of(train);
            DataLoader.Builder validating = DataLoader.of(valid == null ? train : valid);
            boolean validates = true;
            if (valid == null) {
                Splitter chosen = splitter == null ? Splitter.randomly(0.2, seed) : splitter;
                Split split = chosen.split(train.size());
                training.items(split.train());
                validating.items(split.valid());
                validates = split.valid().length > 0;
            }
            if (weights != null) {
                training.weights(weights);
            }
            DataLoader trainLoader = training.batchSize(batchSize)
                    .workers(workers)
                    .shuffle(seed.fold("train"))
                    .build();
            DataLoader validLoader = validating
                    .batchSize(validBatchSize == 0 ? batchSize : validBatchSize)
                    .workers(workers)
                    .build();
            return validates ? of(trainLoader, validLoader) : trainingOnly(trainLoader);
        }
    }
}
