package org.learn4j.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.data.DataLoaders;
import org.learn4j.loss.Loss;
import org.learn4j.metric.Metric;
import org.learn4j.optim.Optimizer;
import org.learn4j.schedule.Rates;
import org.learn4j.testkit.SyntheticLearner;

class LearningRateFinderTest {
    @TempDir
    private Path folder;

    @Test
    void findsRatesThatLearn() {
        try (Learner learner = SyntheticLearner.builder(SyntheticLearner.data())
                .optimizer(Optimizer.sgd())
                .build()) {
            LearningRates found = learner.findLearningRate();

            assertThat(found.rates()).hasSameSizeAs(found.losses()).hasSizeBetween(80, 100);
            assertThat(found.rates()[0]).isEqualTo(1e-7);
            assertThat(found.rates()[50]).isEqualTo(1e-3, within(1e-12));
            assertThat(found.valley()).isBetween(1e-4, 1.0);
            assertThat(found.steep()).isBetween(1e-4, 1.0);
            learner.fit(5, found.valley());
            double first = learner.history().losses()[0];
            assertThat(learner.history().last("valid_loss")).isLessThan(first / 2);
        }
    }

    @Test
    void leavesNoTraceWhateverWasTrainedBefore() {
        for (int epochsBefore = 0; epochsBefore < 2; epochsBefore++) {
            try (Learner plain = Toy.learner();
                    Learner finding = Toy.learner()) {
                if (epochsBefore > 0) {
                    plain.fitOneCycle(epochsBefore, 1e-2);
                    finding.fitOneCycle(epochsBefore, 1e-2);
                }
                Map<String, Object> before = Toy.weights(finding);
                Map<String, Object> recorded = Toy.recorded(finding.history());
                finding.findLearningRate(1e-5, 1, 23); // ends in the middle of an epoch
                assertThat(Toy.weights(finding)).isEqualTo(before);
                assertThat(Toy.recorded(finding.history())).isEqualTo(recorded);
                if (epochsBefore > 0) {
                    assertThat(Toy.state(finding)).isEqualTo(Toy.state(plain));
                }

                plain.fitOneCycle(2, 1e-2);
                finding.fitOneCycle(2, 1e-2);
                assertThat(Toy.state(finding)).isEqualTo(Toy.state(plain));
            }
        }
    }

    @Test
    void leavesNoTraceWithAnyOptimizerNorFreezing() {
        for (Optimizer optimizer :
                new Optimizer[] {Optimizer.sgd().momentum(.9), Optimizer.ranger(), Optimizer.lamb()}) {
            try (Learner plain = Toy.builder()
                            .optimizer(optimizer)
                            .groups(Toy::bodyAndHead)
                            .build();
                    Learner finding = Toy.builder()
                            .optimizer(optimizer)
                            .groups(Toy::bodyAndHead)
                            .build()) {
                for (Learner learner : new Learner[] {plain, finding}) {
                    learner.freeze();
                    if (learner == finding) {
                        learner.findLearningRate(1e-4, 1, 8);
                    }
                    learner.fit(1, Rates.of(1e-2), FitOptions.defaults());
                    if (learner == finding) {
                        learner.findLearningRate(1e-4, 1, 8);
                    }
                    learner.unfreeze();
                    learner.fit(1, Rates.of(1e-2), FitOptions.defaults());
                }
                assertThat(Toy.state(finding)).as("%s", optimizer).isEqualTo(Toy.state(plain));
            }
        }
    }

    @Test
    void leavesNoTraceWhereItFails() {
        Metric never = Metric.meanOf("never", Metric.Direction.HIGHER_IS_BETTER, (p, t) -> {
            throw new AssertionError("the finder validates nothing");
        });
        int[] calls = new int[1];
        Loss breaking = Loss.of("breaking", (prediction, target) -> {
            if (++calls[0] == 7) {
                throw new IllegalStateException("broken");
            }
            return Loss.crossEntropy().items(prediction, target);
        });
        try (Learner learner = Toy.builder().loss(breaking).metrics(never).build()) {
            Map<String, Object> before = Toy.weights(learner);
            assertThatThrownBy(learner::findLearningRate).hasMessage("broken");
            assertThat(Toy.weights(learner)).isEqualTo(before);
            assertThat(learner.steps()).isZero();
            assertThat(learner.epochsDone()).isZero();
            learner.findLearningRate(1e-5, 1e-4, 12); // without validating
            assertThat(Toy.weights(learner)).isEqualTo(before);
        }
    }

    @Test
    void stopsWhereTheLossDiverges() {
        try (Learner learner = SyntheticLearner.builder(SyntheticLearner.data())
                .optimizer(Optimizer.sgd())
                .build()) {
            LearningRates found = learner.findLearningRate(1e-3, 1e6, 60);
            double[] losses = found.losses();
            assertThat(losses.length).isLessThan(60);
            double best = Arrays.stream(losses).min().orElseThrow();
            assertThat(losses[losses.length - 1]).isGreaterThan(4 * best);
            assertThat(losses[losses.length - 2]).isLessThanOrEqualTo(4 * best);
        }
    }

    @Test
    void aLossBelowZeroDoesNotCountAsDiverged() {
        Loss negative = Loss.of(
                "negative",
                (prediction, target) -> Loss.mse().items(prediction, target).minus(1000));
        try (Learner learner =
                SyntheticLearner.builder(SyntheticLearner.data()).loss(negative).build()) {
            assertThat(learner.findLearningRate(1e-7, 1e-4, 20).losses()).hasSize(20);
        }
    }

    @Test
    void drawsTheCurve() throws IOException {
        try (Learner learner = SyntheticLearner.of()) {
            LearningRates found = learner.findLearningRate();
            found.save(folder.resolve("rates.png"));
            found.save(folder.resolve("rates.svg"));
            learner.findLearningRate(1e-4, 1e-3, 6).save(folder.resolve("few.png"));
        }
        for (String name : new String[] {"rates.png", "rates.svg", "few.png"}) {
            assertThat(Files.size(folder.resolve(name))).isGreaterThan(1000);
        }
        assertThat(Files.readString(folder.resolve("rates.svg"))).startsWith("<?xml");
    }

    @Test
    void refusesARangeThatDoesNotGrow() {
        try (Learner learner = SyntheticLearner.of()) {
            assertThatThrownBy(() -> learner.findLearningRate(0, 1, 10))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("received 0.0 to 1.0");
            assertThatThrownBy(() -> learner.findLearningRate(1, 1, 10)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> learner.findLearningRate(1, Double.POSITIVE_INFINITY, 10))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> learner.findLearningRate(Double.NaN, 1, 10))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> learner.findLearningRate(1e-4, 1, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("At least 2 batches");
        }
        try (Learner none = SyntheticLearner.builder(DataLoaders.of(SyntheticLearner.items(20, 1))
                        .batchSize(64)
                        .build())
                .build()) {
            assertThatThrownBy(none::findLearningRate)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("no batches");
        }
    }
}
