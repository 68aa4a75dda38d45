package org.learn4j.benchmarks;

import org.learn4j.data.ArrayDataset;
import org.learn4j.data.DataLoader;
import org.learn4j.data.DataLoaders;
import org.learn4j.data.Field;
import org.learn4j.learn.Learner;
import org.learn4j.loss.Loss;
import org.learn4j.nn.Embedding;
import org.learn4j.nn.Embeddings;
import org.learn4j.tabular.model.TabularModel;

/** The {@link TabularTask} through Learn4J's public Learner. */
final class Learn4jTabular {
    private Learn4jTabular() {}

    static Contender of(TabularTask task) {
        int size = task.batchSize();
        int columns = task.tables().size();
        int rows = task.batches().size() * size;
        int[] codes = new int[rows * columns];
        float[] numbers = new float[rows * task.numbers()];
        float[] targets = new float[rows];
        int row = 0;
        for (TabularTask.Batch batch : task.batches()) {
            System.arraycopy(batch.codes(), 0, codes, row * columns, batch.codes().length);
            System.arraycopy(batch.numbers(), 0, numbers, row * task.numbers(), batch.numbers().length);
            System.arraycopy(batch.targets(), 0, targets, row, size);
            row += size;
        }
        ArrayDataset dataset = ArrayDataset.ofSize(rows)
                .input(Field.ints("categories", columns), codes)
                .input(Field.floats("numbers", task.numbers()), numbers)
                .target(Field.floats("target", 1), targets);
        DataLoader loader =
                DataLoader.of(dataset).batchSize(size).dropLast(true).build();
        return new SteppedLearner(gate -> {
            TabularModel model = model(task);
            Learner learner = Learner.of(DataLoaders.trainingOnly(loader), model)
                    .loss(Loss.mse())
                    .optimizer(SteppedLearner.optimizer())
                    .callbacks(gate)
                    .silent()
                    .build();
            load(model, task);
            return learner;
        });
    }

    private static TabularModel model(TabularTask task) {
        Embedding[] tables = task.tables().stream()
                .map(table -> Embedding.of(table.categories(), table.width()))
                .toArray(Embedding[]::new);
        var layers = task.layers();
        return TabularModel.of(Embeddings.of(tables), task.numbers(), 1)
                .layers(layers.get(0).outputs(), layers.get(1).outputs())
                .dropout(layers.get(0).dropout(), layers.get(1).dropout())
                .embeddingDropout(task.dropout())
                .yRange(0, TabularTask.HIGHEST)
                .build();
    }

    private static void load(TabularModel model, TabularTask task) {
        var tables = model.embeddings().orElseThrow().tables();
        for (int i = 0; i < tables.size(); i++) {
            tables.get(i).weight().value().set(task.tables().get(i).weights());
        }
        Learn4jMlp.load(model.layers(), task.layers());
    }
}
