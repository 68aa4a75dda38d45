package org.learn4j.vision.image;

/** The kinds of files that are read. */
enum ImageFormat {
    JPEG,
    PNG,
    GIF,
    BMP,
    WEBP,
    TIFF
}
