package org.learn4j.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.learn4j.data.Batch;
import org.learn4j.data.DataLoader;
import org.learn4j.data.DataLoaders;
import org.learn4j.data.Dataset;
import org.learn4j.data.Field;
import org.learn4j.data.Slot;
import org.learn4j.nn.Layer;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Pass;
import org.learn4j.nn.Recipe;
import org.learn4j.optim.Hyper;
import org.learn4j.tensor.Tensor;
import org.learn4j.testkit.SyntheticLearner;

/** Which events come when, and that what was begun is ended. */
class EventOrderTest {
    private final List<String> seen = new ArrayList<>();

    enum Event {
        BEFORE_FIT,
        BEFORE_EPOCH,
        BEFORE_BATCH,
        AFTER_PREDICTION,
        AFTER_LOSS,
        AFTER_BACKWARD,
        AFTER_STEP,
        AFTER_BATCH,
        BEFORE_VALIDATION,
        AFTER_VALIDATION,
        EPOCH_RECORDED,
        AFTER_EPOCH,
        AFTER_FIT
    }

    /** Does one thing at every event. */
    private abstract static class Everywhere implements Callback {
        abstract void at(Event event, FitContext context);

        @Override
        public void beforeFit(FitContext context) {
            at(Event.BEFORE_FIT, context);
        }

        @Override
        public void beforeEpoch(FitContext context) {
            at(Event.BEFORE_EPOCH, context);
        }

        @Override
        public void beforeBatch(FitContext context) {
            at(Event.BEFORE_BATCH, context);
        }

        @Override
        public void afterPrediction(FitContext context) {
            at(Event.AFTER_PREDICTION, context);
        }

        @Override
        public void afterLoss(FitContext context) {
            at(Event.AFTER_LOSS, context);
        }

        @Override
        public void afterBackward(FitContext context) {
            at(Event.AFTER_BACKWARD, context);
        }

        @Override
        public void afterStep(FitContext context) {
            at(Event.AFTER_STEP, context);
        }

        @Override
        public void afterBatch(FitContext context) {
            at(Event.AFTER_BATCH, context);
        }

        @Override
        public void beforeValidation(FitContext context) {
            at(Event.BEFORE_VALIDATION, context);
        }

        @Override
        public void afterValidation(FitContext context) {
            at(Event.AFTER_VALIDATION, context);
        }

        @Override
        public void epochRecorded(FitContext context) {
            at(Event.EPOCH_RECORDED, context);
        }

        @Override
        public void afterEpoch(FitContext context) {
            at(Event.AFTER_EPOCH, context);
        }

        @Override
        public void afterFit(FitContext context) {
            at(Event.AFTER_FIT, context);
        }
    }

    private Callback recorder(String name, Callback.Stage stage) {
        return new Everywhere() {
            @Override
            public Stage stage() {
                return stage;
            }

            @Override
            void at(Event event, FitContext context) {
                seen.add(name + event);
            }
        };
    }

    private Callback recorder() {
        return recorder("", Callback.Stage.OBSERVE);
    }

    private static Callback throwing(Event where, RuntimeException failure) {
        return new Everywhere() {
            @Override
            void at(Event event, FitContext context) {
                if (event == where) {
                    throw failure;
                }
            }
        };
    }

    private static DataLoaders fewItems() {
        return DataLoaders.of(SyntheticLearner.items(32, 1), SyntheticLearner.items(20, 2))
                .batchSize(16)
                .workers(0)
                .build();
    }

