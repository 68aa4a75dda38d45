package org.learn4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.examples.shapes.ShapeKind;
import org.learn4j.examples.shapes.ShapePicture;
import org.learn4j.nn.LayerTree;
import org.learn4j.nn.Sequential;
import org.learn4j.persist.Json;
import org.learn4j.persist.NamedTensor;
import org.learn4j.persist.SafeTensors;
import org.learn4j.tensor.Seed;
import org.learn4j.vision.image.Image;
import org.learn4j.vision.model.SqueezeNet;

/** Every example about pictures at tiny scale, run as its users run it. */
class VisionExamplesTest {
    @TempDir
    private Path folder;

    private String run(String... args) {
        return Console.run(args);
    }

    @Test
    void convolutions_are_drawn() {
        String output = run("convolutions", "--out", folder.toString());
        assertThat(output).contains("photo [3, 224, 224]", "no padding", "222 × 222", "padding 1, stride 2");
        for (String picture : List.of("kernels", "padding-and-stride", "channels")) {
            assertThat(folder.resolve(picture + ".png")).isNotEmptyFile();
        }
    }

    @Test
    void augmentations_are_drawn_for_every_padding_mode() {
        run("augmentations", "--size", "48", "--out", folder.toString());
        Image drawn = Image.of(folder.resolve("augmentations.png"));
        assertThat(drawn.width()).isEqualTo(5 * (48 + 8) + 8);
        assertThat(drawn.height()).isEqualTo(3 * (48 + 8 + 20) + 8);
    }

    @Test
    void the_landscape_is_drawn_with_and_without_batch_norm() {
        String output =
                run("landscape", "--pictures", "160", "--epochs", "1", "--points", "3", "--out", folder.toString());
        Console.score("accuracy", output);
        assertThat(folder.resolve("landscape-with-batch-norm.png")).isNotEmptyFile();
        assertThat(folder.resolve("landscape-without-batch-norm.png")).isNotEmptyFile();
    }

    @Test
    void shapes_are_told_apart() {
        String output = run("shapes", "--pictures", "200", "--epochs", "1", "--out", folder.toString());
        Console.score("accuracy", output);
        assertThat(output).contains("Grad-CAM's hottest point lies on the shape in");
        for (String file : List.of("shapes.png", "shapes-confusion.png", "shapes.safetensors")) {
            assertThat(folder.resolve(file)).isNotEmptyFile();
        }
    }

    @Test
    void mnist_learns_from_idx_files() throws IOException {
        writeStripes("train", 2000);
        writeStripes("t10k", 1000);
        String output = run("mnist", "--data", folder.toString(), "--epochs", "1", "--batch-size", "32");
        assertThat(output).contains("Total params: 12,126");
        // rows two pixels apart, moved by up to three each way: half of them cannot be told apart, a tenth would be chance
        assertThat(Console.score("accuracy", output)).isGreaterThan(0.3);
    }

    @Test
    void mnist_reaches_its_accuracy_on_the_real_digits() {
        Path digits = Path.of("..", "..", "shared", "data", "mnist");
        assumeTrue(Files.isDirectory(digits), "the MNIST files are not here");
        assertThat(Console.score("accuracy", run("mnist", "--data", digits.toString(), "--epochs", "1")))
                .isGreaterThan(0.96);
    }

    @Test
    void pets_are_fine_tuned_and_explained() throws IOException {
        Path photos = Files.createDirectories(folder.resolve("photos"));
        int count = 0;
        for (ShapePicture picture : ShapePicture.draw(30, 48, Seed.of(5))) {
            ImageIO.write(
                    picture.image(),
                    "jpg",
                    photos.resolve(picture.kind().label() + "_" + count++ + ".jpg")
                            .toFile());
        }
        Path out = folder.resolve("out");
        String output = run(
                "pets",
                "--data",
                photos.toString(),
                "--weights",
                weights().toString(),
                "--model",
                "squeezenet1_1",
                "--size",
                "64",
                "--larger",
                "80",
                "--batch-size",
                "8",
                "--frozen",
                "1",
                "--whole",
                "1",
                "--out",
                out.toString());
        Console.score("error_rate", output);
        assertThat(output).contains("stage 1: frozen", "stage 2: whole", "stage 3: 80 pixels", "images/s", " -> ");
        for (String file : List.of("pets.png", "pets-confusion.png", "pets-top-losses.png", "pets-heat-maps.png")) {
            assertThat(out.resolve(file)).isNotEmptyFile();
        }
    }

