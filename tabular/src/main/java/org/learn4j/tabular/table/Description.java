package org.learn4j.tabular.table;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.NumberColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** What the columns of a table hold, in a table. */
final class Description {
    private final StringColumn names = StringColumn.create("Column");
    private final StringColumn types = StringColumn.create("Type");
    private final IntColumn rows = IntColumn.create("Rows");
    private final IntColumn missing = IntColumn.create("Missing");
    private final IntColumn distinct = IntColumn.create("Distinct");
    private final StringColumn least = StringColumn.create("Min");
    private final StringColumn means = StringColumn.create("Mean");
    private final StringColumn greatest = StringColumn.create("Max");

    private Description() {}

    static Table of(Table table) {
        var description = new Description();
        table.columns().forEach(description::add);
        return Table.create(
                table.name(),
                description.names,
                description.types,
                description.rows,
                description.missing,
                description.distinct,
                description.least,
                description.means,
                description.greatest);
    }

    private void add(Column<?> column) {
        names.append(column.name());
        types.append(KeyCodes.typeOf(column));
        rows.append(column.size());
        missing.append((int) IntStream.range(0, column.size())
                .filter(row -> Tables.isMissing(column, row))
                .count());
        if (column instanceof NumberColumn<?, ?> numbers) {
            addNumbers(numbers);
        } else if (column instanceof BooleanColumn flags) {
            addFlags(flags);
        } else {
            addObjects(column);
        }
    }

    private void addNumbers(NumberColumn<?, ?> column) {
        distinct.append(KeyCodes.of(List.of(column)).size());
        double sum = 0;
        int count = 0;
        int min = Rows.NONE;
        int max = Rows.NONE;
        for (int row = 0; row < column.size(); row++) {
            if (!column.isMissing(row)) {
                double value = column.getDouble(row);
                sum += value;
                count++;
                min = min == Rows.NONE || value < column.getDouble(min) ? row : min;
                max = max == Rows.NONE || value > column.getDouble(max) ? row : max;
            }
        }
        least.append(min == Rows.NONE ? "" : String.valueOf(column.get(min)));
        means.append(count == 0 ? "" : String.valueOf((float) (sum / count)));
        greatest.append(max == Rows.NONE ? "" : String.valueOf(column.get(max)));
    }

    private void addFlags(BooleanColumn column) {
        int present = column.size() - column.countMissing();
        int yes = column.countTrue();
        distinct.append((yes > 0 ? 1 : 0) + (yes < present ? 1 : 0));
        least.append(present == 0 ? "" : String.valueOf(yes == present));
        means.append(present == 0 ? "" : String.valueOf((float) yes / present));
        greatest.append(present == 0 ? "" : String.valueOf(yes > 0));
    }

    @SuppressWarnings("unchecked") // what a column of one type holds can be compared with itself
    private void addObjects(Column<?> column) {
        Set<Object> values = new HashSet<>();
        for (int row = 0; row < column.size(); row++) {
            if (!Tables.isMissing(column, row)) {
                values.add(column.get(row));
            }
        }
        distinct.append(values.size());
        Comparable<Object> min = null;
        Comparable<Object> max = null;
        for (Object value : values) {
            if (value instanceof Comparable<?>) {
                min = min == null || min.compareTo(value) > 0 ? (Comparable<Object>) value : min;
                max = max == null || max.compareTo(value) < 0 ? (Comparable<Object>) value : max;
            }
        }
        least.append(min == null ? "" : min.toString());
        means.append("");
        greatest.append(max == null ? "" : max.toString());
    }
}
