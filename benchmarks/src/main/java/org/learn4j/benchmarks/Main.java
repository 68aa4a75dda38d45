package org.learn4j.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Measures groups of cases, each in child processes of its own, and prints how Learn4J compares.
 *
 * <pre>
 * mvn -q -Pbench compile exec:java -Dexec.args="mlp"
 * mvn -q -Pbench compile exec:java -Dexec.args="mlp mlp-djl --batches=64 --wait=brief --rounds=3"
 * </pre>
 */
@Command(
        name = "benchmarks",
        mixinStandardHelpOptions = true,
        description = "Measures Learn4J beside libtorch and DL4J.")
public final class Main implements Runnable {
    private static final double QUIET = .7;

    @Parameters(arity = "0..*", defaultValue = "mlp", description = "groups: mlp, mlp-djl, tabular, vision")
    private List<String> groups = List.of();

    @Option(
            names = "--wait",
            split = ",",
            defaultValue = "brief,default",
            description =
                    "what idle OpenMP threads do: ${COMPLETION-CANDIDATES}; several are measured one after another")
    private List<WaitPolicy> waits = List.of();

    @Option(names = "--jvm", description = "an option for the measuring JVM; may be repeated")
    private List<String> jvmOptions = List.of();

    @Mixin
    private Options options = new Options();

    public static void main(String[] arguments) {
        var command = new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    throw failure;
                });
        int code = command.execute(arguments);
        if (code != 0) { // no System.exit: Maven's JVM may be ours
            throw new IllegalArgumentException("see the usage above");
        }
    }

    @Override
    public void run() {
        System.out.println(Machine.description());
        if (Machine.load() > QUIET) {
            System.out.println("WARNING: this machine is busy with something else: expect meaningless ratios");
        }
        for (var group : groups.stream().map(Group::of).toList()) {
            if (options.isMemory()) {
                measureMemory(group);
            } else {
                measure(group);
            }
        }
    }

    private void measureMemory(Group group) {
        var process = new ChildProcess(waits.get(0), jvmOptions);
        for (var one : group.cases(options.batches())) {
            for (var contender : one.contenders()) {
                if (options.includes(one) && options.includes(contender)) {
                    var arguments = new ArrayList<>(List.of(group.name(), one.id(), contender.name()));
                    arguments.addAll(options.words());
                    process.run(Footprint.class, arguments);
                }
            }
        }
    }

    private void measure(Group group) {
        var processes =
                waits.stream().map(wait -> new ChildProcess(wait, jvmOptions)).toList();
        var measurements = new ArrayList<Measurement>();
        for (var process : processes) {
            measurements.addAll(measure(group, process));
        }
        if (options.isCheckOnly()) {
            return;
        }
        var ratios = Ratio.of(group.name(), measurements);
        ratios.forEach(System.out::println);
        var report = new JsonReport(group.name(), processes, measurements, ratios);
        System.out.println("written: " + report.write(ChildProcess.target().resolve("results")));
    }

    private List<Measurement> measure(Group group, ChildProcess process) {
        try {
            Path results = Files.createTempFile("learn4j-benchmark", ".tsv");
            try {
                var arguments = new ArrayList<String>();
                arguments.add(group.name());
                arguments.add(process.policy().name());
                arguments.add(results.toString());
                arguments.addAll(options.words());
                process.run(Measure.class, arguments);
                return Files.readAllLines(results, StandardCharsets.UTF_8).stream()
                        .map(Measurement::of)
                        .toList();
            } finally {
                Files.delete(results);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
