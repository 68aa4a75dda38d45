package org.learn4j.examples;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.learn4j.metric.Metric;
import org.learn4j.nn.Activation;
import org.learn4j.nn.BatchNorm2d;
import org.learn4j.nn.Conv2d;
import org.learn4j.nn.Flatten;
import org.learn4j.nn.Layer;
import org.learn4j.nn.Sequential;
import org.learn4j.vision.VisionLearner;
import org.learn4j.vision.augment.Augmentations;
import org.learn4j.vision.augment.Transform;
import org.learn4j.vision.data.ImageData;
import org.learn4j.vision.data.Normalization;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * fastai's first convolutional network (lesson 7 of 2019): five convolutions of stride 2 with batch norm, 28 × 28 down to one pixel of ten
 * numbers, 12,126 parameters; one cycle at a rate of .1, pictures padded by 3 and cut at random.
 */
@Command(
        name = "mnist",
        mixinStandardHelpOptions = true,
        description = "Trains five convolutions with batch norm on the handwritten digits of MNIST.")
final class Mnist implements Callable<Integer> {
    private static final int[] CHANNELS = {1, 8, 16, 32, 16, 10};

    @Option(names = "--data", required = true, description = "folder with the four idx files")
    private Path data = Path.of("");

    @Option(names = "--epochs", description = "epochs to train, ${DEFAULT-VALUE} by default")
    private int epochs = 3;

    @Option(names = "--batch-size", description = "digits of a batch, ${DEFAULT-VALUE} by default")
    private int batchSize = 128;

    @Option(names = "--rate", description = "the highest learning rate, ${DEFAULT-VALUE} by default")
    private double rate = 0.1;

    @Option(names = "--seed", description = "seed of everything random, ${DEFAULT-VALUE} by default")
    private long seed = 42;

    @Override
    public Integer call() {
        ImageData digits = ImageData.fromIdx(
                        file("train-images-idx3-ubyte"),
                        file("train-labels-idx1-ubyte"),
                        file("t10k-images-idx3-ubyte"),
                        file("t10k-labels-idx1-ubyte"))
                .transforms(Augmentations.none().with(Transform.pad(3)))
                .batchSize(batchSize)
                .validBatchSize(1000)
                .normalize(Normalization.MNIST)
                .seed(seed)
                .build();
        try (VisionLearner learner = VisionLearner.of(digits, network())
                .metrics(Metric.accuracy())
                .seed(seed)
                .build()) {
            System.out.println(learner.summary());
            learner.fitOneCycle(epochs, rate);
            System.out.printf(Locale.ROOT, "accuracy %.4f%n", learner.history().last("accuracy"));
        }
        return 0;
    }

    private Path file(String name) {
        Path plain = data.resolve(name);
        return Files.exists(plain) ? plain : data.resolve(name + ".gz");
    }

    private static Layer network() {
        Sequential network = Sequential.of();
        for (int i = 1; i < CHANNELS.length; i++) {
            network = network.then(
                            Conv2d.of(CHANNELS[i - 1], CHANNELS[i], 3).stride(2).padding(1))
                    .then(BatchNorm2d.of(CHANNELS[i]));
            if (i < CHANNELS.length - 1) {
                network = network.then(Activation.relu());
            }
        }
        return network.then(Flatten.of());
    }
}
