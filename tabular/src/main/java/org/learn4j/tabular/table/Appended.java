package org.learn4j.tabular.table;

import java.util.ArrayList;
import java.util.List;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.NumberColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** One table below another. */
record Appended(Table first, Table second) {
    Table table() {
        List<Column<?>> columns = new ArrayList<>();
        for (Column<?> column : first.columns()) {
            if (second.containsColumn(column.name())) {
                columns.add(appended(column, second.column(column.name())));
            }
        }
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("Columns that both tables have are expected, received "
                    + first.columnNames() + " and " + second.columnNames());
        }
        return Table.create(first.name(), columns);
    }

    private static Column<?> appended(Column<?> above, Column<?> below) {
        if (above.type().equals(below.type())) {
            int[] rows = new int[above.size()];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = i;
            }
            return below(Rows.take(above, rows), below);
        }
        if (isWhole(above) && isWhole(below)) {
            long[] values = new long[above.size() + below.size()];
            for (int i = 0; i < values.length; i++) {
                Column<?> from = i < above.size() ? above : below;
                int row = i < above.size() ? i : i - above.size();
                values[i] = from.isMissing(row)
                        ? Long.MIN_VALUE
                        : from instanceof IntColumn ints ? ints.getInt(row) : ((LongColumn) from).getLong(row);
            }
            return LongColumn.create(above.name(), values);
        }
        if (above instanceof NumberColumn<?, ?> one && below instanceof NumberColumn<?, ?> other) {
            double[] values = new double[above.size() + below.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = i < above.size() ? one.getDouble(i) : other.getDouble(i - above.size());
            }
            return DoubleColumn.create(above.name(), values);
        }
        throw new IllegalArgumentException("The column " + above.name() + " is of type " + KeyCodes.typeOf(above)
                + " in the first table and of type " + KeyCodes.typeOf(below) + " in the second");
    }

    @SuppressWarnings("unchecked") // the types were found equal
    private static <T> Column<?> below(Column<T> above, Column<?> below) {
        return above.append((Column<T>) below);
    }

    private static boolean isWhole(Column<?> column) {
        return column instanceof IntColumn || column instanceof LongColumn;
    }
}