    @Test
    void firesEveryEventInItsPlace() {
        try (Learner learner =
                SyntheticLearner.builder(fewItems()).callbacks(recorder()).build()) {
            learner.fit(2, .01);
        }

        List<String> trained = List.of(
                "BEFORE_BATCH", "AFTER_PREDICTION", "AFTER_LOSS", "AFTER_BACKWARD", "AFTER_STEP", "AFTER_BATCH");
        List<String> validated = List.of("BEFORE_BATCH", "AFTER_PREDICTION", "AFTER_LOSS", "AFTER_BATCH");
        List<String> expected = new ArrayList<>(List.of("BEFORE_FIT"));
        for (int epoch = 0; epoch < 2; epoch++) {
            expected.add("BEFORE_EPOCH");
            expected.addAll(trained);
            expected.addAll(trained);
            expected.add("BEFORE_VALIDATION");
            expected.addAll(validated);
            expected.addAll(validated);
            expected.addAll(List.of("AFTER_VALIDATION", "EPOCH_RECORDED", "AFTER_EPOCH"));
        }
        expected.add("AFTER_FIT");
        assertThat(seen).isEqualTo(expected);
    }

    @Test
    void tellsCallbacksWhereTheyAre() {
        List<String> places = new ArrayList<>();
        Callback watcher = new Everywhere() {
            @Override
            void at(Event event, FitContext context) {
                if (event == Event.AFTER_BATCH) {
                    places.add(context.epoch() + "/" + context.epochs() + " " + context.batchNumber() + "/"
                            + context.batches() + " step " + context.step()
                            + (context.isTraining() ? " train" : " valid")
                            + " " + context.batch().size() + " items, rate "
                            + context.hypers().get(0).rate());
                    assertThat(context.prediction().shape().dim(0))
                            .isEqualTo(context.batch().size());
                    assertThat(context.lossTensor().item()).isEqualTo(context.loss());
                } else if (event == Event.BEFORE_EPOCH || event == Event.AFTER_FIT) {
                    assertThatThrownBy(context::batch).isInstanceOf(IllegalStateException.class);
                    assertThatThrownBy(context::prediction).isInstanceOf(IllegalStateException.class);
                    assertThatThrownBy(context::lossTensor).isInstanceOf(IllegalStateException.class);
                }
            }
        };
        try (Learner learner =
                SyntheticLearner.builder(fewItems()).callbacks(watcher).build()) {
            learner.fit(1, .01);
            learner.fit(1, .02);
        }
        assertThat(places)
                .containsExactly(
                        "0/1 0/2 step 1 train 16 items, rate 0.01",
                        "0/1 1/2 step 2 train 16 items, rate 0.01",
                        "0/1 0/2 step 2 valid 16 items, rate 0.01",
                        "0/1 1/2 step 2 valid 4 items, rate 0.01",
                        "0/1 0/2 step 3 train 16 items, rate 0.02",
                        "0/1 1/2 step 4 train 16 items, rate 0.02",
                        "0/1 0/2 step 4 valid 16 items, rate 0.02",
                        "0/1 1/2 step 4 valid 4 items, rate 0.02");
    }

    @Test
    void runsCallbacksByStageAndThenAsAdded() {
        try (Learner learner = SyntheticLearner.of(
                recorder("save ", Callback.Stage.SAVE),
                recorder("decide ", Callback.Stage.DECIDE),
                recorder("first ", Callback.Stage.OBSERVE),
                recorder("prepare ", Callback.Stage.PREPARE),
                recorder("second ", Callback.Stage.OBSERVE),
                recorder("report ", Callback.Stage.REPORT),
                recorder("guard ", Callback.Stage.GUARD),
                recorder("record ", Callback.Stage.RECORD))) {
            learner.fit(1, .01);
        }
        List<String> order =
                List.of("prepare ", "guard ", "first ", "second ", "record ", "report ", "decide ", "save ");
        for (Event event : Event.values()) {
            assertThat(seen.stream().filter(line -> line.endsWith(" " + event)).limit(order.size()))
                    .as("order at %s", event)
                    .containsExactlyElementsOf(
                            order.stream().map(name -> name + event).toList());
        }
    }

