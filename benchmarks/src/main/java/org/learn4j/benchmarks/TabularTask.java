package org.learn4j.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One training step of the lesson's Rossmann network: 24 embeddings of 217 columns together with dropout .04, 16 numbers with
 * batch norm, then {@link MlpTask}'s 233-1000-500-1 and a sigmoid from 0 to the logarithm of the largest sales.
 */
final class TabularTask {
    static final double EMBEDDING_DROPOUT = .04;
    static final float HIGHEST = 10.8f;

    private static final int[] CATEGORIES = {
        1116, 8, 4, 13, 32, 3, 26, 27, 5, 4, 4, 24, 9, 13, 53, 22, 7, 7, 4, 4, 9, 9, 3, 3
    };
    private static final int[] WIDTHS = {81, 5, 3, 7, 11, 3, 10, 10, 4, 3, 3, 9, 5, 7, 15, 9, 5, 5, 3, 3, 5, 5, 3, 3};
    private static final int NUMBERS = 16;
    private static final int ROWS_AT_LEAST = 12_800;
    private static final int BATCHES_AT_LEAST = 6;

    private final int batchSize;
    private final double dropout;
    private final List<Table> tables;
    private final List<MlpTask.Dense> layers;
    private final List<Batch> batches;

    private TabularTask(
            int batchSize, double dropout, List<Table> tables, List<MlpTask.Dense> layers, List<Batch> batches) {
        this.batchSize = batchSize;
        this.dropout = dropout;
        this.tables = tables;
        this.layers = layers;
        this.batches = batches;
    }

    /** Makes the task for batches of so many rows: the same weights for every batch size. */
    static TabularTask of(int batchSize) {
        var random = new SplittableRandom(7);
        var tables = new ArrayList<Table>();
        for (int i = 0; i < CATEGORIES.length; i++) {
            tables.add(Table.random(CATEGORIES[i], WIDTHS[i], random));
        }
        int count = Math.max(BATCHES_AT_LEAST, (ROWS_AT_LEAST + batchSize - 1) / batchSize);
        var batches = new ArrayList<Batch>();
        for (int i = 0; i < count; i++) {
            batches.add(Batch.random(batchSize, random));
        }
        return new TabularTask(
                batchSize, EMBEDDING_DROPOUT, List.copyOf(tables), MlpTask.of(1).layers(), List.copyOf(batches));
    }

    /** Returns the same task with every dropout probability 0, so that all contenders compute the same numbers. */
    TabularTask withoutDropout() {
        var same = layers.stream().map(MlpTask.Dense::withoutDropout).toList();
        return new TabularTask(batchSize, 0, tables, same, batches);
    }

    int batchSize() {
        return batchSize;
    }

    /** Returns the probability of a zero among all embeddings. */
    double dropout() {
        return dropout;
    }

    /** Returns the embedding of each categorical column. */
    List<Table> tables() {
        return tables;
    }

    /** Returns the number of continuous columns. */
    int numbers() {
        return NUMBERS;
    }

    /** Returns the layers behind embeddings and numbers. */
    List<MlpTask.Dense> layers() {
        return layers;
    }

    /** Returns the batches to take in rotation, in this order. */
    List<Batch> batches() {
        return batches;
    }

    /**
     * An embedding's initial state. The array is shared: read it, never write.
     *
     * @param weights row-major {@code [categories][width]}
     */
    record Table(int categories, int width, float[] weights) {
        static Table random(int categories, int width, SplittableRandom random) {
            var weights = new float[categories * width];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = (float) (.01 * random.nextGaussian());
            }
            return new Table(categories, width, weights);
        }
    }

    /**
     * Rows and their targets. The arrays are shared: read them, never write.
     *
     * @param codes row-major {@code [rows][24]}
     * @param numbers row-major {@code [rows][16]}
     * @param targets one for each row, logarithms of sales
     */
    record Batch(int[] codes, float[] numbers, float[] targets) {
        static Batch random(int rows, SplittableRandom random) {
            var codes = new int[rows * CATEGORIES.length];
            for (int i = 0; i < codes.length; i++) {
                codes[i] = random.nextInt(CATEGORIES[i % CATEGORIES.length]);
            }
            var numbers = new float[rows * NUMBERS];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = (float) random.nextGaussian();
            }
            var targets = new float[rows];
            for (int i = 0; i < rows; i++) {
                targets[i] = (float) (8.7 + .4 * random.nextGaussian());
            }
            return new Batch(codes, numbers, targets);
        }

        /** Returns a column's code in every row. */
        int[] column(int column) {
            var values = new int[targets.length];
            for (int row = 0; row < values.length; row++) {
                values[row] = codes[row * CATEGORIES.length + column];
            }
            return values;
        }
    }
}
