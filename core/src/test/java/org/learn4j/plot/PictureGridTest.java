package org.learn4j.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureGridTest {
    @TempDir
    private Path folder;

    private static BufferedImage plain(Color color, int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, color.getRGB());
            }
        }
        return image;
    }

    private BufferedImage saved(PictureGrid grid) throws IOException {
        Path file = folder.resolve("grid.png");
        grid.save(file);
        return ImageIO.read(file.toFile());
    }

    @Test
    void pictures_stand_in_rows_below_their_titles() throws IOException {
        BufferedImage grid = saved(PictureGrid.columns(2)
                .add("red", plain(Color.RED, 40, 30))
                .add("green", plain(Color.GREEN, 40, 30))
                .add("blue", plain(Color.BLUE, 40, 30)));
        assertThat(grid.getWidth()).isEqualTo(8 + 2 * 48);
        assertThat(grid.getHeight()).isEqualTo(8 + 2 * (20 + 30 + 8));
        assertThat(new Color(grid.getRGB(8, 28))).isEqualTo(Color.RED);
        assertThat(new Color(grid.getRGB(47, 57))).isEqualTo(Color.RED);
        assertThat(new Color(grid.getRGB(56, 28))).isEqualTo(Color.GREEN);
        assertThat(new Color(grid.getRGB(8, 86))).isEqualTo(Color.BLUE);
        assertThat(new Color(grid.getRGB(60, 100))).isEqualTo(Color.WHITE);
    }

    @Test
    void pictures_keep_their_proportions_in_cells_of_a_size() throws IOException {
        BufferedImage grid = saved(PictureGrid.columns(1)
                .cells(20, 20)
                .add("", plain(Color.RED, 40, 20))
                .add("", plain(Color.BLUE, 5, 5)));
        assertThat(new Color(grid.getRGB(18, 8 + 10))).isEqualTo(Color.RED);
        assertThat(new Color(grid.getRGB(18, 8 + 3))).isEqualTo(Color.WHITE);
        assertThat(new Color(grid.getRGB(9, 8 + 28 + 1))).isEqualTo(Color.BLUE);
    }

    @Test
    void bad_grids_are_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> PictureGrid.columns(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PictureGrid.columns(1).cells(0, 5));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PictureGrid.columns(1).save(folder.resolve("none.png")))
                .withMessageContaining("nothing to draw");
    }
}
