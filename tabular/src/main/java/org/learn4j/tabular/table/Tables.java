package org.learn4j.tabular.table;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.learn4j.tensor.Seed;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * Tables: made of files, records, maps and query results, sampled, put one below the other, and described.
 *
 * <p>No method changes the table it is given. Results may share columns with it: who changes a column in place, as some of
 * Tablesaw's methods do, changes it in both.
 */
public final class Tables {
    private Tables() {}

    /**
     * Reads a CSV file, plain or compressed: a comma between fields, a header, UTF-8, types inferred from every row.
     * {@link CsvReader} has the options.
     *
     * @throws CsvException if it is not the CSV that is expected
     * @throws java.io.UncheckedIOException if it cannot be read
     */
    public static Table readCsv(Path path) {
        return CsvReader.create().read(path);
    }

    /**
     * Writes a CSV file that {@link #readCsv} can read. {@link CsvWriter} has the options.
     *
     * @throws java.io.UncheckedIOException if it cannot be written
     */
    public static void writeCsv(Table table, Path path) {
        CsvWriter.create().write(table, path);
    }

    /**
     * Returns some rows, each as likely as the others, in the order in which they are; all of them if there are no more. To
     * try things out, start with 2000.
     *
     * @throws IllegalArgumentException if fewer than 0 rows are asked for
     */
    public static Table sample(Table table, int rows, Seed seed) {
        if (rows < 0) {
            throw new IllegalArgumentException("A number of rows is not negative, received " + rows);
        }
        if (rows >= table.rowCount()) {
            return table;
        }
        int[] chosen = Arrays.copyOf(seed.fold("sample").stream().permutation(table.rowCount()), rows);
        Arrays.sort(chosen);
        return Rows.take(table, chosen);
    }

    /**
     * Returns these rows, in this order, as often as they are named. Row 0 is the first one.
     *
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public static Table rows(Table table, int... rows) {
        for (int row : rows) {
            Objects.checkIndex(row, table.rowCount());
        }
        return Rows.take(table, rows);
    }

    /**
     * Returns the rows of one table and then those of another: of the columns that both have, in the first one's order.
     * Columns of whole numbers become as wide as they must be; with decimal numbers they become decimal.
     *
     * @throws IllegalArgumentException if no column is in both, or the types of one differ
     */
    public static Table append(Table first, Table second) {
        return new Appended(first, second).table();
    }

    /**
     * Returns a table of what the columns of another hold: type, how many values are missing, how many distinct ones there
     * are, the least, the mean and the greatest. Print it with {@code printAll()}.
     */
    public static Table describe(Table table) {
        return Description.of(table);
    }

    /**
     * Returns whether a value is missing. An empty text is: Tablesaw itself does not say so of one that was set after its
     * column was made.
     */
    public static boolean isMissing(Column<?> column, int row) {
        return column instanceof StringColumn texts ? texts.get(row).isEmpty() : column.isMissing(row);
    }

    // ---- from objects

    /**
     * Returns a table of Java records, a column for each component: numbers, texts, enums (by name), booleans, LocalDate and
     * LocalDateTime; null is a missing value.
     *
     * @throws IllegalArgumentException if a component is of another type
     */
    public static <R extends Record> Table ofRecords(Class<R> type, Collection<? extends R> records) {
        Table table = Table.create(type.getSimpleName());
        for (RecordComponent component : type.getRecordComponents()) {
            Values values = new Values(component.getName(), typeOf(type, component));
            for (R each : records) {
                values.add(valueOf(component, each));
            }
            table.addColumns(values.build());
        }
        return table;
    }

