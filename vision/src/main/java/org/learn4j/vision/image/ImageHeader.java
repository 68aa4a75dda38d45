package org.learn4j.vision.image;

import java.nio.ByteOrder;

/**
 * What a file's first bytes say about its picture, read without any decoder.
 *
 * @param format the kind of file
 * @param width the width as stored, before any orientation
 * @param height the height as stored
 */
record ImageHeader(ImageFormat format, long width, long height) {
    /**
     * Reads a header.
     *
     * @throws ImageFormatException if the bytes are of no known format, or end too early, or there are no pixels
     */
    static ImageHeader read(byte[] file) {
        if (file.length == 0) {
            throw new ImageFormatException("the file is empty");
        }
        FileBytes bytes = new FileBytes(file, ByteOrder.BIG_ENDIAN);
        ImageHeader header;
        if (bytes.has(0, "\u00FF\u00D8")) {
            header = JpegHeader.read(bytes);
        } else if (bytes.has(0, "\u0089PNG\r\n\u001A\n")) {
            header = PngHeader.read(bytes);
        } else if (bytes.has(0, "GIF87a") || bytes.has(0, "GIF89a")) {
            header = gif(bytes.in(ByteOrder.LITTLE_ENDIAN));
        } else if (bytes.has(0, "BM")) {
            header = bmp(bytes.in(ByteOrder.LITTLE_ENDIAN));
        } else if (bytes.has(0, "RIFF") && bytes.has(8, "WEBP")) {
            header = webp(bytes.in(ByteOrder.LITTLE_ENDIAN));
        } else if (bytes.has(0, "II*\0") || bytes.has(0, "MM\0*")) {
            header = TiffHeader.read(TiffHeader.of(file));
        } else {
            throw new ImageFormatException("it is no JPEG, PNG, GIF, BMP, WebP or TIFF; it starts with " + start(file));
        }
        if (header.width < 1 || header.height < 1) {
            throw new ImageFormatException("its header says " + header.width + " x " + header.height + " pixels");
        }
        return header;
    }

    private static String start(byte[] file) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(8, file.length); i++) {
            text.append(i == 0 ? "" : " ").append(String.format("%02x", file[i]));
        }
        return text.toString();
    }

    private static ImageHeader gif(FileBytes bytes) {
        return new ImageHeader(ImageFormat.GIF, bytes.u16(6), bytes.u16(8));
    }

    private static ImageHeader bmp(FileBytes bytes) {
        if (bytes.u32(14) == 12) {
            return new ImageHeader(ImageFormat.BMP, bytes.u16(18), bytes.u16(20));
        }
        // a negative height: the rows come from top to bottom
        return new ImageHeader(ImageFormat.BMP, bytes.i32(18), Math.abs((long) bytes.i32(22)));
    }

    private static ImageHeader webp(FileBytes bytes) {
        if (bytes.has(12, "VP8 ")) {
            return new ImageHeader(ImageFormat.WEBP, bytes.u16(26) & 0x3FFF, bytes.u16(28) & 0x3FFF);
        }
        if (bytes.has(12, "VP8L")) {
            long sizes = bytes.u32(21);
            return new ImageHeader(ImageFormat.WEBP, (sizes & 0x3FFF) + 1, (sizes >> 14 & 0x3FFF) + 1);
        }
        if (bytes.has(12, "VP8X")) {
            return new ImageHeader(ImageFormat.WEBP, bytes.u24(24) + 1, bytes.u24(27) + 1);
        }
        throw new ImageFormatException("a WebP's first part is VP8, VP8L or VP8X; this one's is not");
    }
}
