package org.learn4j.tabular.table;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.reader.RecordType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One pass over a CSV text: hands every cell to its column, and knows where it is when something is wrong. */
final class CsvPass extends AbstractBaseCsvCallbackHandler<Boolean> {
    /** What the parser reads ahead: fields may be found that much after they were handed out. */
    private static final int AHEAD = 1 << 15;

    private static final int MAX_COLUMNS = 1 << 16;

    private final String source;
    private final CsvText text;
    private final CsvSettings settings;
    private final Function<List<String>, @Nullable CellSink[]> start;
    private final String[] missing;
    private final Cell cell = new Cell();

    private List<String> header = new ArrayList<>();
    private boolean inHeader;
    private @Nullable CellSink[] sinks = new CellSink[0];
    private long rows;
    private long recordLength;
    private long lastField;

    private CsvPass(
            String source, CsvText text, CsvSettings settings, Function<List<String>, @Nullable CellSink[]> start) {
        this.source = source;
        this.text = text;
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
    static long run(CsvSource source, CsvSettings settings, Function<List<String>, @Nullable CellSink[]> start) {
        try (CsvText text = source.open(settings.charset(), settings.entry())) {
            return new CsvPass(source.name(), text, settings, start).run();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + source.name() + ": " + e, e);
        }
    }

    private long run() {
        inHeader = settings.names().isEmpty() || settings.namesReplaceHeader();
        if (!inHeader) {
            begin(settings.names());
        }
        try (CsvReader<Boolean> reader = CsvReader.builder()
                .fieldSeparator(settings.delimiter())
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .allowExtraCharsAfterClosingQuote(false)
                .detectBomHeader(false)
                .maxBufferSize(Integer.MAX_VALUE / 2)
                .build(this, new Watched())) {
            reader.forEach(row -> rows++);
        } catch (CsvParseException e) {
            throw translated(e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + source + ": " + e, e);
        }
        if (inHeader) {
            throw new CsvException(source, 0, null, "a header line is expected, received an empty text");
        }
        return rows;
    }

    private RuntimeException translated(CsvParseException e) {
        Throwable cause = e.getCause();
        if (cause instanceof Error error) {
            throw error;
        }
        if (cause instanceof RuntimeException fault && !(cause instanceof CsvParseException)) {
            return fault;
        }
        return fault(
                getFieldCount(),
                "after a closing quote a delimiter or the end of the line is expected; inside a quoted"
                        + " field a quote is written twice");
    }

    // ---- the parser's calls

    @Override
    protected void handleBegin(long startingLineNumber) {
        recordLength = 0;
    }

    @Override
    protected void handleField(int index, char[] buffer, int offset, int length, boolean quoted) {
        if (text.ended()) {
            throw fault(index, "the quote that opens this field is never closed: " + shown(buffer, offset, length));
        }
        lastField = text.delivered();
        recordLength += length + 1;
        if (length > settings.maxFieldLength()) {
            throw tooLong(index);
        }
        if (recordLength > settings.maxRowLength()) {
            throw fault(
                    index,
                    "a row of at most " + settings.maxRowLength()
                            + " characters is expected, received more; maxRowLength(...) changes that");
        }
        cell.set(buffer, offset, length);
        if (settings.trim() && !quoted) {
            cell.trim();
        }
        if (inHeader) {
            if (index >= MAX_COLUMNS) {
                throw fault(0, "a header of at most " + MAX_COLUMNS + " columns is expected");
            }
            header.add(cell.toString());
            return;
        }
        if (index >= sinks.length) {
            throw fault(
                    index,
                    sinks.length + " fields are expected, as the header has, received more; the next one is "
                            + CsvException.shown(cell.toString()));
        }
        CellSink sink = sinks[index];
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

    private String hint() {
        char first = cell.length() == 0 ? 'x' : cell.at(0);
        char last = cell.length() == 0 ? 'x' : cell.at(cell.length() - 1);
        return first == ' ' || last == ' ' || first == '\t' || last == '\t'
                ? "; trim() takes blanks around fields off"
                : "";
    }

    private static String shown(char[] buffer, int offset, int length) {
        return CsvException.shown(new String(buffer, offset, Math.min(length, 200)));
    }

    private boolean isMissing() {
        for (String marker : missing) {
            if (cell.is(marker)) {
                return true;
            }
        }
        return false;
    }

    @Override
    protected @Nullable Boolean buildRecord() {
        if (getRecordType() != RecordType.DATA) {
            return null;
        }
        if (inHeader) {
            inHeader = false;
            begin(settings.namesReplaceHeader() ? replaced() : header);
            return null;
        }
        if (getFieldCount() < sinks.length) {
            throw fault(
                    getFieldCount(),
                    sinks.length + " fields are expected, as the header has, received " + getFieldCount()
                            + "; the first that is missing is of this column");
        }
        if (rows == Integer.MAX_VALUE) {
            throw fault(0, "a table has at most " + Integer.MAX_VALUE + " rows");
        }
        return true;
    }

    private List<String> replaced() {
        if (settings.names().size() != header.size()) {
            throw new CsvException(
                    source,
                    getStartingLineNumber(),
                    null,
                    "a header of " + settings.names().size() + " columns is expected, as names are given, received "
                            + header.size() + ": " + header);
        }
        return settings.names();
    }

    private void begin(List<String> names) {
        header = names;
        sinks = start.apply(names);
    }

    // ---- faults

    private CsvException tooLong(int index) {
        return fault(
                index,
                "a field of at most " + settings.maxFieldLength() + " characters is expected, received a longer"
                        + " one, perhaps because a quote is not closed; maxFieldLength(...) changes that");
    }

    private CsvException fault(int index, String problem) {
        String column = inHeader || index >= header.size() ? "number " + (index + 1) : header.get(index);
        return new CsvException(source, getStartingLineNumber(), column, problem);
    }

    /** The text, which ends with a fault when a field goes on and on: before the parser has made room for it. */
    private final class Watched extends java.io.FilterReader {
        Watched() {
            super(text);
        }

        @Override
        public int read(char[] chars, int offset, int length) throws IOException {
            // twice, since every character may be a doubled quote
            if (text.delivered() - lastField > 2L * settings.maxFieldLength() + AHEAD) {
                throw tooLong(getFieldCount());
            }
            return super.read(chars, offset, length);
        }
    }
}
