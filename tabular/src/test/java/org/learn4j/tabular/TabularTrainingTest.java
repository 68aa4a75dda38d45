package org.learn4j.tabular;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.callback.MixUp;
import org.learn4j.data.Batch;
import org.learn4j.learn.Callback;
import org.learn4j.learn.FitContext;
import org.learn4j.learn.FitOptions;
import org.learn4j.metric.Metric;
import org.learn4j.nn.LayerTree;
import org.learn4j.nn.Linear;
import org.learn4j.optim.Optimizer;
import org.learn4j.schedule.Rates;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;

class TabularTrainingTest {
    @TempDir
    private Path folder;

    // ---- settings

    @Test
    void settingsReachTheNetwork() {
        TabularData data = Shops.sales();
        try (TabularLearner plain =
                        TabularLearner.of(data).layers(6, 5).silent().build();
                TabularLearner sized = TabularLearner.of(data)
                        .layers(6, 5)
                        .embeddingSize("State", 9)
                        .silent()
                        .build()) {
            List<Integer> widths = plain.network().embeddings().orElseThrow().tables().stream()
                    .map(table -> table.width())
                    .toList();
            assertThat(data.cardinalities()).containsExactly(10, 5, 4, 3, 6, 10, 3);
            assertThat(widths).containsExactly(6, 4, 3, 3, 4, 6, 3); // round(1.6 n^0.56)
            assertThat(sized.network()
                            .embeddings()
                            .orElseThrow()
                            .tables()
                            .get(2)
                            .width())
                    .isEqualTo(9);
            assertThat(sized.network().embeddings().orElseThrow().width()).isEqualTo(29 + 6);
            assertThat(plain.network().continuous()).isEqualTo(3);
        }
        String recipe = recipe(TabularLearner.of(data));
        assertThat(recipe).contains("BatchNorm1d");
        assertThat(recipe(TabularLearner.of(data).withoutBatchNorm()))
                .isNotEqualTo(recipe)
                .contains("bn_cont");
        assertThat(recipe(TabularLearner.of(data).withoutContinuousNorm()))
                .isNotEqualTo(recipe)
                .doesNotContain("bn_cont")
                .contains("BatchNorm1d");
        assertThat(recipe(TabularLearner.of(data).withoutContinuousNorm().withoutBatchNorm()))
                .doesNotContain("BatchNorm1d");
        assertThat(count(recipe(TabularLearner.of(data).finalBatchNorm()), "BatchNorm1d"))
                .isEqualTo(count(recipe, "BatchNorm1d") + 1);
        assertThat(recipe(TabularLearner.of(data).yRange(0, 5))).contains("SigmoidRange");
        assertThat(recipe(TabularLearner.of(data).model(model -> model.layers(7))))
                .contains("7");
    }

    private static String recipe(TabularLearner.Builder builder) {
        try (TabularLearner learner = builder.silent().build()) {
            return learner.model().recipe().toJson().write();
        }
    }

    private static int count(String text, String part) {
        return text.split(part, -1).length - 1;
    }

    @Test
    void settingsThatDoNotFitAreRefused() {
        TabularData data = Shops.sales();
        assertThatThrownBy(() -> TabularLearner.of(data)
                        .layers(5, 4)
                        .dropout(0.1, 0.2, 0.3)
                        .build())
                .hasMessageContaining("2 hidden layers, received 3");
        assertThatThrownBy(
                        () -> TabularLearner.of(data).layers(5, 4).dropout(1.5).build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TabularLearner.of(data).embeddingSize("Age", 3))
                .hasMessageContaining("no categorical column \"Age\"");
        assertThatThrownBy(
                        () -> TabularLearner.of(data).embeddingSize("State", 0).build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TabularLearner.of(data).yRange(1, 2, 3)).hasMessageContaining("two numbers");
        assertThatThrownBy(() -> TabularLearner.of(data).yRange(3, 3).build())
                .isInstanceOf(IllegalArgumentException.class);
    }

    // ---- weights

