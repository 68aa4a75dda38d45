package org.learn4j.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BarChartTest {
    @TempDir
    private Path folder;

    private int coloured(double... values) throws IOException {
        Path file = folder.resolve("bars.png");
        BarChart.of("Sales", "euros").bars(List.of("Mon", "Tue"), values).save(file);
        BufferedImage image = ImageIO.read(file.toFile());
        int count = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int rgb = image.getRGB(x, y);
                count += Math.abs((rgb >> 16 & 255) - (rgb & 255)) > 60 ? 1 : 0;
            }
        }
        return count;
    }

    @Test
    void barsAreAsLongAsTheirValues() throws IOException {
        int both = coloured(4, 4);
        int half = coloured(4, 0);
        assertThat(both).isGreaterThan(20_000);
        assertThat((double) half / both).isBetween(0.45, 0.55);
    }

    @Test
    void isWrittenAsSvgToo() throws IOException {
        Path file = folder.resolve("bars.svg");
        BarChart.of("Sales", "euros").bars(List.of("Mon"), 1).save(file);
        assertThat(Files.readString(file)).startsWith("<?xml").contains("<svg");
    }

    @Test
    void whatCannotBeDrawnIsRefused() {
        BarChart chart = BarChart.of("Sales", "euros");
        assertThatThrownBy(() -> chart.bars(List.of("Mon"), 1, 2)).hasMessageContaining("1 names and 2 values");
        assertThatThrownBy(() -> chart.bars(List.of("Mon"), Double.NaN)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> chart.save(folder.resolve("none.png"))).hasMessageContaining("nothing to draw");
        assertThatThrownBy(() -> chart.bars(List.of("Mon"), 1).save(folder.resolve("bars.gif")))
                .hasMessageContaining(".png or .svg");
    }
}
