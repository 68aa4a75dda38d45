package org.learn4j.vision.image;

import java.nio.ByteOrder;

/** Finds the size in the first directory of a TIFF (TIFF 6.0, section 2). */
final class TiffHeader {
    private static final int WIDTH = 256;
    private static final int HEIGHT = 257;
    private static final int EXTRA_SAMPLES = 338;
    private static final int ALPHA_APART = 2;
    private static final int ALPHA_APPLIED = 1;

    private TiffHeader() {}

    static ImageHeader read(FileBytes bytes) {
        return new ImageHeader(ImageFormat.TIFF, value(bytes, find(bytes, WIDTH)), value(bytes, find(bytes, HEIGHT)));
    }

    /**
     * Returns the file with its transparency said to be applied already. libtiff would multiply the colours by it, which makes
     * what is transparent black.
     */
    static byte[] withoutTransparency(byte[] file) {
        FileBytes bytes = of(file);
        long entry = find(bytes, EXTRA_SAMPLES);
        if (entry < 0 || value(bytes, entry) != ALPHA_APART) {
            return file;
        }
        byte[] changed = file.clone();
        for (int i = 8; i < 10; i++) {
            if (changed[(int) entry + i] == ALPHA_APART) {
                changed[(int) entry + i] = ALPHA_APPLIED;
            }
        }
        return changed;
    }

    static FileBytes of(byte[] file) {
        return new FileBytes(file, file[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    }

    /** Returns where the directory's entry for a tag is; −1 if it has none. */
    private static long find(FileBytes bytes, int tag) {
        long directory = bytes.u32(4);
        int entries = bytes.u16(directory);
        for (int i = 0; i < entries; i++) {
            long entry = directory + 2 + 12L * i;
            if (bytes.u16(entry) == tag) {
                return entry;
            }
        }
        return -1;
    }

    /** A number of 8, 16 or 32 bits, as its type says; 0 where there is no entry. */
    private static long value(FileBytes bytes, long entry) {
        if (entry < 0) {
            return 0;
        }
        return switch (bytes.u16(entry + 2)) {
            case 1 -> bytes.u8(entry + 8);
            case 3 -> bytes.u16(entry + 8);
            default -> bytes.u32(entry + 8);
        };
    }
}
