package org.learn4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.learn4j.examples.rossmann.RossmannLesson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** fast.ai's lesson on Rossmann's drugstores, on the competition's files. */
@Command(
        name = "rossmann",
        mixinStandardHelpOptions = true,
        description = "Predicts the sales of Rossmann's drugstores, with fast.ai's settings of 2019.")
final class Rossmann implements Callable<Integer> {
    @Option(names = "--data", required = true, description = "folder with train.csv, store.csv, weather.csv, ...")
    private Path data = Path.of("");

    @Option(names = "--epochs", description = "epochs to train, ${DEFAULT-VALUE} by default")
    private int epochs = 5;

    @Option(names = "--rate", description = "the highest learning rate, ${DEFAULT-VALUE} by default")
    private double rate = 1e-3;

    @Option(names = "--batch-size", description = "rows in a batch, ${DEFAULT-VALUE} by default")
    private int batchSize = 64;

    @Option(names = "--seed", description = "seed of weights and order, ${DEFAULT-VALUE} by default")
    private long seed = 1;

    @Option(names = "--out", description = "folder for pictures, model and predictions, ${DEFAULT-VALUE} by default")
    private Path out = Path.of("out", "rossmann");

    @Override
    public Integer call() throws IOException {
        RossmannLesson.Result result =
                RossmannLesson.run(new RossmannLesson.Settings(data, out, epochs, rate, batchSize, seed));
        System.out.printf(Locale.ROOT, "exp_rmspe %.6f%n", result.rmspe());
        return 0;
    }
}
