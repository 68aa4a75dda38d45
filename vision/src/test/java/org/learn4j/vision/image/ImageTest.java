package org.learn4j.vision.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_PROGRESSIVE;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_QUALITY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_WEBP_QUALITY;
import static org.learn4j.vision.image.TestImages.difference;
import static org.learn4j.vision.image.TestImages.encode;
import static org.learn4j.vision.image.TestImages.gradient;
import static org.learn4j.vision.image.TestImages.noise;
import static org.learn4j.vision.image.TestImages.withOrientation;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/** What files become, and what can be done with pictures. */
class ImageTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {".png", ".bmp", ".tif"})
    void files_that_lose_nothing_give_the_same_pixels(String extension) {
        Image image = noise(37, 23);
        assertThat(Image.of(encode(image, extension))).isEqualTo(image);
    }

    @Test
    void webp_and_jpeg_and_gif_are_read() throws IOException {
        Image image = gradient(64, 48);
        assertThat(Image.of(encode(image, ".webp", IMWRITE_WEBP_QUALITY, 101))).isEqualTo(image);
        assertThat(difference(Image.of(encode(image, ".webp", IMWRITE_WEBP_QUALITY, 95)), image))
                .isLessThan(12);
        assertThat(difference(Image.of(encode(image, ".jpg", IMWRITE_JPEG_QUALITY, 95)), image))
                .isBetween(1, 12);
        byte[] progressive = encode(image, ".jpg", IMWRITE_JPEG_QUALITY, 95, IMWRITE_JPEG_PROGRESSIVE, 1);
        assertThat(difference(Image.of(progressive), image)).isBetween(1, 12);
        Image few = Image.of(16, 8, (x, y) -> x < 8 ? 0xFF0000 : 0x0000FF);
        assertThat(Image.of(written(few.toBufferedImage(), "gif"))).isEqualTo(few);
    }

    private static byte[] written(BufferedImage picture, String format) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        assertThat(ImageIO.write(picture, format, bytes)).isTrue();
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "tiff"})
    void transparency_is_dropped_and_grey_is_spread(String format) throws IOException {
        BufferedImage clear = new BufferedImage(3, 2, BufferedImage.TYPE_4BYTE_ABGR);
        clear.setRGB(1, 1, new Color(200, 100, 50, 7).getRGB());
        clear.setRGB(2, 0, new Color(10, 20, 30, 255).getRGB());
        Image read = Image.of(written(clear, format));
        assertThat(read.pixel(1, 1)).isEqualTo(0xC86432);
        assertThat(read.pixel(2, 0)).isEqualTo(0x0A141E);
        assertThat(Image.of(clear)).isEqualTo(read);
        BufferedImage grey = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_GRAY);
        grey.getRaster().setSample(1, 0, 0, 77);
        assertThat(Image.of(written(grey, format)).pixel(1, 0)).isEqualTo(0x4D4D4D);
    }

    @Test
    void sixteen_bits_become_their_upper_eight() throws IOException {
        BufferedImage deep = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
        deep.getRaster().setSample(0, 0, 0, 0x4D12);
        deep.getRaster().setSample(1, 0, 0, 0xFFFF);
        assertThat(Image.of(written(deep, "png")).pixel(0, 0)).isEqualTo(0x4D4D4D);
        assertThat(Image.of(written(deep, "png")).pixel(1, 0)).isEqualTo(0xFFFFFF);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void exif_orientations_are_undone(int orientation) {
        Image upright = gradient(48, 32);
        // where the stored pixel (x, y) comes from, by Exif 2.3, table of Orientation
        Image stored = switch (orientation) {
            case 2 -> Image.of(48, 32, (x, y) -> upright.pixel(47 - x, y));
            case 3 -> Image.of(48, 32, (x, y) -> upright.pixel(47 - x, 31 - y));
            case 4 -> Image.of(48, 32, (x, y) -> upright.pixel(x, 31 - y));
            case 5 -> Image.of(32, 48, (x, y) -> upright.pixel(y, x));
            case 6 -> Image.of(32, 48, (x, y) -> upright.pixel(47 - y, x));
            case 7 -> Image.of(32, 48, (x, y) -> upright.pixel(47 - y, 31 - x));
            case 8 -> Image.of(32, 48, (x, y) -> upright.pixel(y, 31 - x));
            default -> upright;
        };
        byte[] file = withOrientation(encode(stored, ".jpg", IMWRITE_JPEG_QUALITY, 98), orientation);
        assertThat(difference(Image.of(file), upright)).isLessThan(12);
        Image half = Image.of(file, ImageLimits.DEFAULT, new Detail(24, 16, false));
        assertThat(difference(half, upright.resize(24, 16))).isLessThan(20);
    }

    @ParameterizedTest
    @CsvSource({
        "100,100,false,134x100",
        "100,100,true,100x75",
        "400,100,false,400x300",
        "50,10,false,50x38",
        "999,9,false,400x300"
    })
    void no_more_is_decoded_than_needed(int width, int height, boolean inside, String size) {
        byte[] jpeg = encode(gradient(400, 300), ".jpg", IMWRITE_JPEG_QUALITY, 95);
        Image small = Image.of(jpeg, ImageLimits.DEFAULT, new Detail(width, height, inside));
        // 400 x 300 to cover 100 x 100 is 133.3 x 100; after JPEG's halving to 200 x 150 alike
        assertThat(small.width() + "x" + small.height()).isEqualTo(size.replace("134", "133"));
        assertThat(difference(small, gradient(small.width(), small.height()))).isLessThan(8);
    }

    @Test
    void one_pixel_is_a_picture() {
        Image dot = Image.of(1, 1, (x, y) -> 0x123456);
        assertThat(Image.of(encode(dot, ".png"))).isEqualTo(dot);
        assertThat(dot.resize(3, 2)).isEqualTo(Image.of(3, 2, (x, y) -> 0x123456));
    }

    @ParameterizedTest
    @ValueSource(strings = {".png", ".bmp", ".tif", ".jpg", ".webp"})
    void every_part_of_a_file_is_a_picture_or_refused(String extension) {
        byte[] file = encode(gradient(24, 16), extension);
        for (int length = 0; length < file.length; length += length < 64 ? 1 : 7) {
            byte[] part = Arrays.copyOf(file, length);
            try {
                Image image = Image.of(part);
                assertThat(image.width()).isEqualTo(24);
                // what follows the last pixel may be missing
                assertThat(length).isGreaterThan(file.length * 3 / 4);
            } catch (ImageFormatException refused) {
                assertThat(refused.reason()).isNotBlank();
            }
        }
    }

    @Test
    void headers_that_promise_too_much_are_refused_before_there_are_pixels() {
        byte[] png = encode(gradient(8, 8), ".png");
        ByteBuffer.wrap(png).putInt(16, 100_000).putInt(20, 100_000);
        byte[] jpeg = encode(gradient(8, 8), ".jpg");
        for (int i = 0; i < jpeg.length; i++) {
            if (jpeg[i] == (byte) 0xFF && jpeg[i + 1] == (byte) 0xC0) {
                ByteBuffer.wrap(jpeg).putShort(i + 5, (short) 65_500).putShort(i + 7, (short) 65_500);
                break;
            }
        }
        for (byte[] file : new byte[][] {png, jpeg}) {
            assertThatExceptionOfType(ImageFormatException.class)
                    .isThrownBy(() -> Image.of(file))
                    .withMessageContaining("more than the limit of 67108864");
        }
        assertThatExceptionOfType(ImageFormatException.class)
                .isThrownBy(
                        () -> Image.of(encode(gradient(8, 8), ".png"), ImageLimits.DEFAULT.withPixels(63), Detail.ALL))
                .withMessageContaining("8 x 8 pixels");
        assertThatExceptionOfType(ImageFormatException.class)
                .isThrownBy(() -> Image.of(png, ImageLimits.DEFAULT.withBytes(20), Detail.ALL))
                .withMessageContaining("more than the limit of 20");
    }

    @Test
    void progressive_pictures_of_endless_scans_are_refused() {
        byte[] jpeg = encode(gradient(8, 8), ".jpg", IMWRITE_JPEG_PROGRESSIVE, 1);
        byte[] scans = Arrays.copyOf(jpeg, jpeg.length + 2000);
        for (int i = jpeg.length; i < scans.length; i += 2) {
            scans[i] = (byte) 0xFF;
            scans[i + 1] = (byte) 0xDA;
        }
        assertThatExceptionOfType(ImageFormatException.class)
                .isThrownBy(() -> Image.of(scans))
                .withMessageContaining("more than 500 scans");
    }

    @Test
    void failures_name_the_file_and_the_reason() throws IOException {
        Path text = Files.writeString(folder.resolve("cat.jpg"), "a cat");
        assertThatExceptionOfType(ImageFormatException.class)
                .isThrownBy(() -> Image.of(text))
                .withMessageContaining("cat.jpg")
                .withMessageContaining("starts with 61 20 63 61 74")
                .satisfies(failure -> assertThat(failure.path()).contains(text));
        assertThatExceptionOfType(ImageFormatException.class)
                .isThrownBy(() -> Image.of(folder.resolve("none.jpg")))
                .withMessageContaining("none.jpg cannot be read: there is no such file");
        assertThatExceptionOfType(ImageFormatException.class)
                .isThrownBy(() -> Image.of(Files.createDirectory(folder.resolve("x.jpg"))))
                .withMessageContaining("directory");
        Path link = Files.createSymbolicLink(folder.resolve("link.png"), folder.resolve("gone.png"));
        assertThatExceptionOfType(ImageFormatException.class)
                .isThrownBy(() -> Image.of(link))
                .withMessageContaining("a link to a file that does not exist");
        Path empty = Files.createFile(folder.resolve("empty.png"));
        assertThatExceptionOfType(ImageFormatException.class)
                .isThrownBy(() -> Image.of(empty))
                .withMessageContaining("empty.png cannot be read: the file is empty");
    }

    @Test
    void pictures_are_cropped_resized_saved_and_become_tensors() {
        Image image = gradient(40, 30);
        Image part = image.crop(5, 6, 20, 10);
        assertThat(part.pixel(0, 0)).isEqualTo(image.pixel(5, 6));
        assertThat(part.pixel(19, 9)).isEqualTo(image.pixel(24, 15));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> image.crop(30, 0, 11, 5))
                .withMessageContaining("11 x 5 at (30, 0)");
        assertThat(difference(image.resize(80, 60), gradient(80, 60))).isLessThan(4);
        assertThat(difference(image.resize(10, 7), gradient(10, 7))).isLessThan(25);
        Path png = folder.resolve("saved.png");
        image.save(png);
        assertThat(Image.of(png)).isEqualTo(image);
        assertThat(Image.of(image.toBufferedImage())).isEqualTo(image);
        try (Tensor tensor = image.toTensor()) {
            assertThat(tensor.shape()).isEqualTo(Shape.of(3, 30, 40));
            assertThat(tensor.toFloats()[1200 + 3 * 40 + 2]).isEqualTo((image.pixel(2, 3) >> 8 & 0xFF) / 255f);
            assertThat(Image.of(tensor)).isEqualTo(image);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> image.resize(0, 5))
                .withMessageContaining("0 x 5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Image.of(2, 2, new byte[11]))
                .withMessageContaining("12 bytes, received 11");
    }
}
