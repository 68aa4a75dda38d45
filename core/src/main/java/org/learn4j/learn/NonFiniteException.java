package org.learn4j.learn;

/**
 * A loss or gradient that is NaN or infinite. The weights were not changed by it; the message says where it came from.
 *
 * <pre>{@code
 * try {
 *     learner.fitOneCycle(3, 1e-2);
 * } catch (NonFiniteException e) {
 *     look(data, e.items());
 * }
 * }</pre>
 */
public final class NonFiniteException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int[] items;

    /** Creates the exception. */
    public NonFiniteException(String message, int... items) {
        super(message);
        this.items = items.clone();
    }

    /** Returns the numbers of the batch's items in the data set; the message names the first of many only. */
    public int[] items() {
        return items.clone();
    }
}
