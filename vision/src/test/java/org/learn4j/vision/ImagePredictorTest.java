package org.learn4j.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.learn.Learner;
import org.learn4j.learn.Predictions;
import org.learn4j.learn.TrainedModel;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerRegistry;
import org.learn4j.nn.Pass;
import org.learn4j.nn.Recipe;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.persist.ModelFormatException;
import org.learn4j.persist.NamedTensor;
import org.learn4j.persist.SafeTensors;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorMemory;
import org.learn4j.testkit.ChildJvm;
import org.learn4j.testkit.Forgeries;
import org.learn4j.testkit.SyntheticLearner;
import org.learn4j.vision.augment.ResizeMethod;
import org.learn4j.vision.data.EncodedImages;
import org.learn4j.vision.data.ImageData;
import org.learn4j.vision.image.Image;
import org.learn4j.vision.image.ImageFormatException;
import org.learn4j.vision.model.CifarResNet;
import org.learn4j.vision.model.SimpleCnn;
import org.learn4j.vision.model.VisionLayers;

/** R22, R35, R36: one file is enough, for many threads and a long time; one that is damaged or of another kind is refused. */
class ImagePredictorTest {
    private static final int PICTURES = 24;

    /** Sizes, numbers of channels and methods in the wrong place. */
    private static final Json[] OTHERS = {
        Json.of(1), Json.of(4), Json.of(65_536), Json.of(1e-300), Json.of("PAD"), Json.of("pad"), Json.of("zeros")
    };

    @TempDir
    private static Path folder;

    private static Path file = Path.of("");
    private static ImageData data;
    private static final List<double[]> EXPECTED = new ArrayList<>();

    @TempDir
    private Path out;

    @BeforeAll
    static void export() {
        file = folder.resolve("tiles.safetensors");
        data = Tiles.builder(Tiles.paint(folder, PICTURES))
                .resize(ResizeMethod.PAD)
                .size(16, 20)
                .build();
        try (VisionLearner learner =
                VisionLearner.of(data, CifarResNet.of(8)).silent().build()) {
            learner.fitOneCycle(2, 1e-2);
            learner.export(file);
            for (int item = 0; item < PICTURES; item++) {
                EXPECTED.add(learner.predict(data.path(item).orElseThrow()).values());
            }
        }
    }

    private static Path picture(int item) {
        return data.path(item).orElseThrow();
    }

    // ---- what it says

    /** Batch norms are folded into convolutions: the same but for rounding. */
    @Test
    void saysWhatTheLearnerSaid() {
        try (ImagePredictor predictor = ImagePredictor.load(file)) {
            assertThat(predictor.classes()).isEqualTo(Tiles.COLOURS);
            assertThat(predictor.encoder()).isEqualTo(data.encoder());
            assertThat(predictor).hasToString("ImagePredictor(20 x 16, 3 classes)");
            List<Image> images = IntStream.range(0, PICTURES)
                    .mapToObj(i -> Image.of(picture(i)))
                    .toList();
            List<ImagePrediction> together = predictor.predict(images);
            Image[] array = images.toArray(new Image[0]);
            try (Tensor batch = predictor.encoder().encode(array);
                    Tensor one = predictor.encoder().encode(array[3]);
                    Tensor alone = one.squeeze(0)) {
                List<ImagePrediction> tensors = predictor.predict(batch);
                for (int i = 0; i < PICTURES; i++) {
                    double[] values = predictor.predict(picture(i)).values();
                    assertThat(values).containsExactly(EXPECTED.get(i), within(1e-5));
                    assertThat(predictor.predict(images.get(i)).values()).containsExactly(values);
                    assertThat(predictor
                                    .predict(images.get(i).toBufferedImage())
                                    .values())
                            .containsExactly(values);
                    assertThat(together.get(i).values()).containsExactly(values, within(1e-6));
                    assertThat(tensors.get(i).values())
                            .containsExactly(together.get(i).values());
                }
                assertThat(predictor.predict(alone).get(0).values())
                        .containsExactly(predictor.predict(one).get(0).values());
                assertThat(predictor.predict(one).get(0).values())
                        .containsExactly(predictor.predict(images.get(3)).values());
                try (Tensor none = Tensor.zeros(0, 3, 16, 20);
                        Tensor larger = Tensor.zeros(2, 3, 32, 32);
                        Tensor grey = Tensor.zeros(1, 16, 20)) {
                    assertThat(predictor.predict(none)).isEmpty();
                    assertThat(predictor.predict(larger)).hasSize(2);
                    assertThatIllegalArgumentException()
                            .isThrownBy(() -> predictor.predict(grey))
                            .withMessage("Pictures of shape [n, 3, height, width] are expected, received [1, 16, 20]");
                }
            }
            assertThat(predictor.predict(List.of())).isEmpty();
            List<Path> files = IntStream.range(0, PICTURES)
                    .mapToObj(ImagePredictorTest::picture)
                    .toList();
            try (Predictions all = predictor.model().predict(EncodedImages.ofFiles(predictor.encoder(), files))) {
                assertThat(all.values().shape()).isEqualTo(Shape.of(PICTURES, 3));
                assertThat(Arrays.copyOfRange(all.values().toDoubles(), 15, 18))
                        .containsExactly(EXPECTED.get(5), within(1e-5));
            }
        }
    }

