package org.learn4j.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.learn4j.metric.Metric.Direction;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.RandomStream;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorMemory;
import org.learn4j.tensor.TensorScope;

class MetricTest {
    private TensorScope scope;

    @BeforeEach
    void open() {
        scope = TensorScope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private static double value(Metric metric, Tensor predictions, Tensor targets) {
        Metric.Accumulator accumulator = metric.start();
        accumulator.update(predictions, targets);
        return accumulator.value();
    }

    static Stream<Metric> ofOneClassAnItem() {
        return Stream.of(Metric.accuracy(), Metric.topKAccuracy(2), Metric.precision(Average.MACRO), Metric.rocAuc());
    }

    static Stream<Metric> ofRegression() {
        return Stream.of(
                Metric.mae(),
                Metric.mse(),
                Metric.rmse(),
                Metric.msle(),
                Metric.r2(),
                Metric.explainedVariance(),
                Metric.expRmspe(),
                Metric.expRmspePerBatch());
    }

    /** T6: a metric knows its direction, whatever its name. */
    @Test
    void errorsAreBetterLowAndScoresHigh() {
        assertThat(List.of(
                        Metric.errorRate(),
                        Metric.mae(),
                        Metric.mse(),
                        Metric.rmse(),
                        Metric.msle(),
                        Metric.expRmspe(),
                        Metric.expRmspePerBatch()))
                .allMatch(metric -> metric.direction() == Direction.LOWER_IS_BETTER);
        assertThat(List.of(
                        Metric.accuracy(),
                        Metric.topKAccuracy(5),
                        Metric.precision(Average.BINARY),
                        Metric.recall(Average.MICRO),
                        Metric.fBeta(2, Average.MACRO),
                        Metric.rocAuc(),
                        Metric.accuracyThreshold(.5),
                        Metric.r2(),
                        Metric.explainedVariance()))
                .allMatch(metric -> metric.direction() == Direction.HIGHER_IS_BETTER);
        assertThat(Direction.LOWER_IS_BETTER.isBetter(1, 2, .5)).isTrue();
        assertThat(Direction.LOWER_IS_BETTER.isBetter(1, 2, 1)).isFalse();
        assertThat(Direction.HIGHER_IS_BETTER.isBetter(Double.NaN, 0, 0)).isFalse();
    }

    @Test
    void namesTellVariantsApart() {
        assertThat(Stream.of(
                                Metric.precision(Average.BINARY),
                                Metric.recall(Average.MACRO),
                                Metric.fBeta(1, Average.BINARY),
                                Metric.fBeta(.5, Average.WEIGHTED),
                                Metric.topKAccuracy(5))
                        .map(Metric::name))
                .containsExactly("precision", "recall_macro", "f1", "f0.5_weighted", "top_5_accuracy");
    }

    /** R06: with one class an item, accuracy is micro-averaged precision and recall, and much else. */
    @Test
    void identitiesHoldInFiveHundredRandomCases() {
        RandomStream random = Seed.of(6).stream();
        for (int run = 0; run < 500; run++) {
            try (TensorScope inner = TensorScope.open()) {
                int items = 1 + random.nextInt(40);
                int classes = 2 + random.nextInt(5);
                float[] scores = new float[items * classes];
                for (int i = 0; i < scores.length; i++) {
                    scores[i] = random.nextInt(8) / 8f; // many ties
                }
                int[] labels = new int[items];
                for (int i = 0; i < items; i++) {
                    labels[i] = random.nextInt(classes);
                }
                Tensor p = Tensor.of(scores, items, classes);
                Tensor t = Tensor.of(labels);
                double accuracy = value(Metric.accuracy(), p, t);
                assertThat(value(Metric.errorRate(), p, t)).isCloseTo(1 - accuracy, within(1e-15));
                assertThat(value(Metric.precision(Average.MICRO), p, t)).isEqualTo(accuracy);
                assertThat(value(Metric.recall(Average.MICRO), p, t)).isEqualTo(accuracy);
                assertThat(value(Metric.fBeta(2, Average.MICRO), p, t)).isEqualTo(accuracy);
                assertThat(value(Metric.recall(Average.WEIGHTED), p, t)).isCloseTo(accuracy, within(1e-12));
                assertThat(value(Metric.topKAccuracy(1), p, t)).isEqualTo(accuracy);
                assertThat(value(Metric.topKAccuracy(classes), p, t)).isEqualTo(1);
                assertThat(value(Metric.topKAccuracy(2), p, t)).isGreaterThanOrEqualTo(accuracy);
                assertThat(value(Metric.rocAuc(), p, t))
                        .isEqualTo(Double.valueOf(areaByCounting(scores, labels, classes)));
            }
        }
    }

    private static double areaByCounting(float[] scores, int[] labels, int classes) {
        double sum = 0;
        for (int label = classes == 2 ? 1 : 0; label < classes; label++) {
            double right = 0;
            double pairs = 0;
            for (int i = 0; i < labels.length; i++) {
                for (int j = 0; j < labels.length; j++) {
                    if (labels[i] == label && labels[j] != label) {
                        float own = scores[i * classes + label];
                        float other = scores[j * classes + label];
                        right += own > other ? 1 : own == other ? .5 : 0;
                        pairs++;
                    }
                }
            }
            sum += right / pairs;
        }
        return classes == 2 ? sum : sum / classes;
    }

    @Test
    void twoClassesMayComeAsOneProbability() {
        Tensor both = Tensor.of(new float[][] {{.1f, .9f}, {.5f, .5f}, {.8f, .2f}, {.3f, .7f}});
        Tensor one = Tensor.of(new float[] {.9f, .5f, .2f, .7f});
        Tensor targets = Tensor.of(new int[] {1, 1, 0, 0});
        for (Metric metric : List.of(
                Metric.accuracy(),
                Metric.topKAccuracy(1),
                Metric.precision(Average.BINARY),
                Metric.recall(Average.MACRO),
                Metric.rocAuc())) {
            double expected = value(metric, both, targets);
            assertThat(value(metric, one, targets)).isEqualTo(expected);
            assertThat(value(metric, one.reshape(4, 1), targets.reshape(4, 1))).isEqualTo(expected);
            assertThat(value(metric, one, Tensor.of(new double[] {1, 1, 0, 0}))).isEqualTo(expected);
            assertThat(value(metric, one, Tensor.of(new long[] {1, 1, 0, 0}))).isEqualTo(expected);
        }
    }

    /** R11: a target that is no class is an error that names the item, counted over the whole set. */
    @ParameterizedTest
    @ValueSource(doubles = {-1, 3, 1e9, .5, Double.NaN, Double.POSITIVE_INFINITY, 9.3e18})
    void refusesTargetsThatAreNoClass(double wrong) {
        ofOneClassAnItem().forEach(metric -> {
            Metric.Accumulator accumulator = metric.start();
            accumulator.update(Tensor.ones(4, 3), Tensor.of(new int[] {0, 1, 2, 0}));
            assertThatThrownBy(() -> accumulator.update(Tensor.ones(2, 3), Tensor.of(new double[] {1, wrong})))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("classes from 0 to 2, received ")
                    .hasMessageContaining("for item 5");
        });
    }

    @Test
    void refusesTheLargestAndTheSmallestWholeNumber() {
        for (long wrong : new long[] {Long.MAX_VALUE, Long.MIN_VALUE}) {
            Tensor targets = Tensor.of(new long[] {wrong});
            ofOneClassAnItem()
                    .forEach(metric -> assertThatThrownBy(() -> value(metric, Tensor.ones(1, 3), targets))
                            .isInstanceOf(IllegalArgumentException.class));
        }
        assertThatThrownBy(() -> value(Metric.accuracyThreshold(.5), Tensor.ones(2), Tensor.of(new int[] {0, 2})))
                .hasMessageContaining("classes from 0 to 1, received 2 for item 1");
    }

    @Test
    void refusesShapesThatDoNotFitAndNamesBoth() {
        ofRegression().forEach(metric -> {
            refuses(metric, Shape.of(4), Shape.of(4, 4));
            refuses(metric, Shape.of(4, 4), Shape.of(4));
            refuses(metric, Shape.of(4, 2), Shape.of(2, 4));
            refuses(metric, Shape.of(4, 1), Shape.of(1, 4));
            refuses(metric, Shape.of(4, 1), Shape.of(5));
        });
        ofOneClassAnItem().forEach(metric -> {
            refuses(metric, Shape.of(4, 3), Shape.of(4, 3));
            refuses(metric, Shape.of(4, 3), Shape.of(3));
            refuses(metric, Shape.of(4, 3, 2), Shape.of(4));
            refuses(metric, Shape.of(4, 0), Shape.of(4));
            refuses(metric, Shape.scalar(), Shape.scalar());
        });
        refuses(Metric.precision(Average.BINARY), Shape.of(4, 3), Shape.of(4));
    }

    private static void refuses(Metric metric, Shape predictions, Shape targets) {
        assertThatThrownBy(() ->
                        value(metric, Tensor.zeros(DType.FLOAT32, predictions), Tensor.zeros(DType.FLOAT32, targets)))
                .as(metric.name())
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining(predictions.toString())
                .hasMessageContaining(targets.toString());
    }

    @Test
    void refusesAChangeOfTheNumberOfClasses() {
        for (Metric metric : List.of(Metric.accuracy(), Metric.rocAuc())) {
            Metric.Accumulator accumulator = metric.start();
            accumulator.update(Tensor.ones(2, 3), Tensor.of(new int[] {0, 1}));
            assertThatThrownBy(() -> accumulator.update(Tensor.ones(2, 4), Tensor.of(new int[] {0, 1})))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessageContaining("3 classes")
                    .hasMessageContaining("[2, 4]");
        }
    }

    @Test
    void refusesDecisionsInPlaceOfProbabilities() {
        assertThatThrownBy(() -> value(Metric.accuracy(), Tensor.of(new int[] {3, 1}), Tensor.of(new int[] {3, 1})))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expects probabilities, received predictions of type INT32");
    }

    @Test
    void aVectorAndAColumnAreTheSame() {
        Tensor vector = Tensor.of(new float[] {1, 2, 4});
        Tensor target = Tensor.of(new float[] {1, 3, 2});
        ofRegression().forEach(metric -> {
            double expected = value(metric, vector, target);
            assertThat(value(metric, vector.reshape(3, 1), target)).isEqualTo(expected);
            assertThat(value(metric, vector, target.reshape(3, 1))).isEqualTo(expected);
        });
    }

    /** R07: what happens at the edges. */
    @Test
    void edgesHaveTheDocumentedValues() {
        Tensor two = Tensor.of(new float[] {.2f, .7f});
        assertThat(value(Metric.rocAuc(), two, Tensor.of(new int[] {1, 1}))).isNaN();
        assertThat(value(Metric.rocAuc(), two, Tensor.of(new int[] {0, 0}))).isNaN();
        assertThat(value(Metric.rocAuc(), Tensor.ones(3, 3), Tensor.of(new int[] {0, 1, 1})))
                .isNaN();
        assertThat(value(Metric.precision(Average.BINARY), two, Tensor.of(new int[] {0, 0})))
                .isZero();
        assertThat(value(Metric.recall(Average.BINARY), two, Tensor.of(new int[] {0, 0})))
                .isZero();
        assertThat(value(Metric.fBeta(1, Average.BINARY), two.times(0), Tensor.of(new int[] {0, 0})))
                .isZero();
        assertThat(value(Metric.accuracy(), Tensor.ones(1, 1), Tensor.of(new int[] {1})))
                .isEqualTo(1);
        assertThat(value(Metric.topKAccuracy(5), Tensor.ones(1, 3), Tensor.of(new int[] {2})))
                .isEqualTo(1);
        assertThat(value(Metric.r2(), Tensor.ones(1), Tensor.ones(1))).isNaN();
        assertThat(value(Metric.r2(), Tensor.ones(3), Tensor.ones(3))).isEqualTo(1);
        assertThat(value(Metric.r2(), two, Tensor.ones(2))).isZero();
        assertThat(value(Metric.explainedVariance(), Tensor.zeros(3), Tensor.ones(3)))
                .isEqualTo(1);
        assertThat(value(Metric.msle(), Tensor.full(-2, 1), Tensor.ones(1))).isNaN();
        assertThat(value(Metric.msle(), Tensor.full(-1, 1), Tensor.ones(1))).isInfinite();
    }

    @Test
    void aPredictionThatIsNotANumberMakesTheMetricNone() {
        ofOneClassAnItem()
                .forEach(metric -> assertThat(value(
                                metric,
                                Tensor.of(new float[][] {{1, 0, 0}, {0, Float.NaN, 1}, {0, 1, 0}}),
                                Tensor.of(new int[] {0, 2, 1})))
                        .as(metric.name())
                        .isNaN());
        ofRegression()
                .forEach(metric -> assertThat(value(
                                metric, Tensor.of(new float[] {1, Float.NaN, 3}), Tensor.of(new float[] {1, 2, 2})))
                        .as(metric.name())
                        .isNaN());
        assertThat(value(Metric.accuracyThreshold(.5), Tensor.of(new float[] {Float.NaN}), Tensor.ones(1)))
                .isNaN();
    }

    @Test
    void sumsLoseNothingToRounding() {
        Metric.Accumulator mse = Metric.mse().start();
        Metric.Accumulator r2 = Metric.r2().start();
        Tensor zeros = Tensor.zeros(DType.FLOAT64, Shape.of(1000));
        Tensor tenths = Tensor.zeros(DType.FLOAT64, Shape.of(1000)).fill(.1);
        mse.update(Tensor.of(new double[] {1e8}), Tensor.of(new double[] {0}));
        for (int i = 0; i < 100; i++) {
            mse.update(tenths, zeros);
        }
        assertThat(mse.value() * 100_001 - 1e16).isCloseTo(1000, within(4.0));
        double[] targets = new double[1000];
        double[] predictions = new double[1000];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = 1e9 + i % 2;
            predictions[i] = 1e9 + .5 + .25 * (i % 2);
        }
        r2.update(Tensor.of(predictions), Tensor.of(targets));
        assertThat(r2.value()).isCloseTo(1 - (.25 + .0625) / 2 / .25, within(1e-12));
    }

