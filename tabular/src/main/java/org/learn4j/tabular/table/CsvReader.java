package org.learn4j.tabular.table;

import java.io.InputStream;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tech.tablesaw.api.Table;

/**
 * Reads CSV into a table of Tablesaw's, strictly: what is read is what the file says, or there is an error that names file,
 * line and column.
 *
 * <pre>{@code
 * Table train = CsvReader.create().read(Path.of("train.csv.gz"));
 * Table hours = CsvReader.create()
 *         .dateAs("dteday", "dd/MM/yyyy")
 *         .text("zip")
 *         .missing("", "?")
 *         .read(Path.of("hour.csv"));
 * }</pre>
 *
 * <p>The format is RFC 4180's: fields may be in double quotes, a quote inside them is written twice; a line ends with CR LF,
 * LF or CR. A quote inside a field that does not begin with one is a character like any other. Blank lines hold no row. Every
 * row has as many fields as the header. Column names are taken without blanks around them, are not empty and differ in more
 * than their case. A NUL is an error, a
 * byte order mark is not part of the text, and what is compressed with gzip, or the one CSV file of a zip archive, is known
 * by its first bytes, not by its name.
 *
 * <p>A column whose type is not declared gets the narrowest that fits all of its cells, in every row of the file:
 *
 * <ol>
 *   <li>whole numbers: an int column, or a long one where a number needs it. 007 is no number, and eight digits are no date;
 *   <li>decimal numbers: a double column. 1e5 and Infinity are numbers; whole numbers beyond the range of a long are not, as
 *       they would be rounded;
 *   <li>true and false, in any case: a boolean column. Never Y, N, T, F, 0 or 1;
 *   <li>dates written yyyy-MM-dd: a date column. Any other way to write a date is text unless declared;
 *   <li>ISO dates and times, with a T or a space between, to the millisecond: a date-time column. Those with a zone are text;
 *   <li>everything else, and a column without any value: a text column.
 * </ol>
 *
 * <p>A field that equals one of the missing markers, quoted or not, is a missing value, in text columns too; Tablesaw cannot
 * hold an empty text beside it. To infer types the text is read twice; a stream or reader is kept in memory for that. The
 * caller closes those. Readers are values: each method returns a new one.
 */
public final class CsvReader {
    private final CsvSettings settings;
    private final Map<String, CellRule.Spec> declared;
    private final List<String> chosen;

    private CsvReader(CsvSettings settings, Map<String, CellRule.Spec> declared, List<String> chosen) {
        this.settings = settings;
        this.declared = declared;
        this.chosen = chosen;
    }

    /** Returns a reader of comma-separated values with a header, in UTF-8, that infers the types of all columns. */
    public static CsvReader create() {
        return new CsvReader(CsvSettings.DEFAULT, Map.of(), List.of());
    }

    private CsvReader with(CsvSettings other) {
        return new CsvReader(other, declared, chosen);
    }

    // ---- types

    /** Returns a reader that reads these columns as text, whatever it looks like. */
    public CsvReader text(String... columns) {
        return declare(CellRule.Spec.of(CellType.TEXT), columns);
    }

    /** Returns a reader that expects whole numbers here: an int column, or a long one where a number needs it. */
    public CsvReader whole(String... columns) {
        return declare(CellRule.Spec.of(CellType.WHOLE), columns);
    }

    /** Returns a reader that expects decimal numbers here, in double columns, rounded to the nearest double. */
    public CsvReader number(String... columns) {
        return declare(CellRule.Spec.of(CellType.NUMBER), columns);
    }

    /** Returns a reader that expects true and false here, in any case. */
    public CsvReader flag(String... columns) {
        return declare(CellRule.Spec.of(CellType.FLAG), columns);
    }

    /** Returns a reader that expects true and false here, written exactly so: {@code flagAs("open", "1", "0")}. */
    public CsvReader flagAs(String column, String yes, String no) {
        return declare(CellRule.Spec.ofFlag(yes, no), column);
    }

    /** Returns a reader that expects dates written yyyy-MM-dd here. */
    public CsvReader date(String... columns) {
        return declare(CellRule.Spec.of(CellType.DATE), columns);
    }

    /**
     * Returns a reader that expects dates written in another way: {@code dateAs("day", "dd/MM/yyyy")}.
     *
     * @param pattern as {@link java.time.format.DateTimeFormatter} describes; names of months are English, in any case
     * @throws IllegalArgumentException if the pattern is none
     */
    public CsvReader dateAs(String column, String pattern) {
        return declare(CellRule.Spec.ofPattern(CellType.DATE, pattern), column);
    }

