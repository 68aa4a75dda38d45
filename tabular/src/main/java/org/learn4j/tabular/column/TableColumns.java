package org.learn4j.tabular.column;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DateColumn;
import tech.tablesaw.api.DateTimeColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.FloatColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.ShortColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** Tablesaw's columns as columns of this package, and back. Tablesaw's are not safe to share between threads, these are. */
public final class TableColumns {
    private TableColumns() {}

    /**
     * Returns a column of a table.
     *
     * @throws IllegalArgumentException if the table has none of that name, or it is of a type that is not supported
     */
    public static Column read(Table table, String name) {
        int place = table.columnNames().indexOf(name); // Tablesaw's own look-up ignores case
        if (place < 0) {
            throw new IllegalArgumentException("The table has no column \"" + name + "\"" + similar(table, name)
                    + "; its columns are " + table.columnNames());
        }
        tech.tablesaw.columns.Column<?> column = table.column(place);
        if (column instanceof IntColumn ints) {
            return wholes(column, ints::getInt);
        } else if (column instanceof LongColumn longs) {
            return wholes(column, longs::getLong);
        } else if (column instanceof ShortColumn shorts) {
            return wholes(column, shorts::getShort);
        } else if (column instanceof DoubleColumn doubles) {
            return new NumberColumn(doubles.asDoubleArray());
        } else if (column instanceof FloatColumn floats) {
            return new NumberColumn(floats.asDoubleArray());
        } else if (column instanceof BooleanColumn flags) {
            return new WholeColumn(
                    Kind.FLAG, wholes(column, row -> flags.getByte(row)).values());
        } else if (column instanceof DateColumn dates) {
            return new WholeColumn(
                    Kind.DATE,
                    wholes(column, row -> dates.get(row).toEpochDay()).values());
        } else if (column instanceof DateTimeColumn times) {
            return new WholeColumn(
                    Kind.DATE_TIME,
                    wholes(
                                    column,
                                    row -> times.get(row)
                                            .toInstant(ZoneOffset.UTC)
                                            .toEpochMilli())
                            .values());
        } else if (column instanceof StringColumn texts) {
            return texts(texts);
        }
        throw new IllegalArgumentException("The column \"" + name + "\" is of Tablesaw's type "
                + column.type().name().toLowerCase(Locale.ROOT)
                + "; whole numbers, numbers, text, booleans, dates and date-times are supported");
    }

    /** Returns all columns of a table, in its order. */
    public static Map<String, Column> readAll(Table table) {
        Map<String, Column> columns = new LinkedHashMap<>();
        table.columnNames().forEach(name -> columns.put(name, read(table, name)));
        return columns;
    }

    private static String similar(Table table, String name) {
        return table.columnNames().stream()
                .filter(other -> other.strip().equalsIgnoreCase(name.strip()))
                .findFirst()
                .map(other -> " (there is \"" + other + "\")")
                .orElse("");
    }

    /** Reads one number of a column. */
    @FunctionalInterface
    private interface At {
        long get(int row);
    }

    private static WholeColumn wholes(tech.tablesaw.columns.Column<?> column, At at) {
        long[] values = new long[column.size()];
        for (int row = 0; row < values.length; row++) {
            values[row] = column.isMissing(row) ? WholeColumn.MISSING : at.get(row);
        }
        return WholeColumn.of(values);
    }

    private static TextColumn texts(StringColumn column) {
        Map<String, Integer> same = new IdentityHashMap<>();
        Map<String, Integer> equal = new HashMap<>();
        List<String> texts = new ArrayList<>();
        int[] codes = new int[column.size()];
        for (int row = 0; row < codes.length; row++) {
            String text = column.get(row);
            if (text.isEmpty()) {
                codes[row] = -1;
                continue;
            }
            Integer code = same.get(text);
            if (code == null) {
                code = equal.get(text);
                if (code == null) {
                    code = texts.size();
                    texts.add(text);
                    equal.put(text, code);
                }
                if (same.size() < 1 << 16) {
                    same.put(text, code);
                }
            }
            codes[row] = code;
        }
        return new TextColumn(codes, texts);
    }

    /** Returns a column for a table; missing values are missing there too. */
    public static tech.tablesaw.columns.Column<?> write(String name, Column column) {
        int size = column.size();
        return switch (column.kind()) {
            case WHOLE -> {
                LongColumn longs = LongColumn.create(name);
                IntColumn ints = IntColumn.create(name);
                boolean small = fitsInt(column);
                for (int row = 0; row < size; row++) {
                    Object value = column.value(row);
                    if (value == null) {
                        ints.appendMissing();
                        longs.appendMissing();
                    } else if (small) {
                        ints.append(((Long) value).intValue());
                    } else {
                        longs.append((Long) value);
                    }
                }
                yield small ? ints : longs;
            }
            case NUMBER ->
                DoubleColumn.create(name, NumberColumn.of(decoded(column)).values());
            case TEXT -> {
                StringColumn texts = StringColumn.create(name);
                for (int row = 0; row < size; row++) {
                    texts.append((String) column.value(row));
                }
                yield texts;
            }
            case FLAG -> {
                BooleanColumn flags = BooleanColumn.create(name);
                for (int row = 0; row < size; row++) {
                    flags.append((Boolean) column.value(row));
                }
                yield flags;
            }
            case DATE -> {
                DateColumn dates = DateColumn.create(name);
                for (int row = 0; row < size; row++) {
                    dates.append((LocalDate) column.value(row));
                }
                yield dates;
            }
            case DATE_TIME -> {
                DateTimeColumn times = DateTimeColumn.create(name);
                for (int row = 0; row < size; row++) {
                    times.append((LocalDateTime) column.value(row));
                }
                yield times;
            }
        };
    }

    private static Column decoded(Column column) {
        return column instanceof CodeColumn coded ? coded.vocabulary().decode(coded.codes()) : column;
    }

    private static boolean fitsInt(Column column) {
        for (int row = 0; row < column.size(); row++) {
            Object value = column.value(row);
            if (value != null && ((Long) value > Integer.MAX_VALUE || (Long) value <= Integer.MIN_VALUE)) {
                return false;
            }
        }
        return true;
    }
}
