package org.learn4j.tabular.feature;

import tech.tablesaw.api.DateColumn;
import tech.tablesaw.api.DateTimeColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;
import tech.tablesaw.columns.dates.PackedLocalDate;

/** The dates of a column, as days since 1970-01-01 and milliseconds of the day. */
record DateValues(String name, boolean[] missing, int[] days, int[] millis) {
    private static final long MILLIS_OF_DAY = 86_400_000;

    /**
     * Reads a column of dates or of dates and times.
     *
     * @throws IllegalArgumentException if there is none of that name and kind
     */
    static DateValues of(Table table, String name) {
        if (!table.containsColumn(name)) {
            throw new IllegalArgumentException(
                    "A column " + name + " is expected, received a table with " + table.columnNames());
        }
        Column<?> column = table.column(name);
        int rows = column.size();
        boolean[] missing = new boolean[rows];
        int[] days = new int[rows];
        int[] millis = new int[rows];
        if (column instanceof DateColumn dates) {
            var lastPacked = 0;
            var lastDay = 0;
            for (int row = 0; row < rows; row++) {
                int packed = dates.getIntInternal(row);
                missing[row] = DateColumn.valueIsMissing(packed);
                if (!missing[row]) {
                    if (packed != lastPacked) {
                        lastPacked = packed;
                        lastDay = (int) PackedLocalDate.toEpochDay(packed);
                    }
                    days[row] = lastDay;
                }
            }
        } else if (column instanceof DateTimeColumn moments) {
            for (int row = 0; row < rows; row++) {
                long packed = moments.getLongInternal(row);
                missing[row] = DateTimeColumn.valueIsMissing(packed);
                if (!missing[row]) {
                    days[row] = (int) PackedLocalDate.toEpochDay((int) (packed >> 32));
                    int time = (int) packed;
                    millis[row] = ((time >>> 24) * 60 + (time >>> 16 & 0xFF)) * 60_000 + (time & 0xFFFF);
                }
            }
        } else {
            throw new IllegalArgumentException(
                    "The column " + name + " is expected to hold dates, received one of type "
                            + column.type().name() + "; CsvReader's date(...) and dateAs(...) read them from text");
        }
        return new DateValues(column.name(), missing, days, millis);
    }

    int rows() {
        return days.length;
    }

    /** Returns the milliseconds since 1970-01-01T00:00 in no particular time zone. */
    long epochMillis(int row) {
        return days[row] * MILLIS_OF_DAY + millis[row];
    }

    /** Returns the prefix for the names of this column's parts: its own name without a "Date" or "date" at its end. */
    String prefix() {
        return name.endsWith("Date") || name.endsWith("date") ? name.substring(0, name.length() - 4) : name;
    }
}
