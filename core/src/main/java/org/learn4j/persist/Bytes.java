package org.learn4j.persist;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.learn4j.persist.ModelFormatException.Reason;

/** A number of bytes that can be read from anywhere: an open file, a part of one, or memory. */
interface Bytes {
    long length();

    /** Fills a buffer from a position; both are within the bytes. */
    void fill(ByteBuffer into, long from) throws IOException;

    /** Returns a whole file. */
    static Bytes of(FileOps.OpenFile file) throws IOException {
        long length = file.size();
        return new Bytes() {
            @Override
            public long length() {
                return length;
            }

            @Override
            public void fill(ByteBuffer into, long from) throws IOException {
                long position = from;
                while (into.hasRemaining()) {
                    int count = file.read(into, position);
                    if (count < 0) {
                        throw new ModelFormatException(
                                Reason.LENGTH, "the file was cut at " + position + " while it was open");
                    }
                    position += count;
                }
            }
        };
    }

    /** Returns bytes in memory. */
    static Bytes of(byte[] array) {
        return new Bytes() {
            @Override
            public long length() {
                return array.length;
            }

            @Override
            public void fill(ByteBuffer into, long from) {
                into.put(array, (int) from, into.remaining());
            }
        };
    }

    /**
     * Returns a part of these bytes.
     *
     * @param what the part's name in the message
     * @throws ModelFormatException if it is not within them
     */
    default Bytes part(String what, long from, long length) {
        if (from < 0 || length < 0 || from > length() - length) {
            throw new ModelFormatException(
                    Reason.LENGTH,
                    what + ": " + Long.toUnsignedString(length) + " bytes from " + Long.toUnsignedString(from)
                            + " on, of " + length());
        }
        Bytes whole = this;
        return new Bytes() {
            @Override
            public long length() {
                return length;
            }

            @Override
            public void fill(ByteBuffer into, long position) throws IOException {
                whole.fill(into, from + position);
            }
        };
    }

    /**
     * Returns all bytes in memory.
     *
     * @param what their name in the message
     * @throws ModelFormatException if they are more than allowed
     */
    default byte[] all(String what, int allowed) throws IOException {
        if (length() > allowed) {
            throw new ModelFormatException(Reason.LIMIT, what + ": " + length() + " bytes, allowed are " + allowed);
        }
        byte[] array = new byte[(int) length()];
        fill(ByteBuffer.wrap(array), 0);
        return array;
    }
}
