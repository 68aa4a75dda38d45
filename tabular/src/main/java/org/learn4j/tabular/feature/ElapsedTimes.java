package org.learn4j.tabular.feature;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.learn4j.tabular.table.KeyCodes;
import org.learn4j.tabular.table.Tables;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.NumberColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * How long ago an event was and how far the next one is, for each row of a table of days, and how often it happened lately
 * (fastai's {@code add_elapsed_times}).
 *
 * <pre>{@code
 * Table with = ElapsedTimes.of("Promo", "StateHoliday", "SchoolHoliday").on("Date").by("Store").addTo(days);
 * }</pre>
 *
 * <p>For each event flag f, and within each base (a store, say):
 *
 * <ul>
 *   <li>{@code Afterf}: whole days since the last row, this one included, where f holds; 0 if there is none;
 *   <li>{@code Beforef}: whole days from the next row, this one included, where f holds: zero or negative; 0 if there is none;
 *   <li>{@code f_bw} and {@code f_fw}: in how many of seven rows f holds, this one and the six before or after it. Rows, not
 *       days; fewer at the ends.
 * </ul>
 *
 * <p>New columns come last, all After ones first, then Before, _bw and _fw. Rows stay where they are; the flags stay too. The
 * table given is not changed; the result shares its columns.
 */
public final class ElapsedTimes {
    private static final int WINDOW = 7;

    private final List<String> events;
    private final String date;
    private final String base;

    private ElapsedTimes(List<String> events, String date, String base) {
        this.events = events;
        this.date = date;
        this.base = base;
    }

    /** Names the columns of event flags: booleans, or numbers of which 0 alone means no. */
    public static OfEvents of(String... events) {
        if (events.length == 0) {
            throw new IllegalArgumentException("At least one column of events is expected, received none");
        }
        return new OfEvents(List.of(events));
    }

    /**
     * Events, of which the days are still to be named.
     *
     * @param events the columns
     */
    public record OfEvents(List<String> events) {
        /** Copies the list. */
        public OfEvents {
            events = List.copyOf(events);
        }

        /** Names the column of dates. */
        public OnDates on(String date) {
            return new OnDates(events, date);
        }
    }

    /**
     * Events and days, of which it is still to be said whose they are.
     *
     * @param events the columns of events
     * @param date the column of dates
     */
    public record OnDates(List<String> events, String date) {
        /** Copies the list. */
        public OnDates {
            events = List.copyOf(events);
        }

        /** Names the column that tells whose events they are: of any type. */
        public ElapsedTimes by(String base) {
            return new ElapsedTimes(events, date, base);
        }
    }

    /**
     * Returns the table with these columns.
     *
     * @throws IllegalArgumentException if a column is missing or of another type, has missing values, if a base has two rows
     *     of one date, or if names of new columns are taken
     */
    public Table addTo(Table table) {
        Column<?> owner = column(table, base);
        DateValues dates = DateValues.of(table, date);
        for (int row = 0; row < dates.rows(); row++) {
            if (dates.missing()[row] || Tables.isMissing(owner, row)) {
                throw new IllegalArgumentException("A date and a base are expected in every row, received none in row "
                        + row + ", column " + (dates.missing()[row] ? date : base));
            }
        }
        Timeline timeline = Timeline.of(KeyCodes.of(List.of(owner)), dates);
        timeline.checkDistinct(owner, table.column(date));
        List<Column<?>> after = new ArrayList<>();
        List<Column<?>> before = new ArrayList<>();
        List<Column<?>> backward = new ArrayList<>();
        List<Column<?>> forward = new ArrayList<>();
        for (String event : events) {
            boolean[] flags = flags(column(table, event));
            after.add(IntColumn.create("After" + event, timeline.elapsed(flags, true)));
            before.add(IntColumn.create("Before" + event, timeline.elapsed(flags, false)));
            backward.add(IntColumn.create(event + "_bw", timeline.counts(flags, true)));
            forward.add(IntColumn.create(event + "_fw", timeline.counts(flags, false)));
        }
        after.addAll(before);
        after.addAll(backward);
        after.addAll(forward);
        return NewColumns.in(table, after, "", "rename or remove those");
    }

    private static Column<?> column(Table table, String name) {
        if (!table.containsColumn(name)) {
            throw new IllegalArgumentException(
                    "A column " + name + " is expected, received a table with " + table.columnNames());
        }
        return table.column(name);
    }

    private static boolean[] flags(Column<?> column) {
        boolean[] flags = new boolean[column.size()];
        for (int row = 0; row < flags.length; row++) {
            if (column.isMissing(row)) {
                throw new IllegalArgumentException(
                        "Of an event it is expected to be known whether it happened, received a"
                                + " missing value in the column " + column.name() + ", row " + row);
            }
            if (column instanceof BooleanColumn yes) {
                flags[row] = yes.getByte(row) == 1;
            } else if (column instanceof NumberColumn<?, ?> numbers) {
                flags[row] = numbers.getDouble(row) != 0;
            } else {
                throw new IllegalArgumentException("Events are expected to be booleans or numbers, received the column "
                        + column.name() + " of type " + column.type().name());
            }
        }
        return flags;
    }

    /**
     * The rows of each base in the order of their dates.
     *
     * @param order row numbers, base after base
     * @param starts where each base begins in it, and the end
     */
    private record Timeline(int[] order, int[] starts, DateValues dates) {
        static Timeline of(KeyCodes bases, DateValues dates) {
            int[] starts = new int[bases.size() + 1];
            for (int row = 0; row < bases.rows(); row++) {
                starts[bases.of(row) + 1]++;
            }
            for (int base = 0; base < bases.size(); base++) {
                starts[base + 1] += starts[base];
            }
            int[] order = new int[bases.rows()];
            int[] next = Arrays.copyOf(starts, bases.size());
            for (int row = 0; row < order.length; row++) {
                order[next[bases.of(row)]++] = row;
            }
            Timeline timeline = new Timeline(order, starts, dates);
            for (int base = 0; base < bases.size(); base++) {
                timeline.sort(starts[base], starts[base + 1]);
            }
            return timeline;
        }

        /** Sorts a base's rows by day, and those of a day by time. */
        private void sort(int from, int to) {
            long[] keyed = new long[to - from];
            for (int i = from; i < to; i++) {
                keyed[i - from] = (long) dates.days()[order[i]] << 32 | order[i];
            }
            Arrays.sort(keyed);
            for (int i = from; i < to; i++) {
                order[i] = (int) keyed[i - from];
            }
            for (int i = from + 1; i < to; i++) {
                int row = order[i];
                int at = i;
                for (; at > from && dates.epochMillis(order[at - 1]) > dates.epochMillis(row); at--) {
                    order[at] = order[at - 1];
                }
                order[at] = row;
            }
        }

        void checkDistinct(Column<?> owner, Column<?> days) {
            for (int base = 0; base + 1 < starts.length; base++) {
                for (int i = starts[base] + 1; i < starts[base + 1]; i++) {
                    if (dates.epochMillis(order[i]) == dates.epochMillis(order[i - 1])) {
                        throw new IllegalArgumentException("One row for each " + days.name() + " of a " + owner.name()
                                + " is expected, received two for " + owner.name() + " " + owner.get(order[i]) + " at "
                                + days.get(order[i]) + ", rows " + order[i - 1] + " and " + order[i]);
                    }
                }
            }
        }

        /** Returns whole days since the last event, or until the next one, by row. */
        int[] elapsed(boolean[] flags, boolean forwards) {
            int[] values = new int[order.length];
            for (int base = 0; base + 1 < starts.length; base++) {
                int last = -1;
                int count = starts[base + 1] - starts[base];
                for (int i = 0; i < count; i++) {
                    int row = order[forwards ? starts[base] + i : starts[base + 1] - 1 - i];
                    last = flags[row] ? row : last;
                    values[row] = last < 0
                            ? 0
                            : (int) Math.floorDiv(dates.epochMillis(row) - dates.epochMillis(last), 86_400_000L);
                }
            }
            return values;
        }

        /** Returns in how many of the seven rows that end here, or begin here, an event is, by row. */
        int[] counts(boolean[] flags, boolean backwards) {
            int[] values = new int[order.length];
            for (int base = 0; base + 1 < starts.length; base++) {
                int count = starts[base + 1] - starts[base];
                int sum = 0;
                for (int i = 0; i < count; i++) {
                    int step = backwards ? 1 : -1;
                    int at = backwards ? starts[base] + i : starts[base + 1] - 1 - i;
                    sum += flags[order[at]] ? 1 : 0;
                    sum -= i >= WINDOW && flags[order[at - WINDOW * step]] ? 1 : 0;
                    values[order[at]] = sum;
                }
            }
            return values;
        }
    }
}
