package org.learn4j.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.learn4j.callback.Checkpoints;
import org.learn4j.callback.EarlyStopping;
import org.learn4j.callback.GradientAccumulation;
import org.learn4j.callback.GradientClip;
import org.learn4j.callback.MixUp;
import org.learn4j.callback.ReduceOnPlateau;
import org.learn4j.callback.SaveBest;
import org.learn4j.metric.Metric;
import org.learn4j.optim.Optimizer;
import org.learn4j.schedule.Rates;

/** R14: resumed after any batch, a run ends in the same bits. */
class ResumeTest {
    /** Never improves on its first epoch. */
    private static final Metric CONSTANT = Metric.meanOf("constant", Metric.Direction.HIGHER_IS_BETTER, (p, t) -> 1);

    @TempDir
    private Path folder;

    /** Saves a checkpoint wherever one may be saved. */
    private final class Everywhere implements Callback {
        private final List<Path> saved = new ArrayList<>();

        @Override
        public Stage stage() {
            return Stage.SAVE;
        }

        private void save(FitContext context, String where) {
            Path file = folder.resolve(saved.size() + " " + where + ".safetensors");
            context.learner().saveCheckpoint(file);
            saved.add(file);
        }

        @Override
        public void beforeFit(FitContext context) {
            save(context, "before the fit");
        }

        @Override
        public void afterBatch(FitContext context) {
            save(context, (context.isTraining() ? "training" : "validation") + " batch " + context.step());
        }

        @Override
        public void afterValidation(FitContext context) {
            save(context, "validated");
        }

        @Override
        public void epochRecorded(FitContext context) {
            save(context, "recorded");
        }

        @Override
        public void afterEpoch(FitContext context) {
            save(context, "epoch over");
        }

        @Override
        public void afterFit(FitContext context) {
            save(context, "fit over");
        }
    }

    private static Stream<Arguments> runs() {
        Supplier<Callback[]> none = () -> new Callback[0];
        Supplier<Callback[]> deciding = () -> new Callback[] {
            ReduceOnPlateau.on("constant"), EarlyStopping.on("constant").patience(2), GradientClip.toNorm(.5)
        };
        Supplier<Callback[]> accumulating =
                () -> new Callback[] {GradientClip.toNorm(1), MixUp.withAlpha(.4), GradientAccumulation.ofItems(20)};
        return Stream.of(
                Arguments.of("one cycle, Adam", Optimizer.adam(), none),
                Arguments.of("one cycle, SGD with momentum", Optimizer.sgd().momentum(.9), none),
                Arguments.of("Ranger, stopping early on a plateau", Optimizer.ranger(), deciding),
                Arguments.of("Adam, mixup, accumulating", Optimizer.adam(), accumulating));
    }

