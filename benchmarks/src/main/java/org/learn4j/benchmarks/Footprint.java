package org.learn4j.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The child process of one contender in one case: takes some steps and prints how much memory the process had at most. */
@Command(name = "footprint")
final class Footprint implements Runnable {
    private static final int STEPS = 8;
    private static final String PEAK = "VmHWM:";
    private static final double KIB_PER_MIB = 1024;

    @Parameters(index = "0")
    private String group = "";

    @Parameters(index = "1")
    private String caseId = "";

    @Parameters(index = "2")
    private String contender = "";

    @Mixin
    private Options options = new Options();

    public static void main(String[] arguments) {
        var command = new CommandLine(new Footprint()).setCaseInsensitiveEnumValuesAllowed(true);
        System.exit(command.execute(arguments)); // the engines' threads would keep the process alive
    }

    @Override
    public void run() {
        Group.of(group).cases(options.batches()).stream()
                .filter(one -> one.id().equals(caseId))
                .forEach(this::run);
    }

    private <T> void run(Case<T> one) {
        for (var factory : one.contenders()) {
            if (factory.name().equals(contender)) {
                try (var running = factory.create(one.task())) {
                    for (int i = 0; i < STEPS; i++) {
                        running.step();
                    }
                    System.out.printf(
                            Locale.ROOT,
                            "PEAK %s.%s %-30s %6.0f MiB%n",
                            group,
                            caseId,
                            contender,
                            peak() / KIB_PER_MIB);
                }
            }
        }
    }

    /** Returns the largest resident memory this process had, in KiB; Linux alone tells. */
    private static double peak() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith(PEAK))
                    .mapToDouble(line -> Double.parseDouble(
                            line.substring(PEAK.length()).replace("kB", "").strip()))
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
