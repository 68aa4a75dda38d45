package org.learn4j.persist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.Serial;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** R21: the newest file that is whole is used, and what was passed over is said. */
class LastGoodTest {
    @TempDir
    private Path directory;

    private Path newest;
    private Path middle;
    private Path oldest;
    private final Recorder log = new Recorder();

    @BeforeEach
    void save() {
        newest = save("epoch-3", 3);
        middle = save("epoch-2", 2);
        oldest = save("epoch-1", 1);
    }

    private Path save(String name, int epoch) {
        Path path = directory.resolve(name + ".safetensors");
        SafeTensors.write(path, Samples.tensors(epoch), Json.object().with("epoch", epoch));
        return path;
    }

    private static void damageTheLastByteOf(Path path) throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        bytes[bytes.length - 1] ^= 1;
        Files.write(path, bytes);
    }

    private int load(Path path) {
        try (var file = SafeTensors.open(path)) {
            file.verify();
            return file.requireManifest().get("epoch").integer();
        }
    }

    @Test
    void theNewestIsUsedWithoutAWord() {
        assertThat(LastGood.load(List.of(newest, middle, oldest), this::load, log))
                .isEqualTo(3);
        assertThat(log.lines).isEmpty();
    }

    @Test
    void thePreviousIsUsedWithAWarningThatNamesBoth() throws IOException {
        damageTheLastByteOf(newest);

        assertThat(LastGood.load(List.of(newest, middle, oldest), this::load, log))
                .isEqualTo(2);
        assertThat(log.lines)
                .singleElement()
                .asString()
                .startsWith(
                        "WARN " + newest + " cannot be read (" + newest + ": the tensor \"labels\" U8[5] was changed")
                .endsWith("): " + middle + " is used instead");
    }

    @Test
    void everyFileThatIsPassedOverIsNamed() throws IOException {
        Files.delete(newest);
        Files.write(middle, new byte[0]);

        assertThat(LastGood.load(List.of(newest, middle, oldest), this::load, log))
                .isEqualTo(1);
        assertThat(log.lines).hasSize(2);
        assertThat(log.lines.get(0)).contains(newest.toString(), "NoSuchFileException", oldest.toString());
        assertThat(log.lines.get(1)).contains(middle.toString(), "only 0 bytes", oldest.toString());
    }

    @Test
    void withoutAnyTheNewestIsReportedAndTheOthersWithIt() throws IOException {
        damageTheLastByteOf(newest);
        Files.delete(oldest);

        assertThatThrownBy(() -> LastGood.load(List.of(newest, oldest), this::load, log))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(newest.toString())
                .satisfies(e -> assertThat(e.getSuppressed()).singleElement().isInstanceOf(UncheckedIOException.class));
        assertThat(log.lines).isEmpty();
    }

    @Test
    void thereHaveToBeFiles() {
        assertThatThrownBy(() -> LastGood.open(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void mistakesOfTheLoaderAreNotPassedOver() {
        assertThatThrownBy(() -> LastGood.load(List.of(newest, oldest), path -> {
                    throw new IllegalStateException("a mistake");
                }))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void opensTheNewestWhoseTensorsAreWholeAndClosesTheOthers() throws IOException {
        damageTheLastByteOf(newest);
        try (var file = LastGood.open(List.of(newest, middle))) {
            assertThat(file.path()).isEqualTo(middle);
            assumeThat(Path.of("/proc/self/fd")).exists();
            assertThat(openFiles()).containsExactly(middle);
        }
        assumeThat(Path.of("/proc/self/fd")).exists();
        assertThat(openFiles()).isEmpty();
    }

    private List<Path> openFiles() throws IOException {
        List<Path> open = new ArrayList<>();
        try (Stream<Path> handles = Files.list(Path.of("/proc/self/fd"))) {
            for (Path handle : handles.toList()) {
                if (Files.exists(handle) && Files.isSymbolicLink(handle)) {
                    open.add(Files.readSymbolicLink(handle));
                }
            }
        }
        open.removeIf(path -> !path.startsWith(directory));
        return open;
    }

    private static final class Recorder extends LegacyAbstractLogger {
        @Serial
        private static final long serialVersionUID = 1L;

        private final transient List<String> lines = new ArrayList<>();

        @Override
        protected @Nullable String getFullyQualifiedCallerName() {
            return null;
        }

        @Override
        protected void handleNormalizedLoggingCall(
                Level level,
                @Nullable Marker marker,
                String pattern,
                Object @Nullable [] arguments,
                @Nullable Throwable thrown) {
            lines.add(level + " " + MessageFormatter.basicArrayFormat(pattern, arguments));
        }

        @Override
        public boolean isTraceEnabled() {
            return true;
        }

        @Override
        public boolean isDebugEnabled() {
            return true;
        }

        @Override
        public boolean isInfoEnabled() {
            return true;
        }

        @Override
        public boolean isWarnEnabled() {
            return true;
        }

        @Override
        public boolean isErrorEnabled() {
            return true;
        }
    }
}
