package org.learn4j.vision.augment;

/** How pictures of any shape become pictures of one size (fastai's ResizeMethod). */
public enum ResizeMethod {
    /** Keeps the proportions and cuts off what is too much: at random in training, evenly in validation. */
    CROP,
    /** Keeps the proportions and all of the picture, and fills the rest as the padding mode says. */
    PAD,
    /** Stretches the picture. */
    SQUISH
}
