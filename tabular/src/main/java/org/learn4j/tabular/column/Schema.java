package org.learn4j.tabular.column;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;

/**
 * The columns a model was trained on: what every row to predict for must have, in any order. A missing, additional or retyped column
 * is an error, never a guess.
 */
public final class Schema {
    private final List<ColumnSpec> columns;
    private final Set<String> ignored;

    private Schema(List<ColumnSpec> columns, Set<String> ignored) {
        this.columns = List.copyOf(columns);
        this.ignored = Set.copyOf(ignored);
    }

    /**
     * Returns a schema.
     *
     * @param columns the columns a row must have
     * @param ignored the columns a row may have as well, such as the target
     */
    public static Schema of(List<ColumnSpec> columns, Collection<String> ignored) {
        return new Schema(columns, new LinkedHashSet<>(ignored));
    }

    /** Returns the columns a row must have. */
    public List<ColumnSpec> columns() {
        return columns;
    }

    /** Returns the names of the columns a row must have. */
    public List<String> names() {
        return columns.stream().map(ColumnSpec::name).toList();
    }

    /**
     * Refuses missing columns, and additional ones unless they are allowed.
     *
     * @throws SchemaException naming them
     */
    public void requireColumns(Collection<String> found, boolean allowMore) {
        Set<String> missing = new LinkedHashSet<>(names());
        missing.removeAll(found);
        Set<String> more = new LinkedHashSet<>(found);
        more.removeAll(names());
        more.removeAll(ignored);
        if (!missing.isEmpty()) {
            throw new SchemaException("The columns " + quoted(missing) + " are missing"
                    + (more.isEmpty() ? "" : "; " + quoted(more) + " are there but unknown: renamed?"));
        }
        if (!allowMore && !more.isEmpty()) {
            throw new SchemaException(
                    "The columns " + quoted(more)
                            + " are none the model was trained on; remove them, or let the predictor ignore additional columns");
        }
    }

    private static String quoted(Set<String> names) {
        return new TreeSet<>(names)
                .stream().map(name -> "\"" + name + "\"").toList().toString();
    }

    /**
     * Returns rows as a frame with the columns of this schema.
     *
     * @param rows values by column, null or absent keys not allowed to stand for missing columns; a null value is a missing one
     * @param allowMore whether rows may have columns that are not in the schema
     * @throws SchemaException if a row has other columns, or a value is of another type, naming column, row and value
     */
    public Frame frame(List<? extends Map<String, ?>> rows, boolean allowMore) {
        for (Map<String, ?> row : rows) {
            if (row.size() != columns.size() || !row.keySet().containsAll(names())) {
                requireColumns(row.keySet(), allowMore);
            }
        }
        Map<String, Column> read = new LinkedHashMap<>();
        for (ColumnSpec spec : columns) {
            read.put(spec.name(), column(spec, rows));
        }
        return roles(Frame.ofRows(rows.size()).with(read));
    }

    /**
     * Returns columns read elsewhere as a frame with the columns of this schema.
     *
     * @throws SchemaException if there are others, or one is of another kind
     */
    public Frame frame(int rows, Map<String, Column> found, boolean allowMore) {
        requireColumns(found.keySet(), allowMore);
        Map<String, Column> read = new LinkedHashMap<>();
        for (ColumnSpec spec : columns) {
            Column column = found.get(spec.name());
            if (column != null) {
                read.put(spec.name(), fitted(spec, column));
            }
        }
        return roles(Frame.ofRows(rows).with(read));
    }

    private Frame roles(Frame frame) {
        List<String> categorical = new ArrayList<>();
        List<String> continuous = new ArrayList<>();
        for (ColumnSpec spec : columns) {
            (spec.continuous() ? continuous : categorical).add(spec.name());
        }
        return frame.roles(categorical, continuous);
    }

    private static Column fitted(ColumnSpec spec, Column column) {
        if (spec.continuous() ? column.kind().isNumeric() : column.kind() == spec.kind()) {
            return column;
        }
        if (column.missing() == column.size()) {
            return missing(spec, column.size());
        }
        if (spec.kind() == Kind.WHOLE && column instanceof NumberColumn numbers) {
            return wholes(spec, numbers);
        }
        if (spec.kind() == Kind.NUMBER && column.kind() == Kind.WHOLE) {
            return NumberColumn.of(column);
        }
        throw new SchemaException("The column \"" + spec.name() + "\" is to be of kind "
                + (spec.continuous() ? "number" : spec.kind().label()) + " as in training, received "
                + column.kind().label());
    }

    private static Column missing(ColumnSpec spec, int rows) {
        if (spec.continuous() || spec.kind() == Kind.NUMBER) {
            double[] values = new double[rows];
            java.util.Arrays.fill(values, Double.NaN);
            return new NumberColumn(values);
        }
        if (spec.kind() == Kind.TEXT) {
            int[] codes = new int[rows];
            java.util.Arrays.fill(codes, -1);
            return new TextColumn(codes, List.of());
        }
        long[] values = new long[rows];
        java.util.Arrays.fill(values, WholeColumn.MISSING);
        return new WholeColumn(spec.kind(), values);
    }

    /** A column with missing values is often read as numbers with a fraction; the whole ones among them are what they were. */
    private static Column wholes(ColumnSpec spec, NumberColumn numbers) {
        long[] values = new long[numbers.size()];
        for (int i = 0; i < values.length; i++) {
            double number = numbers.values()[i];
            if (Double.isNaN(number)) {
                values[i] = WholeColumn.MISSING;
            } else if (number == Math.rint(number) && Math.abs(number) < 1L << 53) {
                values[i] = (long) number;
            } else {
                throw wrong(spec, i, number);
            }
        }
        return new WholeColumn(Kind.WHOLE, values);
    }

