package org.learn4j.persist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
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
    private static final List<String> FLAGS =
            List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData");
    private static final int KILLS = Integer.getInteger("kills", 50);
    private static final int BYTES = 8 << 20;

    @TempDir
    private Path directory;

    @Test
    @Timeout(120)
    void killsLeaveAReadableFileEachTime(@TempDir Path sources) throws InterruptedException, IOException {
        Path path = directory.resolve("model.safetensors");
        Path first = sources.resolve("first");
        Path second = sources.resolve("second");
        SaveInALoop.save(first, 1, BYTES);
        SaveInALoop.save(second, 2, BYTES);
        long seed = Long.getLong("seed", System.nanoTime());
        var random = new SplittableRandom(seed);
        int strays = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            try (var child = ChildJvm.start(
                    SaveUntilKilled.class, FLAGS, path.toString(), first.toString(), second.toString())) {
                child.awaitLine("saving");
                Thread.sleep(random.nextInt(30), random.nextInt(1_000_000));
                child.kill();
            }
            assertThat(SaveInALoop.load(path))
                    .as("seed %s, kill %s", seed, kill)
                    .isBetween(1, 2);
            strays += temporaryFiles() == 0 ? 0 : 1;
            if (kill % 10 == 9) {
                SaveInALoop.save(path, kill, 1 << 10);
                assertThat(temporaryFiles())
                        .as("temporary files, seed %s", seed)
                        .isZero();
            }
        }
        // otherwise no kill fell into a save, and the test proves nothing
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
            assertThat(child.exitCode(Duration.ofSeconds(30)))
                    .as(child.output())
                    .isZero();
        }

        assertThat(SaveInALoop.load(path)).isEqualTo(99);
        assertThat(temporaryFiles()).isZero();
    }

    @Test
    @Timeout(60)
    void anotherProcessLeavesAloneWhatThisOneIsWriting() throws IOException {
        Path path = directory.resolve("model.safetensors");
        AtomicFile.write(path, channel -> {
            channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
            // clears up as well, and must not drop the lock that this process has on its own temporary file
            AtomicFile.write(path, new byte[] {4});
            try (var child = ChildJvm.start(SaveInALoop.class, FLAGS, path.toString(), "4", "1")) {
                assertThat(child.exitCode(Duration.ofSeconds(30)))
                        .as(child.output())
                        .isZero();
            }
            assertThat(temporaryFiles()).isEqualTo(1);
        });

        assertThat(path).hasBinaryContent(new byte[] {1, 2, 3});
        assertThat(temporaryFiles()).isZero();
    }

    private long temporaryFiles() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> !file.endsWith("model.safetensors")).count();
        }
    }
}
