package org.learn4j.tabular.table;

import java.util.Arrays;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DateColumn;
import tech.tablesaw.api.DateTimeColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.columns.Column;

/** Grows a column of Tablesaw's from cells. Missing values become what Tablesaw keeps for them. */
abstract class ColumnBuilder implements CellSink {
    private final String expected;
    private int size;

    private ColumnBuilder(String expected) {
        this.expected = expected;
    }

    /**
     * Returns a builder.
     *
     * @param rows how many are to come, as far as is known
     */
    static ColumnBuilder of(CellRule rule, int rows) {
        return switch (rule.type()) {
            case TEXT -> new OfText();
            case WHOLE -> new OfWholes(rows);
            case NUMBER -> new OfNumbers(rows);
            case FLAG -> new OfFlags(rule, rows);
            case DATE -> new OfDates(rule, rows);
            case DATE_TIME -> new OfDateTimes(rule, rows);
        };
    }

    /** Returns the column. */
    abstract Column<?> build(String name);

    @Override
    public final String expected() {
        return expected;
    }

    /** Returns the index for one more row. */
    final int next() {
        return size++;
    }

    final int size() {
        return size;
    }

    private static int longer(int length) {
        return Math.max(16, length + (length >> 1));
    }

    private static final class OfText extends ColumnBuilder {
        private static final int CACHED = 1 << 10;

        private final StringColumn column = StringColumn.create("");
        private final String[] cache = new String[CACHED];

        OfText() {
            super(CellType.TEXT.article());
            Arrays.fill(cache, "");
        }

        @Override
        public boolean accept(Cell cell) {
            int hash = cell.hash();
            int slot = (hash ^ hash >>> 16) & CACHED - 1;
            if (!cell.is(cache[slot])) {
                cache[slot] = cell.toString();
            }
            column.append(cache[slot]);
            return true;
        }

        @Override
        public void acceptMissing() {
            column.appendMissing();
        }

        @Override
        Column<?> build(String name) {
            return column.setName(name);
        }
    }

    /** Whole numbers: of 32 bits for as long as that is enough. */
    private static final class OfWholes extends ColumnBuilder {
        private int[] ints;
        private long[] longs = new long[0];
        private boolean wide;

        OfWholes(int rows) {
            super(CellType.WHOLE.article());
            ints = new int[rows];
        }

        @Override
        public boolean accept(Cell cell) {
            if (!cell.isWhole()) {
                return false;
            }
            long value = cell.whole();
            if (!wide && (value <= Integer.MIN_VALUE || value > Integer.MAX_VALUE)) {
                widen();
            }
            put(value, (int) value);
            return true;
        }

        @Override
        public void acceptMissing() {
            put(Long.MIN_VALUE, Integer.MIN_VALUE);
        }

        private void put(long value, int narrow) {
            int row = next();
            if (wide) {
                if (row == longs.length) {
                    longs = Arrays.copyOf(longs, longer(row));
                }
                longs[row] = value;
            } else {
                if (row == ints.length) {
                    ints = Arrays.copyOf(ints, longer(row));
                }
                ints[row] = narrow;
            }
        }

        private void widen() {
            wide = true;
            longs = new long[ints.length];
            for (int i = 0; i < size(); i++) {
                longs[i] = ints[i] == Integer.MIN_VALUE ? Long.MIN_VALUE : ints[i];
            }
            ints = new int[0];
        }

        @Override
        Column<?> build(String name) {
            return wide
                    ? LongColumn.create(name, Arrays.copyOf(longs, size()))
                    : IntColumn.create(name, Arrays.copyOf(ints, size()));
        }
    }

    private static final class OfNumbers extends ColumnBuilder {
        private double[] values;

        OfNumbers(int rows) {
            super(CellType.NUMBER.article());
            values = new double[rows];
        }

        @Override
        public boolean accept(Cell cell) {
            if (!cell.isNumber()) {
                return false;
            }
            put(cell.number());
            return true;
        }

        @Override
        public void acceptMissing() {
            put(Double.NaN);
        }

        private void put(double value) {
            int row = next();
            if (row == values.length) {
                values = Arrays.copyOf(values, longer(row));
            }
            values[row] = value;
        }

        @Override
        Column<?> build(String name) {
            return DoubleColumn.create(name, Arrays.copyOf(values, size()));
        }
    }

    private static final class OfFlags extends ColumnBuilder {
        private final CellRule rule;
        private byte[] values;

        OfFlags(CellRule rule, int rows) {
            super(rule.expected());
            this.rule = rule;
            values = new byte[rows];
        }

        @Override
        public boolean accept(Cell cell) {
            if (!rule.isFlag(cell)) {
                return false;
            }
            put((byte) (rule.flag() ? 1 : 0));
            return true;
        }

        @Override
        public void acceptMissing() {
            put(Byte.MIN_VALUE);
        }

        private void put(byte value) {
            int row = next();
            if (row == values.length) {
                values = Arrays.copyOf(values, longer(row));
            }
            values[row] = value;
        }

        @Override
        Column<?> build(String name) {
            BooleanColumn column = BooleanColumn.create(name);
            for (int i = 0; i < size(); i++) {
                column.append(values[i]);
            }
            return column;
        }
    }

    private static final class OfDates extends ColumnBuilder {
        private final CellRule rule;
        private int[] values;

        OfDates(CellRule rule, int rows) {
            super(rule.expected());
            this.rule = rule;
            values = new int[rows];
        }

        @Override
        public boolean accept(Cell cell) {
            if (!rule.isDate(cell)) {
                return false;
            }
            put(rule.date());
            return true;
        }

        @Override
        public void acceptMissing() {
            put(Integer.MIN_VALUE);
        }

        private void put(int value) {
            int row = next();
            if (row == values.length) {
                values = Arrays.copyOf(values, longer(row));
            }
            values[row] = value;
        }

        @Override
        Column<?> build(String name) {
            return DateColumn.createInternal(name, Arrays.copyOf(values, size()));
        }
    }

    private static final class OfDateTimes extends ColumnBuilder {
        private final CellRule rule;
        private long[] values;

        OfDateTimes(CellRule rule, int rows) {
            super(rule.expected());
            this.rule = rule;
            values = new long[rows];
        }

        @Override
        public boolean accept(Cell cell) {
            if (!rule.isDateTime(cell)) {
                return false;
            }
            put(rule.dateTime());
            return true;
        }

        @Override
        public void acceptMissing() {
            put(Long.MIN_VALUE);
        }

        private void put(long value) {
            int row = next();
            if (row == values.length) {
                values = Arrays.copyOf(values, longer(row));
            }
            values[row] = value;
        }

        @Override
        Column<?> build(String name) {
            return DateTimeColumn.createInternal(name, Arrays.copyOf(values, size()));
        }
    }
}
