package org.learn4j.tabular.column;

import org.jspecify.annotations.Nullable;

/**
 * Numbers with a fraction; NaN is a missing one.
 *
 * @param values the numbers
 */
@SuppressWarnings("ArrayRecordComponent") // columns are compared by no one, and arrays are what is fast
public record NumberColumn(double... values) implements Column {
    @Override
    public int size() {
        return values.length;
    }

    @Override
    public Kind kind() {
        return Kind.NUMBER;
    }

    @Override
    public boolean isMissing(int row) {
        return Double.isNaN(values[row]);
    }

    @Override
    public @Nullable Object value(int row) {
        return isMissing(row) ? null : (Object) values[row];
    }

    @Override
    public NumberColumn rows(int... rows) {
        double[] chosen = new double[rows.length];
        for (int i = 0; i < rows.length; i++) {
            chosen[i] = values[rows[i]];
        }
        return new NumberColumn(chosen);
    }

    /**
     * Returns the numbers of any column that holds numbers; flags are 0 and 1.
     *
     * @throws IllegalArgumentException if it holds something else
     */
    public static NumberColumn of(Column column) {
        if (column instanceof NumberColumn numbers) {
            return numbers;
        }
        if (column instanceof WholeColumn wholes && wholes.kind().isNumeric()) {
            long[] from = wholes.values();
            double[] numbers = new double[from.length];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = from[i] == WholeColumn.MISSING ? Double.NaN : from[i];
            }
            return new NumberColumn(numbers);
        }
        throw new IllegalArgumentException(
                "numbers are expected, received " + column.kind().label());
    }
}
