package org.learn4j.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.learn4j.autograd.Tape;
import org.learn4j.nn.Activation;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerHooks;
import org.learn4j.nn.LayerTree;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Param;
import org.learn4j.nn.Pass;
import org.learn4j.nn.Sequential;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

class GradCamTest {
    private static final int CHANNELS = 4;
    private static final int CLASSES = 3;
    private static final int ROWS = 3;
    private static final int COLUMNS = 5;
    private static final int PLACES = ROWS * COLUMNS;

    private final Sequential model = Nets.concatPooling(CHANNELS, CLASSES);
    private final Tensor picture = Tensor.randomNormal(Seed.of(3), 1, 3, ROWS, COLUMNS);

    GradCamTest() {
        model.initialize(Seed.of(5), DType.FLOAT32);
    }

    @AfterEach
    void free() {
        model.close();
        picture.close();
    }

    /** The layer's output and what the rest of the model makes of it, in double, by the formulas. */
    private final class Naive {
        private final double[] activations;

        Naive() {
            try (TensorScope scope = TensorScope.open();
                    Hook hook = Hook.output(LayerTree.at(model, "1"))) {
                model.predict(picture);
                activations = hook.stored().toDoubles();
            }
        }

        double output(double[] seen, int target) {
            double[] pooled = new double[2 * CHANNELS];
            for (int i = 0; i < seen.length; i++) {
                pooled[i / PLACES] += seen[i] / PLACES;
                pooled[CHANNELS + i / PLACES] += seen[i] * seen[i] / PLACES;
            }
            double[] hidden = linear("3", pooled);
            for (int i = 0; i < hidden.length; i++) {
                hidden[i] = Math.max(0, hidden[i]);
            }
            return linear("5", hidden)[target];
        }

        private double[] linear(String path, double... x) {
            Linear linear = (Linear) LayerTree.at(model, path);
            double[] w = linear.weight().value().toDoubles();
            double[] y = linear.bias().orElseThrow().value().toDoubles();
            for (int i = 0; i < y.length; i++) {
                for (int j = 0; j < x.length; j++) {
                    y[i] += w[i * x.length + j] * x[j];
                }
            }
            return y;
        }

        /** Differences in place of derivatives. */
        double[] gradient(int target) {
            double[] gradient = new double[activations.length];
            for (int i = 0; i < gradient.length; i++) {
                double[] moved = activations.clone();
                moved[i] += 1e-6;
                double more = output(moved, target);
                moved[i] -= 2e-6;
                gradient[i] = (more - output(moved, target)) / 2e-6;
            }
            return gradient;
        }

        float[] map(double... weights) {
            float[] map = new float[PLACES];
            for (int i = 0; i < activations.length; i++) {
                map[i % PLACES] += (float) (weights[i / PLACES] * activations[i]);
            }
            return map;
        }

        double[] means(int target) {
            double[] means = new double[CHANNELS];
            double[] gradient = gradient(target);
            for (int i = 0; i < gradient.length; i++) {
                means[i / PLACES] += gradient[i] / PLACES;
            }
            return means;
        }
    }

    private static float[] positive(float... map) {
        for (int i = 0; i < map.length; i++) {
            map[i] = Math.max(0, map[i]);
        }
        return map;
    }

    private static void close(HeatMap map, float... expected) {
        assertThat(map.rows()).isEqualTo(ROWS);
        assertThat(map.columns()).isEqualTo(COLUMNS);
        assertThat(map.values()).containsExactly(expected, Offset.offset(1e-5f));
    }

    @Test
    void a_map_is_the_positive_part_of_the_channels_weighted_by_mean_gradients() {
        Naive naive = new Naive();
        List<HeatMap> maps = GradCam.of(model, "1").maps(picture, 0, 1, 2);
        float greatest = 0;
        for (int target = 0; target < CLASSES; target++) {
            close(maps.get(target), positive(naive.map(naive.means(target))));
            greatest = Math.max(greatest, max(maps.get(target)));
        }
        assertThat(greatest).isPositive();
        close(GradCam.of(model, "1").map(picture, 1), maps.get(1).values());
    }

    private static float max(HeatMap map) {
        float max = Float.NEGATIVE_INFINITY;
        for (float value : map.values()) {
            max = Math.max(max, value);
        }
        return max;
    }

