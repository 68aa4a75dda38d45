package org.learn4j.tabular.table;

import java.io.IOException;
import java.io.Reader;

/**
 * Splits a text into rows of fields, as RFC 4180 says: quoted or not, a quote in quotes written twice, lines that end with CR
 * LF, LF or CR. A field's characters are handed out where they lie in the buffer, without a copy.
 */
final class CsvTokens {
    private static final int INITIAL = 1 << 14;

    private final Reader text;
    private final char delimiter;
    private final int maxFieldLength;
    private char[] buffer = new char[INITIAL];
    /** Where the field begins, where what it holds ends, what is looked at next, and where what was read ends. */
    private int from;

    private int out;
    private int at;
    private int end;
    private long line = 1;

    /** Told what is found. */
    interface Row {
        /** Takes a field; its characters may be overwritten afterwards. */
        void field(int index, char[] characters, int offset, int length, boolean quoted);

        /** Returns a fault of a field of this row. */
        CsvException fault(int index, String problem);
    }

    CsvTokens(Reader text, char delimiter, int maxFieldLength) {
        this.text = text;
        this.delimiter = delimiter;
        this.maxFieldLength = maxFieldLength;
    }

    /** Returns the line that is read next, counted from 1. */
    long line() {
        return line;
    }

    /** Passes over blank lines; returns whether there is another row. */
    boolean hasNext() throws IOException {
        while (available()) {
            char c = buffer[at];
            if (c != '\n' && c != '\r') {
                return true;
            }
            separator(c);
        }
        return false;
    }

    /** Reads a row; returns how many fields it has. */
    int next(Row row) throws IOException {
        int fields = 0;
        boolean more = true;
        while (more) {
            from = at;
            boolean quoted = available() && buffer[at] == '"';
            more = quoted ? quoted(row, fields) : unquoted(row, fields);
            fields++;
        }
        return fields;
    }

    private boolean unquoted(Row row, int index) throws IOException {
        do {
            while (at < end) {
                char c = buffer[at];
                if (c == delimiter || c == '\n' || c == '\r') {
                    row.field(index, buffer, from, at - from, false);
                    return separator(c);
                }
                at++;
            }
            checkLength(row, index, maxFieldLength);
        } while (fill());
        row.field(index, buffer, from, at - from, false);
        return false;
    }

    private boolean quoted(Row row, int index) throws IOException {
        from = ++at;
        out = at;
        boolean afterCarriageReturn = false;
        do {
            while (at < end) {
                char c = buffer[at++];
                if (c == '"') {
                    if (at == end && !fill()) {
                        row.field(index, buffer, from, out - from, true);
                        return false;
                    }
                    char next = buffer[at];
                    if (next == delimiter || next == '\n' || next == '\r') {
                        row.field(index, buffer, from, out - from, true);
                        return separator(next);
                    }
                    if (next != '"') {
                        throw row.fault(
                                index,
                                "after a closing quote a delimiter or the end of the line is expected; inside a quoted"
                                        + " field a quote is written twice");
                    }
                    at++;
                } else if (c == '\r' || c == '\n' && !afterCarriageReturn) {
                    line++;
                }
                afterCarriageReturn = c == '\r';
                buffer[out++] = c;
            }
            // every character may be a quote written twice
            checkLength(row, index, 2L * maxFieldLength + 1);
        } while (fill());
        throw row.fault(
                index,
                "the quote that opens this field is never closed: "
                        + CsvException.shown(new String(buffer, from, Math.min(out - from, 200))));
    }

    private void checkLength(Row row, int index, long limit) {
        if (at - from > limit) {
            throw row.fault(index, tooLong(maxFieldLength));
        }
    }

    static String tooLong(int limit) {
        return "a field of at most " + limit
                + " characters is expected, received a longer one, perhaps because a quote is"
                + " not closed; maxFieldLength(...) changes that";
    }

    /** Passes over what ends a field; returns whether another one follows in this row. */
    private boolean separator(char c) throws IOException {
        from = ++at;
        if (c == delimiter) {
            return true;
        }
        line++;
        if (c == '\r' && available() && buffer[at] == '\n') {
            at++;
        }
        return false;
    }

    private boolean available() throws IOException {
        if (at < end) {
            return true;
        }
        from = at;
        return fill();
    }

    /** Reads on, and keeps the field so far; returns false at the end of the text. */
    private boolean fill() throws IOException {
        if (from > 0) {
            System.arraycopy(buffer, from, buffer, 0, end - from);
            at -= from;
            out -= from;
            end -= from;
            from = 0;
        }
        if (end > buffer.length / 2) {
            buffer = java.util.Arrays.copyOf(buffer, (int) Math.min(2L * buffer.length, Integer.MAX_VALUE - 8));
        }
        int count = text.read(buffer, end, Math.min(INITIAL, buffer.length - end));
        if (count < 0) {
            return false;
        }
        end += count;
        return true;
    }
}
