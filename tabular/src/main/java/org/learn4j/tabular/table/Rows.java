package org.learn4j.tabular.table;

import java.util.List;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DateColumn;
import tech.tablesaw.api.DateTimeColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** Rows picked from columns, in any order and more than once. */
final class Rows {
    /** The row of which every value is missing. */
    static final int NONE = -1;

    private Rows() {}

    /** Returns a table of these rows of all columns. */
    static Table take(Table table, int... rows) {
        Table taken = Table.create(table.name());
        for (Column<?> column : table.columns()) {
            taken.addColumns(take(column, rows));
        }
        return taken;
    }

    /** Returns a new column of these rows, under the same name. */
    static Column<?> take(Column<?> column, int... rows) {
        if (column instanceof IntColumn ints) {
            int[] values = new int[rows.length];
            for (int i = 0; i < rows.length; i++) {
                values[i] = rows[i] < 0 ? Integer.MIN_VALUE : ints.getInt(rows[i]);
            }
            return IntColumn.create(column.name(), values);
        }
        if (column instanceof LongColumn longs) {
            long[] values = new long[rows.length];
            for (int i = 0; i < rows.length; i++) {
                values[i] = rows[i] < 0 ? Long.MIN_VALUE : longs.getLong(rows[i]);
            }
            return LongColumn.create(column.name(), values);
        }
        if (column instanceof DoubleColumn doubles) {
            double[] values = new double[rows.length];
            for (int i = 0; i < rows.length; i++) {
                values[i] = rows[i] < 0 ? Double.NaN : doubles.getDouble(rows[i]);
            }
            return DoubleColumn.create(column.name(), values);
        }
        if (column instanceof DateColumn dates) {
            int[] values = new int[rows.length];
            for (int i = 0; i < rows.length; i++) {
                values[i] = rows[i] < 0 ? Integer.MIN_VALUE : dates.getIntInternal(rows[i]);
            }
            return DateColumn.createInternal(column.name(), values);
        }
        if (column instanceof DateTimeColumn moments) {
            long[] values = new long[rows.length];
            for (int i = 0; i < rows.length; i++) {
                values[i] = rows[i] < 0 ? Long.MIN_VALUE : moments.getLongInternal(rows[i]);
            }
            return DateTimeColumn.createInternal(column.name(), values);
        }
        if (column instanceof BooleanColumn flags) {
            BooleanColumn taken = BooleanColumn.create(column.name());
            for (int row : rows) {
                taken.append(row < 0 ? Byte.MIN_VALUE : flags.getByte(row));
            }
            return taken;
        }
        if (column instanceof StringColumn texts) {
            StringColumn taken = StringColumn.create(column.name());
            for (int row : rows) {
                taken.append(row < 0 ? "" : texts.get(row));
            }
            return taken;
        }
        return takeOther(column, rows);
    }

    private static <T> Column<?> takeOther(Column<T> column, int... rows) {
        Column<T> taken = column.emptyCopy();
        for (int row : rows) {
            if (row < 0) {
                taken.appendMissing();
            } else {
                taken.append(column, row);
            }
        }
        return taken;
    }

    /** Returns what a message says of a row: the values of some columns. */
    static String shown(List<Column<?>> columns, int row) {
        StringBuilder shown = new StringBuilder();
        for (Column<?> column : columns) {
            shown.append(shown.isEmpty() ? "" : ", ")
                    .append(column.name())
                    .append(' ')
                    .append(Tables.isMissing(column, row) ? "missing" : String.valueOf(column.get(row)));
        }
        return shown.toString();
    }
}
