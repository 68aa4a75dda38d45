package org.learn4j.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.learn4j.callback.GradientAccumulation;
import org.learn4j.data.ArrayDataset;
import org.learn4j.data.DataLoader;
import org.learn4j.data.DataLoaders;
import org.learn4j.data.Dataset;
import org.learn4j.data.Field;
import org.learn4j.data.Slot;
import org.learn4j.loss.Loss;
import org.learn4j.nn.LayerTree;
import org.learn4j.nn.ParamGroup;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Tensor;
import org.learn4j.testkit.SyntheticLearner;

/** R09: what is not finite never reaches the weights. */
class NonFiniteGuardTest {
    private static final int LAST = 2 * Toy.BATCHES - 1;

    /** The toy's items, of which one row can be spoilt while training. */
    private static final class SpoiltItems implements Dataset {
        private final Dataset inner = Toy.items(Toy.BATCHES * Toy.BATCH_SIZE, 1);
        private volatile int spoilt = -1;
        private volatile float with = Float.NaN;

        @Override
        public int size() {
            return inner.size();
        }

        @Override
        public List<Field> inputs() {
            return inner.inputs();
        }

        @Override
        public Optional<Field> target() {
            return inner.target();
        }

        @Override
        public void write(int item, int row, List<Slot> inputs, Optional<Slot> target) {
            inner.write(item, row, inputs, target);
            if (item == spoilt) {
                inputs.get(0).set(row, 2, with);
            }
        }
    }

    private final SpoiltItems items = new SpoiltItems();

    private Learner.Builder builder() {
        DataLoader train = DataLoader.of(items)
                .batchSize(Toy.BATCH_SIZE)
                .shuffle(Seed.of(5))
                .workers(0)
                .build();
        return Learner.of(DataLoaders.trainingOnly(train), Toy.model()).seed(11).silent();
    }

    /** Does something within the k-th training batch, and keeps everything as it was before that batch. */
    private abstract static class AtStep implements Callback {
        private final int step;
        private Map<String, Object> before = Map.of();
        private int[] batch = new int[0];

        AtStep(int step) {
            this.step = step;
        }

        abstract void inject(FitContext context);

        @Override
        public Stage stage() {
            return Stage.PREPARE;
        }

        @Override
        public void beforeBatch(FitContext context) {
            if (context.isTraining() && context.step() == step + 1) {
                before = withoutCounters(Toy.state(context.learner()));
                batch = context.batch().items();
                inject(context);
            }
        }
    }

    private static Map<String, Object> withoutCounters(Map<String, Object> state) {
        state.remove("steps");
        return state;
    }

