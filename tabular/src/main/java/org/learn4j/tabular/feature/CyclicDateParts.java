package org.learn4j.tabular.feature;

import java.time.LocalDate;
import java.time.Year;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * Where a date stands in its week, month and year, as points on circles: December is next to January (fastai v1's
 * {@code add_cyclic_datepart}).
 *
 * <pre>{@code
 * Table withParts = CyclicDateParts.of("Date").withTime().addTo(rides);
 * }</pre>
 *
 * <p>New columns come last: cosine and sine of weekday, day_month, month_year and day_year, named weekday_cos, weekday_sin
 * and so on; of hour (of 24), clock (of 12), min and sec if asked for; and year_lin, the year and what is over of it, if asked
 * for. The first of each is at angle 0. Prefix, dropped date and sharing are as with {@link DateParts}; of a missing date all
 * parts are missing.
 */
public final class CyclicDateParts {
    private static final int MINUTE = 60_000;
    private static final int HOUR = 60 * MINUTE;
    private static final double DAY = 24.0 * HOUR;

    private final String column;
    private final @Nullable String prefix;
    private final boolean time;
    private final boolean linear;
    private final boolean keep;

    private CyclicDateParts(String column, @Nullable String prefix, boolean time, boolean linear, boolean keep) {
        this.column = column;
        this.prefix = prefix;
        this.time = time;
        this.linear = linear;
        this.keep = keep;
    }

    /** Returns the cyclic parts of the date in this column, which they replace. */
    public static CyclicDateParts of(String column) {
        return new CyclicDateParts(column, null, false, false, false);
    }

    /** Returns these parts with names that begin like this. */
    public CyclicDateParts prefix(String start) {
        return new CyclicDateParts(column, start, time, linear, keep);
    }

    /** Returns these parts and those of the time of day. */
    public CyclicDateParts withTime() {
        return new CyclicDateParts(column, prefix, true, linear, keep);
    }

    /** Returns these parts and year_lin, which grows with time (fastai's {@code add_linear}). */
    public CyclicDateParts withLinear() {
        return new CyclicDateParts(column, prefix, time, true, keep);
    }

    /** Returns these parts beside the date itself, which stays (fastai's {@code drop=False}). */
    public CyclicDateParts keepDate() {
        return new CyclicDateParts(column, prefix, time, linear, true);
    }

    /**
     * Returns the table with these columns.
     *
     * @throws IllegalArgumentException if the column is not there or holds no dates, or if names of parts are taken
     */
    public Table addTo(Table table) {
        DateValues dates = DateValues.of(table, column);
        var days = new Days(dates);
        String start = prefix == null ? dates.prefix() : prefix;
        List<Column<?>> columns = new ArrayList<>();
        circle(
                columns,
                start + "weekday",
                days.doubles(day -> (day.getDayOfWeek().getValue() - 1) / 7.0));
        circle(
                columns,
                start + "day_month",
                days.doubles(day -> (day.getDayOfMonth() - 1) / (double) day.lengthOfMonth()));
        circle(columns, start + "month_year", days.doubles(day -> (day.getMonthValue() - 1) / 12.0));
        circle(columns, start + "day_year", days.doubles(CyclicDateParts::ofYear));
        if (time) {
            circle(columns, start + "hour", ofTime(dates, millis -> millis / HOUR / 24.0));
            circle(columns, start + "clock", ofTime(dates, millis -> millis / HOUR % 12 / 12.0));
            circle(columns, start + "min", ofTime(dates, millis -> millis / MINUTE % 60 / 60.0));
            circle(columns, start + "sec", ofTime(dates, millis -> millis / 1000 % 60 / 60.0));
        }
        if (linear) {
            double[] values = days.doubles(day -> day.getYear() + ofYear(day));
            double[] lengths = days.doubles(day -> Year.isLeap(day.getYear()) ? 366 : 365);
            for (int row = 0; row < values.length; row++) {
                values[row] += dates.millis()[row] / DAY / lengths[row];
            }
            columns.add(DoubleColumn.create(start + "year_lin", values));
        }
        return NewColumns.in(table, columns, keep ? "" : dates.name(), "prefix(...) gives them other ones");
    }

    private static double ofYear(LocalDate day) {
        return (day.getDayOfYear() - 1) / (double) day.lengthOfYear();
    }

    private static double[] ofTime(DateValues dates, IntToDoubleFunction part) {
        double[] values = new double[dates.rows()];
        for (int row = 0; row < values.length; row++) {
            values[row] = dates.missing()[row] ? Double.NaN : part.applyAsDouble(dates.millis()[row]);
        }
        return values;
    }

    private static void circle(List<Column<?>> columns, String name, double... turns) {
        double[] cosines = new double[turns.length];
        double[] sines = new double[turns.length];
        for (int row = 0; row < turns.length; row++) {
            boolean same = row > 0 && turns[row] == turns[row - 1];
            cosines[row] = same ? cosines[row - 1] : Math.cos(turns[row] * 2 * Math.PI);
            sines[row] = same ? sines[row - 1] : Math.sin(turns[row] * 2 * Math.PI);
        }
        columns.add(DoubleColumn.create(name + "_cos", cosines));
        columns.add(DoubleColumn.create(name + "_sin", sines));
    }
}
