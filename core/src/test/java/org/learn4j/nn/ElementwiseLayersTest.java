package org.learn4j.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.learn4j.autograd.Tape;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.persist.ModelFormatException;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;
import org.learn4j.testkit.Golden;
import org.learn4j.testkit.GoldenTensors;

/** Activations, sigmoid range and dropout: layers without weights that work on any shape. */
class ElementwiseLayersTest {
    static Stream<Golden.Case> goldenCases() {
        return Golden.load("activations").stream()
                .filter(c -> !c.text("activation").endsWith("softmax"));
    }

    private static Layer layer(Golden.Case c) {
        return switch (c.text("activation")) {
            case "relu" -> Activation.relu();
            case "gelu" -> c.text("approximate").equals("tanh") ? Activation.geluTanh() : Activation.gelu();
            case "silu" -> Activation.silu();
            case "tanh" -> Activation.tanh();
            case "sigmoid" -> Activation.sigmoid();
            case "softplus" -> Activation.softplus();
            case "leaky_relu" -> Activation.leakyRelu(c.number("slope"));
            case "sigmoid_range" -> SigmoidRange.of(c.number("lo"), c.number("hi"));
            default -> throw new IllegalArgumentException(c.text("activation"));
        };
    }

    @ParameterizedTest
    @MethodSource("goldenCases")
    void equals_pytorch_in_both_precisions(Golden.Case c) {
        for (DType type : List.of(DType.FLOAT64, DType.FLOAT32)) {
            try (TensorScope scope = TensorScope.open();
                    Tape tape = Tape.open()) {
                Tensor x = GoldenTensors.of(type, c.input("x")).requireGradient(true);
                Tensor y = layer(c).call(Pass.training(Seed.of(1)), x);
                tape.backward(y, GoldenTensors.of(type, c.input("grad_y")));
                GoldenTensors.assertClose(c, "y", y);
                GoldenTensors.assertClose(c, "grad_x", x.gradient().orElseThrow());
            }
        }
    }

    static Stream<Supplier<Layer>> layers() {
        return Stream.of(
                Activation::relu,
                Activation::gelu,
                Activation::geluTanh,
                Activation::silu,
                Activation::tanh,
                Activation::sigmoid,
                Activation::softplus,
                () -> Activation.leakyRelu(0.2),
                () -> SigmoidRange.of(-1.5, 2),
                () -> Dropout.of(0.25),
                () -> Dropout.of(0));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void comes_back_from_its_recipe_and_keeps_any_shape(Supplier<Layer> maker) {
        Layer layer = maker.get();
        Layer copy = LayerRegistry.standard()
                .build(JsonPlace.of(Json.parse(layer.recipe().toJson().write())));
        assertThat(copy.recipe()).isEqualTo(layer.recipe());
        assertThat(copy).hasToString(layer.toString());
        try (TensorScope scope = TensorScope.open()) {
            for (Tensor x : List.of(Tensor.range(5), Tensor.ones(2, 3, 4), Tensor.ones(1, 1), Tensor.scalar(2))) {
                Tensor y = layer.predict(x);
                assertThat(y.shape()).isEqualTo(x.shape());
                assertThat(y.toFloats()).isEqualTo(copy.predict(x).toFloats());
            }
            assertThat(layer.predict(Tensor.zeros(0, 3)).shape().dims()).containsExactly(0, 3);
            assertThatThrownBy(() -> layer.predict(Tensor.ones(1), Tensor.ones(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expects one input, received 2");
        }
    }

    @Test
    void prints_what_makes_it() {
        assertThat(Activation.relu()).hasToString("Activation.relu()");
        assertThat(Activation.leakyRelu(0.01)).hasToString("Activation.leakyRelu(0.01)");
        assertThat(SigmoidRange.of(0, 5.5)).hasToString("SigmoidRange.of(0.0, 5.5)");
        assertThat(Dropout.of(0.5)).hasToString("Dropout.of(0.5)");
    }

    @Test
    void each_call_makes_a_layer_of_its_own() {
        assertThat(Activation.relu()).isNotSameAs(Activation.relu()).isNotEqualTo(Activation.relu());
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1, 1.5, Double.NaN})
    void dropout_refuses_what_is_no_probability_below_one(double probability) {
        assertThatThrownBy(() -> Dropout.of(probability))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Dropout expects a probability in [0, 1), received " + probability);
    }

    @Test
    void other_settings_are_checked_where_they_are_made() {
        assertThatThrownBy(() -> Activation.leakyRelu(0))
                .hasMessageContaining("expects a number above 0, received 0.0");
        assertThatThrownBy(() -> Activation.leakyRelu(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SigmoidRange.of(2, 1)).hasMessageContaining("received 2.0 and 1.0");
        assertThatThrownBy(() -> SigmoidRange.of(0, Double.POSITIVE_INFINITY))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LayerRegistry.standard()
                        .build(Recipe.of("Activation", Json.object().with("function", "exec"))))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("$.settings.function")
                .hasMessageContaining("exec");
    }

    @Test
    void dropout_drops_the_asked_share_and_keeps_the_mean() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor y = Dropout.of(0.3).call(Pass.training(Seed.of(4)), Tensor.ones(200, 500));
            int dropped = 0;
            for (float value : y.toFloats()) {
                assertThat(value == 0 || Math.abs(value - 1 / 0.7) < 1e-6).isTrue();
                dropped += value == 0 ? 1 : 0;
            }
            assertThat(dropped / 1e5).isCloseTo(0.3, Offset.offset(5 * Math.sqrt(0.3 * 0.7 / 1e5)));
        }
    }

    @Test
    void dropout_differs_between_places_and_passes_but_not_between_equal_passes() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor x = Tensor.ones(1000);
            Layer twice = Sequential.of(Dropout.of(0.5), Dropout.of(0.5));
            float[] first = Dropout.of(0.5).call(Pass.training(Seed.of(4)), x).toFloats();
            assertThat(Dropout.of(0.5).call(Pass.training(Seed.of(4)), x).toFloats())
                    .isEqualTo(first);
            assertThat(Dropout.of(0.5).call(Pass.training(Seed.of(5)), x).toFloats())
                    .isNotEqualTo(first);
            // were both patterns the same, half would survive instead of a quarter
            Tensor y = twice.call(Pass.training(Seed.of(4)), x);
            assertThat(y.mean().item()).isCloseTo(1, Offset.offset(0.3));
            assertThat(y.max().item()).isEqualTo(4);
        }
    }

    @Test
    void dropout_passes_its_input_on_in_evaluation() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor x = Tensor.range(7);
            assertThat(Dropout.of(0.5).predict(x)).isSameAs(x);
            assertThat(Dropout.of(0).call(Pass.training(Seed.of(1)), x)).isSameAs(x);
        }
    }
}
