package org.learn4j.vision.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.learn4j.testkit.ChildJvm;
import org.learn4j.testkit.RealData;

/** Every file of a collection of strange and broken ones is a picture or is refused with a reason. */
class HostileImagesTest {
    /** JPEG decoders may differ by their inverse transforms and by how they spread colours. */
    private static final int JPEG_TOLERANCE = 6;

    /** What a child JVM does: reads all files one after the other. */
    static final class ReadAll {
        private ReadAll() {}

        public static void main(String... arguments) throws IOException {
            int read = 0;
            int refused = 0;
            long slowest = 0;
            for (Path file : pictures(Path.of(arguments[0]))) {
                long start = System.nanoTime();
                try {
                    Image.of(file);
                    read++;
                } catch (ImageFormatException reason) {
                    refused++;
                    if (!reason.getMessage().startsWith(file + " cannot be read: ")) {
                        throw new AssertionError(reason);
                    }
                }
                slowest = Math.max(slowest, System.nanoTime() - start);
            }
            System.out.println("read " + read + ", refused " + refused);
            System.out.println("slowest " + slowest / 1_000_000 + " ms");
            Path status = Path.of("/proc/self/status");
            if (Files.exists(status)) {
                Files.lines(status).filter(line -> line.startsWith("VmHWM")).forEach(System.out::println);
            }
            System.out.println("done");
        }
    }

    private static List<Path> pictures(Path folder) throws IOException {
        Pattern name = Pattern.compile(".*\\.(jpe?g|png|gif|bmp)");
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> name.matcher(file.toString()).matches())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void all_are_read_or_refused_by_a_jvm_that_survives_in_a_gibibyte() {
        Path folder = RealData.find("hostile-images");
        try (ChildJvm child = ChildJvm.start(ReadAll.class, List.of("-Xmx256m"), folder.toString())) {
            assertThat(child.exitCode(Duration.ofMinutes(2))).as(child.output()).isZero();
            assertThat(child.output()).contains("done");
            assertThat(number("read (\\d+)", child.output())).isGreaterThan(300);
            assertThat(number("refused (\\d+)", child.output())).isGreaterThan(50);
            assertThat(number("slowest (\\d+)", child.output())).isLessThan(5000);
            assertThat(number("VmHWM:\\s+(\\d+)", child.output())).isLessThan(1 << 20);
        }
    }

    private static int number(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    @Test
    void pictures_are_as_expected_within_six_levels() throws IOException {
        List<String> wrong = new ArrayList<>();
        int compared = 0;
        for (Path jpeg : pictures(RealData.find("hostile-images/jpeg-decoder/reftest"))) {
            Path png = Path.of(jpeg.toString().replaceAll("\\.jpe?g$", ".png"));
            if (jpeg.equals(png) || !Files.exists(png)) {
                continue;
            }
            try {
                Image image = Image.of(jpeg);
                compared++;
                if (TestImages.difference(image, Image.of(png)) > JPEG_TOLERANCE) {
                    wrong.add(jpeg.getFileName() + " by " + TestImages.difference(image, Image.of(png)));
                }
            } catch (ImageFormatException refused) {
                // lossless JPEG (SOF3) is of another kind
                if (!jpeg.toString().contains("lossless")) {
                    wrong.add(refused.getMessage());
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(compared).isGreaterThan(35);
    }

    @Test
    void the_broken_ones_of_the_png_suite_are_refused_and_no_others() throws IOException {
        List<String> refused = new ArrayList<>();
        List<String> broken = new ArrayList<>();
        for (Path png : pictures(RealData.find("hostile-images/pngsuite"))) {
            String name = png.getFileName().toString();
            if (name.startsWith("x")) {
                broken.add(name);
            }
            try {
                Image.of(png);
            } catch (ImageFormatException reason) {
                refused.add(name);
            }
        }
        assertThat(refused).isEqualTo(broken).hasSizeGreaterThan(10);
    }

    @ParameterizedTest
    @CsvSource({"Landscape,1800,1200", "Portrait,1200,1800"})
    void photos_of_all_orientations_come_out_upright(String name, int width, int height) {
        Path folder = RealData.find("hostile-images/exif-orientation");
        Image upright = Image.of(folder.resolve(name + "_1.jpg"));
        assertThat(upright.width()).isEqualTo(width);
        assertThat(upright.height()).isEqualTo(height);
        Image expected = upright.resize(90, 90);
        for (int orientation = 0; orientation <= 8; orientation++) {
            Image turned = Image.of(folder.resolve(name + "_" + orientation + ".jpg"));
            assertThat(meanDifference(turned.resize(90, 90), expected))
                    .as("orientation %d", orientation)
                    .isLessThan(6);
        }
    }

    private static double meanDifference(Image a, Image b) {
        byte[] left = a.toBytes();
        byte[] right = b.toBytes();
        double sum = 0;
        for (int i = 0; i < left.length; i++) {
            sum += Math.abs((left[i] & 0xFF) - (right[i] & 0xFF));
        }
        return sum / left.length;
    }
}
