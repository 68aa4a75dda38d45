package org.learn4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.learn4j.data.ArrayDataset;
import org.learn4j.data.DataLoaders;
import org.learn4j.data.Dataset;
import org.learn4j.data.Field;
import org.learn4j.learn.History;
import org.learn4j.learn.Learner;
import org.learn4j.metric.Metric;
import org.learn4j.nn.Activation;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Sequential;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** fastai's first MNIST network: 784-50-10 with ReLU, cross entropy, one cycle. */
@Command(
        name = "mnist-mlp",
        mixinStandardHelpOptions = true,
        description = "Trains 784-50-10 on the handwritten digits of MNIST, flat.")
final class MnistMlp implements Callable<Integer> {
    private static final float MEAN = 0.1307f;
    private static final float DEVIATION = 0.3081f;

    @Option(names = "--data", required = true, description = "folder with the four idx files")
    private Path data;

    @Option(names = "--seed", description = "seed of weights and order, ${DEFAULT-VALUE} by default")
    private long seed = 42;

    @Option(names = "--epochs", description = "epochs to train, ${DEFAULT-VALUE} by default")
    private int epochs = 1;

    MnistMlp() {
        data = Path.of("");
    }

    @Override
    public Integer call() throws IOException {
        Dataset train = digits(data, "train");
        Dataset test = digits(data, "t10k");
        DataLoaders loaders = DataLoaders.of(train, test)
                .batchSize(64)
                .validBatchSize(512)
                .seed(seed)
                .build();
        Sequential model = Sequential.of(Linear.of(784, 50), Activation.relu(), Linear.of(50, 10));
        try (Learner learner =
                Learner.of(loaders, model).metrics(Metric.accuracy()).seed(seed).build()) {
            History history = learner.fitOneCycle(epochs, 1e-2);
            for (History.Epoch epoch : history.epochs()) {
                System.out.printf(Locale.ROOT, "epoch %d took %.2f s%n", epoch.number(), epoch.seconds());
            }
            System.out.printf(Locale.ROOT, "accuracy %.4f%n", history.last("accuracy"));
        }
        return 0;
    }

    private static Dataset digits(Path folder, String part) throws IOException {
        Idx.Bytes images = Idx.read(Idx.find(folder, part + "-images-idx3-ubyte"));
        Idx.Bytes labels = Idx.read(Idx.find(folder, part + "-labels-idx1-ubyte"));
        int count = images.dims()[0];
        int width = images.values().length / Math.max(1, count);
        float[] pixels = new float[images.values().length];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (images.at(i) / 255f - MEAN) / DEVIATION;
        }
        int[] digits = new int[labels.values().length];
        for (int i = 0; i < digits.length; i++) {
            digits[i] = labels.at(i);
        }
        return ArrayDataset.ofSize(count)
                .input(Field.floats("pixels", width), pixels)
                .target(Field.ints("digit"), digits);
    }
}
