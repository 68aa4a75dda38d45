package org.learn4j.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.learn.Callback;
import org.learn4j.learn.FitContext;
import org.learn4j.learn.FitOptions;
import org.learn4j.learn.Learner;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.persist.ModelFormatException;
import org.learn4j.persist.SafeTensors;
import org.learn4j.schedule.Rates;
import org.learn4j.testkit.SyntheticLearner;

class CheckpointsTest {
    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("run.safetensors");
    }

    private Path previous() {
        return folder.resolve("run.safetensors.previous");
    }

    private static long steps(Path file) {
        try (SafeTensors opened = SafeTensors.open(file)) {
            opened.verify();
            return opened.requireManifest().get("steps").whole();
        }
    }

    /** Notes what is in the files after every batch. */
    private final class Watcher implements Callback {
        private final List<String> seen = new ArrayList<>();

        @Override
        public Stage stage() {
            return Stage.SAVE;
        }

        @Override
        public void afterBatch(FitContext context) {
            note();
        }

        @Override
        public void afterEpoch(FitContext context) {
            note();
        }

        private void note() {
            String now = (Files.exists(file()) ? steps(file()) : "none") + " "
                    + (Files.exists(previous()) ? steps(previous()) : "none");
            if (seen.isEmpty() || !seen.get(seen.size() - 1).equals(now)) {
                seen.add(now);
            }
        }
    }

    private final Watcher watcher = new Watcher();

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    @Test
    void savesAfterEveryEpochAndKeepsTheNewestTwo() throws IOException {
        try (Learner learner = SyntheticLearner.of(Checkpoints.to(file()), watcher)) {
            learner.fit(3, .01);
        }
        assertThat(watcher.seen).containsExactly("none none", "10 none", "20 10", "30 20");
        assertThat(files()).containsExactly(file(), previous());
    }

    @Test
    void savesAfterSoManyBatchesToo() {
        try (Learner learner = SyntheticLearner.of(Checkpoints.to(file()).everyBatches(4), watcher)) {
            learner.fit(2, .01);
        }
        assertThat(watcher.seen)
                .containsExactly("none none", "4 none", "8 4", "10 8", "12 10", "16 12", "20 16", "20 20");
    }

    @Test
    void savesWhereAFitIsCancelledButNotWhereItFails() {
        Callback canceller = new Callback() {
            @Override
            public void afterBatch(FitContext context) {
                if (context.step() == 13) {
                    context.learner().cancel();
                }
            }
        };
        try (Learner learner = SyntheticLearner.of(Checkpoints.to(file()), canceller)) {
            learner.fit(3, .01);
            assertThat(steps(file())).isEqualTo(13);
        }
        Callback failing = new Callback() {
            @Override
            public void afterBackward(FitContext context) {
                if (context.step() == 17) {
                    throw new IllegalStateException("broken");
                }
            }
        };
        try (Learner learner = SyntheticLearner.of(Checkpoints.to(file()), failing)) {
            assertThatThrownBy(() -> learner.fit(3, .01)).hasMessage("broken");
            assertThat(steps(file())).isEqualTo(10);
        }
    }

    @Test
    void holdsWhatCallbacksAddedLaterHaveDecided() {
        double[] falling = {.9, .8, .7, .6, .5};
        FitOptions options = FitOptions.defaults();
        try (Learner learner =
                Scripted.higherIsBetter("accuracy", falling).learner().build()) {
            learner.fit(
                    5,
                    Rates.of(.01),
                    options.callbacks(
                            Checkpoints.to(file()), EarlyStopping.on("accuracy").patience(2)));
            assertThat(learner.history().epochs()).hasSize(3);
        }
        try (SafeTensors opened = SafeTensors.open(file())) {
            assertThat(opened.requireManifest()
                            .get("callbacks")
                            .get("EarlyStopping(accuracy)")
                            .get("waited")
                            .integer())
                    .isEqualTo(2);
        }
        // what had stopped stays stopped
        try (Learner learner =
                Scripted.higherIsBetter("accuracy", falling).learner().build()) {
            learner.resume(
                    file(), options.callbacks(EarlyStopping.on("accuracy").patience(2)));
            assertThat(learner.history().epochs()).hasSize(3);
        }
    }

    /** Counts batches, and keeps its count in checkpoints. */
    private static final class Counter implements Callback {
        private int count;

        @Override
        public void afterBatch(FitContext context) {
            count++;
        }

        @Override
        public Json.Fields state() {
            return Json.object().with("count", count);
        }
    }

    @Test
    void holdsTheStatesAfterTheBatchOfCallbacksAddedLater() {
        Callback failing = new Callback() {
            @Override
            public void afterBackward(FitContext context) {
                if (context.step() == 5) {
                    throw new IllegalStateException("power cut");
                }
            }
        };
        try (Learner learner = SyntheticLearner.of(Checkpoints.to(file()).everyBatches(4), new Counter(), failing)) {
            assertThatThrownBy(() -> learner.fit(1, .01)).hasMessage("power cut");
        }
        try (SafeTensors opened = SafeTensors.open(file())) {
            JsonPlace manifest = opened.requireManifest();
            assertThat(manifest.get("steps").whole()).isEqualTo(4);
            assertThat(manifest.get("callbacks").get("Counter").get("count").integer())
                    .isEqualTo(4);
        }
    }

    @Test
    void whereTheNewestIsDamagedThePreviousIsUsed() throws IOException {
        double[] whole;
        try (Learner learner = SyntheticLearner.of(Checkpoints.to(file()).everyBatches(4))) {
            whole = learner.fit(2, .01).losses();
        }
        byte[] bytes = Files.readAllBytes(file());
        Files.write(previous(), Files.readAllBytes(previous())); // a file of its own, not the same by another name
        bytes[bytes.length / 2] ^= 1;
        Files.write(file(), bytes);
        try (Learner learner = SyntheticLearner.of()) {
            assertThat(learner.resume(file(), FitOptions.defaults()).losses()).isEqualTo(whole);
        }
        Files.delete(previous());
        try (Learner learner = SyntheticLearner.of()) {
            assertThatThrownBy(() -> learner.resume(file(), FitOptions.defaults()))
                    .isInstanceOf(ModelFormatException.class);
        }
    }

    /** A process may be killed between the steps of a save: where it was, tells what lies beside the newest. */
    @Test
    void killedAnywhereWithinASaveTheNewestThatIsWholeIsUsedAndTheNextSaveClearsUp() throws IOException {
        Path kept = folder.resolve("run.safetensors.kept");
        try (Learner learner = SyntheticLearner.of(Checkpoints.to(file()).everyBatches(4), watcher)) {
            learner.fit(1, .01);
        }
        byte[] newest = Files.readAllBytes(file());
        byte[] older = Files.readAllBytes(previous());
        assertThat(newest).isNotEqualTo(older);

        Files.write(previous(), older);
        Files.write(kept, newest); // killed before the new one had its name
        assertThatTheRunGoesOn(kept, 10);

        Files.write(file(), newest);
        Files.write(previous(), new byte[10]);
        Files.write(kept, older); // killed when it had: what it replaced is only there
        assertThatTheRunGoesOn(kept, 10);

        Files.write(file(), newest);
        Files.write(previous(), older);
        Files.write(kept, new byte[3]); // killed while it was copied, where files have one name
        assertThatTheRunGoesOn(kept, 10);

        Files.write(file(), new byte[100]); // and damaged since
        Files.write(previous(), older);
        Files.write(kept, newest);
        assertThatTheRunGoesOn(kept, steps(previous()));
    }

    private void assertThatTheRunGoesOn(Path kept, long from) {
        long[] first = {-1};
        Callback noting = new Callback() {
            @Override
            public void beforeFit(FitContext context) {
                first[0] = context.learner().steps();
            }
        };
        try (Learner learner = SyntheticLearner.of(noting)) {
            learner.resume(file(), FitOptions.defaults());
            assertThat(first[0]).isEqualTo(from);
            learner.fit(1, Rates.of(.01), FitOptions.defaults().callbacks(Checkpoints.to(file())));
            assertThat(kept).doesNotExist();
            assertThat(steps(file())).isEqualTo(20);
        }
    }

    @Test
    void aSaveThatFailsLeavesBothAsTheyWere() throws IOException {
        Callback twice = new Callback() { // a second state of one name cannot be saved
                    @Override
                    public String name() {
                        return "twice";
                    }

                    @Override
                    public Json.Fields state() {
                        return Json.object().with("some", 1);
                    }
                };
        try (Learner learner = SyntheticLearner.of(Checkpoints.to(file()))) {
            learner.fit(2, .01);
            byte[] newest = Files.readAllBytes(file());
            byte[] older = Files.readAllBytes(previous());
            assertThatThrownBy(() ->
                            learner.fit(1, Rates.of(.01), FitOptions.defaults().callbacks(twice, twice)))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(Files.readAllBytes(file())).isEqualTo(newest);
            assertThat(Files.readAllBytes(previous())).isEqualTo(older);
            assertThat(files()).containsExactly(file(), previous());
            learner.fit(1, .01);
            assertThat(Arrays.equals(Files.readAllBytes(previous()), newest)).isTrue();
        }
    }

    @Test
    void saysBeforeTrainingThatThereIsNoPlaceForTheFile() throws IOException {
        Path inTheWay = Files.writeString(folder.resolve("file"), "not a folder");
        try (Learner learner = SyntheticLearner.of(Checkpoints.to(inTheWay.resolve("run.safetensors")))) {
            assertThatThrownBy(() -> learner.fit(1, .01))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("run.safetensors");
            assertThat(learner.steps()).isZero();
        }
        assertThatThrownBy(() -> Checkpoints.to(file()).everyBatches(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 1, received 0");
    }
}