    @Test
    void heat_maps_are_drawn_for_classes_by_name_and_number() throws IOException {
        Path photo = folder.resolve("photo.png");
        BufferedImage picture = ShapePicture.draw(1, 96, Seed.of(2)).get(0).image();
        ImageIO.write(picture, "png", photo.toFile());
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            names.add("Kind " + i);
        }
        Path list = Files.write(folder.resolve("names.txt"), names);
        Path out = folder.resolve("new").resolve("heat.png");
        String output = run(
                "heatmap",
                "--image",
                photo.toString(),
                "--weights",
                weights().toString(),
                "--model",
                "squeezenet1_1",
                "--names",
                list.toString(),
                "--class",
                "kind-7",
                "--class",
                "12",
                "--size",
                "64",
                "--out",
                out.toString());
        assertThat(output.lines().filter(line -> line.matches("0\\.\\d{4} Kind \\d+")))
                .hasSize(5);
        assertThat(Image.of(out).width()).isEqualTo(3 * (64 + 8) + 8);
    }

    @Test
    void heat_maps_of_unknown_classes_are_refused() throws IOException {
        Path photo = folder.resolve("photo.png");
        ImageIO.write(ShapePicture.draw(1, 96, Seed.of(2)).get(0).image(), "png", photo.toFile());
        assertThat(Main.run(
                        "heatmap",
                        "--image",
                        photo.toString(),
                        "--weights",
                        weights().toString(),
                        "--model",
                        "squeezenet1_1",
                        "--class",
                        "Maine Coon"))
                .isEqualTo(1);
    }

    @Test
    void pictures_of_shapes_follow_from_their_seed() {
        List<ShapePicture> drawn = ShapePicture.draw(10, 32, Seed.of(4));
        List<ShapePicture> again = ShapePicture.draw(10, 32, Seed.of(4));
        for (int i = 0; i < drawn.size(); i++) {
            assertThat(Image.of(drawn.get(i).image()))
                    .isEqualTo(Image.of(again.get(i).image()));
            assertThat(drawn.get(i).kind()).isEqualTo(ShapeKind.values()[i % ShapeKind.values().length]);
            assertThat(drawn.get(i).object().getBounds2D().getMinX()).isBetween(-8.0, 32.0);
        }
    }

    /** Weights nobody has trained, in a file with torchvision's names. */
    private Path weights() {
        Path file = folder.resolve("squeezenet.safetensors");
        try (Sequential network = SqueezeNet.squeezenet1_1().network()) {
            network.initialize(Seed.of(6));
            List<NamedTensor> tensors = new ArrayList<>();
            LayerTree.params(network)
                    .forEach((path, param) -> tensors.add(NamedTensor.of(
                            path,
                            param.value().dtype(),
                            param.shape().dims(),
                            param.value().bytes())));
            SafeTensors.write(file, tensors, Json.object());
        }
        return file;
    }

    /** Pictures of ten classes: a bright row each, at a height that tells the class. */
    private void writeStripes(String part, int count) {
        try (DataOutputStream images = file(part + "-images-idx3-ubyte");
                DataOutputStream labels = file(part + "-labels-idx1-ubyte")) {
            images.writeInt(0x803);
            images.writeInt(count);
            images.writeInt(28);
            images.writeInt(28);
            labels.writeInt(0x801);
            labels.writeInt(count);
            for (int i = 0; i < count; i++) {
                int label = i * 7 % 10;
                labels.writeByte(label);
                byte[] picture = new byte[28 * 28];
                for (int x = 0; x < 56; x++) {
                    picture[(4 + 2 * label) * 28 + x % 28] = (byte) (128 + (i * 31 + x * 17) % 128);
                }
                images.write(picture);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private DataOutputStream file(String name) throws IOException {
        return new DataOutputStream(Files.newOutputStream(folder.resolve(name)));
    }
}
