package org.learn4j.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.data.DataLoader;
import org.learn4j.hooks.GradCam;
import org.learn4j.hooks.HeatMap;
import org.learn4j.learn.Callback;
import org.learn4j.learn.FitContext;
import org.learn4j.learn.FitOptions;
import org.learn4j.learn.Learner;
import org.learn4j.learn.Predictions;
import org.learn4j.loss.Loss;
import org.learn4j.metric.Metric;
import org.learn4j.nn.AdaptiveAvgPool2d;
import org.learn4j.nn.Flatten;
import org.learn4j.nn.LayerTree;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Param;
import org.learn4j.nn.ParamGroup;
import org.learn4j.nn.Sequential;
import org.learn4j.schedule.Rates;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorMemory;
import org.learn4j.testkit.LeakGuard;
import org.learn4j.vision.data.EncodedImages;
import org.learn4j.vision.data.ImageData;
import org.learn4j.vision.data.Normalization;
import org.learn4j.vision.image.Image;
import org.learn4j.vision.model.Backbone;
import org.learn4j.vision.model.CifarResNet;
import org.learn4j.vision.model.ResNet;
import org.learn4j.vision.model.SimpleCnn;

/** The learner of pictures: what is frozen, what it says and shows. */
@ExtendWith(LeakGuard.class)
class VisionLearnerTest {
    @TempDir
    private static Path folder;

    @TempDir
    private Path out;

    @BeforeAll
    static void paint() {
        Tiles.paint(folder, 48);
    }

    private static ImageData tiles() {
        return Tiles.builder(folder).build();
    }

    private Backbone pretrained() {
        return Tiles.pretrained(out.resolve("weights.safetensors"));
    }

    private static Map<String, float[]> weights(Learner learner) {
        Map<String, float[]> weights = new LinkedHashMap<>();
        LayerTree.params(learner.model())
                .forEach((path, param) -> weights.put(path, param.value().toFloats()));
        return weights;
    }

    private static int trainable(Learner learner) {
        return LayerTree.params(learner.model()).values().stream()
                .filter(Param::isTrainable)
                .mapToInt(param -> Math.toIntExact(param.shape().elements()))
                .sum();
    }

    // ---- transfer

    /** The numbers that fastai prints for the lesson's pets learner. */
    @Test
    void thePetsLearnerHasTheParametersOfTheLesson() {
        List<Image> pictures = IntStream.range(0, 74).mapToObj(Tiles::picture).toList();
        ImageData pets = ImageData.fromImages(pictures)
                .labels(IntStream.range(0, 74).mapToObj(i -> "breed " + i % 37).toList())
                .noSplit()
                .size(32)
                .build();
        try (VisionLearner learner = VisionLearner.of(pets, ResNet.resnet34())
                .head(head -> head.finalBatchNorm())
                .silent()
                .build()) {
            assertThat(LayerTree.parameterCount(learner.model())).isEqualTo(21_831_599);
            assertThat(trainable(learner)).isEqualTo(21_831_599);
            assertThat(learner.groups()).hasSize(3);
            learner.freeze();
            assertThat(trainable(learner)).isEqualTo(563_951);
            assertThat(learner.summary()).contains("21,831,599", "563,951", "[512, 1, 1]");
            learner.unfreeze();
            assertThat(trainable(learner)).isEqualTo(21_831_599);
        }
    }

    @Test
    void aPretrainedBodyIsFrozenButForItsNormsUntilItIsNot() {
        try (VisionLearner learner =
                VisionLearner.of(tiles(), pretrained()).silent().build()) {
            assertThat(learner.frozenTo()).isEqualTo(1);
            Map<String, float[]> before = weights(learner);
            learner.fitOneCycle(1, 1e-2);
            Map<String, float[]> frozen = weights(learner);
            LayerTree.params(learner.model()).forEach((path, param) -> {
                if (path.startsWith("0.") && param.role() != Param.Role.NORM) {
                    assertThat(frozen.get(path)).as(path).containsExactly(before.get(path));
                } else {
                    assertThat(frozen.get(path)).as(path).isNotEqualTo(before.get(path));
                }
            });
            learner.unfreeze();
            learner.fitOneCycle(1, Rates.slice(1e-4, 1e-2));
            weights(learner).forEach((path, after) -> assertThat(after).as(path).isNotEqualTo(frozen.get(path)));
        }
    }

