package org.learn4j.persist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.testkit.ChildJvm;

/** R16, short form, and the two processes of R19. */
class KilledSaveTest {
    private static final List<String> FLAGS = List.of("-Xmx64m", "-Xshare:auto", "-XX:+UseSerialGC");
    private static final int KILLS = 50;
    private static final int BYTES = 8 << 20;

    @TempDir
    private Path directory;

    @Test
    @Timeout(120)
    void fiftyKillsLeaveAReadableFileEachTime() throws InterruptedException, IOException {
        Path path = directory.resolve("model.safetensors");
        long seed = Long.getLong("seed", System.nanoTime());
        var random = new SplittableRandom(seed);
        int strays = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            try (var child = ChildJvm.start(SaveInALoop.class, FLAGS, path.toString(), "" + BYTES)) {
                child.awaitLine(kill == 0 ? "saving" : "started");
                Thread.sleep(random.nextInt(120), random.nextInt(1_000_000));
                child.kill();
            }
            assertThat(SaveInALoop.load(path)).as("seed %s, kill %s", seed, kill).isNotNegative();
            strays += temporaryFiles() == 0 ? 0 : 1;
            if (kill % 10 == 9) {
                SaveInALoop.save(path, kill, 1 << 10);
                assertThat(temporaryFiles()).as("temporary files, seed %s", seed).isZero();
            }
        }
        // otherwise no kill fell into a save and the test proves nothing
        assertThat(strays).as("kills in the middle of a save, seed %s", seed).isPositive();
    }

    @Test
    @Timeout(60)
    void twoProcessesMaySaveTheSameFile() throws IOException {
        Path path = directory.resolve("model.safetensors");
        int bytes = 64 << 10;
        try (var child = ChildJvm.start(SaveInALoop.class, FLAGS, path.toString(), "" + bytes, "100")) {
            child.awaitLine("saving");
            for (int i = 0; i < 100; i++) {
                SaveInALoop.save(path, i, bytes);
                assertThat(SaveInALoop.load(path)).isNotNegative();
            }
            assertThat(child.exitCode(Duration.ofSeconds(30))).as(child.output()).isZero();
        }

        assertThat(SaveInALoop.load(path)).isEqualTo(99);
        assertThat(temporaryFiles()).isZero();
    }

    private long temporaryFiles() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> !file.endsWith("model.safetensors")).count();
        }
    }
}
