package org.learn4j.vision.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.learn4j.data.Batch;
import org.learn4j.data.BatchStream;
import org.learn4j.data.DataLoader;
import org.learn4j.data.DataLoaders;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.testkit.RealData;
import org.learn4j.vision.augment.Augmentations;
import org.learn4j.vision.augment.ResizeMethod;
import org.learn4j.vision.augment.Transform;
import org.learn4j.vision.image.Image;

/** Pictures, labels, splits and batches. */
class ImageDataTest {
    @TempDir
    private Path folder;

    private static Image picture(int number) {
        return Image.of(20 + number % 3, 16, (x, y) -> (number * 12 % 256) << 16 | (x * 10) << 8 | y * 12);
    }

    /** Writes twelve pictures of three animals in two folders. */
    private Path animals() {
        String[] names = {"cat", "dog", "emu"};
        for (int i = 0; i < 12; i++) {
            Path home = folder.resolve(i % 4 == 0 ? "valid" : "train").resolve(names[i % 3]);
            save(picture(i), home.resolve(names[i % 3] + "_" + i + ".png"));
        }
        return folder;
    }

    private static void save(Image image, Path file) {
        try {
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        image.save(file);
    }

    private static ImageData.Builder small(ImageData.Builder builder) {
        return builder.size(8).batchSize(4).workers(1);
    }

    @Test
    void pictures_are_labelled_by_their_folders_and_split_by_theirs() {
        ImageData data = small(ImageData.fromFolder(animals()).labelByFolder().splitByFolder("train", "valid"))
                .build();
        assertThat(data.classes()).containsExactly("cat", "dog", "emu");
        assertThat(data.split().train()).hasSize(9);
        assertThat(data.split().valid()).hasSize(3);
        for (int item : data.split().valid()) {
            Path path = data.path(item).orElseThrow();
            assertThat(path.toString()).contains("valid");
            assertThat(path.getFileName().toString()).startsWith(data.label(item));
        }
        List<String> paths = IntStream.range(0, 12)
                .mapToObj(item -> data.path(item).orElseThrow().toString())
                .toList();
        assertThat(paths).isSorted();
    }

    @Test
    void regular_expressions_find_labels_or_name_the_file() {
        ImageData data = small(ImageData.fromFolder(animals()).labelByRegex("/([^/]+)_\\d+.png$"))
                .build();
        assertThat(data.classes()).containsExactly("cat", "dog", "emu");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> small(ImageData.fromFolder(folder).labelByRegex("/([^/]+)_\\d+.jpg$"))
                        .build())
                .withMessageContaining("finds no label in")
                .withMessageContaining("cat_3.png");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageData.fromFolder(folder).labelByRegex("cat"))
                .withMessageContaining("with a group");
    }

    @Test
    void labels_come_from_lists_maps_and_functions() {
        List<String> names = List.of("b.png", "a.png", "c.png");
        names.forEach(name -> save(picture(1), folder.resolve(name)));
        ImageData list = small(ImageData.fromFiles(folder, names)
                        .labels(List.of("x", "y", "x"))
                        .noSplit())
                .build();
        assertThat(IntStream.range(0, 3).mapToObj(list::label)).containsExactly("x", "y", "x");
        ImageData map = small(ImageData.fromFolder(folder)
                        .labels(Map.of("a.png", "y", "b.png", "x", "c.png", "z"))
                        .classes("z", "y", "x")
                        .noSplit())
                .build();
        assertThat(map.classes()).containsExactly("z", "y", "x");
        assertThat(IntStream.range(0, 3).mapToObj(map::label)).containsExactly("y", "x", "z");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> small(ImageData.fromFolder(folder).labels(Map.of("a.png", "y")))
                        .build())
                .withMessageContaining("b.png");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageData.fromFolder(folder).labels(List.of("x")))
                .withMessageContaining("3 pictures, received 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> small(ImageData.fromFolder(folder)
                                .labels(List.of("x", "y", "q"))
                                .classes("x", "y"))
                        .build())
                .withMessageContaining("\"q\"")
                .withMessageContaining("c.png")
                .withMessageContaining("[x, y]");
    }

    @Test
    void several_labels_are_hot() {
        List<Image> images = List.of(picture(1), picture(1), picture(1));
        ImageData data = ImageData.fromImages(images)
                .labels(List.of("sun; sea", "", "sea"))
                .labelDelimiter(";")
                .noSplit()
                .batchSize(3)
                .build();
        assertThat(data.isMultiLabel()).isTrue();
        assertThat(data.classes()).containsExactly("sea", "sun");
        try (DataLoader loader = data.plainTraining();
                BatchStream batches = loader.open(0, 0)) {
            Tensor target = Objects.requireNonNull(batches.next()).requireTarget();
            assertThat(target.shape()).isEqualTo(Shape.of(3, 2));
            assertThat(target.toFloats()).containsExactly(1, 1, 0, 0, 1, 0);
        }
        assertThat(data.label(0)).isEqualTo("sea; sun");
    }

    @Test
    void splits_choose_by_chance_names_numbers_and_conditions() {
        ImageData.Builder builder = small(ImageData.fromFolder(animals()).labelByFolder());
        assertThat(builder.splitRandomly(0.25, 3).build().split().valid())
                .hasSize(3)
                .isEqualTo(builder.splitRandomly(0.25, 3).build().split().valid());
        assertThat(builder.splitByFiles(List.of("cat_3.png", "train/dog/dog_1.png"))
                        .build()
                        .split()
                        .valid())
                .hasSize(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.splitByFiles(List.of("cow.png")).build())
                .withMessageContaining("cow.png");
        assertThat(builder.splitBy(path -> path.toString().contains("emu_2"))
                        .build()
                        .split()
                        .valid())
                .hasSize(1);
        assertThat(builder.splitByItems(0, 5).build().split().valid()).containsExactly(0, 5);
        assertThat(builder.noSplit().build().loaders().valid()).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        builder.splitBy(path -> path.toString().contains("emu")).build())
                .withMessageContaining("\"emu\"")
                .withMessageContaining("occurs in validation only");
    }

    @Test
    void what_cannot_be_is_refused() throws IOException {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageData.fromFolder(folder))
                .withMessageContaining("There are no pictures below");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageData.fromFolder(folder.resolve("none")))
                .withMessageContaining("does not exist");
        Path text = Files.writeString(folder.resolve("notes.txt"), "x");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageData.fromFolder(text))
                .withMessageContaining("notes.txt is none");
        ImageData.Builder builder = ImageData.fromFolder(animals());
        assertThatIllegalStateException().isThrownBy(builder::build).withMessageContaining("size(224)");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.size(0)).withMessageContaining("0 x 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.batchSize(0))
                .withMessageContaining("0");
        assertThatIllegalStateException()
                .isThrownBy(() -> ImageData.fromImages(List.of(picture(1))).labelByFolder())
                .withMessageContaining("in memory");
        try (DataLoaders loaders = builder.size(8).batchSize(64).build().loaders()) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> loaders.train().open(0, 0))
                    .withMessageContaining("10 items make no full batch of 64");
        }
    }

    @Test
    void a_picture_that_cannot_be_read_stops_training_or_is_left_out() throws IOException {
        Path root = animals();
        Files.writeString(root.resolve("train/cat/cat_99.png"), "no picture");
        assertThat(VerifyImages.in(root))
                .singleElement()
                .satisfies(bad -> assertThat(bad.name()).endsWith("cat_99.png"))
                .satisfies(bad -> assertThat(bad.reason()).contains("no JPEG"));
        ImageData.Builder builder =
                small(ImageData.fromFolder(root).labelByFolder().noSplit());
        assertThatIllegalStateException()
                .isThrownBy(() -> batches(builder.build().plainTraining(), 0))
                .withMessageContaining("item 3")
                .withMessageContaining("cat_99.png cannot be read: it is no JPEG");
        ImageData left = builder.badItems(BadItemPolicy.skipUpTo(0.1)).build();
        assertThat(left.badItems()).hasSize(1);
        assertThat(left.size()).isEqualTo(13);
        assertThat(left.split().train()).hasSize(12).doesNotContain(3);
        assertThat(batches(left.plainTraining(), 0)).isNotEmpty();
        assertThatIllegalStateException()
                .isThrownBy(() -> builder.badItems(BadItemPolicy.skipUpTo(0.05)).build())
                .withMessageContaining("1 of 13 pictures cannot be read")
                .withMessageContaining("cat_99.png");
    }

    /** All numbers of an epoch. */
    private static float[] batches(DataLoader loader, int epoch) {
        List<float[]> all = new ArrayList<>();
        try (loader;
                BatchStream stream = loader.open(epoch, 0)) {
            for (Batch batch = stream.next(); batch != null; batch = stream.next()) {
                all.add(batch.inputs()[0].toFloats());
            }
        }
        float[] joined = new float[all.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (float[] part : all) {
            System.arraycopy(part, 0, joined, at, part.length);
            at += part.length;
        }
        return joined;
    }

    @ParameterizedTest
    @CsvSource({"0,0", "1,0", "2,1000000", "4,1500", "3,0"})
    void what_a_model_sees_depends_neither_on_workers_nor_on_the_cache(int workers, long cache) {
        ImageData.Builder builder = small(ImageData.fromFolder(animals()).labelByFolder())
                .transforms(Augmentations.standard()
                        .with(Transform.saturation(0.3), Transform.jitter(0.02), Transform.erase()))
                .batchSize(2);
        float[] expected = batches(builder.workers(1).build().loaders().train(), 3);
        ImageData data = builder.workers(workers).cache(cache).build();
        DataLoaders loaders = data.loaders();
        float[] first = batches(loaders.train(), 3);
        float[] again = batches(loaders.train(), 3);
        assertThat(first).isEqualTo(expected);
        assertThat(again).isEqualTo(expected);
        assertThat(batches(loaders.train(), 4)).isNotEqualTo(expected);
    }

    @Test
    void validation_is_what_prediction_sees() {
        ImageData data = small(ImageData.fromFolder(animals()).labelByFolder().splitByItems(2, 3, 4, 7))
                .transforms(Augmentations.standard())
                .resize(ResizeMethod.PAD)
                .normalize(Normalization.IMAGENET)
                .build();
        try (DataLoaders loaders = data.loaders();
                BatchStream stream = loaders.valid().orElseThrow().open(0, 0);
                Tensor one = data.encoder().encode(data.path(3).orElseThrow());
                Tensor same = data.oneItem(data.image(3))) {
            Batch batch = Objects.requireNonNull(stream.next());
            Tensor input = batch.inputs()[0];
            assertThat(batch.items()).containsExactly(2, 3, 4, 7);
            assertThat(input.shape()).isEqualTo(Shape.of(4, 3, 8, 8));
            assertThat(input.strides()).containsExactly(192, 1, 24, 3);
            assertThat(one.shape()).isEqualTo(Shape.of(1, 3, 8, 8));
            assertThat(one.strides()).containsExactly(192, 1, 24, 3);
            assertThat(one.toFloats()).isEqualTo(Arrays.copyOfRange(input.toFloats(), 192, 384));
            assertThat(same.toFloats()).isEqualTo(one.toFloats());
            try (Tensor pixels = data.denormalize(one)) {
                float[] numbers = one.toFloats();
                float[] levels = pixels.toFloats();
                assertThat(levels[70]).isCloseTo(numbers[70] * 0.224f + 0.456f, within(1e-6f));
                for (float level : levels) {
                    assertThat(level * 255 - Math.round(level * 255)).isCloseTo(0, within(1e-3f));
                }
            }
        }
    }

    @Test
    void the_same_data_comes_at_another_size() {
        ImageData data = small(ImageData.fromFolder(animals()).labelByFolder()).build();
        ImageData larger = data.withSize(16, 12, 2);
        assertThat(larger.split()).isSameAs(data.split());
        try (DataLoaders loaders = larger.loaders();
                BatchStream stream = loaders.train().open(0, 0)) {
            assertThat(Objects.requireNonNull(stream.next()).inputs()[0].shape())
                    .isEqualTo(Shape.of(2, 3, 16, 12));
        }
        assertThat(data.withSize(10).encoder().width()).isEqualTo(10);
    }

    @Test
    void statistics_are_measured_on_training_pictures() {
        List<Image> images = List.of(
                Image.of(4, 4, (x, y) -> x < 2 ? 0x000000 : 0xFF0033),
                Image.of(4, 4, (x, y) -> 0xFFFFFF),
                Image.of(4, 4, (x, y) -> 0));
        Normalization measured = ImageData.fromImages(images)
                .splitByItems(1, 2)
                .normalizeMeasured(100)
                .build()
                .encoder()
                .normalization();
        assertThat(measured.mean()).containsExactly(new double[] {0.5, 0, 0.1}, within(1e-9));
        assertThat(measured.deviation()).containsExactly(new double[] {0.5, 1, 0.1}, within(1e-9));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Normalization.of(new double[] {0}, new double[] {0}))
                .withMessageContaining("positive");
    }

    @Test
    void idx_files_are_grey_pictures() throws IOException {
        Path images = folder.resolve("images.gz");
        Path labels = folder.resolve("labels");
        Files.write(images, idx(true, new byte[] {0, 10, 20, 30, 40, 50, (byte) 255, 70, 1, 2, 3, 4}, 3, 2, 2));
        Files.write(labels, idx(false, new byte[] {7, 3, 7}, 3));
        ImageData data =
                ImageData.fromIdx(images, labels).noSplit().batchSize(3).build();
        assertThat(data.classes()).containsExactly("3", "7");
        try (DataLoader loader = data.plainTraining();
                BatchStream stream = loader.open(0, 0)) {
            Batch batch = Objects.requireNonNull(stream.next());
            assertThat(batch.inputs()[0].shape()).isEqualTo(Shape.of(3, 1, 2, 2));
            assertThat(batch.inputs()[0].toFloats()[6]).isEqualTo(1);
            assertThat(batch.inputs()[0].toFloats()[1]).isEqualTo(10 / 255f);
            assertThat(batch.requireTarget().toInts()).containsExactly(1, 0, 1);
        }
        ImageData pair =
                ImageData.fromIdx(images, labels, images, labels).batchSize(1).build();
        assertThat(pair.split().valid()).containsExactly(3, 4, 5);
        assertThat(pair.label(4)).isEqualTo("3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageData.fromIdx(labels, images))
                .withMessageContaining("no idx file");
        Files.write(labels, idx(false, new byte[] {7, 3}, 3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ImageData.fromIdx(images, labels))
                .withMessageContaining("[3] bytes, it has 2");
    }

    private static byte[] idx(boolean zip, byte[] bytes, int... axes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DataOutputStream data = new DataOutputStream(zip ? new GZIPOutputStream(out) : out)) {
            data.writeInt(0x0800 | axes.length);
            for (int axis : axes) {
                data.writeInt(axis);
            }
            data.write(bytes);
        }
        return out.toByteArray();
    }

    @Test
    void one_pixel_and_one_picture_are_enough() {
        ImageData data = ImageData.fromImages(List.of(Image.of(1, 1, (x, y) -> 0xFF8000)))
                .labels(List.of("orange"))
                .noSplit()
                .size(4)
                .transforms(Augmentations.standard().affineProbability(1))
                .batchSize(1)
                .build();
        float[] numbers = batches(data.loaders().train(), 0);
        assertThat(numbers).hasSize(48);
        assertThat(numbers[0]).isGreaterThan(0.9f);
    }

    @Test
    void a_batch_is_shown_and_a_summary_names_the_step_that_fails() throws IOException {
        ImageData data = small(ImageData.fromFolder(animals()).labelByFolder().splitByItems(0))
                .transforms(Augmentations.standard())
                .build();
        Path png = folder.resolve("batch.png");
        data.showBatch(png, 2, 3);
        assertThat(Image.of(png).width()).isEqualTo(3 * (160 + 8) + 8); // enlarged, with gaps
        assertThat(data.summary())
                .contains("12 pictures: 11 train, 1 validate, 0 left out")
                .contains("8 x 8 pixels, 3 channels")
                .contains("cat: ");
        assertThat(data.summary(data.path(1).orElseThrow()))
                .contains("read: Image[")
                .contains("label: " + data.label(1))
                .endsWith("batch: FLOAT32 [1, 3, 8, 8]");
        Path broken = Files.writeString(folder.resolve("broken.png"), "x");
        assertThat(data.summary(broken)).contains("read FAILED: ").contains("broken.png cannot be read");
    }

    @Test
    void validation_pictures_can_be_varied() {
        ImageData data = small(ImageData.fromFolder(animals()).labelByFolder().splitByItems(1, 2))
                .transforms(Augmentations.standard())
                .build();
        float[] first = batches(data.variedValidation(0), 0);
        assertThat(batches(data.variedValidation(0), 0)).isEqualTo(first);
        assertThat(batches(data.variedValidation(1), 0)).hasSameSizeAs(first).isNotEqualTo(first);
    }

    @Test
    void a_cache_keeps_no_more_than_its_bytes() {
        List<Image> images = IntStream.range(0, 10)
                .mapToObj(i -> Image.of(10, 10, (x, y) -> i))
                .toList();
        CachedSource cached = new CachedSource(new MemorySource(images), 1000);
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 10; i++) {
                assertThat(cached.load(i, org.learn4j.vision.image.Detail.ALL)).isSameAs(images.get(i));
            }
        }
        assertThat(cached.bytes()).isEqualTo(900);
    }

    @Test
    void the_pets_are_37_breeds() {
        ImageData pets = ImageData.fromFolder(RealData.find("pets-256"))
                .labelByRegex("/([^/]+)_\\d+.jpg$")
                .splitRandomly(0.2, 2)
                .transforms(Augmentations.standard())
                .size(64)
                .normalize(Normalization.IMAGENET)
                .build();
        assertThat(pets.classes()).hasSize(37).contains("Maine_Coon").isSorted();
        assertThat(pets.size()).isEqualTo(1029);
        assertThat(pets.split().valid()).hasSize(205);
        try (DataLoaders loaders = pets.loaders();
                BatchStream stream = loaders.train().open(0, 0)) {
            float[] numbers = Objects.requireNonNull(stream.next()).inputs()[0].toFloats();
            double sum = 0;
            for (float number : numbers) {
                sum += number;
            }
            assertThat(sum / numbers.length).isCloseTo(0, within(0.6));
        }
    }
}
