package org.learn4j.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** What to measure and for how long: read by the parent process and handed on to its children. */
final class Options {
    @Option(names = "--batches", split = ",", defaultValue = "64,512,4096", description = "rows of a batch")
    private int[] batches = {};

    @Option(names = "--rounds", defaultValue = "7", description = "blocks of each contender")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "1", description = "length of a block")
    private double seconds;

    @Option(names = "--only", split = ",", description = "only these engines: learn4j, libtorch, dl4j")
    private Engine[] only = Engine.values();

    @Option(names = "--cases", split = ",", description = "only the cases of these names")
    private List<String> cases = List.of();

    @Option(
            names = "--memory",
            description = "print the peak memory of each engine instead, each in a process of its own")
    private boolean memory;

    @Option(names = "--check", description = "compare the losses, time nothing")
    private boolean check;

    List<Integer> batches() {
        return Arrays.stream(batches).boxed().toList();
    }

    RoundRobin roundRobin() {
        return new RoundRobin(rounds, seconds);
    }

    boolean includes(ContenderFactory<?> contender) {
        return List.of(only).contains(contender.engine());
    }

    boolean includes(Case<?> one) {
        return cases.isEmpty() || cases.contains(one.id());
    }

    boolean isMemory() {
        return memory;
    }

    boolean isCheckOnly() {
        return check;
    }

    /** Returns the options as the words of a command line. */
    List<String> words() {
        var words = new ArrayList<>(List.of(
                "--batches=" + batches().stream().map(String::valueOf).collect(Collectors.joining(",")),
                "--rounds=" + rounds,
                "--seconds=" + seconds,
                "--only=" + Arrays.stream(only).map(Engine::id).collect(Collectors.joining(","))));
        if (!cases.isEmpty()) {
            words.add("--cases=" + String.join(",", cases));
        }
        if (check) {
            words.add("--check");
        }
        return words;
    }
}
