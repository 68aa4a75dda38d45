package org.learn4j.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.data.ArrayDataset;
import org.learn4j.data.Field;
import org.learn4j.loss.Loss;
import org.learn4j.nn.Activation;
import org.learn4j.nn.Init;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerRegistry;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Param;
import org.learn4j.nn.Pass;
import org.learn4j.nn.Recipe;
import org.learn4j.persist.Json;
import org.learn4j.persist.ModelFormatException;
import org.learn4j.persist.NamedTensor;
import org.learn4j.persist.SafeTensors;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorMemory;
import org.learn4j.testkit.ChildJvm;
import org.learn4j.testkit.SyntheticLearner;

/**
 * Exported models: they predict without the code that trained them, and a file is one of ours or refused (R20, R22).
 */
class TrainedModelTest {
    @TempDir
    private Path folder;

    private float[] expected = {};

    private static float[] row(int item) {
        float[] row = new float[Toy.FEATURES];
        for (int j = 0; j < row.length; j++) {
            row[j] = (float) Math.sin(item * 7 + j);
        }
        return row;
    }

    private static ArrayDataset rows(int count) {
        float[][] rows =
                IntStream.range(0, count).mapToObj(TrainedModelTest::row).toArray(float[][]::new);
        return ArrayDataset.of(rows, new int[count]);
    }

    private Path file() {
        return folder.resolve("model.safetensors");
    }

    @BeforeEach
    void export() {
        try (Learner learner = Toy.learner()) {
            learner.fitOneCycle(2, .02);
            learner.export(file());
            try (Predictions predictions = learner.predictions(rows(20))) {
                expected = predictions.values().toFloats();
            }
        }
    }

    @Test
    void predictsAsTheLearnerDid() {
        try (TrainedModel model = TrainedModel.load(file());
                Predictions predictions = model.predict(rows(20))) {
            assertThat(predictions.values().toFloats()).containsExactly(expected, within(1e-6f));
            assertThat(model.classes()).containsExactly("red", "green", "blue");
            assertThat(model.inputs()).containsExactly(Field.floats("input", Toy.FEATURES));
            assertThat(model.network()).hasToString(Toy.model().toString());
            assertThat(model.toString()).contains("Linear.of(6, 8)").contains("crossEntropy");
            Prediction one = model.predict(row(4));
            double[] values = one.values();
            for (int i = 0; i < Toy.CLASSES; i++) {
                assertThat(values[i]).isEqualTo(expected[4 * Toy.CLASSES + i], within(1e-6));
            }
            assertThat(Arrays.stream(values).sum()).isEqualTo(1, within(1e-6));
            int best = IntStream.range(0, Toy.CLASSES).reduce(0, (a, b) -> values[a] >= values[b] ? a : b);
            assertThat(one.value()).isEqualTo(best);
            assertThat(one.label()).isEqualTo(model.classes().get(best));
            assertThat(one.confidence()).isEqualTo(values[best]);
            assertThat(one.toString()).startsWith(one.label() + " [");
        }
    }

    @Test
    void predictsNumbersForRegression() {
        Path regression = folder.resolve("line.safetensors");
        try (Learner learner = SyntheticLearner.of()) {
            learner.fit(8, .02);
            learner.export(regression);
        }
        try (TrainedModel model = TrainedModel.load(regression)) {
            assertThat(model.predict(2f).value()).isEqualTo(7, within(.3));
            assertThat(model.classes()).isEmpty();
            assertThat(model.predict(2f).label()).isEqualTo("7");
        }
    }

    @Test
    void predictsInAFreshJvmWithoutTheTrainingCode() {
        try (ChildJvm child = ChildJvm.start(PredictInFreshJvm.class, Toy.flags(), file().toString())) {
            assertThat(child.exitCode(Duration.ofSeconds(60)))
                    .as(child.output())
                    .isZero();
            try (TrainedModel model = TrainedModel.load(file())) {
                assertThat(child.output().lines().toList()).contains(PredictInFreshJvm.line(model));
            }
        }
    }