    @Test
    void withoutWeightsNothingIsFrozen() {
        try (VisionLearner learner =
                VisionLearner.of(tiles(), CifarResNet.of(8)).silent().build()) {
            assertThat(learner.frozenTo()).isZero();
            assertThat(learner.body()).isPresent();
        }
    }

    /** With next to no rate for the early group, that group alone stays as it is. */
    @Test
    void aSliceGivesEachGroupItsOwnRate() {
        try (VisionLearner learner = VisionLearner.of(
                        Tiles.builder(folder).size(32).build(), ResNet.resnet18())
                .silent()
                .build()) {
            assertThat(learner.groups()).hasSize(3);
            Map<String, float[]> before = weights(learner);
            learner.fit(1, Rates.list(1e-12, 1e-3, 1e-2), FitOptions.weightDecay(0));
            Map<String, float[]> after = weights(learner);
            List<ParamGroup> groups = learner.groups();
            LayerTree.params(learner.model()).forEach((path, param) -> {
                double most = 0;
                for (int i = 0; i < after.get(path).length; i++) {
                    most = Math.max(most, Math.abs(after.get(path)[i] - before.get(path)[i]));
                }
                if (groups.get(0).params().contains(param)) {
                    assertThat(most).as(path).isLessThan(1e-10);
                } else {
                    assertThat(most).as(path).isGreaterThan(1e-6);
                    // a step of Adam is no longer than a few rates
                    assertThat(most).as(path).isLessThan(groups.get(1).params().contains(param) ? 1e-2 : 1e-1);
                }
            });
        }
    }

    @Test
    void fineTuningFreezesAnEpochAndTrainsTheRestWhole() {
        Map<Integer, Integer> frozen = new LinkedHashMap<>();
        Callback watch = new Callback() {
            @Override
            public void afterStep(FitContext context) {
                frozen.put(context.learner().epochsDone(), ((VisionLearner) context.learner()).frozenTo());
            }
        };
        try (VisionLearner learner = VisionLearner.of(tiles(), pretrained())
                .metrics(Metric.accuracy())
                .callbacks(watch)
                .silent()
                .build()) {
            learner.unfreeze();
            learner.fineTune(3, 2e-2);
            assertThat(frozen).isEqualTo(Map.of(0, 1, 1, 0, 2, 0, 3, 0));
            assertThat(learner.history().last("accuracy")).isGreaterThan(0.8);
        }
    }

    @Test
    void theHeadCanBeOnesOwnOrSetOtherwise() {
        try (VisionLearner own = VisionLearner.of(tiles(), CifarResNet.of(8))
                        .head(Sequential.of(AdaptiveAvgPool2d.of(1), Flatten.of(), Linear.of(64, 3)))
                        .silent()
                        .build();
                VisionLearner set = VisionLearner.of(tiles(), CifarResNet.of(8))
                        .head(head -> head.layers().averagePool().dropout(0))
                        .silent()
                        .build()) {
            assertThat(LayerTree.parameterCount(own.model())
                            - LayerTree.parameterCount(own.body().orElseThrow()))
                    .isEqualTo(64 * 3 + 3);
            assertThat(LayerTree.parameterCount(set.model()))
                    .isEqualTo(LayerTree.parameterCount(own.model()) + 2 * 64); // a batch norm before the linear layer
        }
        assertThatIllegalStateException()
                .isThrownBy(() -> VisionLearner.of(tiles(), SimpleCnn.of(3, 3)).head(head -> head.layers()))
                .withMessageContaining("has its head already");
    }

    // ---- predicting

