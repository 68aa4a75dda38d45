package org.learn4j.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.learn4j.callback.EarlyStopping;
import org.learn4j.callback.ReduceOnPlateau;
import org.learn4j.callback.SaveBest;
import org.learn4j.data.ArrayDataset;
import org.learn4j.data.DataLoader;
import org.learn4j.data.DataLoaders;
import org.learn4j.data.Dataset;
import org.learn4j.data.Field;
import org.learn4j.loss.Loss;
import org.learn4j.metric.Metric;
import org.learn4j.nn.Activation;
import org.learn4j.nn.Layer;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Residual;
import org.learn4j.nn.Sequential;
import org.learn4j.schedule.HyperSchedule;
import org.learn4j.schedule.Rates;
import org.learn4j.schedule.Schedule;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.testkit.SyntheticLearner;

/** Bad input gets a clear error, and nothing is lost. */
class BadInputTest {
    /** Checks that a fit fails with all these parts in its message and leaves the weights alone. */
    private static void refused(Learner learner, Class<? extends Exception> type, String... parts) {
        try (learner) {
            Map<String, Object> before = Toy.weights(learner);
            var refusal = assertThatThrownBy(() -> learner.fitOneCycle(1, .01)).isInstanceOf(type);
            for (String part : parts) {
                refusal.hasMessageContaining(part);
            }
            assertThat(Toy.weights(learner)).isEqualTo(before);
        }
    }

    private static Learner learner(Dataset items, Layer model) {
        DataLoader train = DataLoader.of(items).batchSize(8).workers(0).build();
        return Learner.of(DataLoaders.trainingOnly(train), model).silent().build();
    }

    @Test
    void shapesThatDoNotMatchAreNamedWithTheLayersPath() {
        Sequential model = Sequential.of(
                Linear.of(Toy.FEATURES, 8),
                Residual.of(Sequential.of(Activation.relu(), Linear.of(9, 8))),
                Linear.of(8, 3));
        refused(
                learner(Toy.items(16, 1), model),
                ShapeMismatchException.class,
                "Layer 1.inner.1: Linear",
                "expects input of shape [n, 9], received [8, 8]");
    }

    @Test
    void inputsOfAnotherWidthThanTheModelsAreNamed() {
        refused(
                learner(Toy.items(16, 1), Sequential.of(Linear.of(5, 3))),
                ShapeMismatchException.class,
                "Layer 0: Linear",
                "expects input of shape [n, 5], received [8, 6]");
    }

    @Test
    void outputsThatDoNotMatchTheTargetAreNamed() {
        refused(
                learner(SyntheticLearner.items(16, 1), Linear.of(1, 2)),
                ShapeMismatchException.class,
                "mse expects targets of the predictions' shape [8, 2], received [8, 1]");
    }

    @Test
    void aClassIndexOutOfRangeIsNamedWithItsItem() {
        for (int wrong : new int[] {3, -1, Integer.MAX_VALUE}) {
            int[] classes = new int[16];
            classes[13] = wrong;
            Dataset items = ArrayDataset.of(new float[16][2], classes);
            try (Learner learner = learner(items, Linear.of(2, 3))) {
                assertThatThrownBy(() -> learner.fit(1, .01))
                        .hasMessageContaining("expects targets in [0, 3), received " + wrong + " at position 5")
                        .satisfies(
                                e -> assertThat(e.getSuppressed()[0])
                                        .hasMessage(
                                                "training batch 1 in epoch 0, by position the items [8, 9, 10, 11, 12, 13, 14, 15]"));
            }
            DataLoaders data = DataLoaders.of(
                    DataLoader.of(ArrayDataset.of(new float[16][2], new int[16]))
                            .build(),
                    DataLoader.of(items).items(3, 13).build());
            try (Learner learner = Learner.of(data, Linear.of(2, 3)).silent().build()) {
                assertThatThrownBy(() -> learner.fit(1, .01))
                        .satisfies(e -> assertThat(e.getSuppressed()[0])
                                .hasMessage("validation batch 0 in epoch 0, by position the items [3, 13]"));
            }
        }
    }

    @Test
    void batchNormOfASingleRowIsRefusedInTraining() {
        DataLoader single =
                DataLoader.of(Toy.items(3, 1)).batchSize(1).workers(0).build();
        Learner learner = Learner.of(DataLoaders.trainingOnly(single), Toy.model())
                .silent()
                .build();
        refused(learner, ShapeMismatchException.class, "Layer 2: ", "more than one value per channel", "[1, 8]");
        // the last batch of an unshuffled loader may be such a one
        DataLoader nine = DataLoader.of(Toy.items(9, 1)).batchSize(8).workers(0).build();
        try (Learner unshuffled =
                Learner.of(DataLoaders.trainingOnly(nine), Toy.model()).silent().build()) {
            assertThatThrownBy(() -> unshuffled.fit(1, .01)).hasMessageContaining("Use a larger batch");
        }
    }

    @Test
    void zeroBatchesAreExplainedBeforeAnythingRuns() {
        DataLoaders few =
                DataLoaders.of(SyntheticLearner.items(30, 1)).batchSize(64).build();
        boolean[] begun = new boolean[1];
        Callback watcher = new Callback() {
            @Override
            public void beforeFit(FitContext context) {
                begun[0] = true;
            }
        };
        refused(
                SyntheticLearner.builder(few).callbacks(watcher).build(),
                IllegalStateException.class,
                "There are no batches: 24 items make no full batch of 64 and the last batch is dropped. Use a batch size"
                        + " of at most 24");
        DataLoaders none = DataLoaders.trainingOnly(
                DataLoader.of(SyntheticLearner.items(0, 1)).build());
        refused(SyntheticLearner.builder(none).build(), IllegalStateException.class, "the data set has no items");
        DataLoaders nothingToValidate = DataLoaders.of(
                DataLoader.of(SyntheticLearner.items(32, 1)).build(),
                DataLoader.of(SyntheticLearner.items(0, 1)).build());
        refused(
                SyntheticLearner.builder(nothingToValidate).callbacks(watcher).build(),
                IllegalStateException.class,
                "the data set has no items");
        assertThat(begun[0]).isFalse();
    }

