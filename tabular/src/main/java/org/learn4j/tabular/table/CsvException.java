package org.learn4j.tabular.table;

import java.io.Serial;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A text that is not the CSV that was expected. The message says where, what was expected and what was found. */
public final class CsvException extends RuntimeException {
    private static final int SHOWN = 40;

    @Serial
    private static final long serialVersionUID = 1L;

    private final long line;
    private final @Nullable String column;

    CsvException(String source, long line, @Nullable String column, String problem) {
        super(source + (line > 0 ? ", line " + line : "") + (column == null ? "" : ", column " + column) + ": "
                + problem);
        this.line = line;
        this.column = column;
    }

    /** Returns the line where the row begins that has the fault, counted from 1; 0 if it is not of one line. */
    public long line() {
        return line;
    }

    /** Returns the name of the column that has the fault, if it is of one column. */
    public Optional<String> column() {
        return Optional.ofNullable(column);
    }

    /** Returns a text fit for a message: in quotes, short, without control characters. */
    static String shown(CharSequence text) {
        var shown = new StringBuilder("\"");
        for (int i = 0; i < Math.min(text.length(), SHOWN); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> shown.append("\\n");
                case '\r' -> shown.append("\\r");
                case '\t' -> shown.append("\\t");
                default -> {
                    if (Character.isISOControl(c) || Character.isSurrogate(c)) {
                        shown.append(String.format("\\u%04x", (int) c));
                    } else {
                        shown.append(c);
                    }
                }
            }
        }
        shown.append('"');
        return text.length() > SHOWN ? shown + "... (" + text.length() + " characters)" : shown.toString();
    }
}
