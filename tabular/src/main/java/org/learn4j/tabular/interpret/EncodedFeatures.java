package org.learn4j.tabular.interpret;

import java.util.List;
import org.learn4j.data.Batch;
import org.learn4j.data.BatchStream;
import org.learn4j.data.DataLoader;
import org.learn4j.data.Dataset;
import org.learn4j.nn.Embedding;
import org.learn4j.tabular.TabularData;
import org.learn4j.tabular.TabularLearner;
import org.learn4j.tensor.Tensor;
import tech.tablesaw.api.FloatColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;

/**
 * Rows as a model reads them, for other models: gradient boosting, random forests, nearest neighbours (fastai's xs; Guo and Berkhahn
 * 2016 find that all of these gain from a network's embeddings).
 *
 * <pre>{@code
 * Table codes = EncodedFeatures.codes(data, test);                  // categories as 0, 1, 2 …, numbers scaled
 * Table vectors = EncodedFeatures.embedded(learner, test);          // the learned vectors in place of the categories
 * }</pre>
 */
public final class EncodedFeatures {
    private EncodedFeatures() {}

    /** Returns a table's rows with categories as codes, 0 for {@code #na#}, and numbers filled and scaled. */
    public static Table codes(TabularData data, Table rows) {
        Dataset dataset = data.test(rows);
        int categories = data.categorical().size();
        int[][] codes = new int[categories][dataset.size()];
        float[][] numbers = new float[data.continuous().size()][dataset.size()];
        walk(dataset, (row, batch) -> {
            copyCodes(batch, row, codes);
            copyNumbers(batch, row, numbers);
        });
        Table table = Table.create("codes");
        for (int i = 0; i < categories; i++) {
            table.addColumns(IntColumn.create(data.categorical().get(i), codes[i]));
        }
        return withNumbers(table, data, numbers);
    }

    /** Returns a table's rows with the learned vector in place of each category, and numbers filled and scaled. */
    public static Table embedded(TabularLearner learner, Table rows) {
        TabularData data = learner.table();
        Dataset dataset = data.test(rows);
        int[][] codes = new int[data.categorical().size()][dataset.size()];
        float[][] numbers = new float[data.continuous().size()][dataset.size()];
        walk(dataset, (row, batch) -> {
            copyCodes(batch, row, codes);
            copyNumbers(batch, row, numbers);
        });
        Table table = Table.create("embedded");
        for (int i = 0; i < codes.length; i++) {
            Embedding embedding =
                    learner.network().embeddings().orElseThrow().tables().get(i);
            float[] weights = embedding.weight().value().toFloats();
            for (int j = 0; j < embedding.width(); j++) {
                float[] values = new float[dataset.size()];
                for (int row = 0; row < values.length; row++) {
                    values[row] = weights[codes[i][row] * embedding.width() + j];
                }
                table.addColumns(FloatColumn.create(data.categorical().get(i) + "_e" + j, values));
            }
        }
        return withNumbers(table, data, numbers);
    }

    private static Table withNumbers(Table table, TabularData data, float[]... numbers) {
        List<String> names = data.continuous();
        for (int i = 0; i < names.size(); i++) {
            table.addColumns(FloatColumn.create(names.get(i), numbers[i]));
        }
        return table;
    }

    /** Takes a batch, whose first row is the given one of all. */
    @FunctionalInterface
    private interface Visitor {
        void visit(int row, Batch batch);
    }

    private static void walk(Dataset dataset, Visitor visitor) {
        if (dataset.size() == 0) {
            return;
        }
        try (DataLoader loader = DataLoader.of(dataset).batchSize(1024).build();
                BatchStream batches = loader.open(0, 0)) {
            int row = 0;
            for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
                visitor.visit(row, batch);
                row += batch.size();
            }
        }
    }

    private static void copyCodes(Batch batch, int row, int[]... columns) {
        if (columns.length > 0) {
            int[] values = batch.inputs()[0].toInts();
            for (int i = 0; i < values.length; i++) {
                columns[i % columns.length][row + i / columns.length] = values[i];
            }
        }
    }

    private static void copyNumbers(Batch batch, int row, float[]... columns) {
        if (columns.length > 0) {
            Tensor[] inputs = batch.inputs();
            float[] values = inputs[inputs.length - 1].toFloats();
            for (int i = 0; i < values.length; i++) {
                columns[i % columns.length][row + i / columns.length] = values[i];
            }
        }
    }
}