    /** One number, a linear model of it from weight and bias zero: the gradients are sums one can do by hand. */
    private static double[] gradients(double[] weights, double... xAndY) {
        int rows = xAndY.length / 2;
        Table table = Table.create(
                DoubleColumn.create(
                        "x",
                        IntStream.range(0, rows).mapToDouble(i -> xAndY[2 * i]).toArray()),
                DoubleColumn.create(
                        "y",
                        IntStream.range(0, rows)
                                .mapToDouble(i -> xAndY[2 * i + 1])
                                .toArray()));
        TabularData.Builder builder = TabularData.of(table)
                .continuous("x")
                .procs()
                .target(Target.of("y"))
                .splitRandomly(0, 1)
                .batchSize(rows);
        if (weights.length > 0) {
            table.addColumns(DoubleColumn.create("w", weights));
            builder.rowWeights("w");
        }
        double[] after = new double[2];
        try (TabularLearner learner = TabularLearner.of(builder.build())
                .layers()
                .withoutContinuousNorm()
                .optimizer(Optimizer.sgd())
                .silent()
                .build()) {
            Linear linear = (Linear) learner.network()
                    .children()
                    .get("layers")
                    .children()
                    .values()
                    .iterator()
                    .next();
            double weight = linear.weight().value().toDoubles()[0];
            double bias = linear.bias().orElseThrow().value().toDoubles()[0];
            learner.fit(1, Rates.of(1), FitOptions.weightDecay(0));
            after[0] = weight - linear.weight().value().toDoubles()[0];
            after[1] = bias - linear.bias().orElseThrow().value().toDoubles()[0];
            // by hand: d/dw of Σ wᵢ (w xᵢ + b − yᵢ)² ÷ Σ wᵢ
            double sum = 0;
            double byWeight = 0;
            double byBias = 0;
            for (int i = 0; i < rows; i++) {
                double share = weights.length == 0 ? 1 : weights[i];
                double error = weight * xAndY[2 * i] + bias - xAndY[2 * i + 1];
                sum += share;
                byWeight += 2 * share * error * xAndY[2 * i];
                byBias += 2 * share * error;
            }
            assertThat(after[0]).isCloseTo(sum == 0 ? 0 : byWeight / sum, within(2e-5));
            assertThat(after[1]).isCloseTo(sum == 0 ? 0 : byBias / sum, within(2e-5));
        }
        return after;
    }

    @Test
    void aWeightOfTwoIsTheRowTwice() {
        double[] twice = gradients(new double[0], 1, 3, 2, -1, 2, -1);
        assertThat(gradients(new double[] {1, 2}, 1, 3, 2, -1)).containsExactly(twice, within(2e-6));
        assertThat(gradients(new double[] {5, 10}, 1, 3, 2, -1)).containsExactly(twice, within(2e-6));
        assertThat(gradients(new double[] {1, 1}, 1, 3, 2, -1)[0]).isNotCloseTo(twice[0], within(1e-3));
    }

    @Test
    void aWeightOfZeroLeavesTheRowOut() {
        double[] without = gradients(new double[0], 1, 3, 2, -1);
        assertThat(gradients(new double[] {1, 0, 1}, 1, 3, 7, 100, 2, -1)).containsExactly(without, within(2e-6));
        assertThat(gradients(new double[] {0, 0}, 1, 3, 2, -1)).containsExactly(0, 0);
    }

    @Test
    void rowWeightsAndMixUpAreNotSilentlyHalfDone() {
        Table table = Shops.table(100, 1);
        double[] weights = IntStream.range(0, 100).mapToDouble(i -> 1 + i % 3).toArray();
        TabularData data = Shops.builder(table.addColumns(DoubleColumn.create("w", weights)))
                .target(Target.of("Sales"))
                .rowWeights("w")
                .build();
        for (boolean inBuilder : new boolean[] {true, false}) {
            TabularLearner.Builder builder = TabularLearner.of(data).silent();
            if (inBuilder) {
                builder.callbacks(MixUp.withAlpha(0.4));
            }
            try (TabularLearner learner = builder.build()) {
                FitOptions options = inBuilder
                        ? FitOptions.defaults()
                        : FitOptions.defaults().callbacks(MixUp.withAlpha(0.4));
                assertThatThrownBy(() -> learner.fit(1, Rates.of(1e-3), options))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("Row weights do not go together");
            }
        }
    }

