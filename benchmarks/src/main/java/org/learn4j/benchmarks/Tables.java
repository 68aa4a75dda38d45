package org.learn4j.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Prints measurements for people. */
final class Tables {
    private Tables() {}

    /** Prints the contenders of one case; the last column compares with Learn4J or, without it, with libtorch. */
    static void print(String group, List<Measurement> measurements) {
        var first = measurements.get(0);
        var base = Stream.of(Engine.LEARN4J, Engine.LIBTORCH)
                .flatMap(engine -> Ratio.best(measurements, first.caseId(), engine).stream())
                .findFirst()
                .orElse(first);
        String title = group + "." + first.caseId() + ", wait " + first.policy();
        System.out.printf(
                "%n%-34s %9s %9s %9s %9s %10s %7s  time / %s%n",
                title, "median ms", "p25", "p75", "fastest", "rows/s", "steps", base.contender());
        for (var m : measurements) {
            System.out.printf(
                    Locale.ROOT,
                    "  %-32s %9.3f %9.3f %9.3f %9.3f %10.0f %7d  %.2f%n",
                    m.contender(),
                    m.timing().median(),
                    m.timing().p25(),
                    m.timing().p75(),
                    m.timing().fastest(),
                    m.rowsPerSecond(),
                    m.timing().steps(),
                    m.timing().median() / base.timing().median());
        }
        System.out.println();
    }
}
