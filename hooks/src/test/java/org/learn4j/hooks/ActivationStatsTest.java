package org.learn4j.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.data.ArrayDataset;
import org.learn4j.data.DataLoaders;
import org.learn4j.learn.Learner;
import org.learn4j.nn.Activation;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Sequential;

class ActivationStatsTest {
    private static final Offset<Double> CLOSE = Offset.offset(1e-6);

    @TempDir
    private Path folder;

    @Test
    void the_numbers_are_those_of_the_outputs() {
        float[][] rows = {{-1, 0}, {.05f, .06f}, {.26f, 3}, {10, 10.5f}};
        ActivationStats stats = ActivationStats.on("0");
        Linear last = Linear.of(2, 1);
        try (Learner learner = Learner.of(
                        DataLoaders.of(ArrayDataset.of(rows, new float[4]), ArrayDataset.of(rows, new float[4]))
                                .batchSize(4)
                                .build(),
                        Sequential.of(Activation.leakyRelu(1), last))
                .callbacks(stats)
                .silent()
                .build()) {
            learner.fit(2, 1e-3);
        }
        assertThat(stats.layers()).containsExactly("0");
        assertThat(stats.means("0")).hasSize(2);
        double mean = (-1 + 0 + .05 + .06 + .26 + 3 + 10 + 10.5) / 8;
        assertThat(stats.means("0")[1]).isCloseTo(mean, CLOSE);
        double squares = 0;
        for (double value : new double[] {-1, 0, .05, .06, .26, 3, 10, 10.5}) {
            squares += (value - mean) * (value - mean);
        }
        assertThat(stats.deviations("0")[0]).isCloseTo(Math.sqrt(squares / 7), CLOSE);
        assertThat(stats.nearZero("0")[0]).isCloseTo(3 / 8.0, CLOSE);
        int[] histogram = stats.histograms("0")[0];
        assertThat(histogram).hasSize(40);
        assertThat(histogram[0]).as("0, .05 and .06").isEqualTo(3);
        assertThat(histogram[1]).as(".26").isEqualTo(1);
        assertThat(histogram[12]).as("3").isEqualTo(1);
        assertThat(histogram[39]).as("10").isEqualTo(1);
        assertThat(Arrays.stream(histogram).sum()).isEqualTo(6);
    }

    @Test
    void training_batches_of_all_layers_with_parameters_are_drawn() throws Exception {
        ActivationStats stats = ActivationStats.create();
        try (Learner learner = Nets.learner(Nets.rows(), stats)) {
            learner.fit(2, 1e-2);
        }
        assertThat(stats.layers()).hasSize(7);
        assertThat(stats.means("13")).hasSize(10);
        stats.chart().save(folder.resolve("all.png"));
        assertThat(ImageIO.read(folder.resolve("all.png").toFile()).getHeight()).isEqualTo(3 * 560);
        stats.chart("2").save(folder.resolve("one.png"));
        stats.colorfulDimension("2").save(folder.resolve("colors.png"));
        assertThat(folder.resolve("one.png")).isNotEmptyFile();
        assertThat(folder.resolve("colors.png")).isNotEmptyFile();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> stats.means("1"))
                .withMessageContaining("\"1\"")
                .withMessageContaining("13");
    }
}