    private static Column column(ColumnSpec spec, List<? extends Map<String, ?>> rows) {
        int size = rows.size();
        if (spec.continuous() || spec.kind() == Kind.NUMBER) {
            double[] values = new double[size];
            for (int i = 0; i < size; i++) {
                values[i] = number(spec, i, rows.get(i).get(spec.name()));
            }
            return new NumberColumn(values);
        }
        if (spec.kind() == Kind.TEXT) {
            @Nullable String[] values = new String[size];
            for (int i = 0; i < size; i++) {
                values[i] = text(spec, i, rows.get(i).get(spec.name()));
            }
            return TextColumn.of(values);
        }
        long[] values = new long[size];
        for (int i = 0; i < size; i++) {
            values[i] = whole(spec, i, rows.get(i).get(spec.name()));
        }
        return new WholeColumn(spec.kind(), values);
    }

    private static double number(ColumnSpec spec, int row, @Nullable Object value) {
        if (value == null) {
            return Double.NaN;
        }
        if (value instanceof Number number) {
            double real = number.doubleValue();
            if (Double.isInfinite(real)) {
                throw wrong(spec, row, value);
            }
            return real;
        }
        if (spec.continuous() && value instanceof Boolean flag) {
            return flag ? 1 : 0;
        }
        throw wrong(spec, row, value);
    }

    private static @Nullable String text(ColumnSpec spec, int row, @Nullable Object value) {
        if (value == null || value instanceof CharSequence || value instanceof Enum<?> || value instanceof Character) {
            return value == null ? null : value.toString();
        }
        throw wrong(spec, row, value);
    }

    private static long whole(ColumnSpec spec, int row, @Nullable Object value) {
        if (value == null) {
            return WholeColumn.MISSING;
        }
        switch (spec.kind()) {
            case FLAG -> {
                if (value instanceof Boolean flag) {
                    return flag ? 1 : 0;
                }
            }
            case DATE -> {
                if (value instanceof LocalDate date) {
                    return date.toEpochDay();
                }
            }
            case DATE_TIME -> {
                if (value instanceof LocalDateTime time) {
                    return time.toInstant(ZoneOffset.UTC).toEpochMilli();
                }
            }
            default -> {
                if (value instanceof Long
                        || value instanceof Integer
                        || value instanceof Short
                        || value instanceof Byte) {
                    return ((Number) value).longValue();
                }
                if (value instanceof Double || value instanceof Float) {
                    double real = ((Number) value).doubleValue();
                    if (Double.isNaN(real)) {
                        return WholeColumn.MISSING;
                    }
                    if (real == Math.rint(real) && Math.abs(real) < 1L << 53) {
                        return (long) real;
                    }
                }
                if (value instanceof BigInteger big && big.bitLength() < Long.SIZE) {
                    return big.longValue();
                }
                if (value instanceof BigDecimal big && big.stripTrailingZeros().scale() <= 0 && big.precision() < 18) {
                    return big.longValue();
                }
            }
        }
        throw wrong(spec, row, value);
    }

    private static SchemaException wrong(ColumnSpec spec, int row, Object value) {
        String text = value.toString();
        return new SchemaException("The column \"" + spec.name() + "\" is to hold "
                + switch (spec.continuous() ? Kind.NUMBER : spec.kind()) {
                    case WHOLE -> "a whole number";
                    case NUMBER -> "a finite number";
                    case TEXT -> "text";
                    case FLAG -> "true or false";
                    case DATE -> "a LocalDate";
                    case DATE_TIME -> "a LocalDateTime";
                }
                + ", received " + (text.length() > 40 ? text.substring(0, 40) + "…" : text) + " of type "
                + value.getClass().getSimpleName() + " in row " + row);
    }

    /** Returns the schema for a file. */
    public Json.Fields toJson() {
        List<Json> specs = new ArrayList<>();
        for (ColumnSpec spec : columns) {
            specs.add(Json.object()
                    .with("name", spec.name())
                    .with("kind", spec.kind().label())
                    .with("continuous", spec.continuous()));
        }
        return Json.object()
                .with("columns", Json.array(specs))
                .with("ignored", Json.texts(List.copyOf(new TreeSet<>(ignored))));
    }

    /**
     * Returns the schema that {@link #toJson} wrote.
     *
     * @throws org.learn4j.persist.ModelFormatException if it is none
     */
    public static Schema fromJson(JsonPlace json) {
        json.allow("columns", "ignored");
        List<ColumnSpec> specs = new ArrayList<>();
        Set<String> names = new LinkedHashSet<>();
        for (JsonPlace spec : json.get("columns").items()) {
            spec.allow("name", "kind", "continuous");
            JsonPlace kind = spec.get("kind");
            if (!names.add(spec.get("name").text())) {
                throw spec.get("name").expected("names that differ from one another");
            }
            specs.add(new ColumnSpec(
                    spec.get("name").text(),
                    Kind.of(kind.text()).orElseThrow(() -> kind.expected("a kind of column")),
                    spec.get("continuous").bool()));
        }
        return new Schema(specs, new LinkedHashSet<>(json.get("ignored").texts()));
    }

    @Override
    public String toString() {
        return columns.toString();
    }
}
