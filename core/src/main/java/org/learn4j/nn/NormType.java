package org.learn4j.nn;

/** How a {@link ConvLayer} normalises, as in fastai. */
public enum NormType {
    /** Not at all; the convolution has a bias. */
    NONE,
    /** {@link BatchNorm2d}. */
    BATCH,
    /** {@link BatchNorm2d} whose weight starts at 0, at the end of a residual block. */
    BATCH_ZERO,
    /** {@link InstanceNorm2d}. */
    INSTANCE,
    /** {@link WeightNorm} of the convolution, which has a bias. */
    WEIGHT,
    /** {@link SpectralNorm} of the convolution, which has a bias. */
    SPECTRAL;

    /** Returns whether a layer follows the convolution, and shifts as its bias would. */
    boolean isLayer() {
        return this == BATCH || this == BATCH_ZERO || this == INSTANCE;
    }
}