    /** Returns a reader that expects ISO dates and times here, to the millisecond; a date alone is its midnight. */
    public CsvReader dateTime(String... columns) {
        return declare(CellRule.Spec.of(CellType.DATE_TIME), columns);
    }

    /**
     * Returns a reader that expects dates and times written in another way: {@code dateTimeAs("at", "dd/MM/yyyy HH:mm")}.
     *
     * @param pattern as for {@link #dateAs}
     * @throws IllegalArgumentException if the pattern is none
     */
    public CsvReader dateTimeAs(String column, String pattern) {
        return declare(CellRule.Spec.ofPattern(CellType.DATE_TIME, pattern), column);
    }

    private CsvReader declare(CellRule.Spec spec, String... columns) {
        Map<String, CellRule.Spec> more = new LinkedHashMap<>(declared);
        for (String column : columns) {
            more.put(column.trim(), spec);
        }
        return new CsvReader(settings, more, chosen);
    }

    // ---- columns

    /** Returns a reader of these columns alone, in this order. */
    public CsvReader columns(String... names) {
        List<String> wanted = Stream.of(names).map(String::trim).toList();
        checkNames(wanted, "the columns to read");
        return new CsvReader(settings, declared, wanted);
    }

    /** Returns a reader of files without a header, whose columns have these names. */
    public CsvReader names(String... names) {
        return named(false, names);
    }

    /** Returns a reader that passes over the header and gives the columns these names. */
    public CsvReader replaceHeader(String... names) {
        return named(true, names);
    }

    private CsvReader named(boolean replace, String... names) {
        List<String> all = Stream.of(names).map(String::trim).toList();
        if (all.isEmpty()) {
            throw new IllegalArgumentException("Names for the columns are expected, received none");
        }
        checkNames(all, "the names");
        return with(settings.withNames(all, replace));
    }

    private static void checkNames(List<String> names, String what) {
        String fault = faultOf(names);
        if (fault != null) {
            throw new IllegalArgumentException("Of " + what + ", " + fault);
        }
    }

