package org.learn4j.tabular.table;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One pass over a CSV text: hands every cell to its column, and knows where it is when something is wrong. */
final class CsvPass implements CsvTokens.Row {
    private static final int MAX_COLUMNS = 1 << 16;

    private final String source;
    private final CsvSettings settings;
    private final Function<List<String>, @Nullable CellSink[]> start;
    private final String[] missing;
    private final Cell cell = new Cell();

    private List<String> header = new ArrayList<>();
    private boolean inHeader;
    private @Nullable CellSink[] sinks = new CellSink[0];
    private long rowLine;
    private long rowLength;

    private CsvPass(String source, CsvSettings settings, Function<List<String>, @Nullable CellSink[]> start) {
        this.source = source;
        this.settings = settings;
        this.start = start;
        this.missing = settings.missing().toArray(new String[0]);
    }

    /**
     * Reads all of a source.
     *
     * @param start told the names of the file's columns, returns where the cells of each go; null passes over a column
     * @return the number of rows
     */
    static int run(CsvSource source, CsvSettings settings, Function<List<String>, @Nullable CellSink[]> start) {
        try (CsvText text = source.open(settings.charset(), settings.entry())) {
            var tokens = new CsvTokens(text, settings.delimiter(), settings.maxFieldLength());
            return new CsvPass(source.name(), settings, start).run(tokens);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + source.name() + ": " + e, e);
        }
    }

    private int run(CsvTokens tokens) throws IOException {
        if (settings.names().isEmpty() || settings.namesReplaceHeader()) {
            readHeader(tokens);
        }
        if (!settings.names().isEmpty()) {
            checkReplaced();
            header = settings.names();
        }
        sinks = start.apply(header);
        int rows = 0;
        while (readRow(tokens)) {
            if (rows == Integer.MAX_VALUE - 8) {
                throw fault(0, "a table has at most " + rows + " rows");
            }
            rows++;
        }
        return rows;
    }

    private void readHeader(CsvTokens tokens) throws IOException {
        inHeader = true;
        if (!tokens.hasNext()) {
            throw new CsvException(source, 0, null, "a header line is expected, received an empty text");
        }
        rowLine = tokens.line();
        tokens.next(this);
        inHeader = false;
    }

    private void checkReplaced() {
        if (settings.namesReplaceHeader() && settings.names().size() != header.size()) {
            throw new CsvException(
                    source,
                    rowLine,
                    null,
                    "a header of " + settings.names().size() + " columns is expected, as names are given, received "
                            + header.size() + ": " + header);
        }
    }

    private boolean readRow(CsvTokens tokens) throws IOException {
        if (!tokens.hasNext()) {
            return false;
        }
        rowLine = tokens.line();
        rowLength = 0;
        int fields = tokens.next(this);
        if (fields < sinks.length) {
            throw fault(
                    fields,
                    sinks.length + " fields are expected, as the header has, received " + fields
                            + "; the first that is missing is of this column");
        }
        return true;
    }

    @Override
    public void field(int index, char[] characters, int offset, int length, boolean quoted) {
        rowLength += length + 1;
        if (length > settings.maxFieldLength()) {
            throw fault(index, CsvTokens.tooLong(settings.maxFieldLength()));
        }
        if (rowLength > settings.maxRowLength()) {
            throw fault(
                    index,
                    "a row of at most " + settings.maxRowLength()
                            + " characters is expected, received more; maxRowLength(...) changes that");
        }
        cell.set(characters, offset, length);
        if (settings.trim() && !quoted) {
            cell.trim();
        }
        if (inHeader) {
            name(index);
        } else if (index >= sinks.length) {
            throw fault(
                    index,
                    sinks.length + " fields are expected, as the header has, received more; the next one is "
                            + CsvException.shown(cell.toString()));
        } else {
            value(index, sinks[index]);
        }
    }

    private void name(int index) {
        if (index >= MAX_COLUMNS) {
            throw fault(index, "a header of at most " + MAX_COLUMNS + " columns is expected");
        }
        header.add(cell.toString().trim()); // as Tablesaw does
    }

    private void value(int index, @Nullable CellSink sink) {
        if (sink == null) {
            return;
        }
        if (isMissing()) {
            sink.acceptMissing();
        } else if (!sink.accept(cell)) {
            throw fault(
                    index, sink.expected() + " is expected, received " + CsvException.shown(cell.toString()) + hint());
        }
    }

    private boolean isMissing() {
        for (String marker : missing) {
            if (cell.is(marker)) {
                return true;
            }
        }
        return false;
    }

    private String hint() {
        int last = cell.length() - 1;
        return last >= 0 && (Cell.isBlank(cell.at(0)) || Cell.isBlank(cell.at(last)))
                ? "; trim() takes blanks around fields off"
                : "";
    }

    @Override
    public CsvException fault(int index, String problem) {
        String column = inHeader || index >= header.size() ? "number " + (index + 1) : header.get(index);
        return new CsvException(source, rowLine, column, problem);
    }
}