    @Test
    void predictsTheSameBitsInAFreshJvm() {
        String kernels = System.getProperty("learn4j.kernels");
        List<String> flags =
                kernels == null ? List.of("-Xmx256m") : List.of("-Xmx256m", "-Dlearn4j.kernels=" + kernels);
        Path picture = picture(5);
        try (ChildJvm child =
                        ChildJvm.start(PredictPictureInFreshJvm.class, flags, file.toString(), picture.toString());
                ImagePredictor predictor = ImagePredictor.load(file)) {
            assertThat(child.exitCode(Duration.ofSeconds(60)))
                    .as(child.output())
                    .isZero();
            assertThat(child.output().lines().toList()).contains(PredictPictureInFreshJvm.line(predictor, picture));
        }
    }

    /** A large JPEG is decoded at a fraction of its size, and the same as a file and as bytes. */
    @Test
    void anUploadIsReadAsItsFileIs() throws IOException {
        Path jpeg = out.resolve("large.jpg");
        BufferedImage large = Tiles.picture(5).resize(600, 540).toBufferedImage();
        assertThat(ImageIO.write(large, "jpg", jpeg.toFile())).isTrue();
        try (ImagePredictor predictor = ImagePredictor.load(file)) {
            assertThat(predictor.predict(Files.readAllBytes(jpeg)).values())
                    .containsExactly(predictor.predict(jpeg).values());
            assertThat(predictor.predict(jpeg).values())
                    .containsExactly(predictor.predict(large).values(), within(0.1));
            assertThatThrownBy(() -> predictor.predict(new byte[] {1, 2, 3}))
                    .isInstanceOf(ImageFormatException.class)
                    .hasMessageStartingWith("A picture cannot be read");
        }
    }

    /** A layer of the user's own. */
    private record Halved() implements Layer {
        @Override
        public Tensor forward(Pass pass, Tensor... inputs) {
            return inputs[0].times(0.5);
        }

        @Override
        public Recipe recipe() {
            return Recipe.of("Halved");
        }
    }

    @Test
    void layersOfOnesOwnAreKnownByARegistry() {
        Path own = out.resolve("own.safetensors");
        double[] values;
        try (VisionLearner learner = VisionLearner.of(
                        data, SimpleCnn.of(3, 8, 3).then(new Halved()))
                .silent()
                .build()) {
            learner.fit(1, 1e-2);
            learner.export(own);
            values = learner.predict(picture(1)).values();
        }
        assertThatThrownBy(() -> ImagePredictor.load(own))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("\"Halved\"");
        LayerRegistry registry = LayerRegistry.standard().with("Halved", (settings, children) -> new Halved());
        try (ImagePredictor predictor = ImagePredictor.load(own, registry)) {
            assertThat(predictor.predict(picture(1)).values()).containsExactly(values, within(1e-5));
        }
    }

    @Test
    void whatIsNoPictureIsAnErrorWithItsPath() throws IOException {
        Path text = Files.writeString(out.resolve("text.jpg"), "no picture");
        Path missing = out.resolve("missing.jpg");
        try (ImagePredictor predictor = ImagePredictor.load(file)) {
            assertThatThrownBy(() -> predictor.predict(text))
                    .isInstanceOf(ImageFormatException.class)
                    .hasMessageContaining(text.toString());
            assertThatThrownBy(() -> predictor.predict(missing)).hasMessageContaining(missing.toString());
            assertThat(predictor.predict(Image.of(1, 1, (x, y) -> 0xFF0000)).values())
                    .hasSize(3);
            assertThat(predictor.predict(picture(0)).values()).containsExactly(EXPECTED.get(0), within(1e-5));
        }
    }

    // ---- many threads, a long time

