package org.learn4j.persist;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A disk in memory that fails when told to, and that remembers what was done to it. */
final class FaultyFiles implements FileOps {
    /** What changes a disk; a file is known by a number, because its name changes. */
    sealed interface Operation {}

    record Create(Path name, int file) implements Operation {}

    record Write(int file, byte[] bytes) implements Operation {}

    record Force(int file) implements Operation {}

    record Move(Path from, Path to) implements Operation {}

    record Delete(Path name) implements Operation {}

    record ForceDirectory() implements Operation {}

    private final Map<Path, Integer> names = new TreeMap<>();
    private final Map<Integer, ByteArrayOutputStream> contents = new HashMap<>();
    private final List<Operation> operations = new ArrayList<>();
    private final List<Path> held = new ArrayList<>();

    private IntPredicate fails = call -> false;
    private Function<String, IOException> failure = IOException::new;
    private UnaryOperator<byte[]> lie = bytes -> bytes;
    private int mostBytes = Integer.MAX_VALUE;
    private int calls;
    private int open;
    private @Nullable String lastFailed;

    FaultyFiles(Map<Path, byte[]> files) {
        files.forEach((name, bytes) -> put(name, contents.size(), bytes));
    }

    /** A disk with one file. */
    static FaultyFiles of(Path name, byte[] bytes) {
        return new FaultyFiles(Map.of(name, bytes));
    }

    /** Makes these calls fail, counted from 1 over all verbs. */
    FaultyFiles failing(IntPredicate calls) {
        this.fails = calls;
        return this;
    }

    /** Makes failures look like this. */
    FaultyFiles with(Function<String, IOException> failure) {
        this.failure = failure;
        return this;
    }

    /** Makes the disk store something else than it is given, without telling. */
    FaultyFiles storing(UnaryOperator<byte[]> lie) {
        this.lie = lie;
        return this;
    }

    /** Makes every read return so many bytes at most. */
    FaultyFiles readingAtMost(int bytes) {
        this.mostBytes = bytes;
        return this;
    }

    int calls() {
        return calls;
    }

    int openFiles() {
        return open;
    }

    /** Returns the verb that failed last. */
    @Nullable
    String lastFailed() {
        return lastFailed;
    }

    List<Operation> operations() {
        return List.copyOf(operations);
    }

    Map<Path, byte[]> files() {
        Map<Path, byte[]> files = new TreeMap<>();
        names.forEach((name, file) -> files.put(name, contents.get(file).toByteArray()));
        return files;
    }

    private void put(Path name, int file, byte[] bytes) {
        var content = new ByteArrayOutputStream();
        content.writeBytes(bytes);
        contents.put(file, content);
        names.put(name, file);
    }

    private void call(String verb) throws IOException {
        calls++;
        if (fails.test(calls)) {
            lastFailed = verb;
            throw failure.apply("injected into " + verb + ", call " + calls);
        }
    }

    @Override
    public OpenFile create(Path path, Readers readers) throws IOException {
        call("create");
        if (names.containsKey(path)) {
            throw new FileAlreadyExistsException(path.toString());
        }
        int file = contents.size();
        put(path, file, new byte[0]);
        operations.add(new Create(path, file));
        held.add(path);
        return new MemoryFile(file, path);
    }

    @Override
    public OpenFile open(Path path) throws IOException {
        call("open");
        return new MemoryFile(find(path), null);
    }

    private int find(Path path) throws NoSuchFileException {
        Integer file = names.get(path);
        if (file == null) {
            throw new NoSuchFileException(path.toString());
        }
        return file;
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        call("move");
        names.put(to, find(from));
        names.remove(from);
        operations.add(new Move(from, to));
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        call("forceDirectory");
        operations.add(new ForceDirectory());
    }

    @Override
    public void delete(Path path) throws IOException {
        call("delete");
        if (names.remove(path) != null) {
            operations.add(new Delete(path));
        }
    }

    @Override
    public List<Path> list(Path directory, Pattern name) throws IOException {
        call("list");
        return names.keySet().stream()
                .filter(path -> directory.equals(path.getParent()))
                .filter(path -> name.matcher(path.getFileName().toString()).matches())
                .toList();
    }

    @Override
    public void deleteAbandoned(Path path) throws IOException {
        call("deleteAbandoned");
        if (!held.contains(path) && names.remove(path) != null) {
            operations.add(new Delete(path));
        }
    }

    private final class MemoryFile implements OpenFile {
        private final int file;
        private final @Nullable Path holds;
        private byte @Nullable [] snapshot;

        MemoryFile(int file, @Nullable Path holds) {
            this.file = file;
            this.holds = holds;
            open++;
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            call("write");
            byte[] given = new byte[bytes.remaining()];
            bytes.get(given);
            byte[] stored = lie.apply(given);
            contents.get(file).writeBytes(stored);
            operations.add(new Write(file, stored));
            snapshot = null;
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            call("read");
            byte[] bytes = bytes();
            int count = (int) Math.min(Math.min(mostBytes, into.remaining()), bytes.length - position);
            if (count <= 0) {
                return -1;
            }
            into.put(bytes, (int) position, count);
            return count;
        }

        private byte[] bytes() {
            if (snapshot == null) {
                snapshot = contents.get(file).toByteArray();
            }
            return snapshot;
        }

        @Override
        public long size() throws IOException {
            call("size");
            return bytes().length;
        }

        @Override
        public void force() throws IOException {
            call("force");
            operations.add(new Force(file));
        }

        @Override
        public void close() throws IOException {
            open--;
            if (holds != null) {
                held.remove(holds);
            }
            call("close");
        }
    }
}
