package org.learn4j.tabular.feature;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.learn4j.tabular.table.KeyCodes;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.FloatColumn;
import tech.tablesaw.api.NumberColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * A first guess at which columns of a table are quantities and which are categories (fastai's {@code cont_cat_split}).
 *
 * <pre>{@code
 * ColumnKinds kinds = ColumnKinds.contCatSplit(train, 20, "Sales");
 * }</pre>
 *
 * @param continuous names of the columns of quantities, in the table's order
 * @param categorical names of the columns of categories, in the table's order
 */
public record ColumnKinds(List<String> continuous, List<String> categorical) {
    /** How many values a category of whole numbers has at most, unless said otherwise. */
    public static final int MAX_CARDINALITY = 20;

    /** Copies the lists. */
    public ColumnKinds {
        continuous = List.copyOf(continuous);
        categorical = List.copyOf(categorical);
    }

    /**
     * Splits the columns but the targets, with {@link #MAX_CARDINALITY}.
     *
     * @throws IllegalArgumentException if a target is no column
     */
    public static ColumnKinds contCatSplit(Table table, String... targets) {
        return contCatSplit(table, MAX_CARDINALITY, targets);
    }

    /**
     * Splits the columns but the targets: decimal numbers are quantities, whole numbers too if they have more than some
     * number of distinct values, everything else (texts, flags, dates, few whole numbers) is categories. Missing values do not
     * count; pandas would turn a column of whole numbers that has some into decimal ones.
     *
     * @param maxCardinality how many distinct whole numbers still are categories
     * @throws IllegalArgumentException if a target is no column
     */
    public static ColumnKinds contCatSplit(Table table, int maxCardinality, String... targets) {
        Set<String> excluded = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (String target : targets) {
            if (!table.containsColumn(target)) {
                throw new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "A target column %s is expected, received a table with %s",
                        target,
                        table.columnNames()));
            }
            excluded.add(target);
        }
        List<String> continuous = new ArrayList<>();
        List<String> categorical = new ArrayList<>();
        for (Column<?> column : table.columns()) {
            if (!excluded.contains(column.name())) {
                (isContinuous(column, maxCardinality) ? continuous : categorical).add(column.name());
            }
        }
        return new ColumnKinds(continuous, categorical);
    }

    private static boolean isContinuous(Column<?> column, int maxCardinality) {
        if (column instanceof DoubleColumn || column instanceof FloatColumn) {
            return true;
        }
        return column instanceof NumberColumn && KeyCodes.of(List.of(column)).size() > maxCardinality;
    }
}