    @Test
    void the_lesson_s_variant_is_the_mean_and_keeps_negative_numbers() {
        Naive naive = new Naive();
        float[] expected = naive.map(naive.means(2));
        for (int i = 0; i < expected.length; i++) {
            expected[i] /= CHANNELS;
        }
        close(GradCam.of(model, "1").meanWithoutRelu().map(picture, 2), expected);
    }

    @Test
    void plus_plus_weights_places_by_their_share() {
        Naive naive = new Naive();
        for (int target = 0; target < CLASSES; target++) {
            double[] gradient = naive.gradient(target);
            double[] weights = new double[CHANNELS];
            for (int i = 0; i < gradient.length; i++) {
                double g = gradient[i];
                double sum = Arrays.stream(naive.activations, i / PLACES * PLACES, (i / PLACES + 1) * PLACES)
                        .sum();
                weights[i / PLACES] += g > 0 ? g * (g * g / (2 * g * g + sum * g * g * g)) : 0;
            }
            close(GradCam.of(model, "1").plusPlus().map(picture, target), positive(naive.map(weights)));
        }
    }

    @Test
    void without_a_class_it_is_that_of_the_greatest_output() {
        Naive naive = new Naive();
        ToDoubleFunction<Integer> output = target -> naive.output(naive.activations, target);
        int greatest = 0;
        for (int target = 1; target < CLASSES; target++) {
            greatest = output.applyAsDouble(target) > output.applyAsDouble(greatest) ? target : greatest;
        }
        GradCam gradCam = GradCam.of(model, "1").meanWithoutRelu();
        assertThat(gradCam.map(picture).values())
                .containsExactly(gradCam.map(picture, greatest).values());
    }

    @Test
    void parameters_get_no_gradient_and_nothing_stays() {
        GradCam.of(model, "1").map(picture, 0);
        assertThat(LayerTree.params(model).values())
                .allSatisfy(param -> assertThat(param.value().gradient()).isEmpty());
        assertThat(LayerHooks.hookedLayers()).isZero();
        assertThat(Tape.isRecording()).isFalse();
    }

    @Test
    void a_frozen_model_is_explained_just_as_well() {
        float[] before = GradCam.of(model, "1").map(picture, 0).values();
        LayerTree.params(model).values().forEach((Param param) -> param.trainable(false));
        assertThat(GradCam.of(model, "1").map(picture, 0).values()).containsExactly(before);
    }

    @Test
    void an_explanation_inside_a_pass_of_training_leaves_it_alone() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.open()) {
            Tensor loss =
                    model.call(Pass.training(Seed.of(1)), picture).square().sum();
            int size = tape.size();
            GradCam.of(model, "1").map(picture, 0);
            assertThat(tape.size()).isEqualTo(size);
            tape.backward(loss);
            assertThat(((Linear) LayerTree.at(model, "5")).weight().value().gradient())
                    .isPresent();
        }
    }

    @Test
    void what_cannot_be_explained_is_refused() {
        GradCam gradCam = GradCam.of(model, "1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> gradCam.map(picture, 3))
                .withMessage("The model tells 3 classes apart, numbered from 0; received class 3");
        assertThatIllegalArgumentException().isThrownBy(() -> gradCam.map(picture, -1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GradCam.of(model, "9"))
                .withMessageContaining("\"9\"");
        assertThatThrownBy(() -> GradCam.of(model, "3").map(picture, 0)).hasMessageContaining("received [1, 6]");
        try (Tensor two = Tensor.zeros(2, 3, ROWS, COLUMNS)) {
            assertThatThrownBy(() -> gradCam.map(two, 0)).hasMessageContaining("[2, 3]");
        }
        Activation elsewhere = Activation.relu();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GradCam.of(model, elsewhere).map(picture, 0))
                .withMessageContaining("did not run");
        Activation twice = Activation.relu();
        Layer repeats = Sequential.of()
                .then("a", twice)
                .then("b", twice)
                .then("flat", new Nets.Function("Flat", x -> x.flatten(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GradCam.of(repeats, twice).map(picture, 0))
                .withMessageContaining("ran 2 times");
        Layer deaf =
                Sequential.of(twice, new Nets.Function("Constant", x -> Tensor.zeros(DType.FLOAT32, Shape.of(1, 2))));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GradCam.of(deaf, twice).map(picture, 0))
                .withMessageContaining("does not depend");
        assertThat(LayerHooks.hookedLayers()).isZero();
    }
}
