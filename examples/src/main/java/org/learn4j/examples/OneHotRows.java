package org.learn4j.examples;

import java.util.List;
import java.util.Optional;
import org.learn4j.data.Dataset;
import org.learn4j.data.Field;
import org.learn4j.data.Slot;
import org.learn4j.tabular.TabularData;
import org.learn4j.tabular.interpret.EncodedFeatures;
import tech.tablesaw.api.Table;

/** A table's rows without embeddings: a 1 for the level of each category, 0 for all others, and the numbers behind them. */
final class OneHotRows implements Dataset {
    private final Table encoded;
    private final TabularData data;
    private final int[] levels;
    private final float[] targets;
    private final int width;

    private OneHotRows(TabularData data, Table encoded, float[] targets) {
        this.data = data;
        this.encoded = encoded;
        this.targets = targets;
        this.levels = data.cardinalities();
        int sum = data.continuous().size();
        for (int count : levels) {
            sum += count;
        }
        this.width = sum;
    }

    /** Returns the rows of the table that the data was made of; its target is the logarithm of one column. */
    static OneHotRows of(TabularData data, Table table) {
        double[] values = table.numberColumn(data.targets().get(0)).asDoubleArray();
        float[] targets = new float[values.length];
        for (int row = 0; row < targets.length; row++) {
            targets[row] = (float) Math.log(values[row]);
        }
        return new OneHotRows(data, EncodedFeatures.codes(data, table), targets);
    }

    int width() {
        return width;
    }

    @Override
    public int size() {
        return targets.length;
    }

    @Override
    public List<Field> inputs() {
        return List.of(Field.floats("one-hot", width));
    }

    @Override
    public Optional<Field> target() {
        return Optional.of(Field.floats("target", 1));
    }

    @Override
    public void write(int item, int row, List<Slot> inputs, Optional<Slot> target) {
        float[] values = new float[width];
        int at = 0;
        for (int i = 0; i < levels.length; i++) {
            values[at + encoded.intColumn(i).getInt(item)] = 1;
            at += levels[i];
        }
        for (int i = 0; i < data.continuous().size(); i++) {
            values[at + i] = encoded.floatColumn(levels.length + i).getFloat(item);
        }
        inputs.get(0).set(row, values, 0);
        target.ifPresent(slot -> slot.set(row, targets[item]));
    }
}
