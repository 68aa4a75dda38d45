package org.learn4j.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.learn4j.learn.FitOptions;
import org.learn4j.learn.Learner;
import org.learn4j.schedule.Rates;
import org.learn4j.testkit.SyntheticLearner;

class ReduceOnPlateauTest {
    private static final double[] VALUES = {.5, .6, .6, .7, .6, .6, .6, .9};

    /** Returns the rate of each epoch. */
    private static double[] rates(ReduceOnPlateau callback) {
        try (Learner learner =
                Scripted.higherIsBetter("accuracy", VALUES).learner().build()) {
            double[] all = learner.fit(8, Rates.of(.01), FitOptions.defaults().callbacks(callback))
                    .rates();
            return IntStream.range(0, 8)
                    .mapToDouble(epoch -> all[epoch * SyntheticLearner.BATCHES])
                    .toArray();
        }
    }

    @Test
    void dividesTheRateAfterEveryEpochWithoutImprovement() {
        assertThat(rates(ReduceOnPlateau.on("accuracy")))
                .usingComparatorWithPrecision(1e-15)
                .containsExactly(.01, .01, .01, 1e-3, 1e-3, 1e-4, 1e-5, 1e-6);
    }

    @Test
    void waitsAsLongAsItsPatience() {
        assertThat(rates(ReduceOnPlateau.on("accuracy").patience(2).factor(4)))
                .usingComparatorWithPrecision(1e-15)
                .containsExactly(.01, .01, .01, .01, .01, .01, .0025, .0025);
    }

    @Test
    void goesNoLowerThanTheLowestRate() {
        assertThat(rates(ReduceOnPlateau.on("accuracy").minimumRate(5e-4)))
                .usingComparatorWithPrecision(1e-15)
                .containsExactly(.01, .01, .01, 1e-3, 1e-3, 5e-4, 5e-4, 5e-4);
        // and never above the plan's
        assertThat(rates(ReduceOnPlateau.on("accuracy").minimumRate(1))).containsOnly(.01);
    }

    @Test
    void keepsTheRatiosOfGroupsAndTheShapeOfASchedule() {
        try (Learner learner = Scripted.higherIsBetter("accuracy", .5).learner().build()) {
            double[] plain = learner.fitOneCycle(3, .01).rates();
            double[] reduced = learner.fitOneCycle(
                            3, .01, FitOptions.defaults().callbacks(ReduceOnPlateau.on("accuracy")))
                    .rates();
            for (int i = 0; i < 30; i++) {
                double factor = i < 20 ? 1 : 10; // the second epoch was no better than the first
                assertThat(reduced[30 + i]).isEqualTo(plain[i] / factor, within(1e-15));
            }
        }
    }

    @Test
    void refusesWhatMakesNoSense() {
        ReduceOnPlateau callback = ReduceOnPlateau.on("valid_loss");
        assertThatThrownBy(() -> callback.patience(0)).hasMessageContaining("received 0");
        for (double wrong : new double[] {1, 0, -10, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> callback.factor(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("received " + wrong);
        }
        for (double wrong : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> callback.minimumRate(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("received " + wrong);
        }
    }
}
