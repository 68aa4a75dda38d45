package org.learn4j.examples;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The examples: a subcommand for each, the quick start without one. */
@Command(
        name = "learn4j",
        mixinStandardHelpOptions = true,
        description = "The examples of Learn4J. Without a command, the quick start runs.",
        subcommands = {
            QuickStart.class,
            Rossmann.class,
            GuoBerkhahn.class,
            Adult.class,
            MnistMlp.class,
            Regularisation.class,
            Convolutions.class,
            Landscape.class,
            AugmentedPhoto.class,
            HeatMapExample.class,
            Mnist.class,
            Pets.class,
            Shapes.class
        })
public final class Main implements Callable<Integer> {
    private Main() {}

    /** Runs the example named by the arguments. Ends the JVM only on failure, so that it can run inside Maven's. */
    public static void main(String... args) {
        int status = run(args);
        if (status != 0) {
            System.exit(status);
        }
    }

    static int run(String... args) {
        return new CommandLine(new Main())
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    command.getErr().println("error: " + failure.getMessage());
                    failure.printStackTrace(command.getErr());
                    return 1;
                })
                .execute(args);
    }

    @Override
    public Integer call() {
        return new CommandLine(new QuickStart()).execute();
    }
}
