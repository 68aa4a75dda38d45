package org.learn4j.tensor;

/** Shapes that do not fit an operation: the message names all of them, and the layer's path when raised inside a model. */
public final class ShapeMismatchException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** Creates the exception with what was expected and what was received. */
    public ShapeMismatchException(String message) {
        super(message);
    }

    private ShapeMismatchException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Returns this exception with the path of the layer it happened in put before the message. */
    public ShapeMismatchException at(String path) {
        String message = String.valueOf(getMessage());
        String located = message.startsWith("Layer ")
                ? "Layer " + path + "." + message.substring("Layer ".length())
                : "Layer " + path + ": " + message;
        ShapeMismatchException result = new ShapeMismatchException(located, this);
        result.setStackTrace(getStackTrace());
        return result;
    }
}
