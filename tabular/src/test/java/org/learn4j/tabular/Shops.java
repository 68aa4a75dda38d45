package org.learn4j.tabular;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.learn4j.learn.Learner;
import org.learn4j.nn.LayerTree;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DateColumn;
import tech.tablesaw.api.DateTimeColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** A small table with categories of every kind and numbers of every kind, and learners on it. */
final class Shops {
    static final String[] CATEGORIES = {"Shop", "Rate", "State", "Open", "Day", "Seen"};
    static final String[] NUMBERS = {"Distance", "Age", "Promo"};

    private Shops() {}

    static Table table(int rows, long seed) {
        Random random = new Random(seed);
        IntColumn shop = IntColumn.create("Shop");
        DoubleColumn rate = DoubleColumn.create("Rate");
        StringColumn state = StringColumn.create("State");
        BooleanColumn open = BooleanColumn.create("Open");
        DateColumn day = DateColumn.create("Day");
        DateTimeColumn seen = DateTimeColumn.create("Seen");
        DoubleColumn distance = DoubleColumn.create("Distance");
        IntColumn age = IntColumn.create("Age");
        BooleanColumn promo = BooleanColumn.create("Promo");
        DoubleColumn sales = DoubleColumn.create("Sales");
        StringColumn size = StringColumn.create("Size");
        for (int i = 0; i < rows; i++) {
            int s = random.nextInt(9);
            if (random.nextInt(12) == 0) {
                shop.appendMissing();
                state.appendMissing();
                seen.appendMissing();
            } else {
                shop.append(s + 1);
                state.append(s % 3 == 0 ? "BY" : s % 3 == 1 ? "SN" : "HB,NI");
                seen.append(LocalDateTime.of(2015, 1 + s, 2, 3, 4, 5));
            }
            rate.append((s % 4) / 2.0);
            open.append(s % 2 == 0);
            day.append(LocalDate.of(2015, 7, 1 + s % 5));
            if (random.nextInt(10) == 0) {
                distance.appendMissing();
            } else {
                distance.append(1 + random.nextInt(100));
            }
            age.append(random.nextInt(50));
            promo.append(random.nextBoolean());
            double value = 1000 * (1 + s) * Math.exp(0.05 * random.nextGaussian());
            sales.append(value);
            size.append(value < 3000 ? "small" : value < 6000 ? "medium" : "large");
        }
        return Table.create("shops", shop, rate, state, open, day, seen, distance, age, promo, sales, size);
    }

    static TabularData.Builder builder(Table table) {
        return TabularData.of(table).categorical(CATEGORIES).continuous(NUMBERS).batchSize(32);
    }

    static TabularData sales() {
        return builder(table(300, 1)).target(Target.logOf("Sales")).build();
    }

    static TabularData sizes() {
        return builder(table(300, 1)).target(Target.classOf("Size")).build();
    }

    static TabularLearner learner(TabularData data) {
        return TabularLearner.of(data)
                .layers(20, 10)
                .dropout(0.05)
                .embeddingDropout(0.02)
                .silent()
                .build();
    }

    /** Returns the inputs in a table. */
    static Table inputs(Table table) {
        Table inputs = Table.create("inputs");
        for (String[] names : new String[][] {CATEGORIES, NUMBERS}) {
            for (String name : names) {
                inputs.addColumns(table.column(name).copy());
            }
        }
        return inputs;
    }

    /** Returns a row as an application has it. */
    static Map<String, Object> row(Table table, int row) {
        Map<String, Object> values = new HashMap<>();
        for (String[] names : new String[][] {CATEGORIES, NUMBERS}) {
            for (String name : names) {
                values.put(
                        name,
                        table.column(name).isMissing(row)
                                ? null
                                : table.column(name).get(row));
            }
        }
        return values;
    }

    /** Returns all that a learner has learned, in bits. */
    static Map<String, Object> state(Learner learner) {
        Map<String, Object> state = new TreeMap<>();
        LayerTree.params(learner.model())
                .forEach((name, param) -> state.put(name, bits(param.value().toDoubles())));
        LayerTree.buffers(learner.model())
                .forEach((name, buffer) -> state.put(name, bits(buffer.value().toDoubles())));
        state.put("losses", bits(learner.history().losses()));
        state.put("steps", learner.steps());
        return state;
    }

    private static String bits(double... values) {
        return Arrays.toString(
                Arrays.stream(values).mapToLong(Double::doubleToRawLongBits).toArray());
    }
}
