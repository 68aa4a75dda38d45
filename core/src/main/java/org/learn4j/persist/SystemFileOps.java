package org.learn4j.persist;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The file system of this computer.
 *
 * <p>A file being written is held twice: by a lock, which other processes see and which ends with the process, and by
 * {@link #HELD}, the names that the threads of this process ask first, because POSIX drops a process's locks on a file
 * as soon as any of its handles on that file is closed. Names suffice: they are random.
 */
final class SystemFileOps implements FileOps {
    private static final Set<String> HELD = ConcurrentHashMap.newKeySet();

    /** A byte no file has, so that a lock keeps nobody from reading where locks are mandatory. */
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

    /** Where the file system has no locks, a file untouched for so long has no writer. */
    private static final Duration ABANDONED = Duration.ofDays(1);

    @Override
    public OpenFile create(Path path, Readers readers) throws IOException {
        Set<OpenOption> options =
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (!HELD.add(name(path))) {
            throw new FileAlreadyExistsException(path.toString());
        }
        try {
            var channel = FileChannel.open(path, options, attributes(path, readers));
            try {
                hold(channel, path);
                return new HeldFile(channel, path);
            } catch (Throwable e) {
                channel.close();
                throw e;
            }
        } catch (Throwable e) {
            HELD.remove(name(path));
            throw e;
        }
    }

    /** Locks a new file; another process that clears up may have locked, or even deleted, it in the meantime. */
    private static void hold(FileChannel channel, Path path) throws IOException {
        boolean locked;
        try {
            locked = channel.tryLock(LOCKED_BYTE, 1, false) != null;
        } catch (OverlappingFileLockException e) {
            locked = false;
        } catch (IOException e) {
            return; // a file system without locks: deleteAbandoned goes by age there
        }
        if (!locked || Files.notExists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(path.toString(), null, "taken away by another process");
        }
    }

    private static FileAttribute<?>[] attributes(Path path, Readers readers) {
        if (readers == Readers.USUAL
                || !path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return new FileAttribute<?>[0];
        }
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        };
    }

    @Override
    public OpenFile open(Path path) throws IOException {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new FileSystemException(path.toString(), null, "not a regular file");
        }
        return new ChannelFile(FileChannel.open(path, StandardOpenOption.READ));
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Windows has no such operation: it opens no directory. */
    @Override
    public void forceDirectory(Path directory) throws IOException {
        if (File.separatorChar == '\\') {
            return;
        }
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
    }

    @Override
    public List<Path> list(Path directory, Pattern name) throws IOException {
        DirectoryStream.Filter<Path> matching =
                file -> name.matcher(file.getFileName().toString()).matches()
                        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
        List<Path> files = new ArrayList<>();
        try (var stream = Files.newDirectoryStream(directory, matching)) {
            stream.forEach(files::add);
        }
        return files;
    }

    @Override
    public void deleteAbandoned(Path path) throws IOException {
        if (HELD.contains(name(path))) {
            return;
        }
        try (var channel = FileChannel.open(path, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            if (isAbandoned(channel, path)) {
                Files.deleteIfExists(path); // while locked: a writer that gets the lock later finds the file gone
            }
        } catch (NoSuchFileException e) {
            return; // finished or deleted meanwhile
        }
    }

    private static boolean isAbandoned(FileChannel channel, Path path) throws IOException {
        try {
            return channel.tryLock(LOCKED_BYTE, 1, false) != null;
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (IOException e) {
            Instant touched = Files.getLastModifiedTime(path).toInstant();
            return touched.isBefore(Instant.now().minus(ABANDONED));
        }
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }

    private static class ChannelFile implements OpenFile {
        private static final int CHUNK = 1 << 20;

        private final FileChannel channel;

        ChannelFile(FileChannel channel) {
            this.channel = channel;
        }

        /** In chunks: the JDK copies a heap buffer to native memory, as much of it as it is asked to write. */
        @Override
        public void write(ByteBuffer bytes) throws IOException {
            int limit = bytes.limit();
            while (bytes.position() < limit) {
                bytes.limit(Math.min(limit, bytes.position() + CHUNK));
                channel.write(bytes);
                bytes.limit(limit);
            }
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            return channel.read(into, position);
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void force() throws IOException {
            channel.force(true);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private static final class HeldFile extends ChannelFile {
        private final Path path;

        HeldFile(FileChannel channel, Path path) {
            super(channel);
            this.path = path;
        }

        @Override
        public void close() throws IOException {
            try {
                super.close();
            } finally {
                HELD.remove(name(path));
            }
        }
    }
}
