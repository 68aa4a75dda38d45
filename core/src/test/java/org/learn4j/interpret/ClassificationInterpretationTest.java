package org.learn4j.interpret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.data.ArrayDataset;
import org.learn4j.data.DataLoaders;
import org.learn4j.learn.Learner;
import org.learn4j.loss.Loss;
import org.learn4j.nn.Activation;
import org.learn4j.nn.Layer;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Sequential;

class ClassificationInterpretationTest {
    private static final Offset<Double> CLOSE = Offset.offset(1e-6);

    /** Logits of seven items in three classes; what is right is written beside it. */
    private static final float[][] LOGITS = {
        {2, 1, 0}, // a, right
        {0, 3, 0}, // a, given b
        {0, 1, 0}, // a, given b
        {0, 1, 0}, // b, right
        {1, 0, 0}, // b, given a
        {5, 0, 0}, // c, given a
        {0, 2, 0}, // a, given b
    };

    private static final int[] CLASSES = {0, 0, 0, 1, 1, 2, 0};

    @TempDir
    private Path folder;

    private static Learner learner(ArrayDataset items, Layer model, Loss loss) {
        return Learner.of(DataLoaders.of(items, items).batchSize(3).build(), model)
                .loss(loss)
                .silent()
                .build();
    }

    /** A learner whose model returns its input. */
    private static Learner learner(ArrayDataset items) {
        return learner(items, Sequential.of(Activation.leakyRelu(1), noWeight(3)), Loss.crossEntropy());
    }

    private static Layer noWeight(int width) {
        Linear identity = Linear.of(width, width).withoutBias();
        float[] eye = new float[width * width];
        for (int i = 0; i < width; i++) {
            eye[i * width + i] = 1;
        }
        return identity.init((tensor, seed) -> tensor.set(eye));
    }

    private static ArrayDataset named() {
        return ArrayDataset.of(LOGITS, CLASSES).classes("a", "b", "c");
    }

    @Test
    void the_confusion_matrix_has_a_row_for_each_actual_class() {
        try (Learner learner = learner(named())) {
            var interpretation = ClassificationInterpretation.of(learner);
            assertThat(interpretation.confusionMatrix()).isDeepEqualTo(new long[][] {{1, 3, 0}, {1, 1, 0}, {1, 0, 0}});
            assertThat(interpretation.mostConfused(1))
                    .extracting(Object::toString)
                    .containsExactly(
                            "Confusion[actual=a, predicted=b, count=3]",
                            "Confusion[actual=b, predicted=a, count=1]",
                            "Confusion[actual=c, predicted=a, count=1]");
            assertThat(interpretation.mostConfused(2)).hasSize(1);
        }
    }

    @Test
    void top_losses_come_with_items_classes_and_the_actual_class_s_probability() {
        try (Learner learner = learner(named())) {
            var losses = ClassificationInterpretation.of(learner).topLosses(2, true);
            assertThat(losses).extracting("item").containsExactly(5, 1);
            double worst = Math.log(Math.exp(5) + 2);
            assertThat(losses.get(0).loss()).isCloseTo(worst, CLOSE);
            assertThat(losses.get(0).probability()).isCloseTo(Math.exp(-worst), CLOSE);
            assertThat(losses.get(0).actual()).isEqualTo("c");
            assertThat(losses.get(0).predicted()).isEqualTo("a");
            assertThat(losses.get(1).loss()).isCloseTo(Math.log(Math.exp(3) + 2), CLOSE);
            var least = ClassificationInterpretation.of(learner).topLosses(100, false);
            assertThat(least).hasSize(7);
            assertThat(least.get(0).item()).isZero();
            assertThat(least.get(6).item()).isEqualTo(5);
        }
    }

    @Test
    void the_report_has_precision_recall_and_f1_of_each_class_and_averages() {
        try (Learner learner = learner(named())) {
            ClassificationReport report =
                    ClassificationInterpretation.of(learner).report();
            ClassificationReport.Row a = report.rows().get(0);
            assertThat(a.precision()).isCloseTo(1.0 / 3, CLOSE);
            assertThat(a.recall()).isCloseTo(1.0 / 4, CLOSE);
            assertThat(a.f1()).isCloseTo(2.0 / 7, CLOSE);
            assertThat(a.support()).isEqualTo(4);
            ClassificationReport.Row c = report.rows().get(2);
            assertThat(new double[] {c.precision(), c.recall(), c.f1()}).containsExactly(0, 0, 0);
            assertThat(report.accuracy()).isCloseTo(2.0 / 7, CLOSE);
            assertThat(report.macro().precision()).isCloseTo((1.0 / 3 + 1.0 / 4 + 0) / 3, CLOSE);
            assertThat(report.weighted().recall()).isCloseTo((4 * .25 + 2 * .5) / 7, CLOSE);
            assertThat(report.toString()).contains("precision", "macro avg", "0.2857");
        }
    }

    @Test
    void classes_without_names_are_called_by_their_numbers() {
        try (Learner learner = learner(ArrayDataset.of(LOGITS, CLASSES))) {
            assertThat(ClassificationInterpretation.of(learner, learner.data().train())
                            .classes())
                    .containsExactly("0", "1", "2");
        }
    }

    @Test
    void a_question_of_yes_or_no_has_two_classes() {
        float[][] logits = {{2}, {-1}, {3}, {-2}};
        try (Learner learner =
                learner(ArrayDataset.of(logits, new float[] {1, 1, 0, 0}), noWeight(1), Loss.bceWithLogits())) {
            var interpretation = ClassificationInterpretation.of(learner);
            assertThat(interpretation.confusionMatrix()).isDeepEqualTo(new long[][] {{1, 1}, {1, 1}});
            var worst = interpretation.topLosses(1, true).get(0);
            assertThat(worst.item()).isEqualTo(2);
            assertThat(worst.probability()).isCloseTo(1 - 1 / (1 + Math.exp(-3)), CLOSE);
        }
    }

    @Test
    void the_matrix_is_drawn_in_counts_or_shares() throws Exception {
        try (Learner learner = learner(named())) {
            var interpretation = ClassificationInterpretation.of(learner);
            Path counts = folder.resolve("counts.svg");
            interpretation.confusionChart(false).save(counts);
            assertThat(Files.readString(counts)).contains(">3<", ">a<", ">actual<");
            Path shares = folder.resolve("shares.svg");
            interpretation.confusionChart(true).save(shares);
            assertThat(Files.readString(shares)).contains(">0.75<", ">0.50<", ">1.00<");
        }
    }

    @Test
    void what_has_no_classes_is_refused() {
        try (Learner learner = learner(ArrayDataset.of(LOGITS, new float[7]), Linear.of(3, 1), Loss.mse())) {
            assertThatThrownBy(() -> ClassificationInterpretation.of(learner)).hasMessageContaining("one class index");
        }
        try (Learner learner = learner(named());
                var predictions = learner.predictions()) {
            assertThatThrownBy(() -> ClassificationInterpretation.of(predictions, java.util.List.of("a", "b")))
                    .hasMessageContaining("2 names for 3 classes");
        }
    }
}
