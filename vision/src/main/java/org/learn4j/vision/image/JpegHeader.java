package org.learn4j.vision.image;

/** Finds the size in a JPEG's frame header (ITU T.81, B.1 and B.2). */
final class JpegHeader {
    /** More than any encoder makes; each costs a pass over all pixels, however few bytes it takes. */
    private static final int MOST_SCANS = 500;

    private static final int START_OF_SCAN = 0xDA;

    private JpegHeader() {}

    static ImageHeader read(FileBytes bytes) {
        long at = 2;
        while (true) {
            while (bytes.u8(at) != 0xFF) {
                at++; // decoders skip what does not belong between segments
            }
            while (bytes.u8(at) == 0xFF) {
                at++;
            }
            int marker = bytes.u8(at++);
            if (isFrame(marker)) {
                if (isProgressive(marker)) {
                    requireFewScans(bytes, at);
                }
                return new ImageHeader(ImageFormat.JPEG, bytes.u16(at + 5), bytes.u16(at + 3));
            }
            if (marker == START_OF_SCAN || marker == 0xD9) {
                throw new ImageFormatException("a JPEG's frame header comes before its pixels; this one has none");
            }
            boolean alone = marker == 0 || marker == 1 || marker >= 0xD0 && marker <= 0xD8;
            if (!alone) {
                at += Math.max(2, bytes.u16(at));
            }
        }
    }

    private static boolean isFrame(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    private static boolean isProgressive(int marker) {
        return marker == 0xC2 || marker == 0xC6 || marker == 0xCA || marker == 0xCE;
    }

    private static void requireFewScans(FileBytes bytes, long from) {
        int scans = 0;
        for (long i = from; i + 1 < bytes.length(); i++) {
            if (bytes.u8(i) == 0xFF && bytes.u8(i + 1) == START_OF_SCAN && ++scans > MOST_SCANS) {
                throw new ImageFormatException("it is a progressive JPEG of more than " + MOST_SCANS + " scans");
            }
        }
    }
}
