package org.learn4j.tensor;

/** Ways to turn the elements along some axes into one. */
public enum Reduction {
    /** The sum, 0 for no elements. */
    SUM,
    /** The arithmetic mean. */
    MEAN,
    /** The largest; the gradient goes to the elements that equal it, in equal shares. */
    MAX,
    /** The smallest; the gradient goes to the elements that equal it, in equal shares. */
    MIN
}