    @Test
    void refusesInputsOfAnotherShape() {
        try (TrainedModel model = TrainedModel.load(file())) {
            assertThatThrownBy(() -> model.predict(1, 2, 3))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessageContaining("[6]")
                    .hasMessageContaining("received 3 numbers");
            assertThatThrownBy(() -> model.predict(ArrayDataset.of(new float[4][5], new int[4])))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessageContaining("Layer 0: ")
                    .hasMessageContaining("[n, 6]")
                    .hasMessageContaining("[4, 5]");
        }
    }

    @Test
    void severalThreadsGetTheBitsOfOne() throws Exception {
        try (TrainedModel model = TrainedModel.load(file())) {
            List<List<Double>> serial = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                serial.add(Arrays.stream(model.predict(row(i)).values()).boxed().toList());
            }
            ExecutorService threads = Executors.newFixedThreadPool(4);
            try {
                List<Future<List<List<Double>>>> results = new ArrayList<>();
                for (int t = 0; t < 4; t++) {
                    Callable<List<List<Double>>> all = () -> {
                        List<List<Double>> own = new ArrayList<>();
                        for (int i = 0; i < 50; i++) {
                            own.add(Arrays.stream(model.predict(row(i)).values())
                                    .boxed()
                                    .toList());
                        }
                        return own;
                    };
                    results.add(threads.submit(all));
                }
                for (Future<List<List<Double>>> result : results) {
                    assertThat(result.get()).isEqualTo(serial);
                }
            } finally {
                threads.shutdown();
            }
        }
    }

    @Test
    void wholeSetsAndSingleItemsAtOnceGetTheBitsOfOneThread() throws Exception {
        ArrayDataset items = rows(300); // two batches
        try (TrainedModel model = TrainedModel.load(file())) {
            float[] all = values(model, items);
            double[][] single = IntStream.range(0, 300)
                    .mapToObj(i -> model.predict(row(i)).values())
                    .toArray(double[][]::new);
            ExecutorService threads = Executors.newFixedThreadPool(6);
            try {
                List<Future<?>> ends = new ArrayList<>();
                for (int t = 0; t < 6; t++) {
                    int from = t * 50;
                    ends.add(threads.submit(() -> {
                        for (int round = 0; round < 5; round++) {
                            if (from % 100 == 0) {
                                assertThat(values(model, items)).isEqualTo(all);
                            } else {
                                for (int i = from; i < from + 50; i++) {
                                    assertThat(model.predict(row(i)).values()).isEqualTo(single[i]);
                                }
                            }
                        }
                    }));
                }
                for (Future<?> end : ends) {
                    end.get();
                }
            } finally {
                threads.shutdown();
            }
        }
    }

    private static float[] values(TrainedModel model, ArrayDataset items) {
        try (Predictions predictions = model.predict(items)) {
            return predictions.values().toFloats();
        }
    }

    @Test
    void closingWaitsForPredictionsAndLaterOnesAreRefused() throws Exception {
        TrainedModel model = TrainedModel.load(file());
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<Throwable>> ends = new ArrayList<>();
            for (int t = 0; t < 2; t++) {
                ends.add(threads.submit(() -> catchThrowable(() -> {
                    while (true) {
                        model.predict(row(3));
                    }
                })));
            }
            Thread.sleep(20);
            model.close();
            model.close();
            for (Future<Throwable> end : ends) {
                assertThat(end.get()).isInstanceOf(IllegalStateException.class).hasMessage("This model was closed");
            }
            assertThatThrownBy(() -> model.predict(rows(2))).hasMessage("This model was closed");
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void aSteadyStreamOfPredictionsAllocatesNothing() {
        try (TrainedModel model = TrainedModel.load(file())) {
            for (int i = 0; i < 20; i++) {
                model.predict(row(i));
            }
            long before = TensorMemory.allocations();
            for (int i = 0; i < 1000; i++) {
                model.predict(row(i));
            }
            assertThat(TensorMemory.allocations()).isEqualTo(before);
        }
    }

    @Test
    void weightsAndCheckpointsAreNotModels() {
        try (Learner learner = Toy.learner()) {
            learner.save(file());
            assertThatThrownBy(() -> TrainedModel.load(file()))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("expected a file of kind model, received \"weights\"");
        }
    }

    @Test
    void aModelWithALossOfTheUsersOwnIsRefusedAtLoading() {
        Loss own = Loss.of("own", (p, t) -> Loss.crossEntropy().items(p, t));
        try (Learner learner = Toy.builder().loss(own).build()) {
            learner.export(file());
        }
        assertThatThrownBy(() -> TrainedModel.load(file()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("own is the user's own")
                .hasMessageContaining("load the model together with its loss");
    }

    @Test
    void aLossOfTheUsersOwnIsTrainedSavedResumedAndGivenAgainAtLoading() {
        Loss cubic = Loss.of(
                "cubic",
                (prediction, target) -> prediction.minus(target).abs().power(3).mean(1));
        Path model = folder.resolve("cubic.safetensors");
        Path checkpoint = folder.resolve("run.safetensors");
        double expectedValue;
        try (Learner learner = cubic(cubic);
                Learner other = cubic(cubic)) {
            learner.fit(2, .01);
            assertThat(learner.validate().get("valid_loss"))
                    .isLessThan(other.validate().get("valid_loss"));
            learner.save(model);
            other.load(model);
            assertThat(Toy.weights(other)).isEqualTo(Toy.weights(learner));
            learner.saveCheckpoint(checkpoint);
            other.resume(checkpoint, FitOptions.defaults());
            assertThat(Toy.state(other)).isEqualTo(Toy.state(learner));
            learner.export(model);
            try (Predictions predictions =
                    learner.predictions(ArrayDataset.ofSize(1).input(Field.floats("x", 1), 2f))) {
                expectedValue = predictions.values().toDoubles()[0];
            }
        }
        try (TrainedModel loaded = TrainedModel.load(model, LayerRegistry.standard(), cubic)) {
            assertThat(loaded.predict(2f).value()).isEqualTo(expectedValue, within(1e-6));
        }
        for (Loss another : List.of(Loss.mse(), Loss.of("quartic", cubic::items))) {
            assertThatThrownBy(() -> TrainedModel.load(model, LayerRegistry.standard(), another))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("$.loss: expected the recipe of the loss " + another.name())
                    .hasMessageContaining("cubic");
        }
        try (Learner squared = cubic(Loss.mse())) {
            assertThatThrownBy(() -> squared.resume(checkpoint, FitOptions.defaults()))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("the loss of this learner, mse");
        }
    }

    private static Learner cubic(Loss loss) {
        return SyntheticLearner.builder(SyntheticLearner.data()).loss(loss).build();
    }

    /** A layer of the user's own. */
    private static final class Scale implements Layer {
        private final Param factor = Param.of("factor", Shape.of(1), Init.constant(2), Param.Role.WEIGHT);

        @Override
        public Tensor forward(Pass pass, Tensor... inputs) {
            return inputs[0].times(factor.value());
        }

        @Override
        public List<Param> params() {
            return List.of(factor);
        }

        @Override
        public Recipe recipe() {
            return Recipe.of("Scale");
        }
    }

    @Test
    void layersOfTheUsersOwnNeedTheirRegistry() {
        try (Learner learner =
                Learner.of(SyntheticLearner.data(), new Scale()).silent().build()) {
            learner.export(file());
        }
        assertThatThrownBy(() -> TrainedModel.load(file()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("$.recipe.type: expected a registered layer type")
                .hasMessageContaining("\"Scale\"");
        LayerRegistry registry = LayerRegistry.standard().with("Scale", (settings, children) -> new Scale());
        try (TrainedModel model = TrainedModel.load(file(), registry)) {
            assertThat(model.predict(4f).value()).isEqualTo(8, within(1e-6));
        }
    }

    /**
     * Two other values for every byte, and over all bytes every difference there is; with {@code -Dforgeries=all} all
     * 255 values.
     */
    @Test
    void everySingleByteOfTheHeaderIsGuarded() throws IOException {
        try (Learner learner = SyntheticLearner.of()) {
            learner.export(file());
        }
        byte[] whole = Files.readAllBytes(file());
        int header =
                8 + (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
        byte[] damaged = whole.clone();
        int differences = "all".equals(System.getProperty("forgeries")) ? 255 : 2;
        for (int at = 0; at < header; at++) {
            for (int i = 0; i < differences; i++) {
                damaged[at] = (byte) (whole[at] ^ (1 + (2 * at + i) % 255));
                Files.write(file(), damaged);
                Throwable thrown =
                        catchThrowable(() -> TrainedModel.load(file()).close());
                assertThat(thrown).as("byte %s made %s", at, damaged[at]).isInstanceOf(ModelFormatException.class);
            }
            damaged[at] = whole[at];
        }
        assertThat(header).isGreaterThan(500);
        Files.write(file(), whole);
        TrainedModel.load(file()).close();
    }

    @Test
    void everyByteOfTheWeightsIsGuarded() throws IOException {
        byte[] whole = Files.readAllBytes(file());
        int header =
                8 + (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
        for (int at = header; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= (byte) (1 << at % 8);
            Files.write(file(), damaged);
            assertThatThrownBy(() -> TrainedModel.load(file()))
                    .as("byte %s", at)
                    .isInstanceOf(ModelFormatException.class)
                    .satisfies(e -> assertThat(((ModelFormatException) e).reason())
                            .isEqualTo(ModelFormatException.Reason.CHECKSUM));
        }
    }

    /** Every value of the manifest replaced by others, under a seal that is right again. */
    @Test
    void aForgedModelIsRefusedBeforeItTakesMemory() {
        List<NamedTensor> tensors = new ArrayList<>();
        Json manifest;
        try (SafeTensors opened = SafeTensors.open(file())) {
            for (String name : opened.names()) {
                ByteBuffer bytes = ByteBuffer.allocate((int) opened.byteSize(name));
                opened.read(name, bytes);
                tensors.add(NamedTensor.of(name, opened.dtype(name), opened.shape(name), bytes));
            }
            manifest = opened.manifest().orElseThrow();
        }
        int refused = 0;
        List<Json.Fields> forgeries = Forgeries.some(manifest, 400);
        long bytes = TensorMemory.bytesInUse();
        for (Json.Fields forgery : forgeries) {
            SafeTensors.write(file(), tensors, forgery);
            Throwable thrown = catchThrowable(() -> {
                try (TrainedModel model = TrainedModel.load(file())) {
                    Throwable inUse = catchThrowable(() -> model.predict(row(1)));
                    assertThat(inUse)
                            .as(forgery.write())
                            .satisfiesAnyOf(
                                    none -> assertThat(none).isNull(),
                                    some -> assertThat(some).isInstanceOf(IllegalArgumentException.class));
                }
            });
            if (thrown != null) {
                assertThat(thrown).as(forgery.write()).isInstanceOf(ModelFormatException.class);
                refused++;
            }
        }
        assertThat(TensorMemory.bytesInUse()).isEqualTo(bytes);
        assertThat(refused).isGreaterThan(forgeries.size() / 2);
    }

    @Test
    void aRecipeLargerThanItsFileAllocatesNothing() {
        Json.Fields manifest = ModelFile.manifest("model", Linear.of(100_000, 100_000))
                .with("inputs", Json.array())
                .with("classes", Json.array())
                .with("loss", Loss.mse().recipe())
                .with("seed", 1)
                .with("history", Json.object().with("epochs", Json.array()));
        ByteBuffer four = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        SafeTensors.write(
                file(), List.of(NamedTensor.of("model/weight", DType.FLOAT32, new long[] {1}, four)), manifest);
        long before = TensorMemory.allocations();
        assertThatThrownBy(() -> TrainedModel.load(file()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("weight is FLOAT32 [100000, 100000] in the model, FLOAT32 [1] in the file");
        assertThat(TensorMemory.allocations()).isEqualTo(before);
    }

    @Test
    void aModelWithoutInputsPredictsNothingFromNumbers() {
        Json.Fields manifest = ModelFile.manifest("model", Activation.relu())
                .with("inputs", Json.array())
                .with("classes", Json.array())
                .with("loss", Loss.mse().recipe());
        SafeTensors.write(file(), List.of(), manifest);
        try (TrainedModel model = TrainedModel.load(file())) {
            assertThatThrownBy(() -> model.predict(1f)).isInstanceOf(ShapeMismatchException.class);
        }
    }
}
