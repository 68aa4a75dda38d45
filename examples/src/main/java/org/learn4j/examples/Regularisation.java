package org.learn4j.examples;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.learn4j.data.ArrayDataset;
import org.learn4j.data.DataLoaders;
import org.learn4j.data.Dataset;
import org.learn4j.data.Splitter;
import org.learn4j.learn.FitOptions;
import org.learn4j.learn.History;
import org.learn4j.learn.Learner;
import org.learn4j.nn.Activation;
import org.learn4j.nn.BatchNorm1d;
import org.learn4j.nn.Dropout;
import org.learn4j.nn.Layer;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Sequential;
import org.learn4j.optim.Optimizer;
import org.learn4j.plot.Chart;
import org.learn4j.schedule.Rates;
import org.learn4j.tensor.RandomStream;
import org.learn4j.tensor.Seed;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The same network on few noisy items with no regularisation, with each kind, and with all. */
@Command(
        name = "regularisation",
        mixinStandardHelpOptions = true,
        description = "Compares dropout, weight decay, L2 and batch norm on few noisy items.")
final class Regularisation implements Callable<Integer> {
    private static final int FEATURES = 12;

    @Option(names = "--epochs", description = "epochs to train each, ${DEFAULT-VALUE} by default")
    private int epochs = 60;

    @Option(names = "--out", description = "folder for the picture, ${DEFAULT-VALUE} by default")
    private Path out = Path.of("out", "regularisation");

    @Override
    public Integer call() throws Exception {
        Files.createDirectories(out);
        Dataset items = items(1200, Seed.of(7));
        Map<String, Setting> settings = new LinkedHashMap<>();
        settings.put("none", new Setting(0, false, Optimizer.adam().weightDecay(0)));
        settings.put("dropout .3", new Setting(.3, false, Optimizer.adam().weightDecay(0)));
        settings.put("weight decay 1", new Setting(0, false, Optimizer.adam().weightDecay(1)));
        settings.put(
                "L2 .01",
                new Setting(0, false, Optimizer.adam().weightDecay(.01).l2WeightDecay()));
        settings.put("batch norm", new Setting(0, true, Optimizer.adam().weightDecay(0)));
        settings.put("all", new Setting(.3, true, Optimizer.adam().weightDecay(1)));
        Chart training = Chart.of("Training loss", "epoch", "mean squared error");
        Chart validation = Chart.of("Validation loss", "epoch", "mean squared error");
        System.out.printf("%-16s %12s %12s%n", "", "training", "validation");
        for (Map.Entry<String, Setting> entry : settings.entrySet()) {
            History history = train(items, entry.getValue());
            System.out.printf(
                    Locale.ROOT,
                    "%-16s %12.4f %12.4f%n",
                    entry.getKey(),
                    history.last("train_loss_mean"),
                    history.last("valid_loss"));
            training.line(entry.getKey(), byEpoch(history, "train_loss_mean"));
            validation.line(entry.getKey(), byEpoch(history, "valid_loss"));
        }
        Path picture = out.resolve("regularisation.png");
        training.above(validation).save(picture);
        System.out.println("the noise alone has a mean squared error of 0.2500; wrote " + picture);
        return 0;
    }

    private static double[] byEpoch(History history, String name) {
        return history.epochs().stream()
                .mapToDouble(epoch -> epoch.values().get(name))
                .toArray();
    }

    private History train(Dataset items, Setting setting) {
        List<Layer> layers = new ArrayList<>();
        int inputs = FEATURES;
        for (int units : new int[] {128, 64}) {
            layers.add(Linear.of(inputs, units));
            layers.add(Activation.relu());
            if (setting.batchNorm) {
                layers.add(BatchNorm1d.of(units));
            }
            if (setting.dropout > 0) {
                layers.add(Dropout.of(setting.dropout));
            }
            inputs = units;
        }
        layers.add(Linear.of(inputs, 1));
        DataLoaders data = DataLoaders.of(items)
                .split(Splitter.randomly(0.5, Seed.of(1)))
                .batchSize(50)
                .build();
        try (Learner learner = Learner.of(data, Sequential.of(layers.toArray(Layer[]::new)))
                .optimizer(setting.optimizer)
                .seed(1)
                .silent()
                .build()) {
            return learner.fitFlatCos(epochs, Rates.of(2e-3), FitOptions.defaults());
        }
    }

    /** A smooth function of three of twelve features, and noise of deviation .5. */
    private static Dataset items(int count, Seed seed) {
        RandomStream stream = seed.stream();
        float[][] rows = new float[count][FEATURES];
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < FEATURES; j++) {
                rows[i][j] = (float) stream.nextGaussian();
            }
            double value = Math.sin(2 * rows[i][0]) + rows[i][1] * rows[i][2];
            values[i] = (float) (value + 0.5 * stream.nextGaussian());
        }
        return ArrayDataset.of(rows, values);
    }

    /** What is switched on. */
    private record Setting(double dropout, boolean batchNorm, Optimizer optimizer) {}
}
