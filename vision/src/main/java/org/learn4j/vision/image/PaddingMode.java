package org.learn4j.vision.image;

/** What lies outside a picture's edges. */
public enum PaddingMode {
    /** The picture mirrored at its edge, whose pixels are not repeated (fastai's default). */
    REFLECTION,
    /** The pixel at the edge, again and again. */
    BORDER,
    /** Black. */
    ZEROS
}
