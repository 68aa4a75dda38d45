package org.learn4j.examples;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.learn4j.data.ArrayDataset;
import org.learn4j.data.DataLoaders;
import org.learn4j.data.Dataset;
import org.learn4j.data.Splitter;
import org.learn4j.learn.History;
import org.learn4j.learn.Learner;
import org.learn4j.learn.TrainedModel;
import org.learn4j.metric.Metric;
import org.learn4j.nn.Activation;
import org.learn4j.nn.BatchNorm1d;
import org.learn4j.nn.Dropout;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Sequential;
import org.learn4j.plot.Chart;
import org.learn4j.tensor.RandomStream;
import org.learn4j.tensor.Seed;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Trains a small network to tell the arms of three spirals apart, then saves, loads and predicts. */
@Command(
        name = "quickstart",
        mixinStandardHelpOptions = true,
        description = "Trains a small network on generated data.")
final class QuickStart implements Callable<Integer> {
    @Option(names = "--epochs", description = "epochs to train, ${DEFAULT-VALUE} by default")
    private int epochs = 12;

    @Option(names = "--points", description = "points to generate, ${DEFAULT-VALUE} by default")
    private int points = 12_000;

    @Option(names = "--out", description = "folder for the picture and the model, ${DEFAULT-VALUE} by default")
    private Path out = Path.of("out", "quickstart");

    @Override
    public Integer call() throws Exception {
        Files.createDirectories(out);
        Dataset spirals = spirals(points, Seed.of(1));
        DataLoaders data = DataLoaders.of(spirals)
                .split(Splitter.randomly(0.2, Seed.of(2)))
                .batchSize(64)
                .build();
        Sequential model = Sequential.of(
                Linear.of(2, 64),
                Activation.relu(),
                BatchNorm1d.of(64),
                Linear.of(64, 64),
                Activation.relu(),
                BatchNorm1d.of(64),
                Dropout.of(0.02),
                Linear.of(64, 3));
        Path file = out.resolve("spirals.safetensors");
        double accuracy;
        try (Learner learner =
                Learner.of(data, model).metrics(Metric.accuracy()).seed(3).build()) {
            System.out.println(learner.summary());
            History history = learner.fitOneCycle(epochs, 1e-2);
            accuracy = history.last("accuracy");
            Chart.of("Quick start", "batch", "loss")
                    .line("training", history.losses())
                    .save(out.resolve("loss.png"));
            learner.export(file);
        }
        try (TrainedModel trained = TrainedModel.load(file)) {
            float[] point = point(0, 0.6, 0);
            System.out.println("a point on arm \"red\" is predicted as: "
                    + trained.predict(point).label());
        }
        System.out.println("wrote " + out.resolve("loss.png") + " and " + file);
        System.out.printf(java.util.Locale.ROOT, "accuracy %.4f%n", accuracy);
        return 0;
    }

    /** Points on three spiral arms, with noise across the arms. */
    static Dataset spirals(int count, Seed seed) {
        RandomStream stream = seed.stream();
        float[][] points = new float[count][];
        int[] arms = new int[count];
        for (int i = 0; i < count; i++) {
            arms[i] = i % 3;
            points[i] = point(arms[i], Math.sqrt(stream.nextDouble(0.02, 1)), 0.09 * stream.nextGaussian());
        }
        return ArrayDataset.of(points, arms).classes("red", "green", "blue");
    }

    private static float[] point(int arm, double radius, double noise) {
        double angle = 2 * Math.PI * arm / 3 + 4 * radius + noise / radius;
        return new float[] {(float) (radius * Math.cos(angle)), (float) (radius * Math.sin(angle))};
    }
}