    @ParameterizedTest
    @CsvSource({"0, NaN", "5, NaN", "9, NaN", "0, Infinity", "7, -Infinity"})
    void anInputThatIsNotFiniteChangesNothing(int step, float value) {
        AtStep injector = new AtStep(step) {
            @Override
            void inject(FitContext context) {
                Tensor input = context.batch().inputs()[0];
                float[] values = input.toFloats();
                values[3 * Toy.FEATURES + 1] = value;
                input.set(values);
            }
        };
        try (Learner learner = builder().callbacks(injector).build()) {
            NonFiniteException failure = catchThrowableOfType(NonFiniteException.class, () -> learner.fit(2, .0125));

            assertThat(withoutCounters(Toy.state(learner))).isEqualTo(injector.before);
            assertThat(learner.steps()).isEqualTo(step);
            assertThat(failure.items()).containsExactly(injector.batch);
            assertThat(failure)
                    .hasMessageContaining(" in epoch " + step / Toy.BATCHES + ", batch " + step % Toy.BATCHES)
                    .hasMessageContaining("items " + Arrays.toString(injector.batch))
                    .hasMessageContaining("learning rate 0.0125")
                    .hasMessageContaining("input 0 of item " + injector.batch[3] + " is not finite");
            assertThat(step).isLessThanOrEqualTo(LAST);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 6, LAST})
    void aWeightThatIsNotFiniteIsNamed(int step) {
        AtStep injector = new AtStep(step) {
            @Override
            void inject(FitContext context) {
                Tensor weight = LayerTree.params(context.learner().model())
                        .get("4.weight")
                        .value();
                float[] values = weight.toFloats();
                values[5] = Float.NaN;
                weight.set(values);
            }
        };
        try (Learner learner = builder().callbacks(injector).build()) {
            assertThatThrownBy(() -> learner.fit(2, .01))
                    .isInstanceOf(NonFiniteException.class)
                    .hasMessageStartingWith("The loss is ") // what NaN logits give is the kernel's affair
                    .hasMessageContaining(" in epoch " + step / Toy.BATCHES + ", batch " + step % Toy.BATCHES)
                    .hasMessageEndingWith("; the weight 4.weight is not finite");
            Map<String, Object> after = Toy.weights(learner);
            after.forEach((name, bits) -> {
                if (!name.equals("4.weight")) {
                    assertThat(bits).as(name).isEqualTo(injector.before.get(name));
                }
            });
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, LAST})
    void aGradientThatIsNotFiniteChangesNothing(int step) {
        Callback injector = new Callback() {
            private Map<String, Object> before = Map.of();

            @Override
            public void beforeBatch(FitContext context) {
                before = withoutCounters(Toy.state(context.learner()));
            }

            @Override
            public Stage stage() {
                return Stage.PREPARE;
            }

            @Override
            public void afterBackward(FitContext context) {
                if (context.step() == step + 1) {
                    for (String name : List.of("0.weight", "2.bias")) {
                        Tensor gradient = LayerTree.params(context.learner().model())
                                .get(name)
                                .value()
                                .requireGradientBuffer();
                        float[] values = gradient.toFloats();
                        values[1] = Float.NEGATIVE_INFINITY;
                        gradient.set(values);
                    }
                }
            }

            @Override
            public void afterFit(FitContext context) {
                assertThat(withoutCounters(Toy.state(context.learner()))).isEqualTo(before);
            }
        };
        try (Learner learner = builder().callbacks(injector).build()) {
            assertThatThrownBy(() -> learner.fit(2, .01))
                    .isInstanceOf(NonFiniteException.class)
                    // the first on the way back
                    .hasMessageStartingWith("The gradient of 2.bias is not finite, the loss is ")
                    .hasMessageContaining(
                            " in epoch " + step / Toy.BATCHES + ", batch " + step % Toy.BATCHES + ", items [")
                    .hasMessageContaining("learning rate 0.01")
                    .hasNoSuppressedExceptions();
        }
    }

    @Test
    void namesTheFirstLayerWhoseOutputIsNotFinite() {
        // finite weights whose products overflow
        try (Learner learner = builder().build()) {
            Tensor weight = LayerTree.params(learner.model()).get("4.weight").value();
            weight.fill(3e38);
            assertThatThrownBy(() -> learner.fit(1, .01))
                    .isInstanceOf(NonFiniteException.class)
                    .hasMessageContaining("; the first layer whose output is not finite: 4 (Linear)");
        }
    }

    @Test
    void namesAnItemWhoseTargetIsNotFinite() {
        Loss unchecked = Loss.of(
                "unchecked",
                (prediction, target) ->
                        prediction.minus(target).square().reshape(target.shape().dim(0)));
        float[][] x = new float[16][1];
        float[] y = new float[16];
        y[13] = Float.NaN;
        DataLoader train = DataLoader.of(ArrayDataset.of(x, y)).batchSize(16).build();
        try (Learner learner = SyntheticLearner.builder(DataLoaders.trainingOnly(train))
                .loss(unchecked)
                .build()) {
            assertThatThrownBy(() -> learner.fit(1, .01))
                    .isInstanceOf(NonFiniteException.class)
                    .hasMessageContaining("items [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …], learning rate")
                    .hasMessageEndingWith("; the target of item 13 is not finite");
        }
    }