    /** Returns what is wrong with names of columns, or null: Tablesaw does not tell upper from lower case. */
    static @Nullable String faultOf(List<String> names) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            if (name.isEmpty()) {
                return "number " + (i + 1) + " is empty";
            }
            if (!seen.add(name.toLowerCase(Locale.ROOT))) {
                return "number " + (i + 1) + ", " + CsvException.shown(name) + ", is there twice (case does not count)";
            }
        }
        return null;
    }

    // ---- the format

    /** Returns a reader of fields with another character between them, such as ';' or '\t'. Default ','. */
    public CsvReader delimiter(char delimiter) {
        if (delimiter == '"' || delimiter == '\n' || delimiter == '\r' || delimiter == 0) {
            throw new IllegalArgumentException("A delimiter is no quote and no end of line, received "
                    + CsvException.shown(String.valueOf(delimiter)));
        }
        return with(settings.withDelimiter(delimiter));
    }

    /** Returns a reader of another character set. Default: what a byte order mark says (UTF-8, UTF-16), else UTF-8. */
    public CsvReader charset(Charset charset) {
        return with(settings.withCharset(charset));
    }

    /**
     * Returns a reader that takes these fields, and no others, for missing values. Default: the empty one, NA, NaN, null and
     * N/A. The list replaces the default one; without the empty text in it, an empty number is an error.
     */
    public CsvReader missing(String... markers) {
        return with(settings.withMissing(List.of(markers)));
    }

    /** Returns a reader that takes spaces and tabs off both ends of fields that are not quoted. */
    public CsvReader trim() {
        return with(settings.withTrim());
    }

    /** Returns a reader of this entry of zip archives. Default: the only CSV file in it. */
    public CsvReader entry(String name) {
        return with(settings.withEntry(name));
    }

    /** Returns a reader that refuses longer fields, in characters. Default: 1,048,576. */
    public CsvReader maxFieldLength(int characters) {
        return with(settings.withMaxFieldLength(positive(characters)));
    }

    /** Returns a reader that refuses longer rows, in characters. Default: 16,777,216. */
    public CsvReader maxRowLength(int characters) {
        return with(settings.withMaxRowLength(positive(characters)));
    }

    private static int positive(int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("A limit is at least 1, received " + limit);
        }
        return limit;
    }

    // ---- reading

    /**
     * Reads a file, plain or compressed.
     *
     * @throws CsvException if it is not the CSV that is expected
     * @throws java.io.UncheckedIOException if it cannot be read
     */
    public Table read(Path path) {
        String name = String.valueOf(path.getFileName());
        return read(CsvSource.of(path)).setName(name.replaceFirst("\\.(csv|tsv|txt)(\\.gz|\\.zip)?$", ""));
    }

    /**
     * Reads the rest of a stream, plain or compressed.
     *
     * @throws CsvException if it is not the CSV that is expected
     * @throws java.io.UncheckedIOException if it cannot be read
     */
    public Table read(InputStream stream) {
        return read(CsvSource.of(stream));
    }

    /**
     * Reads the rest of a reader.
     *
     * @throws CsvException if it is not the CSV that is expected
     * @throws java.io.UncheckedIOException if it cannot be read
     */
    public Table read(Reader reader) {
        return read(CsvSource.of(reader));
    }

    /**
     * Reads CSV from a text.
     *
     * @throws CsvException if it is not the CSV that is expected
     */
    public Table read(String text) {
        return read(CsvSource.of(text));
    }

    private Table read(CsvSource source) {
        Inference inference = new Inference(source.name());
        int rows = 0;
        boolean inferred = settings.names().isEmpty() || !declared.keySet().containsAll(settings.names());
        if (inferred) {
            rows = CsvPass.run(source, settings, inference::guess);
        }
        int expected = rows;
        int read = CsvPass.run(source, settings, names -> inference.build(names, expected));
        if (inferred && read != rows) {
            throw new CsvException(
                    source.name(), 0, null, "the file changed while it was read: " + rows + " rows, then " + read);
        }
        return inference.table();
    }

    /** What becomes of the columns of one file. */
    private final class Inference {
        private final String source;
        private List<String> names = List.of();
        private @Nullable TypeGuess[] guesses = new TypeGuess[0];
        private @Nullable ColumnBuilder[] builders = new ColumnBuilder[0];

        Inference(String source) {
            this.source = source;
        }

        /** Makes a guess for every column that is wanted and whose type is not declared. */
        @Nullable
        CellSink[] guess(List<String> header) {
            check(header);
            guesses = new TypeGuess[header.size()];
            for (int i = 0; i < guesses.length; i++) {
                if (isWanted(header.get(i)) && !declared.containsKey(header.get(i))) {
                    guesses[i] = new TypeGuess();
                }
            }
            return guesses;
        }

        @Nullable
        CellSink[] build(List<String> header, int rows) {
            check(header);
            if (guesses.length > 0 && guesses.length != header.size()) {
                throw new CsvException(source, 0, null, "the file changed while it was read: it has another header");
            }
            names = List.copyOf(header);
            builders = new ColumnBuilder[header.size()];
            for (int i = 0; i < builders.length; i++) {
                if (isWanted(header.get(i))) {
                    builders[i] = ColumnBuilder.of(new CellRule(specOf(i)), rows);
                }
            }
            return builders;
        }

        private CellRule.Spec specOf(int index) {
            CellRule.Spec spec = declared.get(names.get(index));
            if (spec != null) {
                return spec;
            }
            TypeGuess guess = index < guesses.length ? guesses[index] : null;
            return CellRule.Spec.of(guess == null ? CellType.TEXT : guess.type());
        }

        private boolean isWanted(String column) {
            return chosen.isEmpty() || chosen.contains(column);
        }

        private void check(List<String> header) {
            String fault = faultOf(header);
            if (fault != null) {
                throw new CsvException(
                        source,
                        1,
                        null,
                        "a name for each column is expected, " + fault + "; replaceHeader(...) gives them other names");
            }
            checkThere(header, declared.keySet());
            checkThere(header, chosen);
        }

        private void checkThere(List<String> header, Iterable<String> needed) {
            for (String column : needed) {
                if (!header.contains(column)) {
                    throw new CsvException(
                            source, 1, column, "such a column is expected, received a header of " + header);
                }
            }
        }

        Table table() {
            List<String> order = chosen.isEmpty() ? names : chosen;
            Table table = Table.create(source);
            for (String name : order) {
                ColumnBuilder builder = builders[names.indexOf(name)];
                if (builder != null) {
                    table.addColumns(builder.build(name));
                }
            }
            return table;
        }
    }

    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        declared.forEach((column, spec) -> parts.add(column + " is " + new CellRule(spec).expected()));
        return "CsvReader[" + String.join(", ", parts) + "]";
    }
}
