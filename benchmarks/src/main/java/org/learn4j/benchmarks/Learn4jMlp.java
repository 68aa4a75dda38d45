package org.learn4j.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.learn4j.data.ArrayDataset;
import org.learn4j.data.DataLoader;
import org.learn4j.data.DataLoaders;
import org.learn4j.data.Field;
import org.learn4j.learn.Learner;
import org.learn4j.loss.Loss;
import org.learn4j.nn.Activation;
import org.learn4j.nn.BatchNorm1d;
import org.learn4j.nn.Dropout;
import org.learn4j.nn.Layer;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Sequential;

/** The {@link MlpTask} through Learn4J's public Learner. */
final class Learn4jMlp {
    private Learn4jMlp() {}

    static Contender of(MlpTask task) {
        int rows = task.batches().size() * task.batchSize();
        float[] features = new float[rows * task.features()];
        float[] targets = new float[rows];
        int at = 0;
        for (MlpTask.Batch batch : task.batches()) {
            System.arraycopy(batch.features(), 0, features, at * task.features(), batch.features().length);
            System.arraycopy(batch.targets(), 0, targets, at, batch.targets().length);
            at += batch.targets().length;
        }
        ArrayDataset dataset = ArrayDataset.ofSize(rows)
                .input(Field.floats("features", task.features()), features)
                .target(Field.floats("target", 1), targets);
        DataLoader loader = DataLoader.of(dataset)
                .batchSize(task.batchSize())
                .dropLast(true)
                .build();
        return new SteppedLearner(gate -> {
            Sequential model = model(task);
            Learner learner = Learner.of(DataLoaders.trainingOnly(loader), model)
                    .loss(Loss.mse())
                    .optimizer(SteppedLearner.optimizer())
                    .callbacks(gate)
                    .silent()
                    .build();
            load(model, task.layers());
            return learner;
        });
    }

    private static Sequential model(MlpTask task) {
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < task.layers().size(); i++) {
            MlpTask.Dense dense = task.layers().get(i);
            layers.add(Linear.of(dense.inputs(), dense.outputs()));
            if (i + 1 < task.layers().size()) {
                layers.add(Activation.relu());
                layers.add(BatchNorm1d.of(dense.outputs()));
                layers.add(Dropout.of(dense.dropout()));
            }
        }
        return Sequential.of(layers.toArray(Layer[]::new));
    }

    /** Sets the weights of all linear layers in a sequence. */
    static void load(Layer model, List<MlpTask.Dense> weights) {
        int next = 0;
        for (Layer layer : model.children().values()) {
            if (layer instanceof Linear linear) {
                MlpTask.Dense dense = weights.get(next++);
                linear.params().get(0).value().set(dense.weights());
                linear.params().get(1).value().set(dense.biases());
            }
        }
    }
}