    @Test
    void eightThreadsGetTheBitsOfOne() throws Exception {
        List<Image> images =
                IntStream.range(0, 100).mapToObj(i -> Tiles.picture(2 * i)).toList();
        try (ImagePredictor predictor = ImagePredictor.load(file)) {
            List<List<Long>> serial = images.stream()
                    .map(image -> Tiles.bits(predictor.predict(image).values()))
                    .toList();
            assertThat(serial.stream().distinct().count()).isGreaterThan(60);
            ExecutorService threads = Executors.newFixedThreadPool(8);
            try {
                List<Future<List<List<Long>>>> results = new ArrayList<>();
                for (int t = 0; t < 8; t++) {
                    int start = t * 12; // different pictures at the same time
                    Callable<List<List<Long>>> all = () -> {
                        List<List<Long>> own = new ArrayList<>(serial);
                        for (int i = 0; i < 100; i++) {
                            int item = (start + i) % 100;
                            own.set(
                                    item,
                                    Tiles.bits(
                                            predictor.predict(images.get(item)).values()));
                        }
                        return own;
                    };
                    results.add(threads.submit(all));
                }
                for (Future<List<List<Long>>> result : results) {
                    assertThat(result.get()).isEqualTo(serial);
                }
            } finally {
                threads.shutdown();
            }
        }
    }

    @Test
    void closingWaitsForThePredictionsUnderWayAndRefusesLaterOnes() throws Exception {
        Image image = Tiles.picture(4);
        for (int run = 0; run < 5; run++) {
            ImagePredictor predictor = ImagePredictor.load(file);
            double[] first = predictor.predict(image).values();
            CountDownLatch running = new CountDownLatch(4);
            ExecutorService threads = Executors.newFixedThreadPool(4);
            try {
                List<Future<Throwable>> ends = new ArrayList<>();
                for (int t = 0; t < 4; t++) {
                    ends.add(threads.submit(() -> catchThrowable(() -> {
                        running.countDown();
                        while (true) {
                            assertThat(predictor.predict(image).values()).isEqualTo(first);
                        }
                    })));
                }
                running.await();
                predictor.close();
                predictor.close();
                for (Future<Throwable> end : ends) {
                    assertThat(end.get())
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessage("This model was closed");
                }
                assertThatThrownBy(() -> predictor.predict(image)).hasMessage("This model was closed");
                assertThat(predictor.classes()).hasSize(3);
            } finally {
                threads.shutdown();
            }
        }
    }

    @Test
    void aSteadyStreamOfPredictionsTakesNoMemory() {
        long before = TensorMemory.bytesInUse();
        try (ImagePredictor predictor = ImagePredictor.load(file);
                Tensor wrong = Tensor.zeros(2, 2)) {
            List<Image> two = List.of(Tiles.picture(1), Tiles.picture(2));
            for (int i = 0; i < 20; i++) {
                predictor.predict(Tiles.picture(i));
                predictor.predict(two);
            }
            long allocations = TensorMemory.allocations();
            long bytes = TensorMemory.bytesInUse();
            for (int i = 0; i < 300; i++) {
                predictor.predict(Tiles.picture(i));
                predictor.predict(picture(i % PICTURES));
                if (i % 50 == 0) {
                    predictor.predict(two);
                    assertThatThrownBy(() -> predictor.predict(folder.resolve("none.png")))
                            .isInstanceOf(RuntimeException.class);
                    assertThatThrownBy(() -> predictor.predict(wrong)).isInstanceOf(IllegalArgumentException.class);
                }
            }
            assertThat(TensorMemory.allocations()).isEqualTo(allocations);
            assertThat(TensorMemory.bytesInUse()).isEqualTo(bytes);
        }
        assertThat(TensorMemory.bytesInUse()).isEqualTo(before);
    }

    // ---- files