    @Test
    void theFirstCallbackWrapsTheStepOutermost() {
        try (Learner learner = SyntheticLearner.of(
                wrapping("late", Callback.Stage.DECIDE),
                wrapping("a", Callback.Stage.PREPARE),
                wrapping("b", Callback.Stage.PREPARE))) {
            learner.fit(1, .01);
        }
        for (String verb : List.of("predict", "loss", "backward", "step", "zeroGradients")) {
            assertThat(seen.stream().filter(line -> line.endsWith(verb)).limit(6))
                    .containsExactly(
                            "a begins " + verb,
                            "b begins " + verb,
                            "late begins " + verb,
                            "late ends " + verb,
                            "b ends " + verb,
                            "a ends " + verb);
        }
        assertThat(seen.stream().filter(line -> line.startsWith("a begins")).limit(5))
                .containsExactly(
                        "a begins predict",
                        "a begins loss",
                        "a begins backward",
                        "a begins step",
                        "a begins zeroGradients");
    }

    private Callback wrapping(String name, Callback.Stage stage) {
        return new Callback() {
            @Override
            public Stage stage() {
                return stage;
            }

            @Override
            public TrainStep wrap(TrainStep step) {
                return new TrainStep.Wrapper(step) {
                    @Override
                    public Tensor predict(FitContext context, Batch batch) {
                        seen.add(name + " begins predict");
                        Tensor result = super.predict(context, batch);
                        seen.add(name + " ends predict");
                        return result;
                    }

                    @Override
                    public Tensor loss(FitContext context, Tensor prediction, Batch batch) {
                        seen.add(name + " begins loss");
                        Tensor result = super.loss(context, prediction, batch);
                        seen.add(name + " ends loss");
                        return result;
                    }

                    @Override
                    public void backward(FitContext context, Tensor loss) {
                        seen.add(name + " begins backward");
                        super.backward(context, loss);
                        seen.add(name + " ends backward");
                    }

                    @Override
                    public void step(FitContext context) {
                        seen.add(name + " begins step");
                        super.step(context);
                        seen.add(name + " ends step");
                    }

                    @Override
                    public void zeroGradients(FitContext context) {
                        seen.add(name + " begins zeroGradients");
                        super.zeroGradients(context);
                        seen.add(name + " ends zeroGradients");
                    }
                };
            }
        };
    }

    /** What must follow wherever an exception is thrown: the ends of what was begun there. */
    private static List<String> endsAfter(Event thrown) {
        return switch (thrown) {
            case BEFORE_FIT, AFTER_FIT -> List.of("AFTER_FIT");
            case BEFORE_EPOCH, EPOCH_RECORDED, AFTER_EPOCH -> List.of("AFTER_EPOCH", "AFTER_FIT");
            case BEFORE_VALIDATION, AFTER_VALIDATION -> List.of("AFTER_VALIDATION", "AFTER_EPOCH", "AFTER_FIT");
            default -> List.of("AFTER_BATCH", "AFTER_EPOCH", "AFTER_FIT");
        };
    }

    @ParameterizedTest
    @EnumSource(Event.class)
    void endsWhatWasBegunWhereverACallbackThrows(Event where) {
        RuntimeException failure = new UnsupportedOperationException("thrown in " + where);
        try (Learner learner =
                SyntheticLearner.of(recorder(), throwing(where, failure), recorder("later ", Callback.Stage.SAVE))) {
            Map<String, Object> before = Toy.state(learner);

            assertThatThrownBy(() -> learner.fit(1, .01)).isSameAs(failure);

            List<String> ends = endsAfter(where);
            assertThat(seen.stream().filter(line -> !line.startsWith("later")).toList())
                    .endsWith(ends.toArray(String[]::new));
            // one that has not begun does not end
            List<String> later =
                    seen.stream().filter(line -> line.startsWith("later")).toList();
            List<String> laterEnds = ends.stream()
                    .skip(where.name().startsWith("BEFORE") ? 1 : 0)
                    .map("later "::concat)
                    .toList();
            assertThat(later).endsWith(laterEnds.toArray(String[]::new));
            assertThat(later).doesNotContain("later " + (where.name().startsWith("AFTER") ? "" : where));
            if (where.ordinal() < Event.AFTER_STEP.ordinal()) {
                assertThat(Toy.state(learner)).isEqualTo(before);
            }
            seen.clear();
            assertThatThrownBy(() -> learner.fit(1, .01)).isSameAs(failure); // as new
        }
    }

