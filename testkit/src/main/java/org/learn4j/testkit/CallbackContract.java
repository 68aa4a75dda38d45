package org.learn4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.learn4j.learn.Callback;
import org.learn4j.learn.FitContext;
import org.learn4j.learn.FitOptions;
import org.learn4j.learn.History;
import org.learn4j.learn.Learner;
import org.learn4j.nn.LayerHooks;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.schedule.Rates;
import org.learn4j.tensor.TensorMemory;
import org.learn4j.tensor.TensorScope;

/**
 * What every callback keeps to. The test of a new callback implements this interface and receives the tests:
 *
 * <pre>{@code
 * class SlowestBatchTest implements CallbackContract {
 *     public Callback callback(Path folder) { return new SlowestBatch(); }
 *     public boolean observes() { return true; }
 * }
 * }</pre>
 */
@NullMarked
public interface CallbackContract {
    /** The number of epochs the tests train. */
    int EPOCHS = 2;

    /** Returns a new callback, ready for any learner, that writes its files, if any, into a folder. */
    Callback callback(Path folder);

    /** Returns whether the callback only looks, so that training with it gives the same bits as without. */
    default boolean observes() {
        return false;
    }

    /** Returns the tests. */
    @TestFactory
    default Stream<DynamicTest> keepsTheContractOfCallbacks() {
        Map<String, Test> tests = new LinkedHashMap<>();
        tests.put("has a name", this::hasAName);
        tests.put("lets a fit come to its end, and another", this::letsFitsEnd);
        tests.put("gives equal bits for equal seeds", this::repeatsItself);
        tests.put("leaves other learners alone", this::leavesOthersAlone);
        tests.put("starts anew with each fit", this::startsAnew);
        tests.put("continues from a checkpoint after any batch", this::continuesExactly);
        tests.put("keeps its state through a file", this::keepsItsState);
        tests.put("survives a fit that fails anywhere", this::survivesFailures);
        tests.put("leaves nothing behind", this::leavesNothingBehind);
        if (observes()) {
            tests.put("changes no bit", this::changesNothing);
        }
        return tests.entrySet().stream().map(test -> dynamicTest(test.getKey(), () -> inFolder(test.getValue())));
    }

    /** A test that may write into a folder. */
    @FunctionalInterface
    interface Test {
        /** Runs the test. */
        void run(Path folder) throws IOException;
    }

