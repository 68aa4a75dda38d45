package org.learn4j.tabular;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.learn4j.tabular.column.NumberColumn;
import org.learn4j.tabular.column.TableColumns;
import org.learn4j.tabular.column.TextColumn;
import tech.tablesaw.api.Table;

/** What is predicted for the rows of a table, in their order and in the target's own units. On the heap. */
public final class TabularPredictions {
    private final FittedTarget target;
    private final double[] values;
    private final int outputs;

    private TabularPredictions(FittedTarget target, double... values) {
        this.target = target;
        this.values = values;
        this.outputs = target.outputs();
    }

    /** Returns predictions from a model's outputs behind the loss's activation, row by row. */
    static TabularPredictions of(FittedTarget target, double... outputs) {
        return new TabularPredictions(
                target, Arrays.stream(outputs).map(target::decode).toArray());
    }

    /** Returns the number of rows. */
    public int size() {
        return values.length / outputs;
    }

    /** Returns a row's prediction. */
    public TabularPrediction get(int row) {
        return new TabularPrediction(target, Arrays.copyOfRange(values, row * outputs, (row + 1) * outputs));
    }

    /** Returns the predicted value of the first target column for each row, or the probability of the first class. */
    public double[] values() {
        return values(0);
    }

    /** Returns the predicted value of a target column, or the probability of a class, for each row. */
    public double[] values(int output) {
        if (output < 0 || output >= outputs) {
            throw new IndexOutOfBoundsException("Outputs lie in [0, " + outputs + "), received " + output);
        }
        return IntStream.range(0, size())
                .mapToDouble(row -> values[row * outputs + output])
                .toArray();
    }

    /**
     * Returns the most probable class of each row.
     *
     * @throws IllegalStateException if the model predicts numbers
     */
    public List<String> labels() {
        return IntStream.range(0, size()).mapToObj(row -> get(row).label()).toList();
    }

    /** Returns a table: a column for each target, or the class and a column of probabilities for each class. */
    public Table toTable() {
        Table table = Table.create("predictions");
        boolean classes = target.vocabulary() != null;
        if (classes) {
            table.addColumns(
                    TableColumns.write(target.columns().get(0), TextColumn.of(labels().toArray(new String[0]))));
        }
        List<String> names = classes ? target.classes() : target.columns();
        for (int i = 0; i < outputs; i++) {
            String name = classes ? "p(" + names.get(i) + ")" : names.get(i);
            while (table.containsColumn(name)) { // Tablesaw's names differ in more than case
                name += "'";
            }
            table.addColumns(TableColumns.write(name, new NumberColumn(values(i))));
        }
        return table;
    }

    @Override
    public String toString() {
        return toTable().toString();
    }
}
