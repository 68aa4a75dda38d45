package org.learn4j.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.learn4j.callback.Checkpoints;
import org.learn4j.callback.CsvHistory;
import org.learn4j.callback.SaveBest;
import org.learn4j.data.DataLoader;
import org.learn4j.data.DataLoaders;
import org.learn4j.data.Dataset;
import org.learn4j.data.Field;
import org.learn4j.data.Slot;
import org.learn4j.persist.SafeTensors;
import org.learn4j.schedule.Rates;
import org.learn4j.testkit.SyntheticLearner;

/** R39: training stops when asked, and one thread trains. */
@Timeout(60)
class StoppingTest {
    private static final int FOR_EVER = 1_000_000;
    private static final Duration SOON = Duration.ofSeconds(2);

    @TempDir
    private Path folder;

    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());

    /** Says when the first batch is done, and that ends are seen. */
    private final class Signals implements Callback {
        private final CountDownLatch started = new CountDownLatch(1);
        private int open;

        @Override
        public void afterBatch(FitContext context) {
            started.countDown();
        }

        @Override
        public void beforeEpoch(FitContext context) {
            open++;
        }

        @Override
        public void afterEpoch(FitContext context) {
            open--;
        }

        @Override
        public void afterFit(FitContext context) {
            seen.add("afterFit " + open + " open " + context.stopReason().orElse("")
                    + context.failure().isPresent());
        }
    }

    /** A fit on a thread of its own. */
    private static final class Running {
        private final Thread thread;
        private final AtomicReference<Throwable> thrown = new AtomicReference<>();
        private volatile boolean interruptedAfterwards;

        Running(Runnable fit) {
            thread = new Thread(() -> {
                thrown.set(catchThrowable(fit::run));
                interruptedAfterwards = Thread.currentThread().isInterrupted();
            });
            thread.start();
        }

        void endsSoon() throws InterruptedException {
            long from = System.nanoTime();
            thread.join(SOON.toMillis() + 1000);
            assertThat(thread.isAlive()).as("still training").isFalse();
            assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(SOON);
            assertThat(thrown.get()).isNull();
        }
    }

    private final Signals signals = new Signals();

    @Test
    void cancelledByAnotherThreadAFitEndsAfterItsBatch() throws InterruptedException {
        try (Learner learner = SyntheticLearner.of(signals)) {
            Running fit = new Running(() -> learner.fit(FOR_EVER, .01));
            signals.started.await();
            learner.cancel();
            fit.endsSoon();
            assertThat(fit.interruptedAfterwards).isFalse();
            assertThat(seen).containsExactly("afterFit 0 open cancelledfalse");
            int batches = learner.history().batches();
            learner.fit(1, .01); // as if nothing had been
            assertThat(learner.history().batches()).isEqualTo(batches + SyntheticLearner.BATCHES);
        }
    }

    @Test
    void interruptedAFitEndsAfterItsBatchAndTheInterruptIsKept() throws InterruptedException {
        try (Learner learner = SyntheticLearner.of(signals)) {
            Running fit = new Running(() -> learner.fit(FOR_EVER, .01));
            signals.started.await();
            fit.thread.interrupt();
            fit.endsSoon();
            assertThat(fit.interruptedAfterwards).isTrue();
            assertThat(seen).containsExactly("afterFit 0 open interruptedfalse");
        }
    }

    @Test
    void interruptedWhileItWritesFilesAFitEndsAsElsewhere() throws InterruptedException {
        Path checkpoint = folder.resolve("run.safetensors");
        for (int i = 0; i < 20; i++) {
            CountDownLatch writing = new CountDownLatch(1);
            Callback first = new Callback() {
                @Override
                public Stage stage() {
                    return Stage.RECORD;
                }

                @Override
                public void epochRecorded(FitContext context) {
                    writing.countDown();
                }
            };
            try (Learner learner = SyntheticLearner.of(
                    first,
                    CsvHistory.to(folder.resolve("history.csv")),
                    SaveBest.of("valid_loss", folder.resolve("best.safetensors")),
                    Checkpoints.to(checkpoint))) {
                Running fit = new Running(() -> learner.fit(FOR_EVER, .01));
                writing.await();
                LockSupport.parkNanos(i * 200_000L); // from the first byte to after the last
                fit.thread.interrupt();
                fit.endsSoon();
                assertThat(fit.interruptedAfterwards).isTrue();
            }
            try (SafeTensors file = SafeTensors.open(checkpoint)) {
                file.verify();
            }
        }
    }

    @Test
    void anInterruptFromBeforeEndsAFitAtOnce() {
        try (Learner learner = SyntheticLearner.of(signals)) {
            Thread.currentThread().interrupt();
            learner.fit(1, .01);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(learner.steps()).isZero();
            assertThat(seen).containsExactly("afterFit 0 open interruptedfalse");
        }
    }

    /** Items of which all but the first few take long to read. */
    private static final class SlowItems implements Dataset {
        private final Dataset inner = SyntheticLearner.items(160, 1);
        private final CountDownLatch waiting = new CountDownLatch(1);

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
            if (item >= 16) {
                waiting.countDown();
                long end = System.nanoTime() + 300_000_000L; // sixteen of them: five seconds a batch
                while (System.nanoTime() < end) {
                    LockSupport.parkNanos(10_000_000L);
                    if (Thread.currentThread().isInterrupted()) {
                        return;
                    }
                }
            }
            inner.write(item, row, inputs, target);
        }
    }

    private static DataLoaders slow(SlowItems items, int workers) {
        return DataLoaders.trainingOnly(
                DataLoader.of(items).batchSize(16).workers(workers).build());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void cancelledWhileItWaitsForABatchAFitEndsSoon(int workers) throws InterruptedException {
        SlowItems items = new SlowItems();
        try (Learner learner = SyntheticLearner.builder(slow(items, workers))
                .callbacks(signals)
                .build()) {
            Running fit = new Running(() -> learner.fit(FOR_EVER, .01));
            signals.started.await();
            items.waiting.await();
            learner.cancel();
            fit.endsSoon();
            assertThat(seen).containsExactly("afterFit 0 open cancelledfalse");
            assertThat(learner.steps()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void interruptedWhileItWaitsForABatchAFitEndsSoon(int workers) throws InterruptedException {
        SlowItems items = new SlowItems();
        try (Learner learner = SyntheticLearner.builder(slow(items, workers))
                .callbacks(signals)
                .build()) {
            Running fit = new Running(() -> learner.fit(FOR_EVER, .01));
            signals.started.await();
            items.waiting.await();
            fit.thread.interrupt();
            fit.endsSoon();
            assertThat(fit.interruptedAfterwards).isTrue();
            assertThat(seen).containsExactly("afterFit 0 open interruptedfalse");
            assertThat(learner.steps()).isEqualTo(1);
        }
    }

    @Test
    void cancelledWhileItValidatesAFitEndsSoonAndTheEpochIsNotOver() throws InterruptedException {
        SlowItems items = new SlowItems();
        DataLoaders data = DataLoaders.of(
                DataLoader.of(SyntheticLearner.items(32, 1)).batchSize(16).build(),
                DataLoader.of(items).batchSize(16).build());
        try (Learner learner = SyntheticLearner.builder(data).callbacks(signals).build()) {
            Running fit = new Running(() -> learner.fit(FOR_EVER, .01));
            items.waiting.await();
            learner.cancel();
            fit.endsSoon();
            assertThat(learner.steps()).isEqualTo(2);
            assertThat(learner.epochsDone()).isZero();
            assertThat(learner.history().epochs()).isEmpty();
        }
    }

    @Test
    void theLearningRateFinderCanBeCancelledToo() throws InterruptedException {
        SlowItems items = new SlowItems();
        try (Learner learner = SyntheticLearner.builder(slow(items, 1)).build()) {
            Object before = Toy.weights(learner);
            Running finding = new Running(learner::findLearningRate);
            items.waiting.await();
            learner.cancel();
            finding.endsSoon();
            assertThat(Toy.weights(learner)).isEqualTo(before);
        }
    }

    @Test
    void anInterruptedFitStillLoadsItsBest() {
        Callback interrupter = new Callback() {
            @Override
            public void afterBatch(FitContext context) {
                if (context.step() == SyntheticLearner.BATCHES + 3) {
                    Thread.currentThread().interrupt();
                }
            }
        };
        Path best = folder.resolve("best.safetensors");
        try (Learner learner = SyntheticLearner.of(SaveBest.of("valid_loss", best), interrupter)) {
            learner.fit(5, .01);
            assertThat(Thread.interrupted()).isTrue();
            double measured = learner.validate().get("valid_loss");
            assertThat(measured)
                    .isEqualTo(learner.history().epochs().get(0).values().get("valid_loss"));
        }
    }

    @Test
    void anInterruptedThreadStillSavesLoadsAndPredicts() {
        Path file = folder.resolve("weights.safetensors");
        try (Learner learner = SyntheticLearner.of()) {
            learner.fit(1, .01);
            Thread.currentThread().interrupt();
            learner.save(file);
            learner.load(file);
            learner.saveCheckpoint(file);
            learner.export(file);
            TrainedModel.load(file).close();
            learner.predictions().close();
            learner.validate();
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void anotherThreadIsRefusedWhileOneTrains() throws InterruptedException {
        Path file = folder.resolve("weights.safetensors");
        try (Learner learner =
                Toy.builder().groups(Toy::bodyAndHead).callbacks(signals).build()) {
            Running fit = new Running(() -> learner.fit(FOR_EVER, .01));
            signals.started.await();
            List<Consumer<Learner>> verbs = List.of(
                    other -> other.fit(1, .01),
                    Learner::findLearningRate,
                    Learner::validate,
                    Learner::predictions,
                    Learner::summary,
                    Learner::freeze,
                    other -> other.save(file),
                    other -> other.load(file),
                    other -> other.saveCheckpoint(file),
                    other -> other.export(file),
                    other -> other.resume(file, FitOptions.defaults()),
                    Learner::close);
            for (Consumer<Learner> verb : verbs) {
                assertThatThrownBy(() -> verb.accept(learner))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("in use already by the thread " + fit.thread.getName());
            }
            assertThatThrownBy(learner::close).hasMessageContaining("cancel() it and wait before closing it");
            assertThat(file).doesNotExist();
            learner.cancel();
            fit.endsSoon();
            learner.validate();
        }
    }

    @Test
    void aCallbackCannotStartAnotherFitNorCloseItsLearner() {
        List<Throwable> refusals = new ArrayList<>();
        Callback nested = new Callback() {
            @Override
            public void epochRecorded(FitContext context) {
                Learner learner = context.learner();
                refusals.add(catchThrowable(() -> learner.fit(1, .01)));
                refusals.add(catchThrowable(learner::findLearningRate));
                refusals.add(catchThrowable(learner::close));
                learner.freezeTo(1); // which it may
            }
        };
        try (Learner learner = Toy.builder().groups(Toy::bodyAndHead).build()) {
            learner.fit(1, Rates.of(.01), FitOptions.defaults().callbacks(nested));
            assertThat(refusals).hasSize(3).allMatch(IllegalStateException.class::isInstance);
            assertThat(refusals.get(0)).hasMessageContaining("a callback cannot start another fit");
            assertThat(learner.frozenTo()).isEqualTo(1);
            learner.fit(1, .01);
        }
    }

    @Test
    void aClosedLearnerSaysSo() {
        Learner learner = SyntheticLearner.of();
        learner.close();
        learner.close();
        learner.cancel();
        Path file = folder.resolve("weights.safetensors");
        for (Consumer<Learner> verb : List.<Consumer<Learner>>of(
                other -> other.fit(1, .01),
                Learner::findLearningRate,
                Learner::validate,
                Learner::predictions,
                Learner::summary,
                other -> other.freezeTo(0),
                other -> other.save(file),
                other -> other.load(file),
                other -> other.saveCheckpoint(file),
                other -> other.export(file),
                other -> other.resume(file, FitOptions.defaults()))) {
            assertThatThrownBy(() -> verb.accept(learner))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("This learner was closed");
        }
        assertThat(learner.toString()).startsWith("Learner(Linear.of(1, 1)");
    }
}
