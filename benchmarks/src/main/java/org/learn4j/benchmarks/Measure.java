package org.learn4j.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The child process: measures one group and leaves a line for each result in a file. */
@Command(name = "measure")
final class Measure implements Runnable {
    @Parameters(index = "0")
    private String group = "";

    @Parameters(index = "1")
    private WaitPolicy wait = WaitPolicy.DEFAULT;

    @Parameters(index = "2")
    private Path results = Path.of("");

    @Mixin
    private Options options = new Options();

    public static void main(String[] arguments) {
        var command = new CommandLine(new Measure()).setCaseInsensitiveEnumValuesAllowed(true);
        System.exit(command.execute(arguments)); // the engines' threads would keep the process alive
    }

    @Override
    public void run() {
        Group.of(group).cases(options.batches()).stream()
                .filter(options::includes)
                .forEach(this::measure);
    }

    private <T> void measure(Case<T> one) {
        var factories = one.contenders().stream().filter(options::includes).toList();
        var agreements = agreements(one, factories);
        if (factories.isEmpty() || options.isCheckOnly()) {
            return;
        }
        var contenders = new ArrayList<Contender>();
        try {
            factories.forEach(factory -> contenders.add(factory.create(one.task())));
            var timings = options.roundRobin().time(contenders);
            var measurements = new ArrayList<Measurement>();
            for (int i = 0; i < factories.size(); i++) {
                var factory = factories.get(i);
                double drift = agreements.get(i).drift(agreements.get(0));
                measurements.add(new Measurement(
                        one.id(), one.rows(), factory.name(), factory.engine(), wait, timings.get(i), drift));
            }
            Tables.print(group, measurements);
            append(measurements);
        } finally {
            contenders.forEach(Contender::close);
        }
    }

    private <T> List<Agreement> agreements(Case<T> one, List<ContenderFactory<T>> factories) {
        var agreements = new ArrayList<Agreement>();
        for (var factory : factories) {
            try (var contender = factory.create(one.checkable())) {
                agreements.add(Agreement.of(contender));
            }
            var latest = agreements.get(agreements.size() - 1);
            var reference = agreements.get(0);
            System.out.printf(
                    Locale.ROOT,
                    "CHECK %s.%s %-30s first loss %.6f, differs by %.1e, by %.1e after %d steps%n",
                    group,
                    one.id(),
                    factory.name(),
                    latest.losses().get(0),
                    latest.start(reference),
                    latest.drift(reference),
                    latest.losses().size());
            if (!latest.isSameNetwork(reference)) {
                throw new IllegalStateException("%s computes another loss than %s: %s, %s"
                        .formatted(
                                factory.name(),
                                factories.get(0).name(),
                                latest.losses().get(0),
                                reference.losses().get(0)));
            }
        }
        return agreements;
    }

    private void append(List<Measurement> measurements) {
        var lines = measurements.stream().map(Measurement::toLine).toList();
        try {
            Files.write(results, lines, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(results.toString(), e);
        }
    }
}