    @ParameterizedTest
    @EnumSource(Event.class)
    void aFailureCanBeSeenByWhatEndsAndALaterOneIsSuppressed(Event where) {
        RuntimeException first = new UnsupportedOperationException("first");
        RuntimeException second = new IllegalStateException("second");
        List<Throwable> failures = new ArrayList<>();
        Callback last = new Callback() {
            @Override
            public void afterFit(FitContext context) {
                context.failure().ifPresent(failures::add);
                throw second;
            }
        };
        try (Learner learner = SyntheticLearner.of(throwing(where, first), last)) {
            Throwable thrown = catchThrowable(() -> learner.fit(1, .01));

            if (where == Event.BEFORE_FIT) { // the other callback has not begun
                assertThat(thrown).isSameAs(first);
                assertThat(failures).isEmpty();
            } else {
                assertThat(thrown).isSameAs(first).hasSuppressedException(second);
                assertThat(failures).containsExactly(first);
            }
        }
    }

    static Stream<Arguments> failingParts() {
        return Stream.of(
                Arguments.of("a model", List.of("BEFORE_BATCH", "AFTER_BATCH", "AFTER_EPOCH", "AFTER_FIT")),
                Arguments.of("a loader", List.of("AFTER_BATCH", "AFTER_EPOCH", "AFTER_FIT")));
    }

    @ParameterizedTest
    @MethodSource("failingParts")
    void endsWhatWasBegunWhereTheModelOrTheLoaderThrows(String part, List<String> expected) {
        DataLoaders data = part.equals("a loader")
                ? DataLoaders.trainingOnly(DataLoader.of(new FailingItems())
                        .batchSize(16)
                        .workers(1)
                        .build())
                : fewItems();
        Layer model = part.equals("a model") ? new FailingLayer() : Linear.of(1, 1);
        try (Learner learner =
                Learner.of(data, model).silent().callbacks(recorder()).build()) {
            assertThatThrownBy(() -> learner.fit(1, .01)).hasStackTraceContaining("out of order");
            assertThat(seen).endsWith(expected.toArray(String[]::new));
        }
    }

    @Test
    void skippedBeforeTheGradientsABatchChangesNothing() {
        Callback skipper = new Callback() {
            @Override
            public void afterLoss(FitContext context) {
                if (context.isTraining() && context.batchNumber() % 2 == 0) {
                    context.skipStep();
                }
            }
        };
        skips(skipper);
        assertThat(seen).filteredOn("AFTER_BACKWARD"::equals).hasSize(2);
        assertThat(seen).filteredOn("AFTER_STEP"::equals).hasSize(2);
        assertThat(seen).filteredOn("AFTER_BATCH"::equals).hasSize(8);
    }

    @Test
    void skippedAfterTheGradientsABatchChangesNothing() {
        Callback skipper = new Callback() {
            @Override
            public void afterBackward(FitContext context) {
                if (context.batchNumber() % 2 == 0) {
                    context.skipStep();
                }
            }
        };
        skips(skipper);
        assertThat(seen).filteredOn("AFTER_BACKWARD"::equals).hasSize(5);
        assertThat(seen).filteredOn("AFTER_STEP"::equals).hasSize(2);
    }

