package org.learn4j.persist;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;
import org.learn4j.persist.ModelFormatException.Reason;

/**
 * The entries of a zip archive, as its central directory lists them (<a
 * href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">APPNOTE</a>, zip64 included): stored ones are read
 * where they lie, compressed ones, within limits, from memory. Checksums are compared when an entry is first read.
 */
final class ZipEntries {
    private static final int LOCAL = 0x04034b50;
    private static final int LOCAL_SIZE = 30;
    private static final int CENTRAL = 0x02014b50;
    private static final int CENTRAL_SIZE = 46;
    private static final int END = 0x06054b50;
    private static final int END_SIZE = 22;
    private static final int END64 = 0x06064b50;
    private static final int END64_SIZE = 56;
    private static final int LOCATOR64 = 0x07064b50;
    private static final int LOCATOR64_SIZE = 20;
    private static final int EXTRA64 = 1;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;
    private static final int ENCRYPTED = 1;
    private static final int LONGEST_COMMENT = 0xffff;
    private static final int DIRECTORY = 32 << 20;
    private static final int CHUNK = 1 << 16;

    private final Bytes file;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private long inflated;

    private ZipEntries(Bytes file) {
        this.file = file;
    }

    /** Reads the directory at the end of an archive. */
    static ZipEntries of(Bytes file) throws IOException {
        var zip = new ZipEntries(file);
        zip.readDirectory();
        return zip;
    }

    Set<String> names() {
        return entries.keySet();
    }

    Optional<Entry> find(String name) {
        return Optional.ofNullable(entries.get(name));
    }

    private void readDirectory() throws IOException {
        ByteBuffer end = endRecord();
        long count = end.getShort(10) & 0xffff;
        long size = end.getInt(12) & 0xffffffffL;
        long start = end.getInt(16) & 0xffffffffL;
        if (count == 0xffff || size == 0xffffffffL || start == 0xffffffffL) {
            ByteBuffer end64 = endRecord64(end);
            count = end64.getLong(32);
            size = end64.getLong(40);
            start = end64.getLong(48);
        }
        if (count < 0 || count > Limits.ENTRIES || size < 0 || size > DIRECTORY) {
            throw new ModelFormatException(
                    Reason.LIMIT,
                    "an archive of " + Long.toUnsignedString(count) + " entries, its directory of "
                            + Long.toUnsignedString(size) + " bytes; allowed are " + Limits.ENTRIES + " and "
                            + DIRECTORY);
        }
        byte[] bytes = file.part("the directory of the archive", start, size).all("the directory", DIRECTORY);
        var directory = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (long i = 0; i < count; i++) {
            readEntry(directory);
        }
    }

