package org.learn4j.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.learn4j.data.ArrayDataset;
import org.learn4j.data.DataLoader;
import org.learn4j.data.DataLoaders;
import org.learn4j.data.Field;
import org.learn4j.learn.Learner;
import org.learn4j.learn.TrainedModel;
import org.learn4j.loss.Loss;
import org.learn4j.nn.LayerRegistry;
import org.learn4j.nn.LayerTree;
import org.learn4j.nn.Sequential;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.vision.model.ResNet;
import org.learn4j.vision.model.VisionLayers;

/** The {@link ResNetTask} through Learn4J's public Learner, and its predictions from an exported file. */
final class Learn4jResNet {
    private Learn4jResNet() {}

    static Contender training(ResNetTask task) {
        int size = task.batchSize();
        int pixels = 3 * task.size() * task.size();
        int count = task.batches().size() * size;
        float[] images = new float[count * pixels];
        int[] targets = new int[count];
        int at = 0;
        for (ResNetTask.Batch batch : task.batches()) {
            System.arraycopy(channelsLast(task, batch), 0, images, at * pixels, size * pixels);
            System.arraycopy(batch.targets(), 0, targets, at, size);
            at += size;
        }
        ArrayDataset dataset = ArrayDataset.ofSize(count)
                .input(Field.image("image", 3, task.size(), task.size()), images)
                .target(Field.ints("class"), targets);
        DataLoader loader =
                DataLoader.of(dataset).batchSize(size).dropLast(true).build();
        return new SteppedLearner(gate -> {
            Sequential model = model(task);
            Learner learner = Learner.of(DataLoaders.trainingOnly(loader), model)
                    .loss(Loss.crossEntropy())
                    .optimizer(SteppedLearner.optimizer())
                    .callbacks(gate)
                    .silent()
                    .build();
            load(model, task);
            return learner;
        });
    }

    static Contender predicting(ResNetTask task) {
        return new Predicting(task);
    }

    private static Sequential model(ResNetTask task) {
        return (task.depth() == 18 ? ResNet.resnet18() : ResNet.resnet34()).network(ResNetTask.CLASSES);
    }

    private static void load(Sequential model, ResNetTask task) {
        var params = LayerTree.params(model);
        for (String name : task.names()) {
            var param = params.get(name);
            if (param == null) {
                throw new IllegalStateException("no parameter " + name + " among " + params.keySet());
            }
            param.value().set(task.weights(name));
        }
    }

    /** Returns a batch's images in the order of decoded pictures, as a loader of pictures writes them. */
    private static float[] channelsLast(ResNetTask task, ResNetTask.Batch batch) {
        int plane = task.size() * task.size();
        float[] images = new float[batch.images().length];
        for (int i = 0; i < images.length; i++) {
            int image = i / (3 * plane);
            int channel = i / plane % 3;
            images[(image * plane + i % plane) * 3 + channel] = batch.images()[i];
        }
        return images;
    }

    /** An exported model's predictions for tensors that are there already. */
    private static final class Predicting implements Contender {
        private final TrainedModel model;
        private final List<Tensor> images = new ArrayList<>();
        private int steps;
        private float loss;

        Predicting(ResNetTask task) {
            model = exported(task);
            int size = task.size();
            int pixels = 3 * size * size;
            for (ResNetTask.Batch batch : task.batches()) {
                Tensor memory = Tensor.of(channelsLast(task, batch), task.batchSize(), size, size, 3);
                images.add(memory.view(
                        Shape.of(task.batchSize(), 3, size, size), new long[] {pixels, 1, 3L * size, 3}, 0));
                memory.close();
            }
        }

        private static TrainedModel exported(ResNetTask task) {
            ArrayDataset dataset = ArrayDataset.ofSize(1)
                    .input(Field.image("image", 3, task.size(), task.size()), new float[3 * task.size() * task.size()])
                    .target(Field.floats("logits", ResNetTask.CLASSES), new float[ResNetTask.CLASSES]);
            DataLoaders data =
                    DataLoaders.trainingOnly(DataLoader.of(dataset).batchSize(1).build());
            Sequential network = model(task);
            try (Learner learner =
                    Learner.of(data, network).loss(Loss.mse()).silent().build()) {
                load(network, task);
                Path file = Files.createTempFile("resnet", ".safetensors");
                try {
                    learner.export(file);
                    return TrainedModel.load(file, VisionLayers.register(LayerRegistry.standard()));
                } finally {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void step() {
            Tensor batch = images.get(steps++ % images.size());
            double sum = 0;
            double[] logits = model.predict(() -> new Tensor[] {batch.detach()});
            for (double logit : logits) {
                sum += Math.abs(logit);
            }
            loss = (float) (sum / logits.length);
        }

        @Override
        public float loss() {
            return loss;
        }

        @Override
        public void close() {
            images.forEach(Tensor::close);
            model.close();
        }
    }
}
