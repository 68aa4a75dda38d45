package org.learn4j.persist;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.learn4j.persist.ModelFormatException.Reason;

/** Reads numbers, texts and bytes one after the other; numbers are little-endian. Only its position says what was read. */
final class PickleInput {
    private static final int CHUNK = 1 << 13;
    private static final int LONGEST_LINE = 1 << 10;

    private final Bytes bytes;
    private final ByteBuffer buffer = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    private long next;

    PickleInput(Bytes bytes) {
        this.bytes = bytes;
        buffer.limit(0);
    }

    /** Returns how many bytes were read. */
    long position() {
        return next - buffer.remaining();
    }

    boolean atEnd() {
        return position() == bytes.length();
    }

    /** Returns the next bytes, which are not read but passed over, whatever their number. */
    Bytes skip(String what, long length) {
        Bytes part = bytes.part(what, position(), length);
        next = position() + length;
        buffer.limit(0);
        return part;
    }

    int unsignedByte() throws IOException {
        return need(1).get() & 0xff;
    }

    int unsignedShort() throws IOException {
        return need(Short.BYTES).getShort() & 0xffff;
    }

    int signedInt() throws IOException {
        return need(Integer.BYTES).getInt();
    }

    long signedLong() throws IOException {
        return need(Long.BYTES).getLong();
    }

    double bigEndianDouble() throws IOException {
        return Double.longBitsToDouble(Long.reverseBytes(signedLong()));
    }

    /** Returns so many bytes, after a look at whether there are any. */
    byte[] bytes(long length) throws IOException {
        if (length > Limits.TEXT) {
            throw new ModelFormatException(
                    Reason.LIMIT, "a text of " + length + " bytes at " + position() + ", allowed are " + Limits.TEXT);
        }
        requireLeft(length);
        byte[] array = new byte[(int) length];
        int fromBuffer = Math.min(array.length, buffer.remaining());
        buffer.get(array, 0, fromBuffer);
        if (fromBuffer < array.length) {
            bytes.fill(ByteBuffer.wrap(array, fromBuffer, array.length - fromBuffer), next);
            next += array.length - fromBuffer;
        }
        return array;
    }

    /** Returns a text in UTF-8. */
    String text(long length) throws IOException {
        long from = position();
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes(length)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ModelFormatException(Reason.PICKLE, "the text at " + from + " is not UTF-8");
        }
    }

    /** Returns a text up to the end of its line. */
    String line() throws IOException {
        long from = position();
        var line = new ByteArrayOutputStream();
        for (int next = unsignedByte(); next != '\n'; next = unsignedByte()) {
            if (line.size() == LONGEST_LINE) {
                throw new ModelFormatException(
                        Reason.LIMIT, "a line of more than " + LONGEST_LINE + " bytes at " + from);
            }
            line.write(next);
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private ByteBuffer need(int count) throws IOException {
        if (buffer.remaining() < count) {
            requireLeft(count);
            next = position();
            buffer.clear().limit((int) Math.min(CHUNK, bytes.length() - next));
            bytes.fill(buffer, next);
            next += buffer.limit();
            buffer.flip();
        }
        return buffer;
    }

    private void requireLeft(long count) {
        if (count < 0 || count > bytes.length() - position()) {
            throw new ModelFormatException(
                    Reason.LENGTH,
                    "cut at " + bytes.length() + ": " + Long.toUnsignedString(count) + " bytes expected at "
                            + position());
        }
    }
}
