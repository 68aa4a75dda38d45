package org.learn4j.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.learn4j.callback.EarlyStopping;
import org.learn4j.callback.GradientAccumulation;
import org.learn4j.data.DataLoaders;
import org.learn4j.loss.Loss;
import org.learn4j.nn.Activation;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Sequential;
import org.learn4j.optim.Optimizer;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.persist.ModelFormatException;
import org.learn4j.persist.NamedTensor;
import org.learn4j.persist.SafeTensors;
import org.learn4j.schedule.Rates;

/** What a checkpoint is refused for, and that nothing has changed then. */
class CheckpointTest {
    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("checkpoint.safetensors");
    }

    private static Learner.Builder grouped() {
        return Toy.builder().groups(Toy::bodyAndHead);
    }

    /** Saves a checkpoint after the seventh of ten batches. */
    private Path save(Callback... callbacks) {
        Callback saver = new Callback() {
            @Override
            public Stage stage() {
                return Stage.SAVE;
            }

            @Override
            public void afterBatch(FitContext context) {
                if (context.step() == 7 && context.isTraining()) {
                    context.learner().saveCheckpoint(file());
                }
            }
        };
        try (Learner learner = grouped().build()) {
            learner.fitOneCycle(
                    2, Rates.of(.01), FitOptions.defaults().callbacks(callbacks).callbacks(saver));
        }
        return file();
    }

    private static Stream<Arguments> otherLearners() {
        Supplier<Learner> seed = () -> grouped().seed(12).build();
        Supplier<Learner> optimizer =
                () -> grouped().optimizer(Optimizer.adam().epsilon(1e-8)).build();
        Supplier<Learner> rule = () -> grouped().optimizer(Optimizer.sgd()).build();
        Supplier<Learner> groups = () -> Toy.learner();
        Supplier<Learner> otherGroups = () -> Toy.builder()
                .groups(model -> List.of(
                        List.copyOf(model.children().values()).subList(0, 1),
                        List.copyOf(model.children().values()).subList(1, 5)))
                .build();
        Supplier<Learner> loss =
                () -> grouped().loss(Loss.crossEntropy().labelSmoothing(.1)).build();
        Supplier<Learner> dropout = () -> Learner.of(
                        Toy.data(),
                        Sequential.of(Linear.of(Toy.FEATURES, 8), Activation.relu(), Linear.of(8, Toy.CLASSES)))
                .seed(11)
                .groups(Toy::bodyAndHead)
                .silent()
                .build();
        Supplier<Learner> fewer = () -> Learner.of(
                        DataLoaders.of(Toy.items(40, 1))
                                .batchSize(Toy.BATCH_SIZE)
                                .build(),
                        Toy.model())
                .seed(11)
                .groups(Toy::bodyAndHead)
                .silent()
                .build();
        return Stream.of(
                Arguments.of("another seed", seed, "$.seed: a checkpoint continues with the seed of this learner"),
                Arguments.of(
                        "other settings",
                        optimizer,
                        "continues with the optimizer of this learner, Optimizer.adam().epsilon(1.0E-8)"),
                Arguments.of(
                        "another optimizer", rule, "continues with the optimizer of this learner, Optimizer.sgd()"),
                Arguments.of("one group", groups, "continues with the parameter groups of this learner"),
                Arguments.of("other groups", otherGroups, "continues with the parameter groups of this learner"),
                Arguments.of("another loss", loss, "continues with the loss of this learner, crossEntropy"),
                Arguments.of("another model", dropout, "continues with the model of this learner"),
                Arguments.of("other data", fewer, "continues with the training data of this learner"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("otherLearners")
    void ofAnotherLearnerIsRefusedAndNothingChanges(String what, Supplier<Learner> other, String message) {
        Path file = save();
        try (Learner learner = other.get()) {
            learner.fit(1, .01);
            Map<String, Object> before = Toy.state(learner);
            assertThatThrownBy(() -> learner.resume(file, FitOptions.defaults()))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining(message);
            assertThat(Toy.state(learner)).isEqualTo(before);
        }
        try (Learner same = grouped().build()) { // the accepted twin
            assertThat(same.resume(file, FitOptions.defaults()).epochs()).hasSize(2);
        }
    }

    @Test
    void asksForTheCallbacksItHasAStateOf() {
        Path file = save(EarlyStopping.on("valid_loss"), GradientAccumulation.ofItems(16));
        try (Learner learner = grouped().build()) {
            Map<String, Object> before = Toy.state(learner);
            assertThatThrownBy(
                            () -> learner.resume(file, FitOptions.defaults().callbacks(EarlyStopping.on("valid_loss"))))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("give [GradientAccumulation] again")
                    .hasMessageContaining("EarlyStopping(valid_loss)");
            assertThat(Toy.state(learner)).isEqualTo(before);
            learner.resume(
                    file,
                    FitOptions.defaults().callbacks(GradientAccumulation.ofItems(16), EarlyStopping.on("valid_loss")));
        }
    }

    @Test
    void whereACallbackIsMissingTheOthersTakeNothingFromIt() {
        Remembering remembering = new Remembering("a");
        Path file = save(remembering, GradientAccumulation.ofItems(16), new Remembering("z"));
        try (Learner learner = grouped().build()) {
            for (String name : new String[] {"a", "z"}) {
                Remembering given = new Remembering(name);
                assertThatThrownBy(
                                () -> learner.resume(file, FitOptions.defaults().callbacks(given)))
                        .isInstanceOf(ModelFormatException.class);
                assertThat(given.restored).isFalse();
            }
        }
    }

    /** A callback with state. */
    private static final class Remembering implements Callback {
        private final String name;
        private boolean restored;

        Remembering(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Json.Fields state() {
            return Json.object().with("some", 1);
        }

        @Override
        public void restore(JsonPlace state) {
            restored = true;
        }
    }

    @Test
    void twoCallbacksOfOneNameAreAskedForAnother() {
        try (Learner learner = Toy.learner(
                EarlyStopping.on("valid_loss").patience(5),
                EarlyStopping.on("valid_loss").patience(7))) {
            learner.fit(1, .01);
            assertThatThrownBy(() -> learner.saveCheckpoint(file()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("under the name EarlyStopping(valid_loss)");
        }
    }

    @Test
    void isTakenBetweenBatchesOnly() {
        List<String> refused = new ArrayList<>();
        Callback early = new Callback() {
            private void attempt(FitContext context, String where) {
                if (context.isTraining()) {
                    Throwable refusal = catchThrowable(() -> context.learner().saveCheckpoint(file()));
                    assertThat(refusal)
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("between batches");
                    refused.add(where);
                }
            }

            @Override
            public void beforeBatch(FitContext context) {
                attempt(context, "beforeBatch");
            }

            @Override
            public void afterPrediction(FitContext context) {
                attempt(context, "afterPrediction");
            }

            @Override
            public void afterLoss(FitContext context) {
                attempt(context, "afterLoss");
            }

            @Override
            public void afterBackward(FitContext context) {
                attempt(context, "afterBackward");
            }

            @Override
            public void afterStep(FitContext context) {
                context.learner().saveCheckpoint(file()); // the accepted twin
                context.stop("seen");
            }
        };
        try (Learner learner = Toy.learner(early)) {
            assertThatThrownBy(() -> learner.saveCheckpoint(file()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("No fit has been started");
            learner.fit(1, .01);
        }
        assertThat(refused).containsExactly("beforeBatch", "afterPrediction", "afterLoss", "afterBackward");
        assertThat(file()).exists();
    }

    @Test
    void aFileOfAnotherKindIsNotACheckpoint() {
        try (Learner learner = Toy.learner()) {
            learner.fit(1, .01);
            learner.save(file());
            assertThatThrownBy(() -> learner.resume(file(), FitOptions.defaults()))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("expected a file of kind checkpoint, received \"weights\"");
            learner.export(file());
            assertThatThrownBy(() -> learner.resume(file(), FitOptions.defaults()))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("received \"model\"");
            assertThatThrownBy(() -> learner.resume(folder.resolve("none"), FitOptions.defaults()))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("none");
        }
    }

    @Test
    void aDamagedOneIsRefusedAndNothingChanges() throws IOException {
        byte[] whole = Files.readAllBytes(save());
        try (Learner learner = grouped().build()) {
            learner.fit(1, .01);
            Map<String, Object> before = Toy.state(learner);
            for (int at = 0; at < whole.length; at += Math.max(1, whole.length / 97)) {
                byte[] damaged = whole.clone();
                damaged[at] ^= 4;
                Files.write(file(), damaged);
                assertThatThrownBy(() -> learner.resume(file(), FitOptions.defaults()))
                        .as("byte %s", at)
                        .isInstanceOf(ModelFormatException.class);
                Files.write(file(), Arrays.copyOf(whole, at));
                assertThatThrownBy(() -> learner.resume(file(), FitOptions.defaults()))
                        .as("length %s", at)
                        .isInstanceOf(ModelFormatException.class);
            }
            assertThat(Toy.state(learner)).isEqualTo(before);
            Files.write(file(), whole);
            assertThat(learner.resume(file(), FitOptions.defaults()).epochs()).hasSize(2);
        }
    }

    /** Every value of the manifest replaced by others, under a seal that is right again. */
    @Test
    void aForgedOneIsRefusedOrContinuesButNeverBreaksInAnotherWay() {
        Path file = save(EarlyStopping.on("valid_loss").patience(9), GradientAccumulation.ofItems(16));
        Supplier<FitOptions> options = () -> FitOptions.defaults()
                .callbacks(EarlyStopping.on("valid_loss").patience(9), GradientAccumulation.ofItems(16));
        List<NamedTensor> tensors = new ArrayList<>();
        Json manifest;
        try (SafeTensors opened = SafeTensors.open(file)) {
            for (String name : opened.names()) {
                ByteBuffer bytes = ByteBuffer.allocate((int) opened.byteSize(name));
                opened.read(name, bytes);
                tensors.add(NamedTensor.of(name, opened.dtype(name), opened.shape(name), bytes));
            }
            manifest = opened.manifest().orElseThrow();
        }
        List<Json.Fields> forgeries = Forgeries.some(manifest, 400);
        int refused = 0;
        for (Json.Fields forgery : forgeries) {
            SafeTensors.write(file, tensors, forgery);
            try (Learner learner = grouped().build()) {
                Callback stopsSoon = new Callback() {
                    @Override
                    public void beforeFit(FitContext context) {
                        context.stop("read");
                    }
                };
                Throwable thrown =
                        catchThrowable(() -> learner.resume(file, options.get().callbacks(stopsSoon)));
                if (thrown != null) {
                    assertThat(thrown).as(forgery.write()).isInstanceOf(ModelFormatException.class);
                    refused++;
                }
            }
        }
        assertThat(forgeries).hasSizeGreaterThanOrEqualTo(400);
        assertThat(refused).isGreaterThan(forgeries.size() / 2);
    }

    @Test
    void thePreviousOneIsUsedWhereTheNewestIsDamaged() throws IOException {
        Path previous = Path.of(file() + ".previous");
        Files.copy(save(), previous);
        Map<String, Object> whole;
        try (Learner learner = grouped().build()) {
            learner.fitOneCycle(2, .01);
            whole = Toy.state(learner);
        }
        byte[] damaged = Files.readAllBytes(file());
        damaged[damaged.length - 5] ^= 1;
        Files.write(file(), damaged);
        try (Learner learner = grouped().build()) {
            learner.resume(file(), FitOptions.defaults());
            assertThat(Toy.state(learner)).isEqualTo(whole);
        }
        Files.delete(file());
        try (Learner learner = grouped().build()) {
            learner.resume(file(), FitOptions.defaults());
            assertThat(Toy.state(learner)).isEqualTo(whole);
        }
        Files.write(previous, damaged);
        Files.write(file(), damaged);
        try (Learner learner = grouped().build()) {
            assertThatThrownBy(() -> learner.resume(file(), FitOptions.defaults()))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageStartingWith(file().toString() + ":")
                    .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessageStartingWith(previous.toString()));
        }
    }

    @Test
    void keepsRatesAndMomentaAsTheyAre() {
        Path file = save();
        try (Learner learner = grouped().build();
                Learner whole = grouped().build()) {
            whole.fitOneCycle(2, .01);
            learner.resume(file, FitOptions.defaults());
            assertThat(learner.history().rates()).isEqualTo(whole.history().rates());
            assertThat(learner.history().rates()[1])
                    .isNotEqualTo((float) learner.history().rates()[1]);
        }
    }
}
