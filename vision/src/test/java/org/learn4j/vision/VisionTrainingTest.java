package org.learn4j.vision;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.learn4j.callback.MixUp;
import org.learn4j.data.BatchStream;
import org.learn4j.data.DataLoader;
import org.learn4j.data.DataLoaders;
import org.learn4j.learn.Callback;
import org.learn4j.learn.FitContext;
import org.learn4j.learn.FitOptions;
import org.learn4j.learn.Predictions;
import org.learn4j.tensor.TensorMemory;
import org.learn4j.testkit.ChildJvm;
import org.learn4j.vision.augment.Augmentations;
import org.learn4j.vision.augment.Transform;
import org.learn4j.vision.data.ImageData;
import org.learn4j.vision.model.CifarResNet;

/** R12, R14, R36 in short: training on pictures that vary is the same in every bit, however it is loaded and resumed. */
class VisionTrainingTest {
    @TempDir
    private static Path folder;

    @TempDir
    private Path out;

    @BeforeAll
    static void paint() {
        Tiles.paint(folder, 48);
    }

    private static ImageData.Builder varied() {
        return Tiles.builder(folder)
                .transforms(Augmentations.standard()
                        .with(Transform.saturation(0.3), Transform.jitter(0.02), Transform.erase()));
    }

    @Test
    void neitherWorkersNorCacheNorAnotherTrainingChangeABit() {
        Map<String, Object> first = null;
        for (int workers : new int[] {1, 0, 2, 4, 1}) {
            ImageData data =
                    varied().workers(workers).cache(workers == 2 ? 20_000 : 0).build();
            try (VisionLearner learner = Tiles.learner(data)) {
                learner.fitOneCycle(2, 1e-2);
                first = first == null ? Tiles.state(learner) : first;
                assertThat(Tiles.state(learner)).as(workers + " workers").isEqualTo(first);
            }
        }
        try (VisionLearner other = Tiles.learner(varied().seed(43).build())) {
            other.fitOneCycle(2, 1e-2);
            assertThat(Tiles.state(other)).isNotEqualTo(first);
        }
    }

    /** A program that trains and prints what came of it. */
    static final class Training {
        public static void main(String[] arguments) {
            System.out.println(train(Path.of(arguments[0])));
        }

        static String train(Path pictures) {
            try (VisionLearner learner = Tiles.learner(Tiles.builder(pictures).build())) {
                learner.fitOneCycle(1, 1e-2);
                return "trained " + Tiles.state(learner);
            }
        }
    }

