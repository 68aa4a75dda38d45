package org.learn4j.vision.image;

/**
 * Finds the size in a PNG's header and walks over its chunks (PNG 3rd edition, 5.3): a decoder would allocate whatever length a chunk claims
 * to have.
 */
final class PngHeader {
    private static final int SIGNATURE = 8;
    private static final int AROUND_DATA = 12;

    private PngHeader() {}

    static ImageHeader read(FileBytes bytes) {
        if (!bytes.has(SIGNATURE + 4, "IHDR")) {
            throw new ImageFormatException("a PNG starts with its header, IHDR; this one does not");
        }
        ImageHeader header = new ImageHeader(ImageFormat.PNG, bytes.u32(16), bytes.u32(20));
        long at = SIGNATURE;
        while (at < bytes.length() && !bytes.has(at + 4, "IEND")) {
            long length = bytes.u32(at);
            if (length > bytes.length() - at - AROUND_DATA) {
                throw new ImageFormatException("a part of it at byte " + at + " says that it has " + length
                        + " bytes, the file ends after " + (bytes.length() - at));
            }
            if (bytes.has(at + 4, "IHDR") && at > SIGNATURE) {
                throw new ImageFormatException("it has a second header");
            }
            if (bytes.has(at + 4, "fcTL")
                    && (bytes.u32(at + 12) > header.width() || bytes.u32(at + 16) > header.height())) {
                throw new ImageFormatException("a frame of its animation is larger than the picture");
            }
            at += AROUND_DATA + length;
        }
        return header;
    }
}
