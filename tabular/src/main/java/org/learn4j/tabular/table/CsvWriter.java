package org.learn4j.tabular.table;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.learn4j.persist.AtomicFile;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DateColumn;
import tech.tablesaw.api.DateTimeColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.FloatColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.NumberColumn;
import tech.tablesaw.api.ShortColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * Writes a table as CSV, RFC 4180 in UTF-8: what {@link CsvReader} reads back, and what competitions take.
 *
 * <pre>{@code
 * CsvWriter.create().write(submission, Path.of("submission.csv"));
 * }</pre>
 *
 * <p>Fields are quoted where they must be. Lines end with LF. Numbers have all their digits, dates are ISO, a missing value is
 * an empty field. A file appears whole or not at all ({@link AtomicFile}). Writers are values: each method returns a new one.
 */
public final class CsvWriter {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT);
    private static final DateTimeFormatter TO_SECOND =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter TO_MILLI =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS", Locale.ROOT);

    private final char delimiter;
    private final String missing;
    private final boolean forSpreadsheets;

    private CsvWriter(char delimiter, String missing, boolean forSpreadsheets) {
        this.delimiter = delimiter;
        this.missing = missing;
        this.forSpreadsheets = forSpreadsheets;
    }

    /** Returns a writer of comma-separated values with a header, whose missing values are empty fields. */
    public static CsvWriter create() {
        return new CsvWriter(',', "", false);
    }

    /** Returns a writer with another character between fields. */
    public CsvWriter delimiter(char other) {
        if (other == '"' || other == '\n' || other == '\r' || other == 0) {
            throw new IllegalArgumentException("A delimiter is no quote and no end of line, received "
                    + CsvException.shown(String.valueOf(other)));
        }
        return new CsvWriter(other, missing, forSpreadsheets);
    }

    /** Returns a writer that writes this for missing values: "NA", say. */
    public CsvWriter missing(String marker) {
        return new CsvWriter(delimiter, marker, forSpreadsheets);
    }

    /**
     * Returns a writer for people who open the file with a spreadsheet: a text that would be taken for a formula, since it
     * begins with =, +, -, @, a tab or a carriage return, gets an apostrophe in front (OWASP: CSV injection). Read back by a
     * program, such a text is another one; so this is off by default.
     */
    public CsvWriter forSpreadsheets() {
        return new CsvWriter(delimiter, missing, true);
    }

    /**
     * Writes a file; an older one of that name is replaced.
     *
     * @throws IllegalArgumentException if a text holds a NUL, or a text equals the marker for missing values
     * @throws UncheckedIOException if it cannot be written
     */
    public void write(Table table, Path path) {
        AtomicFile.writeReadable(path, channel -> {
            Writer writer = Channels.newWriter(channel, StandardCharsets.UTF_8.newEncoder(), 1 << 16);
            append(table, writer);
            writer.flush();
        });
    }

    /**
     * Writes to a writer, which stays open.
     *
     * @throws IllegalArgumentException if a text holds a NUL, or a text equals the marker for missing values
     * @throws UncheckedIOException if it cannot be written
     */
    public void write(Table table, Writer writer) {
        try {
            append(table, writer);
            writer.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the table " + table.name() + ": " + e, e);
        }
    }

    private void append(Table table, Writer writer) throws IOException {
        if (table.columnCount() == 0) {
            throw new IllegalArgumentException("A table with at least one column is expected, received none");
        }
        // a row that is one empty field would be a blank line
        boolean alone = table.columnCount() == 1;
        var cells = new CellText[table.columnCount()];
        var line = new StringBuilder(256);
        for (int i = 0; i < cells.length; i++) {
            Column<?> column = table.column(i);
            cells[i] = textOf(column);
            field(line.append(i == 0 ? "" : String.valueOf(delimiter)), column.name(), alone, column, -1);
        }
        for (int row = 0; row <= table.rowCount(); row++) {
            writer.append(line.append('\n'));
            line.setLength(0);
            for (int i = 0; i < cells.length && row < table.rowCount(); i++) {
                if (i > 0) {
                    line.append(delimiter);
                }
                Column<?> column = table.column(i);
                String text = cells[i].at(row);
                if (text == null) {
                    quoted(line, missing, alone);
                } else {
                    if (text.equals(missing) && column instanceof StringColumn) {
                        throw new IllegalArgumentException("The column " + column.name() + ", row " + row
                                + ", holds the text " + CsvException.shown(text) + ", which stands for missing values");
                    }
                    field(line, text, alone, column, row);
                }
            }
        }
    }

    private void field(StringBuilder line, String text, boolean alone, Column<?> column, int row) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("The column " + column.name() + ", row " + row
                    + ", holds a NUL, which no CSV can: " + CsvException.shown(text));
        }
        boolean formula = forSpreadsheets
                && (row < 0 || column instanceof StringColumn)
                && !text.isEmpty()
                && "=+-@\t\r".indexOf(text.charAt(0)) >= 0;
        quoted(line, formula ? "'" + text : text, alone);
    }

    private void quoted(StringBuilder line, String text, boolean alone) {
        boolean needed = alone && text.isEmpty();
        for (int i = 0; i < text.length() && !needed; i++) {
            char c = text.charAt(i);
            needed = c == '"' || c == '\n' || c == '\r' || c == delimiter || c == '\uFEFF';
        }
        if (needed) {
            line.append('"').append(text.replace("\"", "\"\"")).append('"');
        } else {
            line.append(text);
        }
    }

    /** The text of a column's cells. */
    @FunctionalInterface
    private interface CellText {
        /** Returns the text of a row, or null if it is missing. */
        @Nullable
        String at(int row);
    }

    private static CellText textOf(Column<?> column) {
        if (column instanceof IntColumn ints) {
            return row -> ints.isMissing(row) ? null : Integer.toString(ints.getInt(row));
        }
        if (column instanceof LongColumn longs) {
            return row -> longs.isMissing(row) ? null : Long.toString(longs.getLong(row));
        }
        if (column instanceof ShortColumn shorts) {
            return row -> shorts.isMissing(row) ? null : Short.toString(shorts.getShort(row));
        }
        if (column instanceof FloatColumn floats) {
            return row -> floats.isMissing(row) ? null : Float.toString(floats.getFloat(row));
        }
        if (column instanceof DoubleColumn || column instanceof NumberColumn) {
            return row -> column.isMissing(row) ? null : Double.toString(((NumberColumn<?, ?>) column).getDouble(row));
        }
        if (column instanceof BooleanColumn flags) {
            return row -> flags.isMissing(row) ? null : Boolean.toString(flags.getByte(row) == 1);
        }
        if (column instanceof DateColumn dates) {
            return row -> dates.isMissing(row) ? null : DATE.format(dates.get(row));
        }
        if (column instanceof DateTimeColumn moments) {
            return row -> moments.isMissing(row) ? null : written(moments.get(row));
        }
        return row -> Tables.isMissing(column, row) ? null : String.valueOf(column.get(row));
    }

    private static String written(LocalDateTime moment) {
        return (moment.getNano() == 0 ? TO_SECOND : TO_MILLI).format(moment);
    }
}
