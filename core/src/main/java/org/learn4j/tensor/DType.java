package org.learn4j.tensor;

/**
 * The type of a tensor's elements.
 *
 * <p>Training computes in {@link #FLOAT32}; {@link #FLOAT64} exists for gradient checks; integers carry categories and
 * class indices; {@link #BFLOAT16} and {@link #UINT8} appear in files and image batches.
 */
public enum DType {
    /** IEEE 754 single precision, the type of parameters and activations. */
    FLOAT32(4, true),
    /** IEEE 754 double precision, computed by the reference kernels. */
    FLOAT64(8, true),
    /** The upper half of a {@link #FLOAT32}: 8 bits of exponent, 7 of mantissa. */
    BFLOAT16(2, true),
    /** Signed 64-bit integers. */
    INT64(8, false),
    /** Signed 32-bit integers: category codes and class indices. */
    INT32(4, false),
    /** Unsigned bytes: pixels and flags. */
    UINT8(1, false);

    private final int bytes;
    private final boolean floating;

    DType(int bytes, boolean floating) {
        this.bytes = bytes;
        this.floating = floating;
    }

    /** Returns the size of one element in bytes. */
    public int bytes() {
        return bytes;
    }

    /** Returns whether elements are floating-point numbers. */
    public boolean isFloating() {
        return floating;
    }
}
