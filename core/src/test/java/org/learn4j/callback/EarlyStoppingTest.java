package org.learn4j.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.learn4j.learn.Callback;
import org.learn4j.learn.FitContext;
import org.learn4j.learn.FitOptions;
import org.learn4j.learn.Learner;
import org.learn4j.schedule.Rates;

class EarlyStoppingTest {
    private final List<String> reasons = new ArrayList<>();

    private int epochs(Scripted metric, EarlyStopping stopping) {
        Callback listener = new Callback() {
            @Override
            public void afterFit(FitContext context) {
                Optional<String> reason = context.stopReason();
                reasons.add(reason.orElse("none"));
            }
        };
        try (Learner learner = metric.learner().build()) {
            return learner.fit(8, Rates.of(1e-3), FitOptions.defaults().callbacks(stopping, listener))
                    .epochs()
                    .size();
        }
    }

    @Test
    void stopsWhenAMetricHasNotImprovedForAsManyEpochsAsItsPatience() {
        double[] values = {.5, .6, .6, .7, .7, .65, .69, .9};
        assertThat(epochs(Scripted.higherIsBetter("accuracy", values), EarlyStopping.on("accuracy")))
                .isEqualTo(3);
        assertThat(epochs(
                        Scripted.higherIsBetter("accuracy", values),
                        EarlyStopping.on("accuracy").patience(2)))
                .isEqualTo(6);
        assertThat(epochs(
                        Scripted.higherIsBetter("accuracy", values),
                        EarlyStopping.on("accuracy").patience(3)))
                .isEqualTo(7);
        assertThat(epochs(
                        Scripted.higherIsBetter("accuracy", values),
                        EarlyStopping.on("accuracy").patience(4)))
                .isEqualTo(8);
        assertThat(reasons)
                .containsExactly(
                        "accuracy has not improved on 0.6 for 1 epoch",
                        "accuracy has not improved on 0.7 for 2 epochs",
                        "accuracy has not improved on 0.7 for 3 epochs",
                        "none");
    }

    @Test
    void aMetricsOwnDirectionDecidesNotItsName() { // T6
        // fastai would maximise this error, because its name contains neither loss nor error
        double[] falling = {.9, .8, .7, .6, .5, .4, .3, .2};
        assertThat(epochs(Scripted.lowerIsBetter("exp_rmspe", falling), EarlyStopping.on("exp_rmspe")))
                .isEqualTo(8);
        double[] rising = {.1, .2, .3, .4, .5, .6, .7, .8};
        assertThat(epochs(Scripted.lowerIsBetter("exp_rmspe", rising), EarlyStopping.on("exp_rmspe")))
                .isEqualTo(2);
        // and this would be minimised, because its does
        assertThat(epochs(Scripted.higherIsBetter("error_free_share", rising), EarlyStopping.on("error_free_share")))
                .isEqualTo(8);
        assertThat(epochs(Scripted.higherIsBetter("error_free_share", falling), EarlyStopping.on("error_free_share")))
                .isEqualTo(2);
    }

    @Test
    void countsOnlyImprovementsByMoreThanTheMinimumDelta() {
        double[] values = {.5, .55, .59, .61, .70, .71, .80, .80};
        EarlyStopping strict = EarlyStopping.on("accuracy").minimumDelta(.1).patience(3);
        // .61 is better than .5 by more than .1, .71 than .61 is not (by rounding, just so): .80 is
        assertThat(epochs(Scripted.higherIsBetter("accuracy", values), strict)).isEqualTo(8);
        EarlyStopping impatient = EarlyStopping.on("accuracy").minimumDelta(.1).patience(2);
        assertThat(epochs(Scripted.higherIsBetter("accuracy", values), impatient))
                .isEqualTo(3);
    }

    @Test
    void aValueThatIsNotANumberIsNoImprovement() {
        double[] values = {Double.NaN, Double.NaN, .5, Double.NaN, .6, Double.NaN, Double.NaN, .7};
        assertThat(epochs(
                        Scripted.higherIsBetter("accuracy", values),
                        EarlyStopping.on("accuracy").patience(3)))
                .isEqualTo(8);
        assertThat(epochs(
                        Scripted.higherIsBetter("accuracy", values),
                        EarlyStopping.on("accuracy").patience(2)))
                .isEqualTo(2);
        assertThat(reasons).last().isEqualTo("accuracy has not improved on NaN for 2 epochs");
    }

    @Test
    void watchesLosses() {
        Scripted none = Scripted.higherIsBetter("accuracy", 0);
        assertThat(epochs(none, EarlyStopping.on("valid_loss"))).isEqualTo(8);
        assertThat(epochs(none, EarlyStopping.on("train_loss_mean"))).isEqualTo(8);
        assertThat(epochs(none, EarlyStopping.on("valid_loss").minimumDelta(100)))
                .isEqualTo(2);
    }

    @Test
    void oneMadeFromAnotherKeepsItsOwnCount() {
        EarlyStopping one = EarlyStopping.on("accuracy");
        EarlyStopping patient = one.patience(7);
        double[] falling = {.9, .8, .7, .6, .5, .4, .3, .2};
        try (Learner learner =
                Scripted.higherIsBetter("accuracy", falling).learner().build()) {
            learner.fit(1, Rates.of(1e-3), FitOptions.defaults().callbacks(one));
            assertThat(patient.state()).isNotEqualTo(one.state());
        }
    }

    @Test
    void refusesWhatMakesNoSense() {
        EarlyStopping stopping = EarlyStopping.on("valid_loss");
        assertThatThrownBy(() -> stopping.patience(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 1 epoch, received 0");
        for (double wrong : new double[] {-.1, Double.NaN}) {
            assertThatThrownBy(() -> stopping.minimumDelta(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("received " + wrong);
        }
    }
}