    private static Learner learner(Optimizer optimizer) {
        return Toy.builder().optimizer(optimizer).metrics(CONSTANT).build();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("runs")
    void afterEveryBatchARunEndsInTheSameBits(String run, Optimizer optimizer, Supplier<Callback[]> callbacks) {
        Everywhere saver = new Everywhere();
        Map<String, Object> uninterrupted;
        Map<String, Object> undisturbed;
        try (Learner whole = learner(optimizer);
                Learner alone = learner(optimizer)) {
            whole.fit(1, 1e-3); // something to have been trained before
            whole.fitOneCycle(
                    4, .02, FitOptions.defaults().callbacks(callbacks.get()).callbacks(saver));
            uninterrupted = Toy.state(whole);
            alone.fit(1, 1e-3);
            alone.fitOneCycle(4, .02, FitOptions.defaults().callbacks(callbacks.get()));
            undisturbed = Toy.state(alone);
        }
        assertThat(uninterrupted).isEqualTo(undisturbed);
        int epochs = run.contains("early") ? 3 : 4; // of five training and three validation batches each
        assertThat(saver.saved).hasSize(1 + epochs * (Toy.BATCHES + 3 + 3) + 1);
        for (Path file : saver.saved) {
            try (Learner rest = learner(optimizer)) {
                History history = rest.resume(file, FitOptions.defaults().callbacks(callbacks.get()));
                assertThat(Toy.state(rest))
                        .as("resumed from %s", file.getFileName())
                        .isEqualTo(uninterrupted);
                assertThat(history).isSameAs(rest.history());
            }
        }
    }

    @Test
    void keepingTheBestWorksAcrossTheInterruption() throws IOException {
        Function<String, Callback> best = name -> SaveBest.of("valid_loss", folder.resolve(name + ".best"));
        Everywhere saver = new Everywhere();
        Map<String, Object> uninterrupted;
        try (Learner whole = learner(Optimizer.adam())) {
            whole.fit(
                    3,
                    Rates.of(.05),
                    FitOptions.defaults().callbacks(best.apply("whole"), copies("whole.best"), saver));
            uninterrupted = Toy.state(whole);
        }
        for (Path file : saver.saved) {
            Path atThatTime = Path.of(file + ".best");
            if (Files.exists(atThatTime)) { // what the interrupted run had saved by then
                Files.copy(atThatTime, folder.resolve("rest.best"), StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.deleteIfExists(folder.resolve("rest.best"));
            }
            if (file.toString().contains("fit over")) {
                continue; // the best has been loaded
            }
            try (Learner rest = learner(Optimizer.adam())) {
                rest.resume(file, FitOptions.defaults().callbacks(best.apply("rest")));
                assertThat(Toy.state(rest))
                        .as("resumed from %s", file.getFileName())
                        .isEqualTo(uninterrupted);
                assertThat(Files.readAllBytes(folder.resolve("rest.best")))
                        .as("resumed from %s", file.getFileName())
                        .isEqualTo(Files.readAllBytes(folder.resolve("whole.best")));
            }
        }
    }

    /** Copies a file beside each checkpoint that is about to be saved. */
    private Callback copies(String name) {
        return new Callback() {
            private int count;

            private void copy(String where) {
                Path from = folder.resolve(name);
                if (Files.exists(from)) {
                    try {
                        Files.copy(from, folder.resolve(count + " " + where + ".safetensors.best"));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
                count++;
            }

            @Override
            public Stage stage() {
                return Stage.SAVE;
            }

            @Override
            public void beforeFit(FitContext context) {
                copy("before the fit");
            }

            @Override
            public void afterBatch(FitContext context) {
                copy((context.isTraining() ? "training" : "validation") + " batch " + context.step());
            }

            @Override
            public void afterValidation(FitContext context) {
                copy("validated");
            }

            @Override
            public void epochRecorded(FitContext context) {
                copy("recorded");
            }

            @Override
            public void afterEpoch(FitContext context) {
                copy("epoch over");
            }

            @Override
            public void afterFit(FitContext context) {
                copy("fit over");
            }
        };
    }

    @Test
    void bothPartsOfFineTuningAreResumed() {
        Everywhere saver = new Everywhere();
        Map<String, Object> uninterrupted;
        try (Learner whole = Toy.builder().groups(Toy::bodyAndHead).build()) {
            whole.fineTune(1, .01, FitOptions.defaults().callbacks(saver));
            uninterrupted = Toy.state(whole);
        }
        assertThat(saver.saved).hasSizeGreaterThan(2 * Toy.BATCHES);
        for (Path file : saver.saved) {
            try (Learner rest = Toy.builder().groups(Toy::bodyAndHead).build()) {
                rest.resume(file, FitOptions.defaults());
                assertThat(Toy.state(rest))
                        .as("resumed from %s", file.getFileName())
                        .isEqualTo(uninterrupted);
                assertThat(rest.frozenTo()).isZero();
            }
        }
    }

    @Test
    void fineTuningThatIsCancelledGoesOnInItsSecondPart() {
        Callback canceller = new Callback() {
            @Override
            public void afterBatch(FitContext context) {
                if (context.step() == 2) {
                    context.learner().cancel();
                }
            }
        };
        Path file = folder.resolve("checkpoint.safetensors");
        try (Learner whole = Toy.builder().groups(Toy::bodyAndHead).build();
                Learner half = Toy.builder().groups(Toy::bodyAndHead).build();
                Learner rest = Toy.builder().groups(Toy::bodyAndHead).build()) {
            whole.fineTune(1, .01, FitOptions.defaults());
            half.fineTune(1, .01, FitOptions.defaults().callbacks(canceller));
            assertThat(half.steps()).isEqualTo(2);
            assertThat(half.frozenTo()).isEqualTo(1);
            half.saveCheckpoint(file);
            rest.resume(file, FitOptions.defaults());
            half.resume(file, FitOptions.defaults()); // in the learner itself
            assertThat(Toy.state(rest)).isEqualTo(Toy.state(whole));
            assertThat(Toy.state(half)).isEqualTo(Toy.state(whole));
        }
    }

    @Test
    void stoppedAndSavedAfterwardsARunGoesOn() {
        Path file = folder.resolve("checkpoint.safetensors");
        for (int step = 1; step <= 2 * Toy.BATCHES; step++) {
            int at = step;
            Callback stopper = new Callback() {
                @Override
                public void afterBatch(FitContext context) {
                    if (context.isTraining() && context.step() == at) {
                        context.stop("time is up");
                    }
                }
            };
            try (Learner whole = Toy.learner();
                    Learner half = Toy.learner();
                    Learner rest = Toy.learner()) {
                whole.fitOneCycle(2, .01);
                half.fitOneCycle(2, .01, FitOptions.defaults().callbacks(stopper));
                half.saveCheckpoint(file);
                rest.resume(file, FitOptions.defaults());
                assertThat(Toy.state(rest)).as("stopped after %s", at).isEqualTo(Toy.state(whole));
            }
        }
    }

    @Test
    void afterAFailedBatchTheRunGoesOnFromTheBatchBefore() {
        Path file = folder.resolve("checkpoint.safetensors");
        Callback failing = new Callback() {
            @Override
            public void afterBackward(FitContext context) {
                if (context.step() == 3) {
                    throw new IllegalStateException("power cut");
                }
            }
        };
        try (Learner whole = Toy.learner();
                Learner half = Toy.learner();
                Learner rest = Toy.learner()) {
            whole.fitOneCycle(2, .01);
            try {
                half.fitOneCycle(2, .01, FitOptions.defaults().callbacks(failing));
            } catch (IllegalStateException powerCut) {
                assertThat(powerCut).hasMessage("power cut");
            }
            assertThat(half.steps()).isEqualTo(2);
            half.saveCheckpoint(file);
            rest.resume(file, FitOptions.defaults());
            assertThat(Toy.state(rest)).isEqualTo(Toy.state(whole));
        }
    }

    @Test
    void anInterruptedRunIsSavedAndGoesOn() {
        Path file = folder.resolve("checkpoint.safetensors");
        Callback interrupter = new Callback() {
            @Override
            public void afterBatch(FitContext context) {
                if (context.step() == 7) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        try (Learner whole = Toy.learner();
                Learner half = Toy.learner();
                Learner rest = Toy.learner()) {
            whole.fitOneCycle(2, .01);
            half.fitOneCycle(2, .01, FitOptions.defaults().callbacks(interrupter, Checkpoints.to(file)));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(half.steps()).isEqualTo(7);
            rest.resume(file, FitOptions.defaults());
            assertThat(Toy.state(rest)).isEqualTo(Toy.state(whole));
        }
    }

    @Test
    void theLearningRateFinderMayRunBeforeResuming() {
        Path file = folder.resolve("checkpoint.safetensors");
        Callback pauser = new Callback() {
            @Override
            public void afterBatch(FitContext context) {
                if (context.step() == 4) {
                    context.learner().saveCheckpoint(file);
                    context.stop("pause");
                }
            }
        };
        Supplier<Callback> accumulation = () -> GradientAccumulation.ofItems(24);
        try (Learner whole = Toy.learner(accumulation.get());
                Learner half = Toy.learner(accumulation.get())) {
            whole.fitOneCycle(2, .01);
            half.fitOneCycle(2, .01, FitOptions.defaults().callbacks(pauser));
            half.findLearningRate(1e-4, 1e-2, 7);
            half.resume(file, FitOptions.defaults());
            assertThat(Toy.state(half)).isEqualTo(Toy.state(whole));
        }
    }
}
