package org.learn4j.tabular.column;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Whole numbers, flags (0 and 1), dates (days since 1970-01-01) or dates with a time (milliseconds since then);
 * {@link #MISSING} is a missing one.
 *
 * @param kind which of them
 * @param values the numbers
 */
@SuppressWarnings("ArrayRecordComponent") // columns are compared by no one, and arrays are what is fast
public record WholeColumn(Kind kind, long... values) implements Column {
    /** The number that stands for a missing value. */
    public static final long MISSING = Long.MIN_VALUE;

    /** Checks the kind. */
    public WholeColumn {
        if (kind == Kind.NUMBER || kind == Kind.TEXT) {
            throw new IllegalArgumentException("Whole numbers hold no " + kind.label());
        }
    }

    /** Returns whole numbers. */
    public static WholeColumn of(long... values) {
        return new WholeColumn(Kind.WHOLE, values);
    }

    @Override
    public int size() {
        return values.length;
    }

    @Override
    public boolean isMissing(int row) {
        return values[row] == MISSING;
    }

    @Override
    public @Nullable Object value(int row) {
        return isMissing(row) ? null : value(kind, values[row]);
    }

    @Override
    public WholeColumn rows(int... rows) {
        long[] chosen = new long[rows.length];
        for (int i = 0; i < rows.length; i++) {
            chosen[i] = values[rows[i]];
        }
        return new WholeColumn(kind, chosen);
    }

    /** Returns what a number stands for in a column of a kind. */
    static Object value(Kind kind, long number) {
        return switch (kind) {
            case FLAG -> number != 0;
            case DATE -> LocalDate.ofEpochDay(number);
            case DATE_TIME ->
                LocalDateTime.ofEpochSecond(
                        Math.floorDiv(number, 1000L), Math.floorMod(number, 1000) * 1_000_000, ZoneOffset.UTC);
            default -> number;
        };
    }
}
