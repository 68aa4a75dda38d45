package org.learn4j.tabular.table;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the cells of a column are to be read: a type, and for dates and flags how they are written. Each reading of a file
 * makes its own, since a rule remembers the last cells.
 */
final class CellRule {
    private static final int CACHED = 1 << 9;

    private final CellType type;
    private final Spec spec;
    private final @Nullable DateTimeFormatter formatter;
    private final String[] texts;
    private final long[] values;
    private boolean flag;
    private int date;
    private long dateTime;

    /** What a user declared: a type, and its written form where it is not the standard one. */
    record Spec(
            CellType type,
            @Nullable String pattern,
            @Nullable String yes,
            @Nullable String no) {
        static Spec of(CellType type) {
            return new Spec(type, null, null, null);
        }

        /** Returns the type with a date pattern, which is checked. */
        static Spec ofPattern(CellType type, String pattern) {
            formatterOf(pattern);
            return new Spec(type, pattern, null, null);
        }

        static Spec ofFlag(String yes, String no) {
            if (yes.equals(no)) {
                throw new IllegalArgumentException(
                        "True and false are written differently, received " + CsvException.shown(yes) + " for both");
            }
            return new Spec(CellType.FLAG, null, yes, no);
        }
    }

    CellRule(Spec spec) {
        this.type = spec.type();
        this.spec = spec;
        this.formatter = spec.pattern() == null ? null : formatterOf(spec.pattern());
        int cached = formatter == null ? 0 : CACHED;
        this.texts = new String[cached];
        this.values = new long[cached];
        Arrays.fill(texts, "");
        Arrays.fill(values, Long.MIN_VALUE);
    }

    private static DateTimeFormatter formatterOf(String pattern) {
        // in English, whatever the machine speaks; strict, so that there is no 31 June; and with an era, so that yyyy
        // will do
        return new DateTimeFormatterBuilder()
                .parseCaseInsensitive()
                .appendPattern(pattern)
                .parseDefaulting(ChronoField.ERA, 1)
                .toFormatter(Locale.ENGLISH)
                .withResolverStyle(ResolverStyle.STRICT);
    }

    CellType type() {
        return type;
    }

    /** Returns what a cell shall be, in words. */
    String expected() {
        String pattern = spec.pattern();
        return switch (type) {
            case FLAG ->
                spec.yes() != null
                        ? CsvException.shown(spec.yes()) + " or "
                                + CsvException.shown(Objects.requireNonNull(spec.no()))
                        : type.article();
            case DATE -> "a date written " + (pattern == null ? "yyyy-MM-dd" : pattern);
            case DATE_TIME ->
                "a date and time written " + (pattern == null ? "yyyy-MM-ddTHH:mm:ss, to the millisecond" : pattern);
            default -> type.article();
        };
    }

    // ---- flags

    boolean isFlag(Cell cell) {
        String yes = spec.yes();
        String no = spec.no();
        if (yes != null && no != null) {
            flag = cell.is(yes);
            return flag || cell.is(no);
        }
        boolean read = cell.isFlag();
        flag = read && cell.flag();
        return read;
    }

    boolean flag() {
        return flag;
    }

    // ---- dates

    boolean isDate(Cell cell) {
        if (formatter == null) {
            boolean read = cell.isDate();
            date = read ? cell.date() : 0;
            return read;
        }
        long value = parsed(cell, formatter);
        date = (int) value;
        return value != Long.MIN_VALUE;
    }

    int date() {
        return date;
    }

    boolean isDateTime(Cell cell) {
        if (formatter == null) {
            boolean read = cell.isDateTime();
            dateTime = read ? cell.dateTime() : 0;
            return read;
        }
        dateTime = parsed(cell, formatter);
        return dateTime != Long.MIN_VALUE;
    }

    long dateTime() {
        return dateTime;
    }

    /** Returns the packed value that a pattern gives, or the number for missing values if the cell does not match. */
    private long parsed(Cell cell, DateTimeFormatter pattern) {
        int hash = cell.hash();
        int slot = (hash ^ hash >>> 16) & CACHED - 1;
        if (!cell.is(texts[slot])) {
            texts[slot] = cell.toString();
            values[slot] = parsed(texts[slot], pattern);
        }
        return values[slot];
    }

    private long parsed(String text, DateTimeFormatter pattern) {
        try {
            TemporalAccessor read = pattern.parse(text);
            LocalDate day = LocalDate.from(read);
            if (day.getYear() > Short.MAX_VALUE) {
                return Long.MIN_VALUE;
            }
            if (type == CellType.DATE) {
                return Packed.date(day);
            }
            LocalDateTime moment = LocalDateTime.from(read);
            return Cell.fits(moment) ? Packed.dateTime(moment) : Long.MIN_VALUE;
        } catch (DateTimeException e) {
            return Long.MIN_VALUE;
        }
    }
}
