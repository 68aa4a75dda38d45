package org.learn4j.vision.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A file's bytes; reading where there are none says that the file ends too early. */
final class FileBytes {
    private final byte[] bytes;
    private final ByteBuffer buffer;

    FileBytes(byte[] bytes, ByteOrder order) {
        this.bytes = bytes;
        this.buffer = ByteBuffer.wrap(bytes).order(order);
    }

    FileBytes in(ByteOrder order) {
        return new FileBytes(bytes, order);
    }

    int length() {
        return bytes.length;
    }

    int u8(long at) {
        return buffer.get(check(at, 1)) & 0xFF;
    }

    int u16(long at) {
        return buffer.getShort(check(at, 2)) & 0xFFFF;
    }

    int u24(long at) {
        return u16(at) | u8(at + 2) << 16;
    }

    long u32(long at) {
        return buffer.getInt(check(at, 4)) & 0xFFFFFFFFL;
    }

    int i32(long at) {
        return buffer.getInt(check(at, 4));
    }

    boolean has(long at, String ascii) {
        if (at + ascii.length() > bytes.length) {
            return false;
        }
        byte[] expected = ascii.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < expected.length; i++) {
            if (bytes[(int) at + i] != expected[i]) {
                return false;
            }
        }
        return true;
    }

    private int check(long at, int count) {
        if (at < 0 || at + count > bytes.length) {
            throw new ImageFormatException("the file ends in its header, after " + bytes.length + " bytes");
        }
        return (int) at;
    }
}
