package org.learn4j.autograd;

/** What lies beyond the edges of an image, shown for the row a b c d. */
public enum PaddingMode {
    /** Zeros: 0 0 | a b c d | 0 0. */
    ZEROS,
    /** The image mirrored at its edge, which is not repeated: c b | a b c d | c b. */
    REFLECTION,
    /** The edge repeated: a a | a b c d | d d. */
    REPLICATE
}
