package org.learn4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Runs examples as their users do and reads what they print. */
final class Console {
    private Console() {}

    /** Returns what an example prints. */
    static String run(String... args) {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            assertThat(Main.run(args)).isZero();
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8).strip();
    }

    /** Returns the score on the last line. */
    static double score(String name, String output) {
        String last = output.substring(output.lastIndexOf('\n') + 1);
        assertThat(last).matches(name + " [01]\\.\\d+");
        return Double.parseDouble(last.substring(name.length() + 1));
    }
}
