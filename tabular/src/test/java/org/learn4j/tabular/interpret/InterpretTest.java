package org.learn4j.tabular.interpret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.metric.Metric;
import org.learn4j.tabular.TabularData;
import org.learn4j.tabular.TabularLearner;
import org.learn4j.tabular.Target;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

class InterpretTest {
    private static final String[] STATES = {"BY", "HH", "SN", "TH"};
    private static final double[] EFFECTS = {1, 3, 1, 5};

    @TempDir
    private static Path folder;

    private static Table table = Table.create();
    private static TabularLearner learner;

    /** State and distance decide the price, noise does not; BY and SN have one effect. */
    @BeforeAll
    static void train() {
        Random random = new Random(3);
        StringColumn state = StringColumn.create("State");
        StringColumn noise = StringColumn.create("Noise");
        DoubleColumn distance = DoubleColumn.create("Distance");
        DoubleColumn price = DoubleColumn.create("Price");
        for (int i = 0; i < 1500; i++) {
            int s = random.nextInt(4);
            double d = random.nextGaussian();
            state.append(STATES[s]);
            noise.append("n" + random.nextInt(5));
            if (i % 10 == 0) {
                distance.appendMissing();
                d = -1;
            } else {
                distance.append(d);
            }
            price.append(10 * EFFECTS[s] + 2 * d);
        }
        table = Table.create("prices", state, noise, distance, price);
        TabularData data = TabularData.of(table)
                .categorical("State", "Noise")
                .continuous("Distance")
                .target(Target.of("Price"))
                .build();
        learner = TabularLearner.of(data)
                .layers(32)
                .yRange(0, 60)
                .metrics(Metric.rmse())
                .silent()
                .build();
        learner.fitOneCycle(15, 2e-2);
    }

    @AfterAll
    static void close() {
        learner.close();
    }

    @Test
    void importanceOrdersColumnsByWhatTheyAreWorth() {
        FeatureImportance importance = FeatureImportance.of(learner);
        assertThat(importance.measure()).isEqualTo("rmse");
        assertThat(importance.whole()).isLessThan(3);
        assertThat(importance.features())
                .extracting(FeatureImportance.Feature::name)
                .containsExactly("State", "Distance", "Noise");
        // two independent draws of the effects differ by √(2·Var): 10·√(2·2.75) ≈ 23.5
        assertThat(importance.features().get(0).importance()).isBetween(15.0, 30.0);
        assertThat(importance.features().get(2).importance()).isBetween(-0.5, 1.0);
        assertThat(importance.toString()).contains("State").contains("rmse");
        Path picture = folder.resolve("importance.png");
        importance.save(picture);
        assertThat(picture).isNotEmptyFile();
    }

    @Test
    void importanceIsMeasuredAgainTheSame() {
        assertThat(FeatureImportance.of(learner).features())
                .isEqualTo(FeatureImportance.of(learner).features());
        assertThatThrownBy(() -> FeatureImportance.of(learner, 0, org.learn4j.tensor.Seed.of(1)))
                .hasMessageContaining("received 0");
    }

    @Test
    void permutingAColumnTakesItsFlagAlongAndLeavesTheRest() {
        TabularData data = learner.table();
        int[] valid = data.split().valid();
        try (var before = data.loaders();
                var loader = data.permutedValidation("Distance", org.learn4j.tensor.Seed.of(5))) {
            int[] order = org.learn4j.tensor.Seed.of(5).stream().permutation(valid.length);
            try (var plain = before.valid().orElseThrow().open(0, 0);
                    var permuted = loader.open(0, 0)) {
                var first = permuted.next();
                int[] codes = first.inputs()[0].toInts();
                float[] numbers = first.inputs()[1].toFloats();
                int[] own = plain.next().inputs()[0].toInts();
                for (int row = 0; row < 64; row++) {
                    assertThat(codes[row * 3]).isEqualTo(own[row * 3]);
                    assertThat(codes[row * 3 + 1]).isEqualTo(own[row * 3 + 1]);
                    boolean missing = table.doubleColumn("Distance").isMissing(valid[order[row]]);
                    assertThat(codes[row * 3 + 2]).isEqualTo(missing ? 2 : 1);
                    if (missing) {
                        assertThat(numbers[row]).isBetween(-0.5f, 0.5f);
                    }
                }
            }
        }
        assertThatThrownBy(() -> data.permutedValidation("Nothing", org.learn4j.tensor.Seed.of(1)))
                .hasMessageContaining("\"Nothing\"");
    }

    @Test
    void embeddingsOfLevelsWithOneEffectLieTogether() {
        EntityEmbeddings states = EntityEmbeddings.of(learner, "State");
        assertThat(states.levels()).containsExactly("#na#", "BY", "HH", "SN", "TH");
        assertThat(states.nearest("BY", 1)).containsExactly("SN");
        assertThat(states.toTable().columnNames()).startsWith("State", "e0").hasSize(1 + states.width());
        Path picture = folder.resolve("states.png");
        states.save(picture);
        assertThat(picture).isNotEmptyFile();
        assertThatThrownBy(() -> states.vector("XX")).hasMessageContaining("\"XX\"");
        assertThatThrownBy(() -> EntityEmbeddings.of(learner, "Distance")).hasMessageContaining("\"Distance\"");
    }

    @Test
    void principalComponentsKeepDistancesAndAreOrderedByVariance() {
        EntityEmbeddings states = EntityEmbeddings.of(learner, "State");
        double[][] points = states.principalComponents(states.width());
        for (int i = 0; i < STATES.length; i++) {
            for (int j = 0; j < i; j++) {
                double inSpace = distance(states.vector(STATES[i]), states.vector(STATES[j]));
                assertThat(distance(points[i], points[j])).isCloseTo(inSpace, within(1e-6));
            }
        }
        double previous = Double.MAX_VALUE;
        for (int k = 0; k < states.width(); k++) {
            double variance = 0;
            for (double[] point : points) {
                variance += point[k] * point[k];
            }
            assertThat(variance).isLessThanOrEqualTo(previous + 1e-9);
            previous = variance;
        }
        assertThatThrownBy(() -> states.principalComponents(99)).hasMessageContaining("received 99");
    }

    private static double distance(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return Math.sqrt(sum);
    }

    @Test
    void encodedFeaturesAreWhatTheModelReads() {
        Table rows = table.first(30);
        Table codes = EncodedFeatures.codes(learner.table(), rows);
        assertThat(codes.columnNames()).containsExactly("State", "Noise", "Distance_na", "Distance");
        assertThat(codes.rowCount()).isEqualTo(30);
        EntityEmbeddings states = EntityEmbeddings.of(learner, "State");
        Table vectors = EncodedFeatures.embedded(learner, rows);
        for (int row = 0; row < 30; row++) {
            String state = rows.stringColumn("State").get(row);
            assertThat(codes.intColumn("State").get(row))
                    .isEqualTo(states.levels().indexOf(state));
            double[] vector = states.vector(state);
            for (int i = 0; i < vector.length; i++) {
                assertThat((double) vectors.floatColumn("State_e" + i).get(row)).isEqualTo(vector[i]);
            }
        }
        assertThat(EncodedFeatures.codes(learner.table(), table.emptyCopy()).rowCount())
                .isZero();
    }
}
