package org.learn4j.learn;

/** A loss or gradient that is NaN or infinite. The weights were not changed by it; the message says where it came from. */
public final class NonFiniteException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Creates the exception. */
    public NonFiniteException(String message) {
        super(message);
    }
}
