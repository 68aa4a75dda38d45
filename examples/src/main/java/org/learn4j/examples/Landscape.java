package org.learn4j.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.learn4j.data.ArrayDataset;
import org.learn4j.data.DataLoaders;
import org.learn4j.data.Field;
import org.learn4j.data.Splitter;
import org.learn4j.examples.shapes.ShapePicture;
import org.learn4j.hooks.LossLandscape;
import org.learn4j.learn.Learner;
import org.learn4j.metric.Metric;
import org.learn4j.nn.AdaptiveAvgPool2d;
import org.learn4j.nn.ConvLayer;
import org.learn4j.nn.Flatten;
import org.learn4j.nn.Layer;
import org.learn4j.nn.Linear;
import org.learn4j.nn.NormType;
import org.learn4j.nn.Sequential;
import org.learn4j.tensor.Seed;
import org.learn4j.vision.image.Image;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The lesson's remark on batch norm, "the landscape becomes less bumpy" (Santurkar et al. 2018), made visible: the loss around the
 * weights of one network, trained with batch norm and without, along two random directions (Li et al. 2018).
 */
@Command(
        name = "landscape",
        mixinStandardHelpOptions = true,
        description = "Draws the loss around a network's weights, with and without batch norm.")
final class Landscape implements Callable<Integer> {
    private static final int SIZE = 32;
    private static final int[] CHANNELS = {3, 8, 16, 32, 32};

    @Option(names = "--pictures", description = "pictures to learn from, ${DEFAULT-VALUE} by default")
    private int pictures = 3000;

    @Option(names = "--epochs", description = "epochs to train, ${DEFAULT-VALUE} by default")
    private int epochs = 12;

    @Option(names = "--points", description = "points of the grid in each direction, ${DEFAULT-VALUE} by default")
    private int points = 25;

    @Option(names = "--seed", description = "seed of everything random, ${DEFAULT-VALUE} by default")
    private long seed = 1;

    @Option(names = "--out", description = "folder for the pictures, ${DEFAULT-VALUE} by default")
    private Path out = Path.of("out");

    @Override
    public Integer call() throws IOException {
        Files.createDirectories(out);
        double plain = draw("without", NormType.NONE);
        double normalized = draw("with", NormType.BATCH);
        System.out.printf(Locale.ROOT, "accuracy without batch norm %.4f%n", plain);
        System.out.printf(Locale.ROOT, "accuracy %.4f%n", normalized);
        return 0;
    }

    private double draw(String name, NormType norm) {
        try (Learner learner = Learner.of(data(), network(norm))
                .metrics(Metric.accuracy())
                .seed(seed)
                .build()) {
            System.out.println(name + " batch norm");
            learner.fitOneCycle(epochs, 5e-3);
            LossLandscape landscape = LossLandscape.around(learner)
                    .points(points)
                    .batches(6)
                    .asInTraining()
                    .seed(Seed.of(seed))
                    .measure();
            Path picture = out.resolve("landscape-" + name + "-batch-norm.png");
            landscape.logarithmicChart().save(picture);
            double[] sorted = Arrays.stream(landscape.losses())
                    .flatMapToDouble(Arrays::stream)
                    .sorted()
                    .toArray();
            System.out.printf(
                    Locale.ROOT,
                    "loss %.3f in the middle, up to %.1f around it; written: %s%n",
                    landscape.center(),
                    sorted[sorted.length - 1],
                    picture);
            return learner.history().last("accuracy");
        }
    }

    private DataLoaders data() {
        List<ShapePicture> drawn =
                ShapePicture.draw(pictures, SIZE, Seed.of(seed).fold("pictures"));
        float[] pixels = new float[pictures * 3 * SIZE * SIZE];
        int[] kinds = new int[pictures];
        for (int i = 0; i < pictures; i++) {
            byte[] rgb = Image.of(drawn.get(i).image()).toBytes();
            for (int at = 0; at < rgb.length; at++) {
                pixels[i * rgb.length + at] = (rgb[at] & 0xFF) / 127.5f - 1;
            }
            kinds[i] = drawn.get(i).kind().ordinal();
        }
        ArrayDataset dataset = ArrayDataset.ofSize(pictures)
                .input(Field.image("picture", 3, SIZE, SIZE), pixels)
                .target(Field.ints("kind"), kinds);
        return DataLoaders.of(dataset)
                .split(Splitter.last(0.2))
                .batchSize(32)
                .seed(seed)
                .build();
    }

    private static Layer network(NormType norm) {
        Sequential network = Sequential.of();
        for (int i = 1; i < CHANNELS.length; i++) {
            network = network.then(
                            ConvLayer.of(CHANNELS[i - 1], CHANNELS[i]).stride(2).norm(norm))
                    .then(ConvLayer.of(CHANNELS[i], CHANNELS[i]).norm(norm));
        }
        return network.then(AdaptiveAvgPool2d.of(1)).then(Flatten.of()).then(Linear.of(32, 5));
    }
}