    @Test
    void rowsAreDrawnInProportionToTheirSampleWeights() {
        Table table = Shops.table(100, 1);
        double[] weights =
                IntStream.range(0, 100).mapToDouble(i -> i % 4 == 0 ? 0 : i % 4).toArray();
        TabularData data = Shops.builder(table.addColumns(DoubleColumn.create("w", weights)))
                .target(Target.of("Sales"))
                .sampleWeights("w")
                .batchSize(10)
                .splitByRows(0, 1, 2, 3)
                .build();
        int[] seen = new int[4];
        Callback counter = new Callback() {
            @Override
            public void beforeBatch(FitContext context) {
                if (context.isTraining()) {
                    Batch batch = context.batch();
                    Arrays.stream(batch.items()).forEach(item -> seen[item % 4]++);
                    assertThat(batch.items()).doesNotContain(0, 1, 2, 3);
                }
            }
        };
        try (TabularLearner learner =
                TabularLearner.of(data).layers(4).callbacks(counter).silent().build()) {
            learner.fit(60, 1e-4);
        }
        int all = 60 * 90;
        assertThat(IntStream.of(seen).sum()).isEqualTo(all);
        assertThat(seen[0]).isZero();
        for (int i = 1; i < 4; i++) {
            assertThat((double) seen[i] / all).isCloseTo(i / 6.0, within(0.03)); // four deviations
        }
    }

    // ---- kinds of targets

    @Test
    void severalTargetsAreLearnedAtOnce() {
        Table table = Shops.table(400, 2);
        table.addColumns(
                table.doubleColumn("Sales").divide(1000).setName("Thousands"),
                table.doubleColumn("Sales").multiply(-1e-3).add(4).setName("Other"));
        TabularData data = Shops.builder(table)
                .continuous("Distance", "Age", "Promo")
                .target(Target.of("Thousands", "Other"))
                .build();
        try (TabularLearner learner = TabularLearner.of(data)
                .layers(32)
                .metrics(Metric.rmse())
                .silent()
                .build()) {
            learner.fitOneCycle(8, 2e-2);
            assertThat(learner.history().last("rmse")).isLessThan(0.8);
            TabularPredictions predictions = learner.predict(table);
            assertThat(predictions.get(3).values()).containsOnlyKeys("Thousands", "Other");
            assertThat(predictions.toTable().columnNames()).containsExactly("Thousands", "Other");
            for (int row = 0; row < 400; row += 37) {
                assertThat(predictions.get(row).value()).isEqualTo(predictions.values(0)[row]);
                assertThat(predictions.values(0)[row] + predictions.values(1)[row])
                        .isCloseTo(4, within(2.0));
            }
            assertThat(learner.showResults(4).columnNames())
                    .endsWith("Thousands", "Other", "Thousands predicted", "Other predicted");
            assertThatThrownBy(() -> predictions.values(2)).hasMessageContaining("[0, 2), received 2");
            assertThatThrownBy(() -> predictions.get(0).label()).hasMessageContaining("it has no classes");
        }
    }

    @Test
    void classesAreLearnedAndNamed() {
        TabularData data = Shops.sizes();
        Table table = Shops.table(300, 1);
        try (TabularLearner learner = TabularLearner.of(data)
                .layers(32)
                .metrics(Metric.accuracy())
                .callbacks(MixUp.withAlpha(0.2))
                .silent()
                .build()) {
            learner.fitOneCycle(6, 1e-2);
            assertThat(learner.history().last("accuracy")).isGreaterThan(0.7);
            TabularPredictions predictions = learner.predict(table);
            assertThat(predictions.size()).isEqualTo(300);
            int right = 0;
            for (int row = 0; row < 300; row++) {
                TabularPrediction one = predictions.get(row);
                Map<String, Double> shares = new TreeMap<>(one.values());
                assertThat(shares).containsOnlyKeys("large", "medium", "small");
                assertThat(shares.values().stream().mapToDouble(p -> p).sum()).isCloseTo(1, within(1e-5));
                assertThat(shares.values()).allMatch(p -> p <= one.values().get(one.label()));
                assertThat(one.value())
                        .isEqualTo(List.of("large", "medium", "small").indexOf(one.label()));
                right += one.label().equals(table.stringColumn("Size").get(row)) ? 1 : 0;
            }
            assertThat(right).isGreaterThan(220);
            assertThat(predictions.labels().get(7)).isEqualTo(predictions.get(7).label());
            assertThat(predictions.toTable().columnNames())
                    .containsExactly("Size", "p(large)", "p(medium)", "p(small)");
            Table shown = learner.showResults(5);
            int[] valid = data.split().valid();
            TabularPredictions ofValid = learner.predict(table.rows(valid));
            for (int i = 0; i < 5; i++) {
                assertThat(shown.stringColumn("Size").get(i))
                        .isEqualTo(table.stringColumn("Size").get(valid[i]));
                assertThat(shown.stringColumn("Size predicted").get(i))
                        .isEqualTo(ofValid.get(i).label());
                assertThat(shown.doubleColumn("Age").get(i))
                        .isEqualTo(table.intColumn("Age").get(valid[i]).doubleValue());
            }
        }
    }