    /**
     * Trains one epoch of five batches and checks that weights and running statistics change in the second and
     * fourth.
     */
    private void skips(Callback skipper) {
        List<Object> weights = new ArrayList<>();
        Callback watcher = new Callback() {
            @Override
            public void beforeFit(FitContext context) {
                weights.add(Toy.weights(context.learner()));
            }

            @Override
            public void afterBatch(FitContext context) {
                if (context.isTraining()) {
                    weights.add(Toy.weights(context.learner()));
                }
            }
        };
        try (Learner learner = Toy.learner(skipper, watcher, recorder())) {
            History history = learner.fit(1, .01);

            for (int i = 0; i < Toy.BATCHES; i++) {
                if (i % 2 == 0) {
                    assertThat(weights.get(i + 1)).as("batch %s", i).isEqualTo(weights.get(i));
                } else {
                    assertThat(weights.get(i + 1)).as("batch %s", i).isNotEqualTo(weights.get(i));
                }
            }
            double[] losses = history.losses();
            assertThat(losses).hasSize(Toy.BATCHES);
            assertThat(history.last("train_loss_mean")).isEqualTo((losses[1] + losses[3]) / 2);
        }
    }

    @ParameterizedTest
    @EnumSource(Event.class)
    void stopsAfterTheBatchOfTheRequest(Event where) {
        Callback stopper = new Everywhere() {
            @Override
            void at(Event event, FitContext context) {
                if (event == where) {
                    context.stop("enough");
                    context.stop("a second reason");
                }
                if (event == Event.AFTER_FIT) {
                    assertThat(context.stopReason()).contains("enough");
                }
            }
        };
        try (Learner learner = SyntheticLearner.builder(fewItems())
                .callbacks(stopper, recorder())
                .build()) {
            History history = learner.fit(3, .01);

            int batches = where == Event.BEFORE_FIT || where == Event.BEFORE_EPOCH
                    ? 0
                    : where == Event.AFTER_FIT ? 6 : where.ordinal() >= Event.BEFORE_VALIDATION.ordinal() ? 2 : 1;
            assertThat(history.batches()).isEqualTo(batches);
            int epochs = where == Event.AFTER_FIT ? 3 : where.ordinal() >= Event.AFTER_VALIDATION.ordinal() ? 1 : 0;
            assertThat(history.epochs()).hasSize(epochs);
            assertThat(learner.epochsDone()).isEqualTo(epochs);
            assertThat(learner.steps()).isEqualTo(batches);
            assertThat(seen).endsWith("AFTER_FIT");
        }
    }

    @Test
    void ratesThatACallbackSetsAreUsedAndRecorded() {
        Callback slower = new Callback() {
            @Override
            public void beforeBatch(FitContext context) {
                context.hypers(context.hypers().stream()
                        .map(hyper -> new Hyper(0, hyper.momentum(), 0))
                        .toList());
            }
        };
        try (Learner learner = SyntheticLearner.of(slower)) {
            Map<String, Object> before = Toy.weights(learner);
            History history = learner.fit(1, .1);
            assertThat(history.rates()).containsOnly(0);
            assertThat(Toy.weights(learner)).isEqualTo(before);
        }
        Callback wrong = new Callback() {
            @Override
            public void beforeBatch(FitContext context) {
                context.hypers(List.of());
            }
        };
        try (Learner learner = SyntheticLearner.of(wrong)) {
            assertThatThrownBy(() -> learner.fit(1, .1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("1 groups, received 0");
        }
    }

    /** A layer that breaks in its second batch. */
    private static final class FailingLayer implements Layer {
        private final Linear inner = Linear.of(1, 1);
        private int calls;

        @Override
        public Tensor forward(Pass pass, Tensor... inputs) {
            if (++calls == 2) {
                throw new IllegalStateException("out of order");
            }
            return inner.call(pass, inputs);
        }

        @Override
        public Map<String, Layer> children() {
            return Map.of("inner", inner);
        }

        @Override
        public Recipe recipe() {
            return Recipe.of("Failing");
        }
    }

    /** Items of which one cannot be read. */
    private static final class FailingItems implements Dataset {
        private final Dataset inner = SyntheticLearner.items(32, 1);

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
            if (item == 20) {
                throw new IllegalStateException("out of order");
            }
            inner.write(item, row, inputs, target);
        }
    }
}
