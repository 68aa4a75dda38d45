package org.learn4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.learn4j.examples.rossmann.RossmannGenerator;
import org.learn4j.examples.rossmann.RossmannLesson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The lesson on Rossmann's drugstores, on generated files whose smallest possible error is known. */
@Command(
        name = "quickstart",
        mixinStandardHelpOptions = true,
        description = "Predicts the sales of drugstores, from generated files to a model in service.")
final class QuickStart implements Callable<Integer> {
    @Option(names = "--stores", description = "stores to generate, ${DEFAULT-VALUE} by default")
    private int stores = 200;

    @Option(names = "--days", description = "days to generate, 942 at most, ${DEFAULT-VALUE} by default")
    private int days = 942;

    @Option(names = "--epochs", description = "epochs to train, ${DEFAULT-VALUE} by default")
    private int epochs = 5;

    @Option(names = "--seed", description = "seed of everything random, ${DEFAULT-VALUE} by default")
    private long seed = 1;

    @Option(names = "--out", description = "folder for everything written, ${DEFAULT-VALUE} by default")
    private Path out = Path.of("out", "quickstart");

    @Override
    public Integer call() throws IOException {
        RossmannGenerator generator = RossmannGenerator.of(stores, days, seed);
        Path data = out.resolve("data");
        generator.write(data);
        System.out.println("generated " + generator + " in " + data);
        RossmannLesson.Result result =
                RossmannLesson.run(new RossmannLesson.Settings(data, out, epochs, 2e-3, 256, seed));
        System.out.printf(
                Locale.ROOT,
                "best possible: %.6f on these validation rows, %.6f in theory%n",
                generator.medianRmspe(result.validation()),
                RossmannGenerator.medianRmspe());
        System.out.printf(Locale.ROOT, "exp_rmspe %.6f%n", result.rmspe());
        return 0;
    }
}
