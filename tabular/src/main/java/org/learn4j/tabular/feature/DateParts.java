package org.learn4j.tabular.feature;

import java.time.LocalDate;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * The parts of a date as columns of their own, so that a model can learn that Mondays, ends of months and Christmases differ
 * (fastai's {@code add_datepart}).
 *
 * <pre>{@code
 * Table withParts = DateParts.addDatePart(sales, "Date");
 * Table both = DateParts.of("saledate").withTime().keepDate().addTo(sales);
 * }</pre>
 *
 * <p>New columns come last, in this order: Year, Month, Week (ISO), Day, Dayofweek (Monday is 0), Dayofyear, the flags
 * Is_month_end, Is_month_start, Is_quarter_end, Is_quarter_start, Is_year_end and Is_year_start; Hour, Minute and Second if
 * asked for; and Elapsed, in seconds since 1970-01-01T00:00. Their names begin with the date column's name without a "Date"
 * or "date" at its end: saledate gives saleYear. Of a missing date the numbers are missing and the flags false.
 *
 * <p>The table given is not changed; the result shares its other columns. Options are values: each method returns new ones.
 */
public final class DateParts {
    private static final List<String> NAMES = List.of(
            "Year",
            "Month",
            "Week",
            "Day",
            "Dayofweek",
            "Dayofyear",
            "Is_month_end",
            "Is_month_start",
            "Is_quarter_end",
            "Is_quarter_start",
            "Is_year_end",
            "Is_year_start",
            "Hour",
            "Minute",
            "Second",
            "Elapsed");

    private final String column;
    private final @Nullable String prefix;
    private final boolean time;
    private final boolean keep;
    private final List<String> left;

    private DateParts(String column, @Nullable String prefix, boolean time, boolean keep, List<String> left) {
        this.column = column;
        this.prefix = prefix;
        this.time = time;
        this.keep = keep;
        this.left = left;
    }

    /**
     * Returns a table with the parts of a date in place of the date.
     *
     * @throws IllegalArgumentException as {@link #addTo}
     */
    public static Table addDatePart(Table table, String column) {
        return of(column).addTo(table);
    }

    /** Returns the parts of the date in this column, which they replace. */
    public static DateParts of(String column) {
        return new DateParts(column, null, false, false, List.of());
    }

    /** Returns these parts with names that begin like this. */
    public DateParts prefix(String start) {
        return new DateParts(column, start, time, keep, left);
    }

    /** Returns these parts and the hour, minute and second. */
    public DateParts withTime() {
        return new DateParts(column, prefix, true, keep, left);
    }

    /** Returns these parts beside the date itself, which stays (fastai's {@code drop=False}). */
    public DateParts keepDate() {
        return new DateParts(column, prefix, time, true, left);
    }

    /**
     * Returns these parts but for some, named without the prefix. A table that has a DayOfWeek already takes no Dayofweek:
     * Tablesaw does not tell upper from lower case.
     *
     * @throws IllegalArgumentException if there is no such part
     */
    public DateParts without(String... parts) {
        for (String part : parts) {
            if (!NAMES.contains(part)) {
                throw new IllegalArgumentException("A part of " + NAMES + " is expected, received " + part);
            }
        }
        return new DateParts(column, prefix, time, keep, List.of(parts));
    }

    /**
     * Returns the table with these columns.
     *
     * @throws IllegalArgumentException if the column is not there or holds no dates, or if names of parts are taken
     */
    public Table addTo(Table table) {
        DateValues dates = DateValues.of(table, column);
        var days = new Days(dates);
        var parts = new Parts(prefix == null ? dates.prefix() : prefix, days);
        parts.number("Year", days.ints(LocalDate::getYear));
        parts.number("Month", days.ints(LocalDate::getMonthValue));
        parts.number("Week", days.ints(day -> day.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR)));
        parts.number("Day", days.ints(LocalDate::getDayOfMonth));
        parts.number("Dayofweek", days.ints(day -> day.getDayOfWeek().getValue() - 1));
        parts.number("Dayofyear", days.ints(LocalDate::getDayOfYear));
        parts.flag("Is_month_end", day -> day.getDayOfMonth() == day.lengthOfMonth());
        parts.flag("Is_month_start", day -> day.getDayOfMonth() == 1);
        parts.flag("Is_quarter_end", day -> day.getMonthValue() % 3 == 0 && day.getDayOfMonth() == day.lengthOfMonth());
        parts.flag("Is_quarter_start", day -> day.getMonthValue() % 3 == 1 && day.getDayOfMonth() == 1);
        parts.flag("Is_year_end", day -> day.getDayOfYear() == day.lengthOfYear());
        parts.flag("Is_year_start", day -> day.getDayOfYear() == 1);
        if (time) {
            parts.number("Hour", clock(dates, 3_600_000, 24));
            parts.number("Minute", clock(dates, 60_000, 60));
            parts.number("Second", clock(dates, 1_000, 60));
        }
        parts.columns.add(LongColumn.create(parts.prefix + "Elapsed", seconds(dates)));
        parts.columns.removeIf(part -> left.contains(part.name().substring(parts.prefix.length())));
        return NewColumns.in(
                table,
                parts.columns,
                keep ? "" : dates.name(),
                "prefix(...) gives them other ones, without(...) leaves them out");
    }

    private static int[] clock(DateValues dates, int unit, int modulus) {
        int[] values = new int[dates.rows()];
        for (int row = 0; row < values.length; row++) {
            values[row] = dates.missing()[row] ? Integer.MIN_VALUE : dates.millis()[row] / unit % modulus;
        }
        return values;
    }

    private static long[] seconds(DateValues dates) {
        long[] values = new long[dates.rows()];
        for (int row = 0; row < values.length; row++) {
            values[row] = dates.missing()[row] ? Long.MIN_VALUE : Math.floorDiv(dates.epochMillis(row), 1000L);
        }
        return values;
    }

    /** The new columns so far. */
    private static final class Parts {
        private final String prefix;
        private final Days days;
        private final List<Column<?>> columns = new ArrayList<>();

        Parts(String prefix, Days days) {
            this.prefix = prefix;
            this.days = days;
        }

        void number(String name, int... values) {
            columns.add(IntColumn.create(prefix + name, values));
        }

        void flag(String name, Predicate<LocalDate> holds) {
            BooleanColumn column = BooleanColumn.create(prefix + name);
            for (int value : days.ints(day -> holds.test(day) ? 1 : 0)) {
                column.append(value == 1);
            }
            columns.add(column);
        }
    }
}