    @Test
    void oneNetworkOfAllKindsOfPictures() {
        try (VisionLearner learner = Tiles.learner(tiles())) {
            learner.fitOneCycle(4, 2e-2);
            assertThat(learner.history().last("accuracy")).isGreaterThan(0.9);
            int item = learner.images().split().valid()[1];
            Path file = learner.images().path(item).orElseThrow();
            Image image = Image.of(file);
            ImagePrediction expected = learner.predict(file);
            assertThat(expected.label()).isEqualTo(learner.images().label(item));
            assertThat(Arrays.stream(expected.values()).sum()).isCloseTo(1, within(1e-6));
            assertThat(expected.probability(expected.label())).isEqualTo(expected.confidence());
            assertThat(expected.top(2))
                    .hasSize(2)
                    .first()
                    .isEqualTo(expected.top(9).get(0));
            assertThat(expected.top(9)).hasSize(3);
            assertThat(expected.labels()).containsExactly(expected.label());
            assertThat(expected)
                    .hasToString(String.join(
                            ", ", expected.top(3).stream().map(Object::toString).toList()));
            assertThat(learner.predict(image).values()).containsExactly(expected.values());
            assertThat(learner.predict(image.toBufferedImage()).values()).containsExactly(expected.values());
            try (Tensor one = learner.images().oneItem(image);
                    Tensor alone = one.squeeze(0)) {
                assertThat(learner.predict(one).get(0).values()).containsExactly(expected.values());
                assertThat(learner.predict(alone).get(0).values()).containsExactly(expected.values());
            }
            EncodedImages both = EncodedImages.ofFiles(learner.images().encoder(), List.of(file, file));
            try (Predictions all = learner.predictions();
                    Predictions twice = learner.predictions(both)) {
                assertThat(Arrays.copyOf(twice.values().toDoubles(), 3))
                        .containsExactly(expected.values(), within(1e-5));
                assertThat(Arrays.copyOfRange(all.values().toDoubles(), 3, 6))
                        .containsExactly(expected.values(), within(1e-5));
            }
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> expected.probability("yellow"))
                    .withMessage("One of the classes [blue, green, red] is expected, received \"yellow\"");
            try (Tensor grey = Tensor.zeros(2, 1, 16, 16)) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> learner.predict(grey))
                        .isInstanceOf(ShapeMismatchException.class)
                        .withMessage("Pictures of shape [n, 3, height, width] are expected, received [2, 1, 16, 16]");
            }
        }
    }

    @Test
    void testTimeAugmentationIsTheMeanOfPlainAndVariedLooks() {
        try (VisionLearner learner = Tiles.learner(tiles())) {
            learner.fit(1, 1e-2);
            try (Predictions plain = learner.predictions();
                    Predictions only = learner.testTimeAugmentation(2, 1);
                    Predictions looks = learner.testTimeAugmentation(2, 0.25);
                    Predictions again = learner.testTimeAugmentation(2, 0.25);
                    Predictions usual = learner.testTimeAugmentation();
                    DataLoader first = learner.images().variedValidation(0);
                    DataLoader second = learner.images().variedValidation(1);
                    Predictions one = learner.predictions(first);
                    Predictions two = learner.predictions(second)) {
                double[] a = plain.values().toDoubles();
                double[] b = one.values().toDoubles();
                double[] c = two.values().toDoubles();
                assertThat(only.values().toDoubles()).containsExactly(a, within(1e-6));
                assertThat(looks.values().toDoubles())
                        .containsExactly(
                                IntStream.range(0, a.length)
                                        .mapToDouble(i -> 0.25 * a[i] + 0.75 * (b[i] + c[i]) / 2)
                                        .toArray(),
                                within(1e-6))
                        .containsExactly(again.values().toDoubles())
                        .isNotEqualTo(usual.values().toDoubles());
                assertThat(b).isNotEqualTo(c).isNotEqualTo(a);
                assertThat(looks.items()).containsExactly(plain.items());
                assertThat(looks.targets().orElseThrow().toInts())
                        .containsExactly(plain.targets().orElseThrow().toInts());
                assertThat(looks.decoded().toInts()).hasSize(12);
                assertThat(looks.losses()).isEmpty();
            }
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> learner.testTimeAugmentation(0, 0.5))
                    .withMessage("At least one pass and a weight in [0, 1] are expected, received 0 and 0.5");
        }
    }

    // ---- other pictures

    @Test
    void trainingGoesOnWithLargerPictures() {
        ImageData small = tiles();
        try (VisionLearner learner = Tiles.learner(small)) {
            learner.fit(1, 1e-2);
            learner.replaceImages(small.withSize(24));
            assertThat(learner.images().encoder().width()).isEqualTo(24);
            assertThat(learner.data().train().dataset().inputs().get(0).shape()).isEqualTo(Shape.of(3, 24, 24));
            learner.fitOneCycle(3, 1e-2);
            assertThat(learner.history().last("accuracy")).isGreaterThan(0.8);
            learner.export(out.resolve("large.safetensors"));
            ImageData two = Tiles.builder(folder)
                    .labelByFunction(file -> file.toString().contains("red") ? "red" : "other")
                    .build();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> learner.replaceImages(two))
                    .withMessageContaining("an output for each of the 2 classes");
            ImageData renamed = Tiles.builder(folder)
                    .labelByFunction(file -> file.getFileName().toString().substring(0, 2))
                    .build();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> learner.replaceImages(renamed))
                    .withMessageContaining("classes [blue, green, red], received")
                    .withMessageContaining("[bl, gr, re]");
            assertThat(learner.images().classes()).isEqualTo(Tiles.COLOURS);
            learner.fit(1, 1e-3);
        }
        try (ImagePredictor predictor = ImagePredictor.load(out.resolve("large.safetensors"))) {
            assertThat(predictor.encoder().height()).isEqualTo(24);
        }
    }

    @Test
    void aLearnerGoesOnFromAFile() {
        Path saved = out.resolve("saved.safetensors");
        Path exported = out.resolve("exported.safetensors");
        try (VisionLearner learner = Tiles.learner(tiles());
                VisionLearner other = Tiles.learner(tiles())) {
            learner.fit(1, 1e-2);
            double[] expected = learner.predict(Tiles.picture(1)).values();
            learner.save(saved);
            learner.export(exported);
            for (Path file : List.of(saved, exported)) {
                other.fit(1, 2e-2);
                assertThat(other.predict(Tiles.picture(1)).values()).isNotEqualTo(expected);
                other.load(file);
                assertThat(other.predict(Tiles.picture(1)).values()).containsExactly(expected);
            }
        }
    }

    @Test
    void severalLabelsAtOnce() {
        ImageData data = Tiles.builder(folder)
                .labelByFunction(file -> {
                    String name = file.getFileName().toString();
                    return name.startsWith("red") ? "warm;red" : name.startsWith("blue") ? "cold" : "";
                })
                .labelDelimiter(";")
                .build();
        try (VisionLearner learner = VisionLearner.of(data, SimpleCnn.withBatchNorm(3, 8, 16, 3))
                .silent()
                .build()) {
            assertThat(learner.loss().recipe()).isEqualTo(Loss.bceWithLogits().recipe());
            learner.fitOneCycle(8, 3e-2);
            int right = 0;
            for (int i = 60; i < 72; i++) {
                List<String> expected = i % 3 == 2 ? List.of("red", "warm") : i % 3 == 0 ? List.of("cold") : List.of();
                right += learner.predict(Tiles.picture(i)).labels().equals(expected) ? 1 : 0;
            }
            assertThat(right).isGreaterThan(9);
            try (Predictions looks = learner.testTimeAugmentation(1, 0.5)) {
                assertThat(looks.decoded().shape()).isEqualTo(Shape.of(12, 3));
            }
            Path file = out.resolve("several.safetensors");
            learner.export(file);
            learner.showResults(out.resolve("several.png"), 1, 2);
            try (ImagePredictor predictor = ImagePredictor.load(file)) {
                assertThat(predictor.predict(Tiles.picture(62)).labels())
                        .isEqualTo(learner.predict(Tiles.picture(62)).labels());
            }
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> learner.plotTopLosses(out.resolve("losses.png"), 4, false))
                    .withMessageContaining("one class index an item");
        }
    }

    @Test
    void greyPicturesHaveOneChannel() throws IOException {
        ImageData data = Tiles.builder(folder)
                .labelByFunction(file -> file.toString().contains("blue") ? "dark" : "light")
                .channels(1)
                .normalize(Normalization.MNIST)
                .build();
        try (VisionLearner learner =
                VisionLearner.of(data, pretrained()).silent().build()) {
            learner.fit(1, 1e-2);
            Image image = Tiles.picture(1);
            assertThat(learner.predict(image).values())
                    .containsExactly(learner.predict(image.toGrey()).values(), within(1e-3));
            assertThat(learner.asSeen(image).getWidth()).isEqualTo(16);
            learner.plotTopLosses(out.resolve("losses.png"), 2, true);
            learner.export(out.resolve("grey.safetensors"));
            try (ImagePredictor predictor = ImagePredictor.load(out.resolve("grey.safetensors"))) {
                assertThat(predictor.encoder()).isEqualTo(data.encoder());
                assertThat(predictor.predict(image).values())
                        .containsExactly(learner.predict(image).values(), within(1e-5));
            }
        }
        assertThat(ImageIO.read(out.resolve("losses.png").toFile()).getWidth()).isGreaterThan(400);
    }

    // ---- looking into it

    @Test
    void heatMapsAreGradCamOfTheBody() {
        try (VisionLearner learner =
                VisionLearner.of(tiles(), CifarResNet.of(8)).silent().build()) {
            learner.fit(1, 1e-2);
            long bytes = TensorMemory.bytesInUse();
            Image image = Tiles.picture(5);
            List<HeatMap> maps = learner.heatMaps(image, "red", "blue");
            HeatMap map = learner.heatMap(image, "red");
            try (Tensor input = learner.images().oneItem(image)) {
                assertThat(map.values())
                        .containsExactly(
                                GradCam.of(learner.model(), "0").map(input, 2).values())
                        .containsExactly(maps.get(0).values())
                        .isNotEqualTo(maps.get(1).values());
            }
            assertThat(map.rows()).isEqualTo(4);
            BufferedImage over = map.over(learner.asSeen(image));
            assertThat(over.getWidth()).isEqualTo(16);
            assertThat(TensorMemory.bytesInUse()).isEqualTo(bytes);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> learner.heatMaps(image, "red", "Maine_Coon"))
                    .withMessage("One of the classes [blue, green, red] is expected, received \"Maine_Coon\"");
        }
        try (VisionLearner whole = Tiles.learner(tiles())) {
            assertThat(whole.body()).isEmpty();
            assertThatIllegalStateException()
                    .isThrownBy(() -> whole.heatMap(Tiles.picture(1), "red"))
                    .withMessageContaining("GradCam.of(learner.model(), layer)");
        }
    }

    @Test
    void resultsAndTopLossesAreShown() throws IOException {
        try (VisionLearner learner =
                VisionLearner.of(tiles(), CifarResNet.of(8)).silent().build()) {
            learner.fit(1, 1e-2);
            learner.showResults(out.resolve("results.png"));
            learner.plotTopLosses(out.resolve("maps.png"), 4, true);
            long bytes = TensorMemory.bytesInUse();
            learner.showResults(out.resolve("many.png"), 10, 10);
            learner.plotTopLosses(out.resolve("plain.png"), 4, false);
            learner.plotTopLosses(out.resolve("maps.png"), 4, true);
            assertThat(TensorMemory.bytesInUse()).isEqualTo(bytes);
            BufferedImage plain = ImageIO.read(out.resolve("plain.png").toFile());
            BufferedImage maps = ImageIO.read(out.resolve("maps.png").toFile());
            assertThat(maps.getWidth()).isEqualTo(plain.getWidth()).isGreaterThan(2 * 224);
            int changed = 0;
            for (int x = 0; x < plain.getWidth(); x++) {
                changed += plain.getRGB(x, plain.getHeight() - 100) != maps.getRGB(x, plain.getHeight() - 100) ? 1 : 0;
            }
            assertThat(changed).isGreaterThan(200);
            assertThat(ImageIO.read(out.resolve("results.png").toFile()).getHeight())
                    .isGreaterThan(3 * 224);
        }
        ImageData all = Tiles.builder(folder).noSplit().build();
        try (VisionLearner learner = Tiles.learner(all)) {
            learner.fit(1, 1e-3);
            assertThatIllegalStateException()
                    .isThrownBy(() -> learner.showResults(out.resolve("none.png")))
                    .withMessage("There are no validation pictures to show");
            assertThatIllegalStateException()
                    .isThrownBy(() -> learner.plotTopLosses(out.resolve("none.png"), 4, false))
                    .withMessageContaining("no validation items");
        }
    }
}
