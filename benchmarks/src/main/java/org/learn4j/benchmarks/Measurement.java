package org.learn4j.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One contender's result in one case.
 *
 * @param caseId such as {@code train.b64}
 * @param rows the rows of one step
 * @param contender its name
 * @param policy how idle OpenMP threads waited in the process that measured it
 * @param drift how far its losses moved from the reference's in the first steps, without dropout
 */
record Measurement(
        String caseId, int rows, String contender, Engine engine, WaitPolicy policy, Timing timing, double drift) {
    private static final String TAB = "\t";

    double rowsPerSecond() {
        return rows / timing.median() * 1e3;
    }

    /** Returns one line of text, the form in which a child process hands it to its parent. */
    String toLine() {
        var rounds = timing.rounds().stream().map(String::valueOf).collect(Collectors.joining(","));
        return String.join(
                TAB,
                List.of(
                        caseId,
                        String.valueOf(rows),
                        contender,
                        engine.name(),
                        policy.name(),
                        String.valueOf(timing.median()),
                        String.valueOf(timing.p25()),
                        String.valueOf(timing.p75()),
                        String.valueOf(timing.fastest()),
                        String.valueOf(timing.steps()),
                        rounds,
                        String.valueOf(drift)));
    }

    /** Reads back what {@link #toLine()} wrote. */
    static Measurement of(String line) {
        String[] field = line.split(TAB);
        var rounds = Arrays.stream(field[10].split(",")).map(Double::valueOf).toList();
        var timing = new Timing(
                Double.parseDouble(field[5]),
                Double.parseDouble(field[6]),
                Double.parseDouble(field[7]),
                Double.parseDouble(field[8]),
                Integer.parseInt(field[9]),
                rounds);
        return new Measurement(
                field[0],
                Integer.parseInt(field[1]),
                field[2],
                Engine.valueOf(field[3]),
                WaitPolicy.valueOf(field[4]),
                timing,
                Double.parseDouble(field[11]));
    }
}
