package org.learn4j.kernel;

/** The kinds of compiled primitives, which start their cache keys. */
enum OneDnnOperation {
    REORDER,
    ELTWISE,
    ELTWISE_GRADIENT,
    LINEAR_FUNCTION,
    RELU,
    CLAMP_GRADIENT,
    EXP_OF_NUMBERS,
    LOG_ESTIMATE,
    LOG_CORRECTION,
    SOFTPLUS_EXPONENTIAL,
    SOFTPLUS_QUOTIENT,
    SOFTPLUS_SERIES,
    BINARY,
    REDUCTION,
    MATMUL,
    SOFTMAX,
    SOFTMAX_GRADIENT,
    BATCH_NORM,
    BATCH_NORM_GRADIENT,
    LAYER_NORM,
    LAYER_NORM_GRADIENT,
    SCALE_ADD,
    AVERAGE_SQUARE,
    ADAPTIVE_STEP,
    SUM_OF_SQUARES
}
