package org.learn4j.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;
import org.learn4j.testkit.Golden;

/** R04: metrics against scikit-learn, whole and in batches. */
class GoldenMetricsTest {
    private static final double TOLERANCE = 1e-9;

    private TensorScope scope;

    @BeforeEach
    void open() {
        scope = TensorScope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    static Stream<Golden.Case> classification() {
        return Golden.load("metrics").stream()
                .filter(c -> List.of("multiclass", "binary").contains(c.text("metric")));
    }

    static Stream<Golden.Case> areas() {
        return Golden.load("metrics").stream().filter(c -> c.text("metric").startsWith("roc_auc"));
    }

    static Stream<Golden.Case> regression() {
        return Golden.load("metrics", "metric", "regression").stream();
    }

    static Stream<Golden.Case> relative() {
        return Golden.load("metrics", "metric", "exp_rmspe").stream();
    }

    @ParameterizedTest
    @MethodSource("classification")
    void classificationAgreesWithScikitLearn(Golden.Case c) {
        int compared = 0;
        for (String output : c.outputs().keySet()) {
            if (!output.endsWith("_none") && !output.endsWith("_all_labels")) { // forms we do not offer
                agrees(c, output, named(output), c.output(output).scalar());
                compared++;
            }
        }
        assertThat(compared).isGreaterThanOrEqualTo(17);
    }

    private static Metric named(String output) {
        if (output.equals("accuracy")) {
            return Metric.accuracy();
        } else if (output.equals("error_rate")) {
            return Metric.errorRate();
        } else if (output.startsWith("top_")) {
            return Metric.topKAccuracy(Integer.parseInt(output.substring(4)));
        }
        String[] words = output.split("_");
        Average average = Average.valueOf(words[words.length - 1].toUpperCase(Locale.ROOT));
        return switch (words[0]) {
            case "precision" -> Metric.precision(average);
            case "recall" -> Metric.recall(average);
            default -> Metric.fBeta(Double.parseDouble(words[1]), average);
        };
    }

    @ParameterizedTest
    @MethodSource("areas")
    void theAreaUnderTheCurveAgreesWithScikitLearn(Golden.Case c) {
        String output = c.text("metric").equals("roc_auc_binary") ? "roc_auc" : "roc_auc_ovr_macro";
        double expected = c.flag("undefined") ? Double.NaN : c.output(output).scalar();
        agrees(c, output, Metric.rocAuc(), expected);
    }

    private static void agrees(Golden.Case c, String output, Metric metric, double expected) {
        Tensor scores = Tensor.of(c.input("scores").floats(), c.input("scores").shape());
        Tensor targets = Tensor.of(c.input("target").ints());
        assertValue(c, output, value(metric, scores, targets, Integer.MAX_VALUE), expected);
        assertValue(c, output, value(metric, scores, targets, 7), expected);
        long items = scores.shape().dim(0);
        if (c.text("metric").equals("binary")) {
            assertValue(c, output, value(metric, scores.slice(1, 1, 2), targets.reshape(items, 1), 7), expected);
        }
    }

    @ParameterizedTest
    @MethodSource("regression")
    void regressionAgreesWithScikitLearn(Golden.Case c) {
        Tensor predictions = Tensor.of(c.input("pred").floats());
        Tensor targets = Tensor.of(c.input("target").floats());
        for (Metric metric : List.of(
                Metric.mae(), Metric.mse(), Metric.rmse(), Metric.msle(), Metric.r2(), Metric.explainedVariance())) {
            if (c.outputs().containsKey(metric.name())) {
                double expected = c.output(metric.name()).scalar();
                assertValue(c, metric.name(), value(metric, predictions, targets, Integer.MAX_VALUE), expected);
                assertValue(c, metric.name(), value(metric, predictions, targets.reshape(-1, 1), 3), expected);
            }
        }
    }

    /** T5: over the whole set, and averaged over batches as fastai v1 does. */
    @ParameterizedTest
    @MethodSource("relative")
    void theRelativeErrorIsOverTheWholeSetUnlessAskedForPerBatch(Golden.Case c) {
        int batch = c.integer("batch_size");
        Tensor predictions = Tensor.of(c.input("pred").data());
        Tensor targets = Tensor.of(c.input("target").data());
        double whole = c.output("whole").scalar();
        double mean = c.output("batch_mean").scalar();
        assertValue(c, "whole", value(Metric.expRmspe(), predictions, targets, batch), whole);
        assertValue(c, "whole", value(Metric.expRmspe(), predictions, targets, Integer.MAX_VALUE), whole);
        assertValue(c, "batch_mean", value(Metric.expRmspePerBatch(), predictions, targets, batch), mean);
        assertValue(c, "whole", value(Metric.expRmspePerBatch(), predictions, targets, Integer.MAX_VALUE), whole);
    }

    private static double value(Metric metric, Tensor predictions, Tensor targets, int batch) {
        Metric.Accumulator accumulator = metric.start();
        long items = predictions.shape().dim(0);
        for (long from = 0; from < items; from += batch) {
            long to = Math.min(items, from + batch);
            accumulator.update(predictions.slice(0, from, to), targets.slice(0, from, to));
        }
        return accumulator.value();
    }

    private static void assertValue(Golden.Case c, String output, double value, double expected) {
        String what = output + " of " + c.name() + " with "
                + Arrays.toString(c.input("target").shape());
        if (Double.isNaN(expected)) {
            assertThat(value).as(what).isNaN();
        } else {
            assertThat(value).as(what).isCloseTo(expected, within(TOLERANCE * Math.max(1, Math.abs(expected))));
        }
    }
}
