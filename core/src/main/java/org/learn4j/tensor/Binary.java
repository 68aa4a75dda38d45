package org.learn4j.tensor;

/** Functions of two numbers that kernels compute element by element, with broadcasting. */
public enum Binary {
    /** a + b. */
    ADD,
    /** a − b. */
    SUBTRACT,
    /** a · b. */
    MULTIPLY,
    /** a / b. */
    DIVIDE,
    /** The larger; where equal the gradient goes to a. */
    MAXIMUM,
    /** The smaller; where equal the gradient goes to a. */
    MINIMUM,
    /** 1 where a = b, else 0; has no gradient. */
    EQUAL,
    /** 1 where a ≥ b, else 0; has no gradient. */
    GREATER_OR_EQUAL
}