    @Test
    void aRateThatIsNotPositiveAndFiniteIsRefused() {
        try (Learner learner = Toy.builder().groups(Toy::bodyAndHead).build()) {
            for (double rate : new double[] {0, -1e-3, Double.NaN, Double.POSITIVE_INFINITY}) {
                assertThatThrownBy(() -> learner.fit(1, rate))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("positive and finite, received " + rate);
                assertThatThrownBy(() -> learner.fitOneCycle(1, rate)).isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> learner.fineTune(1, rate, FitOptions.defaults()))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> Toy.builder().learningRate(rate))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("received " + rate);
            }
            assertThat(learner.frozenTo()).isZero(); // fineTune had not begun
            assertThat(learner.steps()).isZero();
        }
    }

    @Test
    void aListOfRatesOfAnotherLengthThanTheGroupsIsRefused() {
        try (Learner learner = Toy.builder().groups(Toy::bodyAndHead).build()) {
            assertThatThrownBy(() -> learner.fitOneCycle(1, Rates.list(1e-3, 1e-3, 1e-3)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("there are 2 groups, received 3 rates");
            FitPlan plan = new FitPlan(
                    "own",
                    1,
                    HyperSchedule.of(
                            List.of(Schedule.constant(.1), Schedule.constant(.1), Schedule.constant(.1)),
                            Schedule.constant(.9),
                            Schedule.constant(0)));
            assertThatThrownBy(() -> learner.run(plan, FitOptions.defaults()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("there are 2 groups, received 3 schedules");
            learner.fitOneCycle(1, Rates.list(1e-3, 1e-2));
        }
    }

    @Test
    void zeroEpochsAreRefused() {
        try (Learner learner = Toy.builder().groups(Toy::bodyAndHead).build()) {
            for (int epochs : new int[] {0, -1}) {
                assertThatThrownBy(() -> learner.fit(epochs, .01))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("at least 1, received " + epochs);
                assertThatThrownBy(() -> learner.fineTune(epochs, .01, FitOptions.defaults()))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("received " + epochs);
            }
            assertThatThrownBy(() -> learner.fitSgdr(0, 1, 2, Rates.of(.01), FitOptions.defaults()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("at least 1, received 0 and 2");
            assertThatThrownBy(() -> learner.fitSgdr(1, 0, 2, Rates.of(.01), FitOptions.defaults()))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> learner.fitSgdr(40, 1, 2, Rates.of(.01), FitOptions.defaults()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("epochs, received 40 cycles from a length of 1");
            assertThatThrownBy(() -> learner.fitSgdr(21, 1, 3, Rates.of(.01), FitOptions.defaults())) // 5e9 of them
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("epochs, received 21 cycles");
            assertThat(learner.frozenTo()).isZero();
            assertThat(learner.history().batches()).isZero();
        }
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        FitOptions options = FitOptions.defaults();
        for (double wrong : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> FitOptions.weightDecay(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("received " + wrong);
        }
        for (double wrong : new double[] {0, 1, -1, Double.NaN}) {
            assertThatThrownBy(() -> options.startOfFall(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
        for (double wrong : new double[] {0, -25, Double.NaN}) {
            assertThatThrownBy(() -> options.divisors(wrong, 1e5)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> options.divisors(25, wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aMonitoredValueThatIsUnknownIsNamedBeforeTraining() {
        for (Callback callback : new Callback[] {
            EarlyStopping.on("exp_rmspe"),
            ReduceOnPlateau.on("exp_rmspe"),
            SaveBest.of("exp_rmspe", Path.of("never written"))
        }) {
            Learner learner =
                    Toy.builder().metrics(Metric.accuracy()).callbacks(callback).build();
            refused(learner, IllegalArgumentException.class, "[accuracy], received \"exp_rmspe\"");
        }
    }

    @Test
    void aMonitoredValueOfValidationTakesValidationItems() {
        DataLoader train = DataLoader.of(Toy.items(16, 1)).batchSize(8).build();
        for (String value : new String[] {"valid_loss", "accuracy"}) {
            Learner learner = Learner.of(DataLoaders.trainingOnly(train), Toy.model())
                    .metrics(Metric.accuracy())
                    .silent()
                    .callbacks(EarlyStopping.on(value))
                    .build();
            refused(learner, IllegalArgumentException.class, value, "takes validation items");
        }
        try (Learner learner = Learner.of(DataLoaders.trainingOnly(train), Toy.model())
                .silent()
                .callbacks(EarlyStopping.on("train_loss"))
                .build()) {
            learner.fit(1, .01); // the accepted twin
        }
    }

    @Test
    void dataWithoutTargetsNeedsALoss() {
        DataLoaders unlabelled = DataLoaders.of(ArrayDataset.ofSize(40).input(Field.floats("x", 1), new float[40]))
                .batchSize(8)
                .build();
        Linear model = Linear.of(1, 1);
        assertThatThrownBy(() -> Learner.of(unlabelled, model).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("this data set has none");
        refused(
                Learner.of(unlabelled, model).loss(Loss.mse()).silent().build(),
                IllegalStateException.class,
                "this data set has none");
    }
}
