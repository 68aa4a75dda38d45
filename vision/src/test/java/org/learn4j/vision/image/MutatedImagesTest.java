package org.learn4j.vision.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.learn4j.testkit.ChildJvm;
import org.learn4j.testkit.Mutator;

/** Damaged files are read or refused, in little time, and never end the JVM. */
class MutatedImagesTest {
    private static final int EACH = Integer.getInteger("mutations", 300);

    /** What a child JVM does: reads damaged files of every format. */
    static final class ReadDamaged {
        private ReadDamaged() {}

        public static void main(String... arguments) {
            Mutator mutator = new Mutator(
                    11,
                    List.of(
                            "\u00FF\u00DA".getBytes(StandardCharsets.ISO_8859_1),
                            "IDAT".getBytes(StandardCharsets.US_ASCII)));
            int refused = 0;
            long slowest = 0;
            for (String extension : List.of(".jpg", ".png", ".gif", ".bmp", ".webp", ".tif")) {
                byte[] file = TestImages.encode(TestImages.gradient(24, 18), extension);
                for (int i = 0; i < Integer.parseInt(arguments[0]); i++) {
                    long start = System.nanoTime();
                    try {
                        Image.of(mutator.mutate(file));
                    } catch (ImageFormatException reason) {
                        refused++;
                    }
                    slowest = Math.max(slowest, System.nanoTime() - start);
                }
            }
            System.out.println("refused " + refused);
            System.out.println("slowest " + slowest / 1_000_000);
        }
    }

    @Test
    void damaged_files_are_read_or_refused() {
        try (ChildJvm child = ChildJvm.start(ReadDamaged.class, List.of("-Xmx1g"), String.valueOf(EACH))) {
            assertThat(child.exitCode(Duration.ofMinutes(3))).as(child.output()).isZero();
            assertThat(child.output()).contains("refused ");
            assertThat(number("refused ", child.output())).isGreaterThan(EACH);
            assertThat(number("slowest ", child.output())).isLessThan(3000);
        }
    }

    private static int number(String label, String output) {
        String rest = output.substring(output.lastIndexOf(label) + label.length());
        return Integer.parseInt(rest.lines().findFirst().orElseThrow().strip());
    }
}
