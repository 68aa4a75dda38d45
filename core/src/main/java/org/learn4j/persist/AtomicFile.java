package org.learn4j.persist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that appear whole or not at all: the only way this library writes to the disk.
 *
 * <pre>{@code
 * AtomicFile.write(Path.of("classes.txt"), "cat\ndog\n".getBytes(UTF_8));
 * AtomicFile.write(Path.of("history.csv"), channel -> history.writeTo(Channels.newOutputStream(channel)));
 * }</pre>
 *
 * <p>The bytes go to a temporary file beside the final one, with a random name; they are forced to the disk, read back
 * and compared; then the file takes its name in one step, and the directory is forced to the disk. After a crash, a
 * power failure or a full disk there is the old file or the new one, whole, and after this has returned there is the
 * new one. The new file is open to its owner only, from its first byte on, unless {@link #writeReadable} made it. A
 * symbolic link of that name is replaced, not followed. (The order of steps is SQLite's and RocksDB's; see also <a
 * href="https://www.usenix.org/conference/osdi14/technical-sessions/presentation/pillai">All File Systems Are Not
 * Created Equal</a>, OSDI 2014.)
 *
 * <p>Several threads and processes may write the same file at once: one of them is the last, and its file is whole. The
 * temporary files of processes that were killed are deleted by the next write to the same directory.
 */
public final class AtomicFile {
    private static final Pattern TEMPORARY = Pattern.compile("\\.learn4j-[0-9a-f]{32}\\.tmp");
    private static final int NAMES_TRIED = 8;
    private static final int READ_BACK = 1 << 16;

    /** What a file shall hold. */
    @FunctionalInterface
    public interface Content {
        /**
         * Writes all of it, in order; the channel takes every buffer whole.
         *
         * @throws IOException if it cannot be had, which leaves the old file as it is
         */
        void writeTo(WritableByteChannel channel) throws IOException;
    }

    private AtomicFile() {}

    /**
     * Replaces or creates a file. An interrupt is kept for afterwards.
     *
     * @param path the file
     * @param bytes what it shall hold
     * @throws UncheckedIOException if that fails, naming the path; the old file is as it was, unless only the last step
     *     failed, forcing the directory: then the new file is there, but might not survive a power failure
     */
    public static void write(Path path, byte[] bytes) {
        write(FileOps.SYSTEM, path, FileOps.Readers.OWNER, bytes);
    }

    /**
     * Replaces or creates a file whose bytes are produced piece by piece. An interrupt during the write makes it fail;
     * one from before is kept for afterwards, so that an interrupted training can still be saved.
     *
     * @param path the file
     * @param content what it shall hold; what it throws is passed on, and the old file is as it was
     * @throws UncheckedIOException if writing fails, see {@link #write(Path, byte[])}
     */
    public static void write(Path path, Content content) {
        write(FileOps.SYSTEM, path, content);
    }

    /**
     * {@link #write(Path, byte[])} for what is no secret, such as pictures and tables: who may read the file is what the
     * system says of new files.
     *
     * @param path the file
     * @param bytes what it shall hold
     * @throws UncheckedIOException if that fails, see {@link #write(Path, byte[])}
     */
    public static void writeReadable(Path path, byte[] bytes) {
        write(FileOps.SYSTEM, path, FileOps.Readers.USUAL, bytes);
    }

    /**
     * {@link #write(Path, Content)} for what is no secret: who may read the file is what the system says of new files. An
     * interrupt makes it fail.
     *
     * @param path the file
     * @param content writes what the file shall hold
     * @throws UncheckedIOException if that fails, see {@link #write(Path, byte[])}
     */
    public static void writeReadable(Path path, Content content) {
        write(FileOps.SYSTEM, path, FileOps.Readers.USUAL, content);
    }

    /** What an interrupt made fail is done again: the bytes are still there. */
    static void write(FileOps files, Path path, FileOps.Readers readers, byte[] bytes) {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    write(files, path, readers, channel -> channel.write(ByteBuffer.wrap(bytes)));
                    return;
                } catch (UncheckedIOException failure) {
                    if (!(failure.getCause() instanceof ClosedByInterruptException)) {
                        throw failure;
                    }
                    interrupted = true;
                    Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    static void write(FileOps files, Path path, Content content) {
        write(files, path, FileOps.Readers.OWNER, content);
    }

    private static void write(FileOps files, Path path, FileOps.Readers readers, Content content) {
        boolean interrupted = Thread.interrupted();
        try {
            Path target = path.toAbsolutePath();
            Path directory = target.getParent();
            if (directory == null) {
                throw new FileSystemException(path.toString(), null, "not a file");
            }
            deleteStrays(files, directory);
            replace(files, target, directory, readers, content);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + path + ": " + e, e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void replace(FileOps files, Path target, Path directory, FileOps.Readers readers, Content content)
            throws IOException {
        Temporary temporary = create(files, directory, readers);
        try (var file = temporary.file()) {
            try {
                var written = new Written(file);
                content.writeTo(written);
                written.close();
                file.force();
                written.readBack();
                files.move(temporary.path(), target);
            } catch (Throwable e) {
                discard(files, temporary.path(), e);
                throw e;
            }
            files.forceDirectory(directory);
        }
    }

    private record Temporary(Path path, FileOps.OpenFile file) {}

    private static Temporary create(FileOps files, Path directory, FileOps.Readers readers) throws IOException {
        for (int tried = 1; ; tried++) {
            String random = UUID.randomUUID().toString().replace("-", "");
            Path path = directory.resolve(".learn4j-" + random + ".tmp");
            try {
                return new Temporary(path, files.create(path, readers));
            } catch (FileAlreadyExistsException e) {
                if (tried == NAMES_TRIED) {
                    throw e;
                }
            }
        }
    }

    private static void discard(FileOps files, Path temporary, Throwable reason) {
        try {
            files.delete(temporary);
        } catch (IOException | RuntimeException e) {
            reason.addSuppressed(e);
        }
    }

    /** What earlier processes left when they were killed; that it cannot be deleted is no reason not to save. */
    private static void deleteStrays(FileOps files, Path directory) {
        try {
            for (Path stray : files.list(directory, TEMPORARY)) {
                deleteStray(files, stray);
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return; // there are none; the write says what is wrong
        } catch (IOException | RuntimeException e) {
            log().warn("temporary files of earlier runs may remain in {}: {}", directory, e.toString());
        }
    }

    private static void deleteStray(FileOps files, Path stray) {
        try {
            files.deleteAbandoned(stray);
        } catch (IOException | RuntimeException e) {
            log().warn("the temporary file {} of an earlier run remains: {}", stray, e.toString());
        }
    }

    /** Looked up where there is something to say: a program that only writes a file starts no logging. */
    private static Logger log() {
        return LoggerFactory.getLogger(AtomicFile.class);
    }

    /** Counts and checks the bytes on their way, so that what the disk holds can be compared with them. */
    private static final class Written implements WritableByteChannel {
        private final FileOps.OpenFile file;
        private final CRC32C sent = new CRC32C();
        private long length;
        private boolean open = true;

        Written(FileOps.OpenFile file) {
            this.file = file;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            if (!open) {
                throw new ClosedChannelException();
            }
            int count = bytes.remaining();
            sent.update(bytes.duplicate());
            file.write(bytes);
            length += count;
            return count;
        }

        void readBack() throws IOException {
            var received = new CRC32C();
            var buffer = ByteBuffer.allocate((int) Math.min(READ_BACK, length + 1));
            long position = 0;
            while (file.read(buffer.clear(), position) > 0) {
                position += buffer.position();
                received.update(buffer.flip());
            }
            if (position != length || received.getValue() != sent.getValue()) {
                throw new IOException("the disk returned other bytes than were written: " + position + " of " + length);
            }
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() {
            open = false;
        }
    }
}