    /** The last record of an archive may have a comment behind it. */
    private ByteBuffer endRecord() throws IOException {
        int length = (int) Math.min(file.length(), END_SIZE + LONGEST_COMMENT);
        ByteBuffer tail = read(file.length() - length, length, "the end of the archive");
        for (int at = length - END_SIZE; at >= 0; at--) {
            if (tail.getInt(at) == END && at + END_SIZE + (tail.getShort(at + 20) & 0xffff) <= length) {
                return ByteBuffer.allocate(END_SIZE + Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .put(0, tail, at, END_SIZE)
                        .putLong(END_SIZE, file.length() - length + at);
            }
        }
        throw new ModelFormatException(Reason.LENGTH, "an archive without an end: the file was cut");
    }

    private ByteBuffer endRecord64(ByteBuffer end) throws IOException {
        long locatorAt = end.getLong(END_SIZE) - LOCATOR64_SIZE;
        ByteBuffer locator = read(locatorAt, LOCATOR64_SIZE, "the zip64 locator");
        if (locator.getInt(0) != LOCATOR64) {
            throw malformed("a zip64 locator expected at " + locatorAt);
        }
        long at = locator.getLong(8);
        ByteBuffer end64 = read(at, END64_SIZE, "the zip64 end of the archive");
        if (end64.getInt(0) != END64) {
            throw malformed("a zip64 end record expected at " + Long.toUnsignedString(at));
        }
        return end64;
    }

    private void readEntry(ByteBuffer directory) {
        int at = directory.position();
        if (directory.remaining() < CENTRAL_SIZE || directory.getInt(at) != CENTRAL) {
            throw malformed("an entry of the directory expected at its byte " + at);
        }
        int flags = directory.getShort(at + 8);
        int method = directory.getShort(at + 10) & 0xffff;
        int checksum = directory.getInt(at + 16);
        long packed = directory.getInt(at + 20) & 0xffffffffL;
        long length = directory.getInt(at + 24) & 0xffffffffL;
        int nameLength = directory.getShort(at + 28) & 0xffff;
        int extraLength = directory.getShort(at + 30) & 0xffff;
        int commentLength = directory.getShort(at + 32) & 0xffff;
        long header = directory.getInt(at + 42) & 0xffffffffL;
        directory.position(at + CENTRAL_SIZE);
        if (directory.remaining() < nameLength + extraLength + commentLength) {
            throw malformed("the entry of the directory at its byte " + at + " is longer than the directory");
        }
        byte[] text = new byte[nameLength];
        directory.get(text);
        String name = new String(text, StandardCharsets.UTF_8);
        ByteBuffer extra = directory.slice().limit(extraLength).slice().order(ByteOrder.LITTLE_ENDIAN);
        directory.position(directory.position() + extraLength + commentLength);
        ByteBuffer wide = extra64(extra);
        length = length == 0xffffffffL ? next(wide, name) : length;
        packed = packed == 0xffffffffL ? next(wide, name) : packed;
        header = header == 0xffffffffL ? next(wide, name) : header;
        if ((flags & ENCRYPTED) != 0 || (method != STORED && method != DEFLATED)) {
            throw malformed("the entry " + Limits.quote(name) + " is encrypted or compressed by method " + method
                    + ", expected stored or deflated");
        }
        if (method == STORED && packed != length) {
            throw malformed("the entry " + Limits.quote(name) + " has " + packed + " bytes and " + length);
        }
        var entry = new Entry(name, method == DEFLATED, checksum, packed, length, header);
        if (entries.put(name, entry) != null) {
            throw malformed("the entry " + Limits.quote(name) + " appears twice");
        }
    }

    /** Returns the numbers that have no room in an entry itself; empty if there are none. */
    private static ByteBuffer extra64(ByteBuffer extra) {
        while (extra.remaining() >= 4) {
            int kind = extra.getShort() & 0xffff;
            int size = Math.min(extra.getShort() & 0xffff, extra.remaining());
            if (kind == EXTRA64) {
                return extra.slice().limit(size).slice().order(ByteOrder.LITTLE_ENDIAN);
            }
            extra.position(extra.position() + size);
        }
        return ByteBuffer.allocate(0);
    }

    private static long next(ByteBuffer wide, String name) {
        if (wide.remaining() < Long.BYTES) {
            throw malformed("the entry " + Limits.quote(name) + " has no zip64 sizes");
        }
        return wide.getLong();
    }

    private ByteBuffer read(long from, int length, String what) throws IOException {
        var buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        file.part(what, from, length).fill(buffer, 0);
        return buffer.flip();
    }

    private static ModelFormatException malformed(String detail) {
        return new ModelFormatException(Reason.PICKLE, detail);
    }

    /** One entry; its bytes are compared with their checksum when they are first asked for. */
    final class Entry {
        private final String name;
        private final boolean deflated;
        private final int checksum;
        private final long packed;
        private final long length;
        private final long header;
        private volatile @Nullable Bytes bytes;

        private Entry(String name, boolean deflated, int checksum, long packed, long length, long header) {
            this.name = name;
            this.deflated = deflated;
            this.checksum = checksum;
            this.packed = packed;
            this.length = length;
            this.header = header;
        }

        String name() {
            return name;
        }

        long length() {
            return length;
        }

        /**
         * Returns the bytes.
         *
         * @throws ModelFormatException if they are not those that were written, or too many
         */
        synchronized Bytes bytes() throws IOException {
            Bytes known = bytes;
            if (known == null) {
                Bytes stored = stored();
                known = deflated ? inflate(stored) : stored;
                compare(known);
                bytes = known;
            }
            return known;
        }

        private Bytes stored() throws IOException {
            ByteBuffer local = read(header, LOCAL_SIZE, "the header of the entry " + Limits.quote(name));
            if (local.getInt(0) != LOCAL) {
                throw malformed("the header of the entry " + Limits.quote(name) + " expected at " + header);
            }
            long names = (local.getShort(26) & 0xffff) + (local.getShort(28) & 0xffff);
            return file.part("the entry " + Limits.quote(name), header + LOCAL_SIZE + names, packed);
        }

        private Bytes inflate(Bytes stored) throws IOException {
            synchronized (ZipEntries.this) {
                inflated += Math.max(0, length);
                if (length < 0 || length > Integer.MAX_VALUE - 9 || inflated > file.length() + Limits.INFLATED) {
                    throw new ModelFormatException(
                            Reason.LIMIT,
                            "the compressed entry " + Limits.quote(name) + " has " + Long.toUnsignedString(length)
                                    + " bytes; a file of " + file.length() + " may have "
                                    + (file.length() + Limits.INFLATED) + " in compressed entries");
                }
            }
            byte[] whole = new byte[(int) length + 1]; // one more than there should be room for
            var inflater = new Inflater(true);
            try {
                var chunk = ByteBuffer.allocate(CHUNK);
                long read = 0;
                int written = 0;
                while (!inflater.finished()) {
                    if (inflater.needsInput() && read < stored.length()) {
                        chunk.clear().limit((int) Math.min(CHUNK, stored.length() - read));
                        stored.fill(chunk, read);
                        read += chunk.flip().limit();
                        inflater.setInput(chunk);
                    }
                    int count = inflater.inflate(whole, written, whole.length - written);
                    written += count;
                    if (count == 0 && !(inflater.needsInput() && read < stored.length())) {
                        break;
                    }
                }
                if (!inflater.finished() || written != length) {
                    throw malformed("the compressed entry " + Limits.quote(name) + " has not the " + length
                            + " bytes it claims");
                }
            } catch (DataFormatException e) {
                throw malformed("the compressed entry " + Limits.quote(name) + " is damaged: " + e.getMessage());
            } finally {
                inflater.end();
            }
            return Bytes.of(whole).part(name, 0, length);
        }

        /** PyTorch leaves the checksum out, that is 0, on request. */
        private void compare(Bytes content) throws IOException {
            if (checksum == 0) {
                return;
            }
            var crc = new CRC32();
            var chunk = ByteBuffer.allocate((int) Math.min(CHUNK, content.length()));
            for (long at = 0; at < content.length(); at += chunk.limit()) {
                chunk.clear().limit((int) Math.min(CHUNK, content.length() - at));
                content.fill(chunk, at);
                crc.update(chunk.flip());
            }
            if ((int) crc.getValue() != checksum) {
                throw new ModelFormatException(
                        Reason.CHECKSUM, "the entry " + Limits.quote(name) + " was changed after it was written");
            }
        }
    }
}
