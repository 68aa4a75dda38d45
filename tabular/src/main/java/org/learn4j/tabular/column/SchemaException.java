package org.learn4j.tabular.column;

/** A row or table does not have the columns a model was trained on; the message says which, and what was expected. */
public final class SchemaException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** Creates the exception. */
    public SchemaException(String message) {
        super(message);
    }
}
