package org.learn4j.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Sequential;
import org.learn4j.persist.ModelFormatException;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.testkit.LeakGuard;
import org.learn4j.vision.data.BadItem;
import org.learn4j.vision.data.BadItemPolicy;
import org.learn4j.vision.data.ImageData;
import org.learn4j.vision.image.Image;
import org.learn4j.vision.image.ImageFormatException;
import org.learn4j.vision.model.CifarResNet;
import org.learn4j.vision.model.ResNet;
import org.learn4j.vision.model.SimpleCnn;
import org.learn4j.vision.model.SqueezeNet;

/** Data, networks and weights that cannot work, each with a message that says what to do. None leaves anything behind. */
@ExtendWith(LeakGuard.class)
class BadPicturesTest {
    @TempDir
    private Path folder;

    @TempDir
    private Path out;

    @BeforeEach
    void paint() {
        Tiles.paint(folder, 24);
    }

    // ---- data

    @Test
    void aClassWithOnePictureIsLearnedWhereItTrainsAndRefusedWhereItOnlyValidates() {
        Path lonely = folder.resolve("yellow_99.png");
        Tiles.picture(3).save(lonely);
        ImageData trains =
                Tiles.builder(folder).splitByFiles(List.of("red_02.png")).build();
        assertThat(trains.classes()).containsExactly("blue", "green", "red", "yellow");
        try (VisionLearner learner =
                VisionLearner.of(trains, SimpleCnn.of(3, 4, 4)).silent().build()) {
            learner.fit(1, 1e-3);
            assertThat(learner.history().losses()).isNotEmpty();
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tiles.builder(folder)
                        .splitByFiles(List.of("yellow_99.png"))
                        .build())
                .withMessageContaining("The label \"yellow\" of " + lonely)
                .withMessageContaining("validation only");
    }

    @Test
    void anEmptyFolderHasNoPictures() throws IOException {
        Path empty = Files.createDirectory(out.resolve("empty"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageData.fromFolder(empty))
                .withMessage("There are no pictures below " + empty);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageData.fromFolder(out.resolve("nowhere")))
                .withMessageContaining("nowhere does not exist");
    }

