package org.learn4j.persist;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.learn4j.persist.ModelFormatException.Reason;

/** The bytes of an open safetensors file: its header, and the data behind it, verified as it is read. */
final class TensorData {
    private static final int CHUNK = 1 << 18;

    private final FileOps.OpenFile file;
    private final long start;
    private final long length;

    /**
     * Reads how long the header is.
     *
     * @throws ModelFormatException if that is more than the file has, or than is allowed
     */
    TensorData(FileOps.OpenFile file) throws IOException {
        this.file = file;
        long size = file.size();
        if (size < Long.BYTES) {
            throw new ModelFormatException(Reason.LENGTH, "only " + size + " bytes: not a safetensors file");
        }
        var prefix = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        readFully(prefix, 0);
        long declared = prefix.getLong(0);
        if (declared < 0 || declared > Limits.HEADER) {
            String received = Long.toUnsignedString(declared);
            throw new ModelFormatException(
                    Reason.LIMIT, "a header of " + received + " bytes, allowed are " + Limits.HEADER);
        }
        if (declared > size - Long.BYTES) {
            throw new ModelFormatException(Reason.LENGTH, "a header of " + declared + " bytes in a file of " + size);
        }
        this.start = Long.BYTES + declared;
        this.length = size - start;
    }

    /**
     * Reads the header and checks it against itself and the length of the data.
     *
     * @throws ModelFormatException if it breaks any of the rules
     */
    Header header() throws IOException {
        var header = ByteBuffer.allocate((int) (start - Long.BYTES));
        readFully(header, Long.BYTES);
        return Header.parse(header.array(), length);
    }

    /**
     * Reads a tensor into buffers of its size, whose positions stay; when this throws, they hold zeros.
     *
     * @throws ModelFormatException if the checksum is not that of the bytes, or the file was cut while open
     */
    void read(Extent extent, @Nullable String checksum, ByteBuffer... into) throws IOException {
        try {
            var digest = Seal.sha256();
            long position = start + extent.begin();
            for (ByteBuffer piece : into) {
                position = fill(piece, position, digest);
            }
            compare(extent, checksum, digest);
        } catch (Throwable e) {
            for (ByteBuffer piece : into) {
                zero(piece.duplicate());
            }
            throw e;
        }
    }

    /**
     * Reads a tensor into nothing.
     *
     * @throws ModelFormatException if the checksum is not that of the bytes, or the file was cut while open
     */
    void verify(Extent extent, String checksum) throws IOException {
        var digest = Seal.sha256();
        var scratch = ByteBuffer.allocate((int) Math.min(CHUNK, extent.bytes()));
        long end = start + extent.end();
        for (long position = start + extent.begin(); position < end; ) {
            scratch.clear().limit((int) Math.min(scratch.capacity(), end - position));
            position = fill(scratch, position, digest);
        }
        compare(extent, checksum, digest);
    }

    /** Fills a buffer in chunks that the digest still finds in the cache; returns the position behind. */
    private long fill(ByteBuffer into, long from, MessageDigest digest) throws IOException {
        long position = from;
        for (int at = into.position(); at < into.limit(); ) {
            int next = at + Math.min(CHUNK, into.limit() - at);
            readFully(into.duplicate().limit(next).position(at), position);
            digest.update(into.duplicate().limit(next).position(at));
            position += next - at;
            at = next;
        }
        return position;
    }

    private void readFully(ByteBuffer into, long from) throws IOException {
        long position = from;
        while (into.hasRemaining()) {
            int count = file.read(into, position);
            if (count < 0) {
                throw new ModelFormatException(Reason.LENGTH, "the file was cut at " + position + " while it was open");
            }
            position += count;
        }
    }

    private static void compare(Extent extent, @Nullable String checksum, MessageDigest digest) {
        if (checksum != null && !checksum.equals(HexFormat.of().formatHex(digest.digest()))) {
            throw new ModelFormatException(
                    Reason.CHECKSUM, "the tensor " + extent + " was changed after it was written");
        }
    }

    private static void zero(ByteBuffer piece) {
        while (piece.hasRemaining()) {
            piece.put((byte) 0);
        }
    }
}
