package org.learn4j.kernel;

/** The kinds of compiled primitives, which start their cache keys. */
enum OneDnnOperation {
    REORDER,
    ELTWISE,
    ELTWISE_GRADIENT,
    LINEAR_FUNCTION,
    POWER_GRADIENT,
    CLAMP_GRADIENT,
    SOFTPLUS_EXPONENTIAL,
    SOFTPLUS_QUOTIENT,
    SOFTPLUS_SERIES,
    BINARY,
    REDUCTION,
    MATMUL,
    SOFTMAX,
    SOFTMAX_GRADIENT,
    CROSS_ENTROPY,
    BATCH_NORM,
    BATCH_NORM_GRADIENT,
    LAYER_NORM,
    LAYER_NORM_GRADIENT,
    SCALE_ADD,
    AVERAGE_SQUARE,
    ADAPTIVE_STEP,
    SUM_OF_SQUARES
}
