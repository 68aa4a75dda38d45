package org.learn4j.tabular.table;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DateColumn;
import tech.tablesaw.api.DateTimeColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.columns.Column;

/** Collects the objects of one column, which are of one kind, and makes a column of them. */
final class Values {
    private static final long MAX_EXACT = 1L << 53;

    private final String name;
    private final List<@Nullable Object> values = new ArrayList<>();
    private @Nullable CellType type;
    private boolean wide;
    private long largest;

    /**
     * Begins a column.
     *
     * @param type what it holds, or null to learn it from the first value
     */
    Values(String name, @Nullable CellType type) {
        this.name = name;
        this.type = type;
    }

    int size() {
        return values.size();
    }

    void addMissing() {
        values.add(null);
    }

    /** Adds a value; null is a missing one. */
    void add(@Nullable Object value) {
        if (value == null) {
            addMissing();
            return;
        }
        Object plain = plain(value);
        CellType kind = kindOf(plain, value);
        if (type == null || type == CellType.WHOLE && kind == CellType.NUMBER) {
            type = kind;
        } else if (kind != type && !(type == CellType.NUMBER && kind == CellType.WHOLE)) {
            throw new IllegalArgumentException("The column " + name + ", row " + values.size() + ": " + type.article()
                    + " is expected, as in the rows before, received "
                    + CsvException.shown(String.valueOf(value)) + " of "
                    + value.getClass().getName());
        }
        if (plain instanceof Long whole) {
            wide |= whole <= Integer.MIN_VALUE || whole > Integer.MAX_VALUE;
            largest = Math.max(largest, whole == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(whole));
        }
        if (type == CellType.NUMBER && largest > MAX_EXACT) {
            throw new IllegalArgumentException("The column " + name + " holds fractions and the whole number " + largest
                    + ", which a double cannot hold exactly");
        }
        values.add(plain);
    }

    /** Returns the value as one of the classes that columns are made of. */
    private Object plain(Object value) {
        if (value instanceof Byte || value instanceof Short || value instanceof Integer) {
            return ((Number) value).longValue();
        }
        if (value instanceof BigInteger big) {
            return fits(big) ? (Object) big.longValue() : big;
        }
        if (value instanceof BigDecimal decimal
                && type == CellType.WHOLE
                && decimal.stripTrailingZeros().scale() <= 0) {
            return plain(decimal.toBigInteger());
        }
        if (value instanceof Float || value instanceof BigDecimal) {
            return ((Number) value).doubleValue();
        }
        if (value instanceof Character || value instanceof Enum<?> || value instanceof CharSequence) {
            return value instanceof Enum<?> constant ? constant.name() : value.toString();
        }
        if (value instanceof java.sql.Date day) {
            return day.toLocalDate();
        }
        return value instanceof Timestamp moment ? moment.toLocalDateTime() : value;
    }

    private static boolean fits(BigInteger big) {
        return big.bitLength() < Long.SIZE;
    }

    private CellType kindOf(Object plain, Object value) {
        if (plain instanceof Long whole && whole != Long.MIN_VALUE) {
            return CellType.WHOLE;
        }
        if (plain instanceof Double) {
            return CellType.NUMBER;
        }
        if (plain instanceof Boolean) {
            return CellType.FLAG;
        }
        if (plain instanceof String) {
            return CellType.TEXT;
        }
        if (plain instanceof LocalDate) {
            return CellType.DATE;
        }
        if (plain instanceof LocalDateTime moment && Cell.fits(moment)) {
            return CellType.DATE_TIME;
        }
        throw new IllegalArgumentException("The column " + name + ", row " + values.size()
                + ": a number, a text, an enum constant, a boolean, a LocalDate or a LocalDateTime to the millisecond is"
                + " expected, received " + CsvException.shown(String.valueOf(value)) + " of "
                + value.getClass().getName());
    }

    /** Returns the column; one without values and without a type is of text. */
    Column<?> build() {
        CellType known = type == null ? CellType.TEXT : type;
        return switch (known) {
            case TEXT -> {
                StringColumn column = StringColumn.create(name);
                for (Object value : values) {
                    column.append(value == null ? "" : (String) value);
                }
                yield column;
            }
            case WHOLE -> wide ? longs() : ints();
            case NUMBER ->
                DoubleColumn.create(
                        name,
                        values.stream()
                                .mapToDouble(value -> value == null ? Double.NaN : ((Number) value).doubleValue())
                                .toArray());
            case FLAG -> {
                BooleanColumn column = BooleanColumn.create(name);
                for (Object value : values) {
                    column.append(value == null ? Byte.MIN_VALUE : (byte) ((boolean) value ? 1 : 0));
                }
                yield column;
            }
            case DATE -> {
                DateColumn column = DateColumn.create(name);
                for (Object value : values) {
                    column.append((LocalDate) value);
                }
                yield column;
            }
            case DATE_TIME -> {
                DateTimeColumn column = DateTimeColumn.create(name);
                for (Object value : values) {
                    column.append((LocalDateTime) value);
                }
                yield column;
            }
        };
    }

    private Column<?> ints() {
        return IntColumn.create(
                name,
                values.stream()
                        .mapToInt(value -> value == null ? Integer.MIN_VALUE : (int) (long) value)
                        .toArray());
    }

    private Column<?> longs() {
        return LongColumn.create(
                name,
                values.stream()
                        .mapToLong(value -> value == null ? Long.MIN_VALUE : (long) value)
                        .toArray());
    }
}
