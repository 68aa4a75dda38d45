package org.learn4j.benchmarks;

import java.util.concurrent.SynchronousQueue;
import org.learn4j.data.ArrayDataset;
import org.learn4j.data.DataLoaders;
import org.learn4j.data.Field;
import org.learn4j.learn.Callback;
import org.learn4j.learn.FitContext;
import org.learn4j.learn.FitOptions;
import org.learn4j.learn.Learner;
import org.learn4j.loss.Loss;
import org.learn4j.nn.Activation;
import org.learn4j.nn.BatchNorm1d;
import org.learn4j.nn.Dropout;
import org.learn4j.nn.Layer;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Sequential;
import org.learn4j.optim.Optimizer;
import org.learn4j.schedule.Rates;

/**
 * Learn4J's public Learner with its data loader, stepped from outside: a fit runs on a thread of its own and a callback holds it
 * between batches. The hand-over is inside the measured time.
 */
final class Learn4jMlp implements Contender {
    private final Learner learner;
    private final Thread thread;
    private final SynchronousQueue<Boolean> go = new SynchronousQueue<>();
    private final SynchronousQueue<Float> done = new SynchronousQueue<>();
    private boolean first = true;
    private float loss;
    private volatile boolean closing;

    Learn4jMlp(MlpTask task) {
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
        Sequential model = model(task);
        org.learn4j.data.DataLoader loader = org.learn4j.data.DataLoader.of(dataset)
                .batchSize(task.batchSize())
                .dropLast(true)
                .build();
        learner = Learner.of(DataLoaders.trainingOnly(loader), model)
                .loss(Loss.mse())
                .optimizer(Optimizer.adam()
                        .betas(MlpTask.BETA1, MlpTask.BETA2)
                        .epsilon(MlpTask.ADAM_EPSILON)
                        .weightDecay(MlpTask.WEIGHT_DECAY)
                        .decayNormAndBias(true))
                .callbacks(new Gate())
                .silent()
                .build();
        load(model, task);
        thread = new Thread(
                () -> learner.fit(1_000_000, Rates.of(MlpTask.LEARNING_RATE), FitOptions.defaults()), "learn4j");
        thread.setDaemon(true);
        thread.start();
    }

    private static Sequential model(MlpTask task) {
        java.util.List<Layer> layers = new java.util.ArrayList<>();
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

    private static void load(Sequential model, MlpTask task) {
        int next = 0;
        for (Layer layer : model.children().values()) {
            if (layer instanceof Linear linear) {
                MlpTask.Dense dense = task.layers().get(next++);
                linear.params().get(0).value().set(dense.weights());
                linear.params().get(1).value().set(dense.biases());
            }
        }
    }

    @Override
    public void step() {
        try {
            if (!first) {
                go.put(true);
            }
            first = false;
            loss = done.take();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public float loss() {
        return loss;
    }

    @Override
    public void close() {
        closing = true;
        learner.cancel();
        go.offer(true);
        try {
            thread.interrupt();
            thread.join();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        learner.close();
    }

    /** Waits after every batch until the next step is asked for. */
    private final class Gate implements Callback {
        @Override
        public Stage stage() {
            return Stage.DECIDE;
        }

        @Override
        public void afterBatch(FitContext context) {
            if (closing) {
                return;
            }
            try {
                done.put((float) context.loss());
                go.take();
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
