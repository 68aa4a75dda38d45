package org.learn4j.tensor;

/** Native memory could not be allocated: the message says how many bytes were asked for and how many are in use. */
public final class TensorMemoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Creates the exception. */
    public TensorMemoryException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Returns this exception with what was being computed put before the message. */
    public TensorMemoryException during(String computation) {
        TensorMemoryException result = new TensorMemoryException(computation + ": " + getMessage(), this);
        result.setStackTrace(getStackTrace());
        return result;
    }
}
