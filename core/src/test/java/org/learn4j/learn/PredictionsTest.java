package org.learn4j.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.learn4j.data.ArrayDataset;
import org.learn4j.data.DataLoader;
import org.learn4j.data.Dataset;
import org.learn4j.data.Field;
import org.learn4j.loss.Loss;
import org.learn4j.nn.Pass;
import org.learn4j.tensor.RandomStream;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;
import org.learn4j.testkit.SyntheticLearner;

class PredictionsTest {
    private static float[] rows(int count, long seed) {
        RandomStream stream = Seed.of(seed).stream();
        float[] rows = new float[count * Toy.FEATURES];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (float) stream.nextGaussian();
        }
        return rows;
    }

    @Test
    void comeInTheOrderOfRowsWithEachItemsLossHoweverTheLoaderShuffles() {
        int count = 29;
        float[] rows = rows(count, 3);
        int[] classes = IntStream.range(0, count).map(i -> i % Toy.CLASSES).toArray();
        Dataset items = ArrayDataset.ofSize(count)
                .input(Field.floats("x", Toy.FEATURES), rows)
                .target(Field.ints("class"), classes);
        try (Learner learner = Toy.learner();
                DataLoader shuffled = DataLoader.of(items)
                        .batchSize(8)
                        .shuffle(Seed.of(1))
                        .workers(2)
                        .build()) {
            learner.fit(2, .02);
            try (Predictions predictions = learner.predictions(shuffled);
                    TensorScope scope = TensorScope.open()) {
                assertThat(predictions.items())
                        .containsExactly(IntStream.range(0, count).toArray());
                Tensor whole = Tensor.of(rows, count, Toy.FEATURES);
                Tensor output = learner.model().call(Pass.evaluation(), whole);
                assertThat(predictions.values().shape()).isEqualTo(Shape.of(count, Toy.CLASSES));
                assertThat(predictions.values().toFloats())
                        .containsExactly(output.softmax(-1).toFloats(), within(1e-6f));
                assertThat(predictions.decoded().toInts())
                        .containsExactly(Loss.crossEntropy().decode(output).toInts());
                assertThat(predictions.targets().orElseThrow().toInts()).containsExactly(classes);
                double[] losses =
                        Loss.crossEntropy().items(output, Tensor.of(classes)).toDoubles();
                assertThat(predictions.losses()).containsExactly(losses, within(1e-6));
            }
        }
    }

    @Test
    void ofASelectionNameItsItems() {
        try (Learner learner = Toy.learner();
                DataLoader some = DataLoader.of(Toy.items(20, 4))
                        .items(7, 3, 11)
                        .batchSize(2)
                        .build()) {
            try (Predictions predictions = learner.predictions(some);
                    Predictions all = learner.predictions(Toy.items(20, 4))) {
                assertThat(predictions.items()).containsExactly(7, 3, 11);
                float[] whole = all.values().toFloats();
                float[] row = Arrays.copyOfRange(whole, 3 * Toy.CLASSES, 4 * Toy.CLASSES);
                assertThat(Arrays.copyOfRange(predictions.values().toFloats(), Toy.CLASSES, 2 * Toy.CLASSES))
                        .containsExactly(row, within(1e-6f));
            }
        }
    }

    @Test
    void needNoTargets() {
        Dataset unlabelled = ArrayDataset.ofSize(11).input(Field.floats("x", Toy.FEATURES), rows(11, 5));
        try (Learner learner = Toy.learner();
                Predictions predictions = learner.predictions(unlabelled)) {
            assertThat(predictions.values().shape()).isEqualTo(Shape.of(11, Toy.CLASSES));
            assertThat(predictions.targets()).isEmpty();
            assertThat(predictions.losses()).isEmpty();
        }
    }

    @Test
    void ofNoItemsHaveNoRows() {
        Dataset empty = ArrayDataset.ofSize(0)
                .input(Field.floats("x", Toy.FEATURES), new float[0])
                .target(Field.ints("class"), new int[0]);
        try (Learner learner = Toy.learner();
                Predictions none = learner.predictions(empty)) {
            assertThat(none.items()).isEmpty();
            assertThat(none.losses()).isEmpty();
            assertThat(none.values().shape()).isEqualTo(Shape.of(0, Toy.CLASSES));
            assertThat(none.decoded().shape()).isEqualTo(Shape.of(0));
            assertThat(none.targets().orElseThrow().shape()).isEqualTo(Shape.of(0));
        }
    }

    @Test
    void ofRegressionAreTheValues() {
        try (Learner learner = SyntheticLearner.of()) {
            learner.fit(8, .02);
            try (Predictions predictions = learner.predictions()) {
                double[] predicted = predictions.decoded().toDoubles();
                double[] targets = predictions.targets().orElseThrow().toDoubles();
                double[] losses = predictions.losses();
                assertThat(predicted).containsExactly(targets, within(.5));
                for (int i = 0; i < losses.length; i++) {
                    assertThat(losses[i]).isEqualTo(Math.pow(predicted[i] - targets[i], 2), within(1e-5));
                }
            }
        }
    }

    @Test
    void outliveTheirLearner() {
        Learner learner = Toy.learner();
        Predictions predictions = learner.predictions();
        float[] before = predictions.values().toFloats();
        learner.close();
        assertThat(predictions.values().toFloats()).isEqualTo(before);
        predictions.close();
        predictions.close();
    }

    @Test
    void mayBeAskedForByACallback() {
        int[] rows = new int[1];
        Callback asking = new Callback() {
            @Override
            public void afterPrediction(FitContext context) {
                if (context.isTraining() && context.batchNumber() == 0) { // while a tape records and an epoch is open
                    try (Predictions predictions = context.learner().predictions()) {
                        rows[0] += predictions.items().length;
                    }
                }
            }
        };
        try (Learner asked = Toy.learner(asking);
                Learner plain = Toy.learner()) {
            asked.fitOneCycle(2, .01);
            plain.fitOneCycle(2, .01);
            assertThat(rows[0]).isEqualTo(2 * Toy.VALID);
            assertThat(Toy.state(asked)).isEqualTo(Toy.state(plain));
        }
    }

    @Test
    void decidesAnewFromOtherValues() {
        try (Learner learner = Toy.learner();
                Predictions predictions = learner.predictions()) {
            double[] values = new double[Toy.VALID * Toy.CLASSES];
            for (int i = 0; i < Toy.VALID; i++) {
                values[i * Toy.CLASSES + i % Toy.CLASSES] = 0.6;
            }
            try (Predictions others = predictions.withValues(values)) {
                assertThat(others.decoded().toInts())
                        .containsExactly(IntStream.range(0, Toy.VALID)
                                .map(i -> i % Toy.CLASSES)
                                .toArray());
                assertThat(others.items()).containsExactly(predictions.items());
                assertThat(others.targets().orElseThrow().toInts())
                        .containsExactly(predictions.targets().orElseThrow().toInts());
                assertThat(others.losses()).isEmpty();
            }
            assertThat(predictions.values().isClosed()).isFalse();
            assertThatThrownBy(() -> predictions.withValues(1, 2))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("received 2");
        }
    }

    @Test
    void severalLabelsAreDecidedByTheThreshold() {
        Loss loss = Loss.bceWithLogits().threshold(0.7);
        try (TensorScope scope = TensorScope.open()) {
            assertThat(loss.decide(Tensor.of(new float[] {0.69f, 0.71f}, 1, 2)).toInts())
                    .containsExactly(0, 1);
        }
    }
}
