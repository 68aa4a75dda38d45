package org.learn4j.tabular.feature;

import java.util.ArrayList;
import java.util.List;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** A table with more columns, that shares those it had. */
final class NewColumns {
    private NewColumns() {}

    /**
     * Returns the table with the columns at its end.
     *
     * @param dropped the column to leave out, or "" for none
     * @throws IllegalArgumentException if names are taken
     */
    static Table in(Table table, List<Column<?>> added, String dropped, String remedy) {
        List<Column<?>> columns = new ArrayList<>(table.columns());
        columns.removeIf(column -> column.name().equalsIgnoreCase(dropped));
        List<String> taken = added.stream()
                .map(Column::name)
                .filter(name ->
                        columns.stream().anyMatch(column -> column.name().equalsIgnoreCase(name)))
                .toList();
        if (!taken.isEmpty()) {
            throw new IllegalArgumentException(
                    "The table " + table.name() + " has columns with the names of new ones: " + taken + "; " + remedy);
        }
        columns.addAll(added);
        return Table.create(table.name(), columns);
    }
}
