package org.learn4j.persist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    private static final String STRAY = ".learn4j-0123456789abcdef0123456789abcdef.tmp";

    @TempDir
    private Path directory;

    private List<String> names() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void createsAFile() {
        Path path = directory.resolve("classes.txt");
        AtomicFile.write(path, "cat\ndog\n".getBytes(UTF_8));

        assertThat(path).hasContent("cat\ndog\n");
        assertThat(names()).containsExactly("classes.txt");
    }

    @Test
    void replacesAFile() throws IOException {
        Path path = Files.writeString(directory.resolve("classes.txt"), "something longer than the new content");
        AtomicFile.write(path, channel -> Channels.newOutputStream(channel).write("short".getBytes(UTF_8)));

        assertThat(path).hasContent("short");
        assertThat(names()).containsExactly("classes.txt");
    }

    @Test
    void writesAnEmptyFile() {
        AtomicFile.write(directory.resolve("empty"), new byte[0]);

        assertThat(directory.resolve("empty")).isEmptyFile();
    }

    @Test
    void writesMoreThanOneBufferFull() {
        byte[] bytes = Samples.random(1, 3_000_000);
        AtomicFile.write(directory.resolve("large"), bytes);

        assertThat(directory.resolve("large")).hasBinaryContent(bytes);
    }

    @Test
    void writesANameOfTheGreatestLength() {
        String name = "n".repeat(255);
        AtomicFile.write(directory.resolve(name), new byte[1]);

        assertThat(names()).containsExactly(name);
    }

    @Test
    void isOpenToItsOwnerOnly() throws IOException {
        assumeThat(directory.getFileSystem().supportedFileAttributeViews()).contains("posix");
        Path path = directory.resolve("model");
        AtomicFile.write(path, channel -> {
            Path temporary = directory.resolve(names().get(0));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(temporary)))
                    .isEqualTo("rw-------");
            channel.write(ByteBuffer.allocate(1));
        });

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
    }

    @Test
    void whatIsNoSecretIsOpenToWhomNewFilesAre() throws IOException {
        assumeThat(directory.getFileSystem().supportedFileAttributeViews()).contains("posix");
        Path path = directory.resolve("history.csv");
        AtomicFile.write(path, new byte[1]);

        AtomicFile.writeReadable(path, "epoch\n".getBytes(UTF_8));

        assertThat(path).hasContent("epoch\n");
        Path usual = Files.createFile(directory.resolve("usual"));
        assertThat(Files.getPosixFilePermissions(path)).isEqualTo(Files.getPosixFilePermissions(usual));
    }

    @Test
    void replacesASymbolicLinkAndNotWhatItLeadsTo() throws IOException {
        Path elsewhere = Files.writeString(directory.resolve("elsewhere"), "untouched");
        Path link = Files.createSymbolicLink(directory.resolve("link"), elsewhere);
        AtomicFile.write(link, "new".getBytes(UTF_8));

        assertThat(elsewhere).hasContent("untouched");
        assertThat(link).hasContent("new").isRegularFile();
        assertThat(Files.isSymbolicLink(link)).isFalse();
    }

    @Test
    void refusesADirectoryOfThatName() throws IOException {
        Path path = Files.createDirectory(directory.resolve("directory"));

        assertThatThrownBy(() -> AtomicFile.write(path, new byte[1]))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(path.toString());
        assertThat(names()).containsExactly("directory");
    }

    @Test
    void namesThePathWhenItsDirectoryIsNotThere() {
        Path path = directory.resolve("nowhere").resolve("model");

        assertThatThrownBy(() -> AtomicFile.write(path, new byte[1]))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("cannot write " + path + ": ");
    }

    @Test
    void refusesTheRoot() {
        assertThatThrownBy(() -> AtomicFile.write(Path.of("/"), new byte[1])).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void keepsTheOldFileWhenTheContentFails() {
        Path path = directory.resolve("model");
        AtomicFile.write(path, "old".getBytes(UTF_8));

        assertThatThrownBy(() -> AtomicFile.write(path, channel -> {
                    channel.write(ByteBuffer.allocate(1000));
                    throw new IOException("the source broke");
                }))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("the source broke");
        assertThat(path).hasContent("old");
        assertThat(names()).containsExactly("model");
    }

    @Test
    void letsNobodyWriteAfterwards() {
        WritableByteChannel[] kept = new WritableByteChannel[1];
        AtomicFile.write(directory.resolve("model"), channel -> kept[0] = channel);

        assertThat(kept[0].isOpen()).isFalse();
        assertThatThrownBy(() -> kept[0].write(ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void deletesWhatKilledProcessesLeftAndNothingElse() throws IOException {
        Files.writeString(directory.resolve(STRAY), "half a model");
        Path directoryOfThatName = Files.createDirectory(directory.resolve(STRAY.replace('0', '1')));
        Files.writeString(directory.resolve(".learn4j-notes.tmp"), "somebody's");
        assertThat(FileOps.SYSTEM.list(directory, Pattern.compile(".*\\.tmp")))
                .containsExactlyInAnyOrder(directory.resolve(STRAY), directory.resolve(".learn4j-notes.tmp"));
        AtomicFile.write(directory.resolve("model"), new byte[1]);

        assertThat(names())
                .containsExactlyInAnyOrder(
                        "model",
                        ".learn4j-notes.tmp",
                        directoryOfThatName.getFileName().toString());
    }

    @Test
    void leavesAloneWhatAnotherThreadIsWriting() throws IOException {
        Path outer = directory.resolve("outer");
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory);
        AtomicFile.write(outer, channel -> {
            channel.write(ByteBuffer.wrap("outer".getBytes(UTF_8)));
            AtomicFile.write(directory.resolve("inner"), new byte[1]);
            AtomicFile.write(link.resolve("inner through another path"), new byte[1]);
        });

        assertThat(outer).hasContent("outer");
        assertThat(names()).containsExactly("inner", "inner through another path", "link", "outer");
    }

    @Test
    void severalThreadsMayWriteTheSameFile() throws InterruptedException, ExecutionException {
        Path path = directory.resolve("model");
        var start = new CountDownLatch(1);
        var threads = Executors.newFixedThreadPool(4);
        List<Future<?>> writers = IntStream.range(0, 4)
                .<Future<?>>mapToObj(thread -> threads.submit(() -> {
                    start.await();
                    for (int i = 0; i < 25; i++) {
                        AtomicFile.write(path, ("" + thread).repeat(10_000).getBytes(UTF_8));
                    }
                    return true;
                }))
                .toList();
        start.countDown();
        for (Future<?> writer : writers) {
            writer.get();
        }
        threads.shutdown();

        assertThat(path).content().hasSize(10_000).matches("(.)\\1*");
        assertThat(names()).containsExactly("model");
    }

    @Test
    void anInterruptBeforehandIsKeptForAfterwards() {
        Path path = directory.resolve("model");
        Thread.currentThread().interrupt();
        AtomicFile.write(path, "saved all the same".getBytes(UTF_8));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(path).hasContent("saved all the same");
    }

    @Test
    void anInterruptMeanwhileLeavesTheOldFile() {
        Path path = directory.resolve("model");
        AtomicFile.write(path, "old".getBytes(UTF_8));

        assertThatThrownBy(() -> AtomicFile.write(path, channel -> {
                    Thread.currentThread().interrupt();
                    channel.write(ByteBuffer.allocate(1000));
                }))
                .isInstanceOf(UncheckedIOException.class)
                .hasCauseInstanceOf(ClosedByInterruptException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(path).hasContent("old");
        assertThat(names()).containsExactly("model");
    }

    @Test
    void leavesNoFileOpen() throws IOException {
        Path handles = Path.of("/proc/self/fd");
        assumeThat(handles).exists();
        AtomicFile.write(directory.resolve("model"), new byte[1]);
        assertThat(openIn(handles)).isZero();

        assertThatThrownBy(() -> AtomicFile.write(directory, new byte[1])).isInstanceOf(UncheckedIOException.class);
        assertThat(openIn(handles)).isZero();
    }

    private long openIn(Path handles) throws IOException {
        try (Stream<Path> links = Files.list(handles)) {
            return links.filter(link -> Files.exists(link, LinkOption.NOFOLLOW_LINKS))
                    .filter(link -> leadsHere(link))
                    .count();
        }
    }

    private boolean leadsHere(Path link) {
        try {
            return Files.readSymbolicLink(link).startsWith(directory);
        } catch (IOException e) {
            return false; // closed meanwhile: the handle of this very listing
        }
    }
}
