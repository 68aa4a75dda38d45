package org.learn4j.metric;

/**
 * How a number for each class becomes one number (scikit-learn's {@code average}).
 *
 * <pre>{@code
 * Metric.fBeta(1, Average.MACRO)
 * }</pre>
 */
public enum Average {
    /** Only class 1 of two classes. */
    BINARY,
    /** All decisions counted together: with one class an item, the accuracy. */
    MICRO,
    /** The plain mean over the classes that occur among targets or predictions. */
    MACRO,
    /** The mean weighted by how many items each class has. */
    WEIGHTED
}
