package org.learn4j.vision.image;

/**
 * How large a picture may be to be read: a small file can unpack to more pixels than there is memory. Both limits are checked
 * before any pixel is allocated, the pixels by what the file's header says.
 *
 * @param pixels the largest number of pixels, 64 × 2²⁰ by default
 * @param bytes the largest size of a file, 256 × 2²⁰ by default
 */
public record ImageLimits(long pixels, long bytes) {
    /** The limits where none are given. */
    public static final ImageLimits DEFAULT = new ImageLimits(64L << 20, 256L << 20);

    /** Checks that something may be read; what a Java array cannot hold may not. */
    public ImageLimits {
        check("pixels", pixels, Integer.MAX_VALUE / 4);
        check("bytes", bytes, Integer.MAX_VALUE - 8);
    }

    /** Returns these limits with another number of pixels. */
    public ImageLimits withPixels(long most) {
        return new ImageLimits(most, bytes);
    }

    /** Returns these limits with another size of files. */
    public ImageLimits withBytes(long most) {
        return new ImageLimits(pixels, most);
    }

    private static void check(String what, long value, long most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException("A limit of " + what + " lies in [1, " + most + "], received " + value);
        }
    }
}