    @Test
    void aRegularExpressionThatFindsNothingNamesTheFile() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tiles.builder(folder)
                        .labelByRegex("/([^/]+)_\\d+\\.jpg$")
                        .build())
                .withMessageContaining("/([^/]+)_\\d+\\.jpg$ finds no label in")
                .withMessageContaining("blue_00.png");
    }

    @Test
    void picturesWithoutLabelsTrainNoLearner() {
        ImageData bare = ImageData.fromFolder(folder).size(16).build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VisionLearner.of(bare, CifarResNet.of(8)).build())
                .withMessageContaining("expects labels, these have none: call labelByFolder()");
    }

    @Test
    void oneClassIsNothingToTellApart() {
        ImageData same = Tiles.builder(folder).labelByFunction(file -> "tile").build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VisionLearner.of(same, CifarResNet.of(8)).build())
                .withMessage("A learner of pictures expects two classes at least, all of these are \"tile\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tiles.builder(folder).classes("red", "green", "red"))
                .withMessageContaining("received [red, green, red]");
    }

    @Test
    void aBatchLargerThanTheDataIsRefusedAtTheFirstFit() {
        try (VisionLearner learner =
                Tiles.learner(Tiles.builder(folder).batchSize(64).build())) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> learner.fit(1, 1e-3))
                    .withMessageContaining("18 items make no full batch of 64");
        }
    }

    @Test
    void onePixelIsAPictureLikeAnyOther() {
        Image.of(1, 1, (x, y) -> 0xFF2020).save(folder.resolve("red_98.png"));
        try (VisionLearner learner =
                Tiles.learner(Tiles.builder(folder).batchSize(19).build())) {
            learner.fit(1, 1e-3);
            assertThat(learner.predict(folder.resolve("red_98.png")).values()).doesNotContain(Double.NaN);
        }
    }

    @Test
    void aBrokenPictureStopsTrainingWithItsPathAndTheLearnerTrainsOn() throws IOException {
        Path broken = folder.resolve("red_05.png");
        byte[] whole = Files.readAllBytes(broken);
        ImageData data = Tiles.builder(folder).noSplit().build();
        for (int workers = 0; workers < 3; workers++) {
            try (VisionLearner learner = Tiles.learner(
                    Tiles.builder(folder).noSplit().workers(workers).build())) {
                learner.fit(1, 1e-3);
                Files.write(broken, Arrays.copyOf(whole, whole.length / 2));
                assertThatThrownBy(() -> learner.fit(1, 1e-3))
                        .isInstanceOf(RuntimeException.class)
                        .hasMessageContaining(broken.toString())
                        .hasMessageContaining("item " + item(data, broken));
                Files.write(broken, whole);
                learner.fit(1, 1e-3);
                assertThat(learner.history().last("train_loss")).isFinite();
            }
        }
        Files.writeString(broken, "no picture");
        ImageData rest =
                Tiles.builder(folder).badItems(BadItemPolicy.skipUpTo(0.1)).build();
        assertThat(rest.badItems())
                .singleElement()
                .satisfies(bad -> assertThat(bad.name()).isEqualTo(broken.toString()));
        try (VisionLearner learner = Tiles.learner(rest)) {
            learner.fit(1, 1e-3);
        }
    }

    @Test
    void aBrokenPictureToPredictForIsAnErrorWithItsPath() throws IOException {
        Path broken = Files.writeString(out.resolve("broken.jpg"), "no picture");
        try (VisionLearner learner = Tiles.learner(Tiles.builder(folder).build())) {
            assertThatThrownBy(() -> learner.predict(broken))
                    .isInstanceOf(ImageFormatException.class)
                    .hasMessageStartingWith(broken + " cannot be read");
        }
    }

    /** R28 in short: what is left out is exactly what cannot be read, and nothing else changes by it. */
    @Test
    void badPicturesOfAllKindsAreLeftOutAndReported() throws IOException {
        Tiles.paint(folder, 90);
        byte[] whole = Files.readAllBytes(folder.resolve("blue_00.png"));
        Files.write(folder.resolve("blue_91.png"), new byte[0]);
        Files.write(folder.resolve("blue_92.jpg"), Arrays.copyOf(whole, whole.length * 3 / 4)); // a truncated PNG
        Files.writeString(folder.resolve("blue_93.gif"), "<html>404</html>");
        Files.createSymbolicLink(folder.resolve("blue_94.png"), folder.resolve("nowhere.png"));
        byte[] bomb = whole.clone();
        bomb[16] = 0x7F; // a width of 2,130,706,452
        Files.write(folder.resolve("blue_95.png"), bomb);
        // these are pictures in spite of their names and sizes, or no files
        Files.write(folder.resolve("red_96.jpg"), whole);
        Image.of(1, 1, (x, y) -> 0xFF0000).save(folder.resolve("red_97.png"));
        ImageIO.write(
                Tiles.picture(2).toBufferedImage(),
                "gif",
                folder.resolve("red_98.gif").toFile());
        Files.createDirectory(folder.resolve("red_99.png"));

        String anyName = "/([a-z]+)_\\d+\\.[a-z]+$";
        ImageData data = Tiles.builder(folder)
                .labelByRegex(anyName)
                .badItems(BadItemPolicy.skipUpTo(0.06))
                .build();
        assertThat(data.badItems().stream().map(BadItem::name))
                .containsExactly(
                        folder.resolve("blue_91.png").toString(),
                        folder.resolve("blue_92.jpg").toString(),
                        folder.resolve("blue_93.gif").toString(),
                        folder.resolve("blue_94.png").toString(),
                        folder.resolve("blue_95.png").toString());
        assertThat(data.badItems()).noneMatch(bad -> bad.reason().isBlank());
        assertThat(data.size()).isEqualTo(98);
        ImageData all = Tiles.builder(folder).labelByRegex(anyName).build();
        assertThat(data.split().train().length + data.split().valid().length).isEqualTo(93);
        assertThat(Arrays.stream(all.split().valid()).boxed().toList())
                .containsAll(Arrays.stream(data.split().valid()).boxed().toList());
        assertThatIllegalStateException()
                .isThrownBy(() -> Tiles.builder(folder)
                        .labelByRegex(anyName)
                        .badItems(BadItemPolicy.skipUpTo(0.05))
                        .build())
                .withMessageContaining("5 of 98 pictures cannot be read, more than the policy allows (skip up to 0.05)")
                .withMessageContaining("blue_91.png");
        try (VisionLearner learner = Tiles.learner(data)) {
            learner.fit(1, 1e-3);
            assertThat(learner.history().last("valid_loss")).isFinite();
        }
    }

    private static int item(ImageData data, Path file) {
        int item = 0;
        while (!Objects.equals(data.path(item).orElseThrow(), file)) {
            item++;
        }
        return item;
    }

    // ---- networks

    @Test
    void aSizeTheNetworkCannotTakeNamesTheLayer() {
        ImageData tiny = Tiles.builder(folder).size(8).build();
        assertThatThrownBy(
                        () -> VisionLearner.of(tiny, SqueezeNet.squeezenet1_1()).build())
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageStartingWith(
                        "The network cannot take pictures of 8 x 8 with 3 channels. Layer 0.5: MaxPool");
        try (VisionLearner learner = VisionLearner.of(
                        Tiles.builder(folder).size(32).build(), SqueezeNet.squeezenet1_1())
                .silent()
                .build()) {
            assertThatThrownBy(() -> learner.replaceImages(tiny))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessageContaining("Layer 0.5: MaxPool");
            assertThat(learner.images().encoder().width()).isEqualTo(32);
            assertThat(learner.predict(Tiles.picture(1)).values()).hasSize(3);
        }
    }

    @Test
    void aNetworkOfOtherOutputsOrChannelsIsRefused() {
        ImageData data = Tiles.builder(folder).build();
        assertThatThrownBy(() -> VisionLearner.of(data, SimpleCnn.of(3, 4, 10)).build())
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("A network with an output for each of the 3 classes is expected: for one picture [1, 3],"
                        + " received [1, 10]");
        assertThatThrownBy(() -> VisionLearner.of(data, SimpleCnn.of(1, 4, 3)).build())
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageStartingWith("The network cannot take pictures of 16 x 16 with 3 channels. Layer 0.0:");
        assertThatThrownBy(() -> VisionLearner.of(data, CifarResNet.of(8))
                        .head(Sequential.of(Linear.of(64, 3)))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Layer 1.0:");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VisionLearner.of(data, CifarResNet.of(8))
                        .head(head -> head.dropout(.1, .2, .3))
                        .build())
                .withMessageContaining("one probability or one for each of the 2 linear layers, received 3");
    }

    @Test
    void weightsOfAnotherArchitectureAreRefused() throws IOException {
        Path file = out.resolve("weights.safetensors");
        Tiles.pretrained(file);
        ImageData data = Tiles.builder(folder).size(32).build();
        assertThatThrownBy(() -> VisionLearner.of(data, ResNet.resnet18().pretrained(file))
                        .build())
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("not the weights of a resnet18");
        assertThatThrownBy(() -> VisionLearner.of(data, CifarResNet.of(14).pretrained(file))
                        .build())
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("not the weights of a cifar-resnet14");
        Files.writeString(file, "no weights at all");
        assertThatThrownBy(() -> VisionLearner.of(data, CifarResNet.of(8).pretrained(file))
                        .build())
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(file.toString());
        try (VisionLearner one = Tiles.learner(data);
                VisionLearner other =
                        VisionLearner.of(data, CifarResNet.of(8)).silent().build()) {
            one.save(out.resolve("one.safetensors"));
            Map<String, Object> before = Tiles.state(other);
            assertThatThrownBy(() -> other.load(out.resolve("one.safetensors")))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("one.safetensors");
            assertThat(Tiles.state(other)).isEqualTo(before);
        }
    }
}
