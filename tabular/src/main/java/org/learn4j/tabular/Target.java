package org.learn4j.tabular;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.learn4j.tabular.column.CodeColumn;
import org.learn4j.tabular.column.Column;
import org.learn4j.tabular.column.Frame;
import org.learn4j.tabular.column.NumberColumn;
import org.learn4j.tabular.column.Vocabulary;

/**
 * What to predict, always said and never guessed: a column of whole numbers is regression unless it is named as classes.
 *
 * <pre>{@code
 * Target.of("Price")                          // regression
 * Target.logOf("Sales")                       // trained on log(Sales); predictions are sales again
 * Target.of("Temperature", "Humidity")        // several numbers at once
 * Target.classOf("Salary")                    // classification; classes are the sorted values
 * }</pre>
 */
public final class Target {
    private final TargetKind kind;
    private final List<String> columns;
    private final List<Object> levels;

    private Target(TargetKind kind, List<String> columns, List<?> levels) {
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("A target has at least one column");
        }
        if (Set.copyOf(columns).size() < columns.size()) {
            throw new IllegalArgumentException("A target has different columns, received " + columns);
        }
        this.kind = kind;
        this.columns = List.copyOf(columns);
        this.levels = List.copyOf(levels);
    }

    /** Returns regression on one column or several. */
    public static Target of(String... columns) {
        return new Target(TargetKind.VALUE, List.of(columns), List.of());
    }

    /**
     * Returns regression on the natural logarithm of one column or several (fastai's FloatList with log=True); predictions are
     * turned back, the loss and the metrics see logarithms.
     */
    public static Target logOf(String... columns) {
        return new Target(TargetKind.LOG, List.of(columns), List.of());
    }

    /** Returns classification; classes are the sorted different values of the training rows. */
    public static Target classOf(String column) {
        return new Target(TargetKind.CLASS, List.of(column), List.of());
    }

    /** Returns classification with the classes in the order given, values of the column's type. */
    public static Target classOf(String column, Object... classes) {
        List<Object> levels = new ArrayList<>();
        for (Object level : classes) {
            levels.add(level instanceof Integer whole ? (Object) whole.longValue() : level);
        }
        return new Target(TargetKind.CLASS, List.of(column), levels);
    }

    /** Returns the columns to predict. */
    public List<String> columns() {
        return columns;
    }

    /** Learns the classes from the training rows; checks every row. */
    FittedTarget fit(Frame all, int... train) {
        for (String name : columns) {
            Column column = all.column(name);
            for (int row = 0; row < column.size(); row++) {
                if (column.isMissing(row)) {
                    throw new IllegalArgumentException("The target column \"" + name + "\" has " + column.missing()
                            + " missing values, the first in row " + row + "; leave these rows out");
                }
            }
        }
        if (kind != TargetKind.CLASS) {
            return new FittedTarget(kind, columns, null, largest(all, train));
        }
        String name = columns.get(0);
        Column column = all.column(name);
        Vocabulary vocabulary;
        try {
            vocabulary =
                    levels.isEmpty() ? Vocabulary.of(column.rows(train)) : Vocabulary.ordered(column.kind(), levels);
        } catch (IllegalArgumentException invalid) {
            throw new IllegalArgumentException("The target column \"" + name + "\" expects " + invalid.getMessage());
        }
        int[] codes = vocabulary.encode(column);
        for (int row = 0; row < codes.length; row++) {
            if (codes[row] < 0) {
                throw new IllegalArgumentException("The target column \"" + name + "\" has the class "
                        + column.value(row) + " in row " + row + ", which "
                        + (levels.isEmpty() ? "no training row has" : "is none of those given") + ": " + vocabulary
                        + "; name all classes with Target.classOf(column, classes...)");
            }
        }
        if (vocabulary.size() < 2) {
            throw new IllegalArgumentException(
                    "The target column \"" + name + "\" is to have at least two classes, received " + vocabulary);
        }
        return new FittedTarget(kind, columns, vocabulary, Double.NaN);
    }

    private double largest(Frame all, int... train) {
        double largest = Double.NEGATIVE_INFINITY;
        for (String name : columns) {
            double[] values = numbers(all, name);
            for (int row = 0; row < values.length; row++) {
                if (!Float.isFinite((float) values[row]) || kind == TargetKind.LOG && !(values[row] > 0)) {
                    throw new IllegalArgumentException("The target column \"" + name + "\" is to hold "
                            + (kind == TargetKind.LOG
                                    ? "positive numbers to take the logarithm of"
                                    : "finite numbers of FLOAT32")
                            + ", received " + values[row] + " in row " + row);
                }
            }
            for (int row : train) {
                largest = Math.max(largest, values[row]);
            }
        }
        return largest;
    }

    private static double[] numbers(Frame all, String name) {
        Column column = all.column(name);
        try {
            return NumberColumn.of(
                            column instanceof CodeColumn coded
                                    ? coded.vocabulary().decode(coded.codes())
                                    : column)
                    .values();
        } catch (IllegalArgumentException notNumbers) {
            throw new IllegalArgumentException("The target column \"" + name + "\": " + notNumbers.getMessage()
                    + "; for classes use Target.classOf");
        }
    }

    @Override
    public String toString() {
        return kind + " " + columns;
    }
}
