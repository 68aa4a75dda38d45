package org.learn4j.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class ChartTest {

    @TempDir
    private Path folder;

    private static Chart chart() {
        double[] values =
                IntStream.range(0, 200).mapToDouble(i -> Math.sin(i / 20.0)).toArray();
        return Chart.of("Sine", "x", "y").line("sine", values);
    }

    private BufferedImage png(Chart chart) throws IOException {
        Path file = folder.resolve("chart.png");
        chart.save(file);
        return ImageIO.read(file.toFile());
    }

    private Document svg(Chart chart) throws Exception {
        Path file = folder.resolve("chart.svg");
        chart.save(file);
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        return factory.newDocumentBuilder().parse(file.toFile());
    }

    /** Returns how many pixels are neither white nor grey. */
    private static int coloured(BufferedImage image) {
        int count = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int rgb = image.getRGB(x, y);
                int red = rgb >> 16 & 255;
                int green = rgb >> 8 & 255;
                int blue = rgb & 255;
                count += Math.max(red, Math.max(green, blue)) - Math.min(red, Math.min(green, blue)) > 60 ? 1 : 0;
            }
        }
        return count;
    }

    @Test
    void isReadableAsAnImageWithACurveInIt() throws IOException {
        BufferedImage image = png(chart());
        assertThat(image.getWidth()).isEqualTo(900);
        assertThat(image.getHeight()).isEqualTo(560);
        assertThat(coloured(image)).isGreaterThan(1000);
        assertThat(image.getRGB(2, 2)).isEqualTo(0xFFFFFFFF);
    }

    @Test
    void mayBeReadByWhomNewFilesMay() throws IOException {
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"));
        Path picture = folder.resolve("chart.svg");
        chart().save(picture);
        assertThat(Files.getPosixFilePermissions(picture))
                .isEqualTo(Files.getPosixFilePermissions(Files.createFile(folder.resolve("usual"))));
    }

    @Test
    void isWellFormedAsAVectorPicture() throws Exception {
        Document document = svg(chart());
        assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(document.getDocumentElement().getAttribute("viewBox")).isEqualTo("0 0 900 560");
        int shapes = document.getElementsByTagName("path").getLength()
                + document.getElementsByTagName("line").getLength()
                + document.getElementsByTagName("polyline").getLength();
        assertThat(shapes).isGreaterThan(20);
    }

    @Test
    void drawsOnASecondAxisAndALogarithmicOne() throws IOException {
        double[] rates = IntStream.range(0, 50)
                .mapToDouble(i -> Math.pow(10, i / 10.0 - 5))
                .toArray();
        double[] losses = IntStream.range(0, 50).mapToDouble(i -> 2 - i / 30.0).toArray();
        Chart chart = Chart.of("Rates", "rate", "loss")
                .logarithmicX()
                .line("loss", rates, losses)
                .point("best", rates[20], losses[20]);
        assertThat(coloured(png(chart))).isGreaterThan(500);
        Chart two = Chart.of("Two", "x", "left")
                .line("left", losses)
                .rightAxis("right")
                .lineOnRight("right", rates);
        assertThat(coloured(png(two)))
                .isGreaterThan(coloured(png(Chart.of("One", "x", "left").line("left", losses))));
    }

    @Test
    void drawsFewPointsAndEqualValues() throws IOException {
        assertThat(coloured(png(Chart.of("One", "x", "y").markedLine("one", new double[] {3}, new double[] {7}))))
                .isGreaterThan(20);
        assertThat(coloured(png(Chart.of("Flat", "x", "y").line("flat", 5, 5, 5, 5))))
                .isGreaterThan(200);
        assertThat(coloured(png(Chart.of("Zero", "x", "y").line("zero", 0, 0)))).isGreaterThan(200);
        png(Chart.of("Tiny", "x", "y").line("tiny", 1e-300, 2e-300));
        png(Chart.of("Huge", "x", "y").line("huge", 1e300, -1e300));
    }

    @Test
    void leavesOutWhatIsNotFinite() throws IOException {
        double[] x = {0, 1, 2, Double.NaN, 4};
        double[] y = {1, Double.NaN, Double.POSITIVE_INFINITY, 3, 2};
        Chart chart = Chart.of("Gaps", "x", "y")
                .line("some", x, y)
                .line("none", Double.NaN, Double.NaN)
                .point("nowhere", Double.NaN, 1)
                .faintLine("empty", new double[0], new double[0]);
        assertThat(coloured(png(chart))).isGreaterThan(100);
    }

    @Test
    void thinsVeryLongCurves() throws Exception {
        double[] values =
                IntStream.range(0, 1_000_000).mapToDouble(i -> i % 1000).toArray();
        Chart.of("Long", "x", "y").line("long", values).save(folder.resolve("long.svg"));
        assertThat(Files.size(folder.resolve("long.svg"))).isLessThan(2 << 20);
    }

    @Test
    void standsAboveAnother() throws Exception {
        Chart both = chart().above(chart()).above(chart());
        assertThat(png(both).getHeight()).isEqualTo(3 * 560);
        assertThat(svg(both).getDocumentElement().getAttribute("viewBox")).isEqualTo("0 0 900 1680");
        BufferedImage image = png(both);
        int one = coloured(image.getSubimage(0, 0, 900, 560));
        assertThat(coloured(image.getSubimage(0, 560, 900, 560))).isEqualTo(one);
        assertThat(coloured(image.getSubimage(0, 1120, 900, 560))).isEqualTo(one);
    }

    @Test
    void refusesOtherFormatsAndNothing() {
        assertThatThrownBy(() -> chart().save(folder.resolve("chart.jpg")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(".png or .svg, received")
                .hasMessageContaining("chart.jpg");
        assertThatThrownBy(() -> Chart.of("Nothing", "x", "y").save(folder.resolve("chart.png")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nothing to draw");
        assertThatThrownBy(() -> Chart.of("Uneven", "x", "y").line("uneven", new double[3], new double[4]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("received 3 and 4");
        assertThatThrownBy(() -> chart().save(folder.resolve("none").resolve("chart.png")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("chart.png");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void leavesSystemPropertiesAlone() throws IOException {
        String before = System.getProperty("java.awt.headless");
        png(chart());
        assertThat(System.getProperty("java.awt.headless")).isEqualTo(before);
    }

    @Test
    void labelsAreDrawnWhereTheirPointsAreAndNeedNoLegend() throws IOException {
        int one = coloured(png(Chart.of("Map", "x", "y").label("Bavaria", 0, 0).label("S", 1, 1)));
        int two = coloured(png(Chart.of("Map", "x", "y").label("Bavaria", 0, 0).label("Bavaria", 1, 1)));
        assertThat(one).isGreaterThan(100);
        assertThat((double) two / one).isBetween(1.5, 2.0);
    }
}