    private static CellType typeOf(Class<?> owner, RecordComponent component) {
        Class<?> type = component.getType();
        if (List.of(byte.class, short.class, int.class, long.class, Byte.class, Short.class, Integer.class, Long.class)
                .contains(type)) {
            return CellType.WHOLE;
        }
        if (type == boolean.class || type == Boolean.class) {
            return CellType.FLAG;
        }
        if (type == float.class || type == double.class || Number.class.isAssignableFrom(type)) {
            return CellType.NUMBER;
        }
        if (type == char.class
                || type == Character.class
                || type.isEnum()
                || CharSequence.class.isAssignableFrom(type)) {
            return CellType.TEXT;
        }
        if (type == LocalDate.class) {
            return CellType.DATE;
        }
        if (type == LocalDateTime.class) {
            return CellType.DATE_TIME;
        }
        throw new IllegalArgumentException("The component " + component.getName() + " of " + owner.getName()
                + ": a number, a text, an enum, a boolean, a LocalDate or a LocalDateTime is expected, received "
                + type.getName());
    }

    private static @Nullable Object valueOf(RecordComponent component, Record each) {
        Method accessor = component.getAccessor();
        try {
            accessor.trySetAccessible();
            return accessor.invoke(each);
        } catch (IllegalAccessException e) {
            throw new IllegalArgumentException("The record " + each.getClass().getName() + " is not accessible", e);
        } catch (InvocationTargetException e) {
            throw new IllegalArgumentException(
                    "The component " + component.getName() + " of " + each + " cannot be had: " + e.getCause(), e);
        }
    }

    /**
     * Returns a table of maps, a column for each key in the order in which they first occur; a value that is null or not
     * there is missing. The values of a key are of one kind: numbers, texts, enums (by name), booleans, LocalDate or
     * LocalDateTime.
     *
     * @throws IllegalArgumentException if they are not
     */
    public static Table ofMaps(List<? extends Map<String, ?>> rows) {
        Map<String, Values> columns = new LinkedHashMap<>();
        for (int row = 0; row < rows.size(); row++) {
            for (Map.Entry<String, ?> entry : rows.get(row).entrySet()) {
                Values values = columns.get(entry.getKey());
                if (values == null) {
                    values = new Values(entry.getKey(), null);
                    columns.put(entry.getKey(), values);
                }
                fill(values, row);
                values.add(entry.getValue());
            }
        }
        Table table = Table.create("maps");
        for (Values values : columns.values()) {
            fill(values, rows.size());
            table.addColumns(values.build());
        }
        return table;
    }

    private static void fill(Values values, int rows) {
        while (values.size() < rows) {
            values.addMissing();
        }
    }

    /**
     * Returns a table of the remaining rows of a query's result, under its columns' labels. The result stays open.
     *
     * @throws IllegalArgumentException if a column is of a type that no table column holds, or the database fails
     */
    public static Table of(ResultSet result) {
        try {
            ResultSetMetaData labels = result.getMetaData();
            List<Values> columns = new ArrayList<>();
            for (int i = 1; i <= labels.getColumnCount(); i++) {
                columns.add(new Values(labels.getColumnLabel(i), typeOf(labels, i)));
            }
            while (result.next()) {
                for (int i = 0; i < columns.size(); i++) {
                    columns.get(i).add(result.getObject(i + 1));
                }
            }
            Table table = Table.create("query");
            columns.forEach(values -> table.addColumns(values.build()));
            return table;
        } catch (SQLException e) {
            throw new IllegalArgumentException("The result of a query cannot be read: " + e, e);
        }
    }

    /** Returns the type of a column as the database has it, or null if the values are to tell. */
    private static @Nullable CellType typeOf(ResultSetMetaData labels, int column) throws SQLException {
        return switch (labels.getColumnType(column)) {
            case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT -> CellType.WHOLE;
            case Types.REAL, Types.FLOAT, Types.DOUBLE -> CellType.NUMBER;
            case Types.NUMERIC, Types.DECIMAL ->
                labels.getScale(column) == 0 && labels.getPrecision(column) > 0 ? CellType.WHOLE : CellType.NUMBER;
            case Types.BIT, Types.BOOLEAN -> CellType.FLAG;
            case Types.CHAR, Types.VARCHAR, Types.LONGVARCHAR, Types.NCHAR, Types.NVARCHAR, Types.LONGNVARCHAR ->
                CellType.TEXT;
            case Types.DATE -> CellType.DATE;
            case Types.TIMESTAMP -> CellType.DATE_TIME;
            default -> null;
        };
    }
}