    @Test
    void yourOwnMetricSeesTheWholeSetInItsTypes() {
        Metric largest = Metric.of("largest", Direction.LOWER_IS_BETTER, (p, t) -> {
            assertThat(p.shape()).isEqualTo(Shape.of(5, 2));
            assertThat(t.dtype()).isEqualTo(DType.INT32);
            double best = 0;
            for (float number : p.toFloats()) {
                best = Math.max(best, number);
            }
            return best + t.toInts()[4];
        });
        Metric.Accumulator accumulator = largest.start();
        accumulator.update(Tensor.of(new float[][] {{1, 2}, {3, 4}}), Tensor.of(new int[] {0, 1}));
        accumulator.update(Tensor.of(new float[][] {{9, 2}, {3, 4}, {5, 5}}), Tensor.of(new int[] {0, 1, 7}));
        long before = TensorMemory.bytesInUse();
        assertThat(accumulator.value()).isEqualTo(16);
        assertThat(accumulator.value()).isEqualTo(16);
        assertThat(TensorMemory.bytesInUse()).isLessThanOrEqualTo(before + 4096);
        assertThatThrownBy(() -> accumulator.update(Tensor.ones(2, 3), Tensor.of(new int[] {0, 1})))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("[2, 3]");
    }

    @Test
    void yourOwnMetricKeepsEveryType() {
        for (DType dtype : DType.values()) {
            Metric sum = Metric.of("sum", Direction.LOWER_IS_BETTER, (p, t) -> {
                assertThat(p.dtype()).isEqualTo(dtype);
                double total = 0;
                for (double number : p.toDoubles()) {
                    total += number;
                }
                return total;
            });
            Metric.Accumulator accumulator = sum.start();
            Tensor three = Tensor.zeros(dtype, Shape.of(3)).set(1, 2, 4);
            accumulator.update(three, three);
            accumulator.update(three.slice(0, 1, 3), three.slice(0, 1, 3));
            assertThat(accumulator.value()).as("%s", dtype).isEqualTo(13);
        }
    }

    @Test
    void aMeanOfBatchesIsWeightedByTheirSizes() {
        Metric.Accumulator accumulator = Metric.meanOf("first", Direction.LOWER_IS_BETTER, (p, t) -> p.toFloats()[0])
                .start();
        accumulator.update(Tensor.of(new float[] {1, 9, 9}), Tensor.ones(3));
        accumulator.update(Tensor.of(new float[] {5}), Tensor.ones(1));
        accumulator.update(Tensor.zeros(0), Tensor.zeros(0));
        assertThat(accumulator.value()).isEqualTo(2);
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        assertThatThrownBy(() -> Metric.topKAccuracy(0)).hasMessageContaining("received 0");
        assertThatThrownBy(() -> Metric.fBeta(0, Average.MACRO)).hasMessageContaining("received 0.0");
        assertThatThrownBy(() -> Metric.accuracyThreshold(Double.NaN)).hasMessageContaining("NaN");
    }
}
