package org.learn4j.tabular;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.callback.MixUp;
import org.learn4j.metric.Metric;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

class TabularLearnerTest {
    @TempDir
    private Path folder;

    /** Shops in states, whose sales are a product of effects; some distances are missing. */
    static Table shops(int rows) {
        Random random = new Random(7);
        IntColumn shop = IntColumn.create("Shop");
        StringColumn state = StringColumn.create("State");
        DoubleColumn distance = DoubleColumn.create("Distance");
        DoubleColumn sales = DoubleColumn.create("Sales");
        StringColumn size = StringColumn.create("Size");
        for (int i = 0; i < rows; i++) {
            int s = random.nextInt(20);
            double d = 1 + random.nextInt(100);
            shop.append(s + 1);
            state.append(s % 3 == 0 ? "BY" : s % 3 == 1 ? "SN" : "HH");
            if (random.nextInt(10) == 0) {
                distance.appendMissing();
            } else {
                distance.append(d);
            }
            double value = 1000 * (1 + s % 7) * (1 + d / 200) * Math.exp(0.05 * random.nextGaussian());
            sales.append(value);
            size.append(value < 3000 ? "small" : "large");
        }
        return Table.create("shops", shop, state, distance, sales, size);
    }

    @Test
    void learnsSalesAndPredictsThemFromAFile() {
        Table shops = shops(2000);
        TabularData data = TabularData.of(shops)
                .categorical("Shop", "State")
                .continuous("Distance")
                .target(Target.logOf("Sales"))
                .build();
        assertThat(data.categorical()).containsExactly("Shop", "State", "Distance_na");
        assertThat(data.cardinalities()).containsExactly(21, 4, 3);
        assertThat(data.showBatch(5).columnNames())
                .containsExactly("Shop", "State", "Distance_na", "Distance", "Sales");
        Path file = folder.resolve("shops.safetensors");
        TabularPredictions expected;
        try (TabularLearner learner = TabularLearner.of(data)
                .layers(64, 32)
                .dropout(0.01)
                .yRange(data.yRange(1.2))
                .metrics(Metric.expRmspe())
                .build()) {
            learner.fitOneCycle(5, 1e-2);
            assertThat(learner.showResults(5).rowCount()).isEqualTo(5);
            assertThat(learner.history().last("exp_rmspe")).isLessThan(0.15);
            learner.export(file);
            expected = learner.predict(shops);
        }
        try (TabularPredictor predictor = TabularPredictor.load(file)) {
            Table inputs = shops.selectColumns("Distance", "Shop", "State");
            TabularPredictions all = predictor.predict(inputs);
            for (int i = 0; i < 200; i++) {
                Map<String, Object> row = new HashMap<>();
                row.put("Shop", shops.intColumn("Shop").get(i));
                row.put("State", shops.stringColumn("State").get(i));
                row.put(
                        "Distance",
                        shops.doubleColumn("Distance").isMissing(i)
                                ? null
                                : shops.doubleColumn("Distance").get(i));
                assertThat(predictor.predict(row).value()).isEqualTo(all.get(i).value());
                assertThat(all.values()[i])
                        .isCloseTo(expected.values()[i], org.assertj.core.data.Percentage.withPercentage(0.01));
            }
        }
    }

    @Test
    void learnsClassesWithMixUpAndWeights() {
        Table shops = shops(1000);
        double[] weights = new double[1000];
        java.util.Arrays.fill(weights, 2);
        TabularData data = TabularData.of(shops.addColumns(DoubleColumn.create("w", weights)))
                .categorical("Shop", "State")
                .continuous("Distance")
                .target(Target.classOf("Size"))
                .sampleWeights("w")
                .build();
        try (TabularLearner learner =
                TabularLearner.of(data).metrics(Metric.accuracy()).silent().build()) {
            learner.fitOneCycle(3, 1e-2);
            assertThat(learner.history().last("accuracy")).isGreaterThan(0.85);
            assertThat(learner.showResults(3).rowCount()).isEqualTo(3);
        }
        try (TabularLearner learner = TabularLearner.of(data)
                .metrics(Metric.accuracy())
                .callbacks(MixUp.withAlpha(0.4))
                .silent()
                .build()) {
            learner.fitOneCycle(3, 1e-2);
            assertThat(learner.history().last("accuracy")).isGreaterThan(0.8);
        }
    }
}
