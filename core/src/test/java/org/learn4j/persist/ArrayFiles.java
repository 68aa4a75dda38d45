package org.learn4j.persist;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** A disk that has one file, for reading: an array, whose changes are seen at once. */
record ArrayFiles(byte[] bytes) implements FileOps {
    @Override
    public OpenFile open(Path path) {
        return new ArrayFile(bytes);
    }

    @Override
    public OpenFile create(Path path, Readers readers) {
        throw new UnsupportedOperationException("read-only");
    }

    @Override
    public void move(Path from, Path to) {
        throw new UnsupportedOperationException("read-only");
    }

    @Override
    public void forceDirectory(Path directory) {
        throw new UnsupportedOperationException("read-only");
    }

    @Override
    public void delete(Path path) {
        throw new UnsupportedOperationException("read-only");
    }

    @Override
    public List<Path> list(Path directory, Pattern name) {
        throw new UnsupportedOperationException("read-only");
    }

    @Override
    public void deleteAbandoned(Path path) {
        throw new UnsupportedOperationException("read-only");
    }

    private record ArrayFile(byte[] bytes) implements OpenFile {
        @Override
        public void write(ByteBuffer from) {
            throw new UnsupportedOperationException("read-only");
        }

        @Override
        public int read(ByteBuffer into, long position) {
            int count = (int) Math.min(into.remaining(), bytes.length - position);
            if (count <= 0) {
                return -1;
            }
            into.put(bytes, (int) position, count);
            return count;
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public void force() {
            throw new UnsupportedOperationException("read-only");
        }

        @Override
        public void close() {}
    }
}