    private static void inFolder(Test test) throws IOException {
        Path folder = Files.createTempDirectory("callback");
        try {
            test.run(folder);
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private void hasAName(Path folder) {
        assertThat(callback(folder).name())
                .isNotBlank()
                .isEqualTo(callback(folder).name());
        assertThat(callback(folder).stage()).isNotNull();
    }

    private void letsFitsEnd(Path folder) {
        try (Learner learner = SyntheticLearner.of(callback(folder))) {
            for (int fit = 1; fit <= 2; fit++) {
                learner.fit(EPOCHS, .01);
                assertThat(learner.history().epochs()).isNotEmpty();
                assertThat(learner.history().losses()).doesNotContain(Double.NaN);
            }
        }
    }

    /** Returns weights, optimizer and history after a fit with these callbacks. */
    private static List<Object> trained(Path folder, Callback... callbacks) {
        try (Learner learner = SyntheticLearner.builder(SyntheticLearner.data())
                .callbacks(callbacks)
                .build()) {
            learner.fitOneCycle(EPOCHS, .05);
            return result(learner, folder);
        }
    }

    private static List<Object> result(Learner learner, Path folder) {
        Path file = folder.resolve("contract.safetensors");
        learner.save(file);
        History history = learner.history();
        try {
            return List.of(
                    Arrays.toString(history.losses()),
                    Arrays.toString(history.rates()),
                    Arrays.toString(history.momenta()),
                    history.epochs(),
                    Arrays.hashCode(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void repeatsItself(Path folder) {
        assertThat(trained(folder, callback(folder))).isEqualTo(trained(folder, callback(folder)));
    }

    private void leavesOthersAlone(Path folder) {
        List<Object> alone = trained(folder);
        trained(folder, callback(folder));
        assertThat(trained(folder)).isEqualTo(alone);
    }

    private void startsAnew(Path folder) {
        Callback callback = callback(folder);
        List<Object> first = trained(folder, callback);
        assertThat(trained(folder, callback)).isEqualTo(first);
    }

    private void continuesExactly(Path folder) throws IOException {
        List<Path> saved = new ArrayList<>();
        Callback saver = new Callback() {
            @Override
            public Stage stage() {
                return Stage.SAVE;
            }

            @Override
            public void afterBatch(FitContext context) {
                if (context.isTraining()) {
                    Path file = folder.resolve("after " + context.step());
                    context.learner().saveCheckpoint(file);
                    saved.add(file);
                }
            }
        };
        Path whole = Files.createDirectory(folder.resolve("whole"));
        List<Object> expected = trained(whole, callback(whole), saver);
        for (Path file : saved) {
            try (Learner learner = SyntheticLearner.of()) {
                // in the folder of the interrupted run, whose files are those of its end
                learner.resume(file, FitOptions.defaults().callbacks(callback(whole)));
                assertThat(result(learner, folder)).as("%s", file.getFileName()).isEqualTo(expected);
            }
        }
        assertThat(saved).isNotEmpty();
    }

    private void keepsItsState(Path folder) {
        Callback callback = callback(folder);
        trained(folder, callback);
        Json.Fields state = callback.state();
        Callback other = callback(folder);
        if (!state.values().isEmpty()) {
            other.restore(JsonPlace.of(Json.parse(state.write())));
        }
        assertThat(other.state()).isEqualTo(state);
        assertThat(other.state().write()).isEqualTo(state.write());
    }

    private void survivesFailures(Path folder) {
        for (int event = 0; event < Failing.EVENTS; event++) {
            Failing failing = new Failing(event);
            try (Learner learner = SyntheticLearner.of(callback(folder))) {
                assertThatThrownBy(() -> learner.fit(
                                EPOCHS, Rates.of(.01), FitOptions.defaults().callbacks(failing)))
                        .isInstanceOf(Failing.Expected.class)
                        .hasNoSuppressedExceptions();
                learner.fit(EPOCHS, .01);
                assertThat(learner.history().losses()).doesNotContain(Double.NaN);
            }
        }
    }

    private void leavesNothingBehind(Path folder) {
        trained(folder, callback(folder)); // what is made once and kept
        long bytes = TensorMemory.bytesInUse();
        int scopes = TensorScope.openScopes();
        trained(folder, callback(folder));
        survivesFailures(folder);
        assertThat(TensorMemory.bytesInUse()).isEqualTo(bytes);
        assertThat(TensorScope.openScopes()).isEqualTo(scopes);
        assertThat(LayerHooks.hookedLayers()).isZero();
    }

    private void changesNothing(Path folder) {
        assertThat(trained(folder, callback(folder))).isEqualTo(trained(folder));
    }

    /** Throws at one of the events of the first epoch. */
    final class Failing implements Callback {
        private static final int EVENTS = 9;

        private final int event;

        private Failing(int event) {
            this.event = event;
        }

        private void at(int here) {
            if (here == event) {
                throw new Expected();
            }
        }

        @Override
        public Stage stage() {
            return Stage.RECORD;
        }

        @Override
        public void beforeFit(FitContext context) {
            at(0);
        }

        @Override
        public void beforeEpoch(FitContext context) {
            at(1);
        }

        @Override
        public void beforeBatch(FitContext context) {
            at(2);
        }

        @Override
        public void afterPrediction(FitContext context) {
            at(3);
        }

        @Override
        public void afterLoss(FitContext context) {
            at(4);
        }

        @Override
        public void afterBackward(FitContext context) {
            at(5);
        }

        @Override
        public void afterStep(FitContext context) {
            at(6);
        }

        @Override
        public void beforeValidation(FitContext context) {
            at(7);
        }

        @Override
        public void epochRecorded(FitContext context) {
            at(8);
        }

        private static final class Expected extends RuntimeException {
            private static final long serialVersionUID = 1L;
        }
    }
}
