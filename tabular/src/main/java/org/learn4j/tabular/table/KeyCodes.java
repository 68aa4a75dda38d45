package org.learn4j.tabular.table;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.DateColumn;
import tech.tablesaw.api.DateTimeColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.NumberColumn;
import tech.tablesaw.api.ShortColumn;
import tech.tablesaw.columns.Column;

/**
 * Numbers for the distinct keys of rows, a key being the values of one column or several. Rows of another table can be given
 * the numbers of equal keys. A key of which a value is missing has no number.
 */
public final class KeyCodes {
    /** The number of a key that is incomplete, or that the other table does not have. */
    public static final int NONE = -1;

    private final int[] codes;
    private final int size;
    private final List<Step> steps;

    /** One column's part of the numbering: its values, and its values after those of the columns before. */
    private record Step(LongIndex values, @Nullable Map<Object, Integer> objects, LongIndex pairs) {}

    private KeyCodes(int[] codes, int size, List<Step> steps) {
        this.codes = codes;
        this.size = size;
        this.steps = steps;
    }

    /** Numbers the keys of rows, from 0, in the order in which they first occur. */
    public static KeyCodes of(List<? extends Column<?>> columns) {
        int rows = columns.get(0).size();
        int[] codes = new int[rows];
        int size = 1;
        List<Step> steps = new java.util.ArrayList<>();
        for (Column<?> column : columns) {
            Step step = new Step(new LongIndex(1024), holdsLongs(column) ? null : new HashMap<>(), new LongIndex(1024));
            Longs values = longsOf(column, step.objects(), true);
            for (int row = 0; row < rows; row++) {
                if (codes[row] != NONE) {
                    codes[row] = Tables.isMissing(column, row)
                            ? NONE
                            : step.pairs().add(pair(codes[row], step.values().add(values.at(row))));
                }
            }
            size = step.pairs().size();
            steps.add(step);
        }
        return new KeyCodes(codes, size, steps);
    }

    private static long pair(int before, int value) {
        return (long) before << 32 | value;
    }

    /** Returns the number of a row's key, or {@link #NONE}. */
    public int of(int row) {
        return codes[row];
    }

    /** Returns how many keys have a number. */
    public int size() {
        return size;
    }

    /** Returns how many rows there are. */
    public int rows() {
        return codes.length;
    }

    /** Returns the numbers of the same keys for the rows of another table, {@link #NONE} for a key that is not here. */
    int[] match(List<? extends Column<?>> columns) {
        int[] found = new int[columns.get(0).size()];
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            Column<?> column = columns.get(i);
            Longs values = longsOf(column, step.objects(), false);
            for (int row = 0; row < found.length; row++) {
                if (found[row] != NONE) {
                    int value =
                            Tables.isMissing(column, row) ? NONE : step.values().get(values.at(row));
                    found[row] = value == NONE ? NONE : step.pairs().get(pair(found[row], value));
                }
            }
        }
        return found;
    }

    // ---- values as longs

    /** Returns whether values of two columns can be equal keys: both whole numbers, or of one type. */
    static boolean comparable(Column<?> one, Column<?> other) {
        return one.type().equals(other.type()) || isWhole(one) && isWhole(other);
    }

    private static boolean isWhole(Column<?> column) {
        return column instanceof IntColumn || column instanceof LongColumn || column instanceof ShortColumn;
    }

    private static boolean holdsLongs(Column<?> column) {
        return column instanceof NumberColumn
                || column instanceof DateColumn
                || column instanceof DateTimeColumn
                || column instanceof BooleanColumn;
    }

    @FunctionalInterface
    private interface Longs {
        long at(int row);
    }

    private static Longs longsOf(Column<?> column, @Nullable Map<Object, Integer> objects, boolean adding) {
        if (column instanceof IntColumn ints) {
            return ints::getInt;
        }
        if (column instanceof LongColumn longs) {
            return longs::getLong;
        }
        if (column instanceof ShortColumn shorts) {
            return shorts::getShort;
        }
        if (column instanceof NumberColumn<?, ?> numbers) {
            return row -> Double.doubleToLongBits(numbers.getDouble(row) + 0.0); // one zero
        }
        if (column instanceof DateColumn dates) {
            return dates::getIntInternal;
        }
        if (column instanceof DateTimeColumn moments) {
            return moments::getLongInternal;
        }
        if (column instanceof BooleanColumn flags) {
            return flags::getByte;
        }
        if (objects == null) {
            throw new IllegalArgumentException("The column " + column.name() + " of type " + column.type()
                    + " holds other values than the column it is compared with");
        }
        return row -> {
            Object value = column.get(row);
            Integer code = objects.get(value);
            if (code == null) {
                code = adding ? objects.size() : NONE;
                if (adding) {
                    objects.put(value, code);
                }
            }
            return code;
        };
    }

    /** Returns what a message calls a column's type. */
    static String typeOf(Column<?> column) {
        ColumnType type = column.type();
        return type.name().toLowerCase(java.util.Locale.ROOT);
    }
}