    @Test
    void aFreshJvmTrainsToTheSameBits() {
        String kernels = System.getProperty("learn4j.kernels");
        List<String> flags = kernels == null ? List.of() : List.of("-Dlearn4j.kernels=" + kernels);
        try (ChildJvm child = ChildJvm.start(Training.class, flags, folder.toString())) {
            String here = Training.train(folder);
            assertThat(child.exitCode(Duration.ofSeconds(60)))
                    .as(child.output())
                    .isZero();
            assertThat(child.output().lines().toList()).contains(here);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void resumedInTheMiddleOfAnEpochItEndsInTheSameBits(int workers) {
        ImageData data = varied().workers(workers).build();
        Path file = out.resolve("checkpoint.safetensors");
        Callback saver = new Callback() {
            @Override
            public void afterBatch(FitContext context) {
                if (context.isTraining() && context.step() == 6) { // four batches an epoch
                    context.learner().saveCheckpoint(file);
                }
            }
        };
        Map<String, Object> whole;
        try (VisionLearner learner = Tiles.learner(data)) {
            learner.fitOneCycle(3, 1e-2, FitOptions.defaults().callbacks(saver, MixUp.withAlpha(0.4)));
            assertThat(learner.steps()).isEqualTo(12);
            whole = Tiles.state(learner);
        }
        try (VisionLearner rest = Tiles.learner(varied().workers(1).build())) {
            rest.resume(file, FitOptions.defaults().callbacks(MixUp.withAlpha(0.4)));
            assertThat(rest.steps()).isEqualTo(12);
            assertThat(Tiles.state(rest)).isEqualTo(whole);
        }
    }

    @Test
    void aFrozenStageAndItsSuccessorResumeToo() {
        ImageData data = varied().build();
        Path file = out.resolve("checkpoint.safetensors");
        Callback saver = new Callback() {
            @Override
            public void afterBatch(FitContext context) {
                if (context.isTraining() && context.step() == 3) { // in the frozen epoch of fineTune
                    context.learner().saveCheckpoint(file);
                }
            }
        };
        Path weights = out.resolve("weights.safetensors");
        Map<String, Object> whole;
        try (VisionLearner learner =
                VisionLearner.of(data, Tiles.pretrained(weights)).silent().build()) {
            learner.fineTune(1, 1e-2, FitOptions.defaults().callbacks(saver));
            whole = Tiles.state(learner);
        }
        try (VisionLearner rest =
                VisionLearner.of(data, Tiles.pretrained(weights)).silent().build()) {
            rest.resume(file, FitOptions.defaults());
            assertThat(rest.frozenTo()).isZero();
            assertThat(Tiles.state(rest)).isEqualTo(whole);
        }
    }

    /** R13: who looks on changes nothing. */
    @Test
    void lookingOnChangesNoBit() {
        ImageData data = varied().build();
        Callback curious = new Callback() {
            @Override
            public void afterEpoch(FitContext context) {
                VisionLearner learner = (VisionLearner) context.learner();
                learner.predict(Tiles.picture(4));
                learner.heatMap(Tiles.picture(5), "red");
                learner.showResults(out.resolve("results.png"), 1, 2);
                learner.plotTopLosses(out.resolve("losses.png"), 2, true);
                learner.testTimeAugmentation(1, 0.5).close();
                learner.export(out.resolve("model.safetensors"));
                data.showBatch(out.resolve("batch.png"));
            }
        };
        Map<String, Object> alone;
        try (VisionLearner learner =
                VisionLearner.of(data, CifarResNet.of(8)).silent().build()) {
            learner.fitOneCycle(2, 1e-2);
            alone = Tiles.state(learner);
        }
        try (VisionLearner learner = VisionLearner.of(data, CifarResNet.of(8))
                .callbacks(curious)
                .silent()
                .build()) {
            learner.findLearningRate(1e-7, 10, 8);
            learner.summary();
            learner.fitOneCycle(2, 1e-2);
            assertThat(Tiles.state(learner)).isEqualTo(alone);
        }
    }

    @Test
    void learnersGiveAllTheirMemoryBack() {
        ImageData data = varied().build();
        long before = TensorMemory.bytesInUse();
        for (int i = 0; i < 8; i++) {
            try (VisionLearner learner = Tiles.learner(data)) {
                if (i % 2 == 0) {
                    learner.fit(1, 1e-3);
                    learner.replaceImages(data.withSize(20));
                    learner.validate();
                    try (Predictions looks = learner.testTimeAugmentation(1, 0.5)) {
                        assertThat(looks.items()).hasSize(12);
                    }
                }
            }
            assertThat(TensorMemory.bytesInUse()).isEqualTo(before);
        }
    }

    @Test
    void trainingTakesNoMoreMemoryFromEpochToEpoch() {
        try (VisionLearner learner = Tiles.learner(varied().workers(2).build())) {
            learner.fit(2, 1e-3);
            long bytes = TensorMemory.bytesInUse();
            for (int epoch = 0; epoch < 8; epoch++) {
                learner.fit(1, 1e-3);
                assertThat(TensorMemory.bytesInUse()).isEqualTo(bytes);
            }
        }
    }

    /** What OpenCV takes to decode and warp pictures is freed picture by picture. */
    @Test
    void loadingTakesNoMoreMemoryFromEpochToEpoch() {
        ImageData data = varied().workers(2).build();
        long before = TensorMemory.bytesInUse();
        try (DataLoaders loaders = data.loaders()) {
            load(loaders.train(), 0);
            long bytes = TensorMemory.bytesInUse();
            long ofOpenCv = Pointer.totalBytes();
            for (int epoch = 1; epoch < 8; epoch++) {
                load(loaders.train(), epoch);
                assertThat(TensorMemory.bytesInUse()).isEqualTo(bytes);
                assertThat(Pointer.totalBytes()).isEqualTo(ofOpenCv);
            }
        }
        assertThat(TensorMemory.bytesInUse()).isEqualTo(before);
    }

    private static void load(DataLoader loader, int epoch) {
        int batches = 0;
        try (BatchStream stream = loader.open(epoch, 0)) {
            while (stream.next() != null) {
                batches++;
            }
        }
        assertThat(batches).isEqualTo(4);
    }
}