    @Test
    void trainingGoesOnOnceTheDataIsFinite() {
        try (Learner learner = builder().build()) {
            items.spoilt = 17;
            assertThatThrownBy(() -> learner.fit(1, .01))
                    .isInstanceOf(NonFiniteException.class)
                    .hasMessageContaining("item 17");
            items.spoilt = -1;
            assertThat(learner.fit(2, .01).last("train_loss")).isFinite();
            assertThat(learner.groups().get(0).values().toFloats()).doesNotContain(Float.NaN);
        }
    }

    @Test
    void accumulatedGradientsAreNotSpoiltForTheNextFit() {
        try (Learner learner = builder()
                .callbacks(GradientAccumulation.ofItems(3 * Toy.BATCH_SIZE))
                .build()) {
            items.spoilt = 17;
            assertThatThrownBy(() -> learner.fit(1, .01)).isInstanceOf(NonFiniteException.class);
            items.spoilt = -1;
            learner.fit(1, .01);
            for (ParamGroup group : learner.groups()) {
                assertThat(group.values().toFloats()).doesNotContain(Float.NaN);
            }
        }
    }

    @Test
    void aLossThatIsNotFiniteInValidationIsRecorded() {
        Loss untested = Loss.of("untested", (prediction, target) -> {
            Tensor items = Loss.mse().items(prediction, target);
            return items.shape().dim(0) == 4 ? items.times(-1).minus(1).log() : items;
        });
        DataLoaders data = DataLoaders.of(SyntheticLearner.items(32, 1), SyntheticLearner.items(4, 2))
                .batchSize(16)
                .build();
        try (Learner learner = SyntheticLearner.builder(data).loss(untested).build()) {
            assertThat(learner.fit(1, .01).last("valid_loss")).isNaN();
        }
    }

    @Test
    void aGradientTooLargeToSquareIsFinite() {
        Loss steep = Loss.of(
                "steep",
                (prediction, target) -> Loss.l1().items(prediction, target).times(1e25));
        try (Learner learner =
                SyntheticLearner.builder(SyntheticLearner.data()).loss(steep).build()) {
            assertThat(learner.fit(1, 1e-30).batches()).isEqualTo(SyntheticLearner.BATCHES);
        }
    }

    @Test
    void aStepThatIsSkippedIsNotGuarded() {
        List<Double> losses = new ArrayList<>();
        Callback skipper = new Callback() {
            @Override
            public Stage stage() {
                return Stage.PREPARE;
            }

            @Override
            public void afterLoss(FitContext context) {
                if (!Double.isFinite(context.loss())) {
                    losses.add(context.loss());
                    context.skipStep();
                }
            }
        };
        try (Learner learner = builder().callbacks(skipper).build()) {
            items.spoilt = 17;
            History history = learner.fit(2, .01);
            assertThat(losses).hasSize(2).containsOnly(Double.NaN);
            assertThat(history.batches()).isEqualTo(2 * Toy.BATCHES);
            assertThat(history.last("train_loss")).isFinite();
            for (ParamGroup group : learner.groups()) {
                assertThat(group.values().toFloats()).doesNotContain(Float.NaN);
            }
            LayerTree.buffers(learner.model())
                    .values()
                    .forEach(buffer -> assertThat(buffer.value().toFloats()).doesNotContain(Float.NaN));
        }
    }

    @Test
    void canBeLeftOut() {
        try (Learner learner = builder().withoutNonFiniteGuard().build()) {
            items.spoilt = 17;
            History history = learner.fit(1, .01);
            assertThat(history.batches()).isEqualTo(Toy.BATCHES);
            assertThat(history.last("train_loss")).isNaN();
            assertThat(learner.groups().get(0).values().toFloats()).contains(Float.NaN);
            assertThat(learner.summary()).doesNotContain("NonFiniteGuard");
        }
    }
}
