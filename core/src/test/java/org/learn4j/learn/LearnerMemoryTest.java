package org.learn4j.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.learn4j.kernel.Kernels;
import org.learn4j.metric.Metric;
import org.learn4j.nn.LayerTree;
import org.learn4j.nn.Param;
import org.learn4j.optim.Optimizer;
import org.learn4j.schedule.Rates;
import org.learn4j.tensor.AllocationFaults;
import org.learn4j.tensor.TensorMemory;
import org.learn4j.tensor.TensorMemoryException;
import org.learn4j.tensor.TensorScope;

/** R36 and R37 in short: native memory is flat, comes back, and its end is an exception. */
class LearnerMemoryTest {
    @TempDir
    private Path folder;

    /** What is allocated in this JVM. */
    private record Memory(long bytes, long blocks, long pointers, int scopes) {
        static Memory now() {
            return new Memory(
                    TensorMemory.bytesInUse(), TensorMemory.blocksInUse(), allPointers(), TensorScope.openScopes());
        }
    }

    /** Returns all that JavaCPP has allocated; ND4J's own kernels leave theirs to the garbage collector. */
    private static long allPointers() {
        return Kernels.current().name().equals("onednn") ? Pointer.totalBytes() : 0;
    }

    private static Learner learner() {
        return Toy.builder()
                .groups(Toy::bodyAndHead)
                .metrics(Metric.accuracy())
                .optimizer(Optimizer.ranger())
                .build();
    }

    /** What kernels make once and keep is there before anything is measured. */
    @BeforeAll
    static void warmUp() {
        for (int i = 0; i < 2; i++) {
            try (Learner learner = learner()) {
                learner.fit(1, .01);
                learner.findLearningRate(1e-4, 1e-2, 6);
                learner.predictions().close();
                learner.summary();
            }
            try (Learner learner = Toy.learner()) { // one group has vectors of other lengths
                learner.fit(1, .01);
            }
        }
    }

