package org.learn4j.persist;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The checksum of a header, inside the header: SHA-256 over the length prefix and all bytes of the header, padding
 * included, with zeros in the place of the checksum's own 64 digits.
 *
 * <p>A header with a seal begins with exactly these bytes, so that its place needs no parsing:
 * {@code {"__metadata__":{"header_sha256":"}. No change of a byte can turn a sealed header into an unsealed one: the
 * manifest demands the seal, the seal demands the manifest, and no byte breaks both names and leaves JSON behind.
 */
final class Seal {
    static final String KEY = "header_sha256";
    static final String UNSEALED = "0".repeat(64);

    private static final byte[] START = "{\"__metadata__\":{\"header_sha256\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final int END = START.length + UNSEALED.length();

    private Seal() {}

    /** Writes the checksum over the zeros that stand in its place. */
    static void set(byte[] header) {
        byte[] digits = digits(header);
        System.arraycopy(digits, 0, header, START.length, digits.length);
    }

    /** Returns whether a header has a checksum in the place where this library puts it. */
    static boolean isOn(byte[] header) {
        return header.length > END && Arrays.equals(header, 0, START.length, START, 0, START.length);
    }

    /** Returns whether the checksum in a header is that of the header. */
    static boolean isIntact(byte[] header) {
        return Arrays.equals(digits(header), Arrays.copyOfRange(header, START.length, END));
    }

    /** Returns a new SHA-256, which every Java platform has. */
    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] digits(byte[] header) {
        var digest = sha256();
        digest.update(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .flip());
        digest.update(header, 0, START.length);
        digest.update(UNSEALED.getBytes(StandardCharsets.US_ASCII));
        digest.update(header, END, header.length - END);
        return HexFormat.of().formatHex(digest.digest()).getBytes(StandardCharsets.US_ASCII);
    }
}