    @Test
    void predictionsFollowTheRowsWhateverTheOrderOfRowsAndColumns() {
        Table table = Shops.table(300, 1);
        try (TabularLearner learner = Shops.learner(Shops.sales())) {
            learner.fitOneCycle(2, 1e-2);
            double[] all = learner.predict(table).values();
            int[] place = IntStream.range(0, 300).map(i -> (i * 7 + 3) % 300).toArray();
            Table sorted =
                    table.copy().addColumns(IntColumn.create("place", place)).sortOn("place");
            Table shuffled = Table.create("x");
            List<String> names = table.columnNames();
            for (int i = names.size() - 1; i >= 0; i--) {
                shuffled.addColumns(sorted.column(names.get(i)));
            }
            double[] again = learner.predict(shuffled).values();
            for (int i = 0; i < 300; i++) {
                assertThat(again[place[i]]).isCloseTo(all[i], within(1e-4 * all[i]));
            }
            assertThat(learner.predict(table.emptyCopy()).size()).isZero();
            assertThatThrownBy(() -> learner.predict(table.copy().removeColumns("State", "Age")))
                    .hasMessageContaining("[\"Age\", \"State\"] are missing");
        }
    }

    // ---- resuming

    @Test
    void resumedInTheMiddleOfAnEpochItEndsInTheSameBits() {
        Table table = Shops.table(200, 3);
        table.addColumns(DoubleColumn.create(
                "w", IntStream.range(0, 200).mapToDouble(i -> i % 3).toArray()));
        TabularData data = Shops.builder(table)
                .target(Target.logOf("Sales"))
                .rowWeights("w")
                .build();
        Path file = folder.resolve("checkpoint.safetensors");
        Callback saver = new Callback() {
            @Override
            public void afterBatch(FitContext context) {
                if (context.isTraining() && context.step() == 7) { // five batches an epoch
                    context.learner().saveCheckpoint(file);
                }
            }
        };
        Map<String, Object> whole;
        try (TabularLearner learner = Shops.learner(data)) {
            learner.fitOneCycle(3, 1e-2, FitOptions.defaults().callbacks(saver));
            assertThat(learner.steps()).isEqualTo(15);
            whole = Shops.state(learner);
        }
        try (TabularLearner rest = Shops.learner(data)) {
            rest.resume(file, FitOptions.defaults());
            assertThat(Shops.state(rest)).isEqualTo(whole);
        }
        try (TabularLearner other = Shops.learner(data)) {
            other.fitOneCycle(3, 2e-2);
            assertThat(Shops.state(other)).isNotEqualTo(whole);
        }
    }

    @Test
    void learnersOfTheSameDataAreTheSameInEveryBit() {
        Map<String, Object> first = null;
        for (int workers = 0; workers < 3; workers++) {
            TabularData data = Shops.builder(Shops.table(200, 3))
                    .target(Target.logOf("Sales"))
                    .workers(workers)
                    .build();
            try (TabularLearner learner = Shops.learner(data)) {
                learner.fit(2, 1e-2);
                first = first == null ? Shops.state(learner) : first;
                assertThat(Shops.state(learner)).isEqualTo(first);
                assertThat(LayerTree.parameterCount(learner.model())).isPositive();
            }
        }
    }
}