    @AfterEach
    void disarm() {
        AllocationFaults.disarm();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void steadyTrainingAllocatesNothing(int workers) {
        long[] seen = new long[2];
        Callback watcher = new Callback() {
            @Override
            public void afterBatch(FitContext context) {
                if (context.step() == 50) {
                    seen[0] = TensorMemory.allocations();
                    seen[1] = allPointers();
                } else if (context.step() > 50) {
                    assertThat(TensorMemory.allocations()).isEqualTo(seen[0]);
                    assertThat(allPointers()).isLessThanOrEqualTo(seen[1]); // others' may be collected meanwhile
                }
            }
        };
        try (Learner learner = Learner.of(Toy.data(workers), Toy.model())
                .metrics(Metric.accuracy())
                .silent()
                .callbacks(watcher)
                .build()) {
            learner.fitOneCycle(50, 1e-2);
            assertThat(learner.steps()).isEqualTo(250);
        }
    }

    @Test
    void closingGivesEverythingBack() {
        Memory before = Memory.now();
        try (Learner learner = learner()) {
            learner.fineTune(1, .01, FitOptions.defaults());
            learner.findLearningRate(1e-4, 1e-2, 6);
            learner.validate();
            learner.predictions().close();
            learner.save(folder.resolve("w.safetensors"));
            learner.load(folder.resolve("w.safetensors"));
            learner.saveCheckpoint(folder.resolve("c.safetensors"));
            learner.resume(folder.resolve("c.safetensors"), FitOptions.defaults());
            learner.export(folder.resolve("m.safetensors"));
            assertThat(Memory.now().bytes()).isGreaterThan(before.bytes());
        }
        assertThat(Memory.now()).isEqualTo(before);
        TrainedModel.load(folder.resolve("m.safetensors")).close();
        assertThat(Memory.now()).isEqualTo(before);
    }

    @Test
    void fiftyLearnersLeaveNothing() {
        Memory before = Memory.now();
        for (int i = 0; i < 50; i++) {
            try (Learner learner = learner()) {
                if (i % 2 == 0) {
                    learner.fit(1, .01);
                }
            }
        }
        assertThat(Memory.now()).isEqualTo(before);
    }

    @Test
    void trainingThatIsAbortedInAnyPhaseLeavesNothing() {
        Memory before = Memory.now();
        for (int phase = 0; phase < 12; phase++) {
            int where = phase;
            for (int step : new int[] {1, 3}) {
                Callback aborting = new Callback() {
                    private void at(int here, FitContext context) {
                        if (here == where && (here < 2 || here > 6 || context.step() == step)) {
                            throw new UnsupportedOperationException("phase " + where);
                        }
                    }

                    @Override
                    public void beforeFit(FitContext context) {
                        at(0, context);
                    }

                    @Override
                    public void beforeEpoch(FitContext context) {
                        at(1, context);
                    }

                    @Override
                    public void beforeBatch(FitContext context) {
                        at(2, context);
                    }

                    @Override
                    public void afterPrediction(FitContext context) {
                        at(context.isTraining() ? 3 : 10, context);
                    }

                    @Override
                    public void afterLoss(FitContext context) {
                        at(context.isTraining() ? 4 : 11, context);
                    }

                    @Override
                    public void afterBackward(FitContext context) {
                        at(5, context);
                    }

                    @Override
                    public void afterStep(FitContext context) {
                        at(6, context);
                    }

                    @Override
                    public void beforeValidation(FitContext context) {
                        at(7, context);
                    }

                    @Override
                    public void epochRecorded(FitContext context) {
                        at(8, context);
                    }

                    @Override
                    public void afterFit(FitContext context) {
                        at(9, context);
                    }
                };
                try (Learner learner = learner()) {
                    assertThatThrownBy(() -> learner.fit(
                                    1, Rates.of(.01), FitOptions.defaults().callbacks(aborting)))
                            .as("phase %s", where)
                            .hasMessage("phase " + where);
                    learner.fit(1, .01);
                }
                assertThat(Memory.now()).as("phase %s", where).isEqualTo(before);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void buildingThatRunsOutOfMemoryLeavesNothing(boolean forEver) {
        Memory before = Memory.now();
        int k = 0;
        while (true) {
            var model = Toy.model();
            AllocationFaults.failAfter(k, forEver);
            Throwable thrown = catchThrowable(() -> Learner.of(Toy.data(), model)
                    .groups(Toy::bodyAndHead)
                    .optimizer(Optimizer.ranger())
                    .seed(11)
                    .silent()
                    .build()
                    .close());
            AllocationFaults.disarm();
            assertThat(Memory.now()).as("allocation %s", k).isEqualTo(before);
            assertThat(LayerTree.params(model).values()).noneMatch(Param::isInitialized);
            if (thrown == null) {
                break;
            }
            assertThat(thrown).as("allocation %s", k).isInstanceOf(TensorMemoryException.class);
            try (Learner learner = Learner.of(Toy.data(), model).silent().build()) { // the same model again
                learner.fit(1, .01);
            }
            k++;
        }
        assertThat(k).isGreaterThan(10);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aStepThatRunsOutOfMemoryChangesNothingOrEverything(boolean forEver) {
        Memory outside = Memory.now();
        Map<String, Object> untrained;
        List<Map<String, Object>> trained = new ArrayList<>();
        Callback watcher = new Callback() {
            @Override
            public void afterStep(FitContext context) {
                trained.add(Toy.weights(context.learner()));
            }
        };
        try (Learner learner = learner()) {
            untrained = Toy.weights(learner);
            learner.fit(1, Rates.of(.01), FitOptions.defaults().callbacks(watcher));
        }
        int k = 0;
        while (true) {
            try (Learner learner = learner()) {
                AllocationFaults.failAfter(k, forEver);
                Throwable thrown = catchThrowable(() -> learner.fit(1, .01));
                AllocationFaults.disarm();
                if (thrown == null) {
                    break;
                }
                assertThat(thrown)
                        .as("allocation %s", k)
                        .satisfiesAnyOf(
                                own -> assertThat(own).isInstanceOf(TensorMemoryException.class),
                                ofALoader -> assertThat(ofALoader).hasRootCauseInstanceOf(OutOfMemoryError.class));
                assertThat(thrown).hasStackTraceContaining("bytes");
                Map<String, Object> after = Toy.weights(learner);
                int done = (int) learner.steps();
                assertThat(after).as("allocation %s", k).isEqualTo(done == 0 ? untrained : trained.get(done - 1));
                learner.fit(1, .01); // usable
            }
            assertThat(Memory.now()).as("allocation %s", k).isEqualTo(outside);
            k++;
        }
        assertThat(k).isGreaterThan(20);
    }

    @Test
    void otherVerbsThatRunOutOfMemoryChangeNothing() {
        Path weights = folder.resolve("w.safetensors");
        Path checkpoint = folder.resolve("c.safetensors");
        Path model = folder.resolve("m.safetensors");
        Memory outside = Memory.now();
        Callback none = new Callback() {
            @Override
            public void beforeFit(FitContext context) {
                context.stop("read");
            }
        };
        Map<String, Consumer<Learner>> verbs = Map.of(
                "find", learner -> learner.findLearningRate(1e-4, 1e-2, 4),
                "predict", learner -> learner.predictions().close(),
                "validate", Learner::validate,
                "summary", Learner::summary,
                "load", learner -> learner.load(weights),
                "save", learner -> learner.save(weights),
                "checkpoint", learner -> learner.saveCheckpoint(checkpoint),
                "export", learner -> learner.export(model),
                "resume",
                        learner ->
                                learner.resume(checkpoint, FitOptions.defaults().callbacks(none)),
                "trained model", learner -> TrainedModel.load(model).close());
        verbs.forEach((name, verb) -> {
            try (Learner learner = learner()) {
                learner.fit(1, .01);
                learner.save(weights);
                learner.saveCheckpoint(checkpoint);
                learner.export(model);
                Map<String, Object> before = Toy.state(learner);
                for (int k = 0; ; k++) {
                    AllocationFaults.failAfter(k, true);
                    Throwable thrown = catchThrowable(() -> verb.accept(learner));
                    AllocationFaults.disarm();
                    assertThat(Toy.state(learner))
                            .as("%s, allocation %s", name, k)
                            .isEqualTo(before);
                    if (thrown == null) {
                        break;
                    }
                    assertThat(thrown).as("%s, allocation %s", name, k).isInstanceOf(TensorMemoryException.class);
                    assertThat(k).isLessThan(1000);
                }
            }
            assertThat(Memory.now()).as(name).isEqualTo(outside);
        });
    }
}
