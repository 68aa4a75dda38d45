package org.learn4j.tabular.column;

import org.jspecify.annotations.Nullable;

/**
 * The values of a column, as primitive arrays. Immutable and shared between threads; the arrays given to a column belong to
 * it.
 */
public sealed interface Column permits NumberColumn, WholeColumn, TextColumn, CodeColumn {
    /** Returns the number of rows. */
    int size();

    /** Returns what the values are. */
    Kind kind();

    /** Returns whether a row's value is missing. */
    boolean isMissing(int row);

    /**
     * Returns a row's value: a {@link Long}, {@link Double}, {@link String}, {@link Boolean}, {@link java.time.LocalDate} or
     * {@link java.time.LocalDateTime} after the kind, null where it is missing.
     */
    @Nullable
    Object value(int row);

    /** Returns the values of some rows, in their order. */
    Column rows(int... rows);

    /** Returns whether any row's value is missing. */
    default boolean hasMissing() {
        return missing() > 0;
    }

    /** Returns the number of rows whose value is missing. */
    default int missing() {
        int count = 0;
        for (int i = 0; i < size(); i++) {
            if (isMissing(i)) {
                count++;
            }
        }
        return count;
    }
}
