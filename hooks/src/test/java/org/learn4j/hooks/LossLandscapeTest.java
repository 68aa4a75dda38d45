package org.learn4j.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.data.ArrayDataset;
import org.learn4j.data.DataLoader;
import org.learn4j.data.DataLoaders;
import org.learn4j.learn.Learner;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerTree;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Sequential;
import org.learn4j.tensor.Seed;

class LossLandscapeTest {
    @TempDir
    private Path folder;

    @Test
    void the_middle_is_the_loss_and_the_weights_come_back() {
        Sequential model = Nets.rows();
        try (Learner learner = Nets.learner(model)) {
            learner.fit(1, 1e-2);
            List<String> before = Nets.bits(model);
            LossLandscape landscape = LossLandscape.around(learner).points(5).measure();
            double loss;
            try (DataLoader ordered = learner.data().train().inOrder()) {
                loss = learner.validate(ordered).get("valid_loss");
            }
            assertThat(landscape.center()).isCloseTo(loss, Offset.offset(1e-6));
            assertThat(landscape.losses()[0][0]).isNotCloseTo(loss, Offset.offset(1e-5));
            assertThat(Nets.bits(model)).isEqualTo(before);
        }
    }

    @Test
    void directions_are_as_long_as_the_filters_and_leave_biases_where_they_are() {
        // one weight a unit: each direction is plus or minus that weight
        Linear linear =
                Linear.of(1, 1).init((tensor, seed) -> tensor.set(3f)).biasInit((tensor, seed) -> tensor.set(1f));
        float[][] x = {{1}};
        try (Learner learner = Learner.of(
                        DataLoaders.of(ArrayDataset.of(x, new float[1]), ArrayDataset.of(x, new float[1]))
                                .batchSize(1)
                                .build(),
                        linear)
                .silent()
                .build()) {
            double[][] losses =
                    LossLandscape.around(learner).points(3).span(.5).measure().losses();
            assertThat(losses[1][1]).isEqualTo(16);
            // weights 3 ± 1.5 ± 1.5, or 3 where both cancel
            double[] corners = {losses[0][0], losses[0][2], losses[2][0], losses[2][2]};
            Arrays.sort(corners);
            assertThat(corners).containsExactly(1, 16, 16, 49);
            double[] sides = {losses[1][0], losses[1][2]};
            Arrays.sort(sides);
            assertThat(sides).containsExactly(2.5 * 2.5, 5.5 * 5.5);
        }
    }

    @Test
    void the_same_seed_gives_the_same_landscape() {
        try (Learner learner = Nets.learner(Nets.rows())) {
            double[][] first = LossLandscape.around(learner).points(3).measure().losses();
            assertThat(LossLandscape.around(learner).points(3).measure().losses())
                    .isDeepEqualTo(first);
            double[][] other = LossLandscape.around(learner)
                    .points(3)
                    .seed(Seed.of(9))
                    .measure()
                    .losses();
            assertThat(other[0][0]).isNotEqualTo(first[0][0]);
            assertThat(other[1][1]).isEqualTo(first[1][1]);
        }
    }

    @Test
    void passes_as_in_training_change_no_running_statistics() {
        Layer model = Nets.rows();
        try (Learner learner = Nets.learner(model)) {
            learner.fit(1, 1e-2);
            List<float[]> before = LayerTree.buffers(model).values().stream()
                    .map(buffer -> buffer.value().toFloats())
                    .toList();
            LossLandscape training = LossLandscape.around(learner)
                    .points(3)
                    .batches(1)
                    .asInTraining()
                    .measure();
            LossLandscape evaluation =
                    LossLandscape.around(learner).points(3).batches(1).measure();
            assertThat(training.center()).isNotEqualTo(evaluation.center());
            List<float[]> after = LayerTree.buffers(model).values().stream()
                    .map(buffer -> buffer.value().toFloats())
                    .toList();
            for (int i = 0; i < before.size(); i++) {
                assertThat(after.get(i)).containsExactly(before.get(i));
            }
        }
    }

    @Test
    void weights_come_back_when_measuring_fails() {
        Sequential model = Nets.rows();
        try (Learner learner = Nets.learner(model)) {
            List<String> before = Nets.bits(model);
            try (Hook broken = Hook.replaceOutput(model, (layer, inputs, output) -> {
                throw new IllegalStateException("broken");
            })) {
                assertThatThrownBy(() -> LossLandscape.around(learner).points(3).measure())
                        .hasMessageContaining("broken");
            }
            assertThat(Nets.bits(model)).isEqualTo(before);
        }
    }

    @Test
    void it_is_drawn() {
        LossLandscape landscape = new LossLandscape(new double[][] {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}}, 1);
        assertThat(landscape.center()).isEqualTo(5);
        landscape.chart().save(folder.resolve("landscape.png"));
        landscape.logarithmicChart().save(folder.resolve("logarithmic.png"));
        assertThat(folder.resolve("landscape.png")).isNotEmptyFile();
        assertThat(folder.resolve("logarithmic.png")).isNotEmptyFile();
    }

    @Test
    void bad_settings_are_refused() {
        try (Learner learner = Nets.learner(Nets.rows())) {
            LossLandscape.Builder around = LossLandscape.around(learner);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> around.points(4))
                    .withMessageContaining("odd");
            assertThatIllegalArgumentException().isThrownBy(() -> around.span(0));
            assertThatIllegalArgumentException().isThrownBy(() -> around.batches(0));
        }
    }
}
