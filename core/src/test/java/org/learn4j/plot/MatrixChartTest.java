package org.learn4j.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MatrixChartTest {
    private static final int LEFT = 76;
    private static final int TOP = 44;
    private static final int CELL = 200;

    @TempDir
    private Path folder;

    private int[][] colours(MatrixChart chart) throws IOException {
        Path file = folder.resolve("matrix.png");
        chart.save(file);
        BufferedImage image = ImageIO.read(file.toFile());
        int[][] rgb = new int[3][3];
        for (int row = 0; row < 3; row++) {
            for (int column = 0; column < 3; column++) {
                rgb[row][column] = image.getRGB(LEFT + CELL * column + 20, TOP + CELL * row + 20) & 0xFFFFFF;
            }
        }
        return rgb;
    }

    private static MatrixChart chart() {
        return MatrixChart.of(
                "title", "x", "y", new double[] {0, 1, 2}, new double[] {3, 4, Double.NaN}, new double[] {6, 7, 8});
    }

    @Test
    void cells_have_the_colours_of_their_values() throws IOException {
        ColorMap magma = ColorMap.magma();
        assertThat(colours(chart())).isDeepEqualTo(new int[][] {
            {magma.rgb(0), magma.rgb(1 / 8.0), magma.rgb(2 / 8.0)},
            {magma.rgb(3 / 8.0), magma.rgb(4 / 8.0), 0x808080},
            {magma.rgb(6 / 8.0), magma.rgb(7 / 8.0), magma.rgb(1)}
        });
    }

    @Test
    void rows_may_go_upwards_in_other_colours() throws IOException {
        int[][] rgb = colours(chart().upwards().colors(ColorMap.blues()).ranges(-1, 1, -1, 1));
        assertThat(rgb[2][0]).isEqualTo(ColorMap.blues().rgb(0));
        assertThat(rgb[0][2]).isEqualTo(ColorMap.blues().rgb(1));
    }

    @Test
    void equal_numbers_are_drawn_too() throws IOException {
        double[] row = {5, 5, 5};
        int[][] rgb = colours(MatrixChart.of("", "", "", row, row, row));
        assertThat(rgb[1][1]).isEqualTo(ColorMap.magma().rgb(0));
    }

    @Test
    void names_and_texts_are_written() throws IOException {
        Path file = folder.resolve("names.svg");
        MatrixChart.of("Confusion", "predicted", "actual", new double[] {1, 2}, new double[] {3, 4})
                .names(List.of("cat", "dog"), List.of("cat", "dog"))
                .texts(new String[] {"11", "12"}, new String[] {"21", "22"})
                .save(file);
        assertThat(Files.readString(file))
                .contains("Confusion", "predicted", "actual", ">cat<", ">dog<", ">12<", ">21<");
    }

    @Test
    void the_picture_grows_with_the_number_of_names() throws IOException {
        List<String> names = IntStream.range(0, 40).mapToObj(i -> "n" + i).toList();
        Path file = folder.resolve("many.png");
        MatrixChart.of("", "", "", new double[40][40]).names(names, names).save(file);
        BufferedImage image = ImageIO.read(file.toFile());
        assertThat(image.getWidth()).isEqualTo(LEFT + 3 * 7 + 40 * 22 + 110);
    }

    @Test
    void what_is_no_matrix_is_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> MatrixChart.of("", "", ""));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MatrixChart.of("", "", "", new double[] {1, 2}, new double[] {3}))
                .withMessageContaining("row 0 has 2 numbers, row 1 has 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> chart().names(List.of("a"), List.of("b")))
                .withMessageContaining("3×3");
        assertThatIllegalArgumentException().isThrownBy(() -> chart().save(folder.resolve("matrix.jpg")));
    }
}