    @Test
    void filesOfOtherKindsAreRefused() {
        Path other = out.resolve("other.safetensors");
        try (Learner learner = SyntheticLearner.of()) {
            learner.export(other);
        }
        assertThatThrownBy(() -> ImagePredictor.load(other))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(other.toString())
                .hasMessageContaining("exported by a VisionLearner?");
        try (VisionLearner learner = Tiles.learner(data)) {
            learner.save(other);
            assertThatThrownBy(() -> ImagePredictor.load(other))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("expected a file of kind model, received \"weights\"");
        }
        assertThatThrownBy(() -> TrainedModel.load(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("\"ResidualBlock\"");
        TrainedModel.load(file, VisionLayers.register(LayerRegistry.standard())).close();
        assertThatThrownBy(() -> ImagePredictor.load(out.resolve("nowhere")))
                .hasMessageContaining(out.resolve("nowhere").toString());
    }

    /** Every value of the extension replaced by others, under a seal that is right again. */
    @Test
    void aForgedExtensionIsAFormatErrorOrPredicts() {
        Path small = out.resolve("small.safetensors");
        try (VisionLearner learner =
                VisionLearner.of(data, SimpleCnn.of(3, 3)).silent().build()) {
            learner.export(small);
        }
        List<NamedTensor> tensors = new ArrayList<>();
        Json.Fields manifest = read(small, tensors);
        Json.Fields extension = (Json.Fields) manifest.values().get("extension");
        List<Json> all = Forgeries.of(extension, OTHERS);
        for (Json forgery : Forgeries.of(extension.values().get("vision"), OTHERS)) {
            Throwable thrown = catchThrowable(() -> ImageManifest.fromJson(JsonPlace.of(forgery)));
            if (thrown != null) {
                assertThat(thrown).as(forgery.write()).isInstanceOf(ModelFormatException.class);
            }
        }
        Path forged = out.resolve("forged.safetensors");
        long bytes = TensorMemory.bytesInUse();
        int refused = 0;
        int some = 80;
        for (int i = 0; i < some; i++) {
            Json forgery = all.get(i * all.size() / some);
            SafeTensors.write(forged, tensors, manifest.with("extension", forgery));
            Throwable thrown = catchThrowable(() -> {
                try (ImagePredictor predictor = ImagePredictor.load(forged)) {
                    assertThat(predictor.predict(Tiles.picture(1)).values()).hasSize(3);
                }
            });
            if (thrown != null) {
                assertThat(thrown).as(forgery.write()).isInstanceOf(ModelFormatException.class);
                refused++;
            }
        }
        assertThat(TensorMemory.bytesInUse()).isEqualTo(bytes);
        assertThat(refused).isBetween(some / 2, some - 1); // other statistics predict something else
    }

    /** Sizes that would take gigabytes are refused before anything is computed. */
    @Test
    void inputsThatDoNotFitTheNetworkAreRefused() {
        List<NamedTensor> tensors = new ArrayList<>();
        Json.Fields manifest = read(file, tensors);
        Path forged = out.resolve("forged.safetensors");
        Json vision =
                ((Json.Fields) manifest.values().get("extension")).values().get("vision");
        Json.Fields giant = ((Json.Fields) vision).with("width", 8000).with("height", 8000);
        SafeTensors.write(
                forged, tensors, manifest.with("extension", Json.object().with("vision", giant)));
        assertThatThrownBy(() -> ImagePredictor.load(forged))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("pictures of the shape of the network's inputs [[3, 16, 20]]");
        Json inputs = Json.array(
                Json.object().with("name", "image").with("dtype", "FLOAT32").with("shape", Json.wholes(3, 8000, 8000)));
        SafeTensors.write(
                forged,
                tensors,
                manifest.with("extension", Json.object().with("vision", giant)).with("inputs", inputs));
        long before = TensorMemory.bytesInUse();
        ImagePredictor.load(forged).close();
        assertThat(TensorMemory.bytesInUse()).isEqualTo(before);
        SafeTensors.write(forged, tensors, manifest.with("classes", Json.texts(List.of("blue", "red"))));
        assertThatThrownBy(() -> ImagePredictor.load(forged))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("an output for each of 2 classes from a network that gives [0, 3]");
    }

    @Test
    void aDamagedFileIsAFormatError() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        Path damaged = out.resolve("damaged.safetensors");
        Random random = new Random(5);
        long bytes = TensorMemory.bytesInUse();
        for (int i = 0; i < 200; i++) {
            byte[] copy = whole.clone();
            copy[i < 100 ? random.nextInt(6000) : random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
            byte[] written = i % 4 == 0 ? Arrays.copyOf(copy, random.nextInt(copy.length)) : copy;
            Files.write(damaged, written);
            assertThatThrownBy(() -> ImagePredictor.load(damaged).close())
                    .as("run " + i)
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining(damaged.toString());
        }
        assertThat(TensorMemory.bytesInUse()).isEqualTo(bytes);
    }

    private static Json.Fields read(Path model, List<NamedTensor> tensors) {
        try (SafeTensors opened = SafeTensors.open(model)) {
            for (String name : opened.names()) {
                ByteBuffer bytes = ByteBuffer.allocate((int) opened.byteSize(name));
                opened.read(name, bytes);
                tensors.add(NamedTensor.of(name, opened.dtype(name), opened.shape(name), bytes));
            }
            return (Json.Fields) opened.manifest().orElseThrow();
        }
    }
}
