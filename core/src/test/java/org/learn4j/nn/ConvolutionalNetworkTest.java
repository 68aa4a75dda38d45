package org.learn4j.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.learn4j.autograd.Functional;
import org.learn4j.autograd.Tape;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorMemory;
import org.learn4j.tensor.TensorScope;
import org.learn4j.testkit.DirectionCheck;

/** Layers of images together: names, starts, fusion, folding, memory. */
class ConvolutionalNetworkTest {
    private TensorScope scope;

    @BeforeEach
    void open() {
        scope = TensorScope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private static Sequential network() {
        return Sequential.of(
                ConvLayer.of(3, 8).stride(2),
                Residual.of(Sequential.of(
                                Conv2d.of(8, 8, 3).padding(1).withoutBias(),
                                BatchNorm2d.of(8),
                                Activation.relu(),
                                Conv2d.of(8, 8, 3).padding(1),
                                BatchNorm2d.of(8)))
                        .activation(Activation.relu()),
                MaxPool2d.of(2),
                Conv2d.of(8, 6, 1),
                Activation.relu(),
                AdaptiveConcatPool2d.of(1),
                Flatten.of(),
                Linear.of(12, 4));
    }

    private static Tensor photos(int n) {
        return Tensor.randomNormal(Seed.of(4), n, 3, 12, 12);
    }

    private static void train(Layer model, int steps) {
        for (int i = 0; i < steps; i++) {
            try (TensorScope step = TensorScope.open();
                    Tape tape = Tape.openReleasing()) {
                Tensor targets = Tensor.of(new int[] {0, 1, 2, 3});
                Tensor y = model.call(Pass.training(Seed.of(i)), photos(4));
                tape.backward(Functional.crossEntropy(y, targets, null, 0).mean());
            }
        }
    }

    @Test
    void parameters_have_pytorchs_names_and_shapes() {
        Sequential model = Sequential.of(
                Conv2d.of(4, 6, 3).groups(2),
                BatchNorm2d.of(6),
                ConvTranspose2d.of(6, 2, 2),
                WeightNorm.of(Conv2d.of(2, 5, 3)),
                SpectralNorm.of(Conv2d.of(5, 7, 1).withoutBias()));
        List<String> shapes = new ArrayList<>();
        LayerTree.params(model).forEach((path, param) -> shapes.add(path + param.shape()));
        LayerTree.buffers(model).forEach((path, buffer) -> shapes.add(path + buffer.shape()));
        assertThat(shapes)
                .containsExactly(
                        "0.weight[6, 2, 3, 3]",
                        "0.bias[6]",
                        "1.weight[6]",
                        "1.bias[6]",
                        "2.weight[6, 2, 2, 2]",
                        "2.bias[2]",
                        "3.weight_v[5, 2, 3, 3]",
                        "3.weight_g[5, 1, 1, 1]",
                        "3.bias[5]",
                        "4.weight_orig[7, 5, 1, 1]",
                        "1.running_mean[6]",
                        "1.running_var[6]",
                        "4.weight_u[7]",
                        "4.weight_v[5]");
    }

    @Test
    void weights_start_as_pytorchs_do() {
        try (Layer grouped = Conv2d.of(64, 32, 3).groups(2).initialize(Seed.of(1));
                Layer turned = ConvTranspose2d.of(8, 40, 3).initialize(Seed.of(1))) {
            double bound = 1 / Math.sqrt(32 * 9);
            assertThat(largest(grouped.params().get(0).value())).isBetween(0.98 * bound, bound);
            assertThat(largest(grouped.params().get(1).value())).isBetween(0.8 * bound, bound);
            assertThat(largest(turned.params().get(0).value())).isBetween(0.97 / Math.sqrt(360), 1 / Math.sqrt(360));
        }
    }

    private static double largest(Tensor tensor) {
        return Arrays.stream(tensor.toDoubles()).map(Math::abs).max().orElseThrow();
    }

    @Test
    void enlarged_pictures_start_without_a_checkerboard() {
        try (Layer layer =
                Conv2d.of(3, 8, 3).init(Init.icnr(Init.kaimingNormal(), 2)).initialize(Seed.of(1))) {
            double[] weight = layer.params().get(0).value().toDoubles();
            for (int i = 0; i < 27; i++) {
                assertThat(weight[i]).isEqualTo(weight[27 + i]).isEqualTo(weight[3 * 27 + i]);
                assertThat(weight[i]).isNotEqualTo(weight[4 * 27 + i]);
            }
        }
    }

    @Test
    void fusing_with_the_activation_changes_nothing() {
        for (Layer layer : List.of(
                Conv2d.of(3, 5, 3),
                BatchNorm2d.of(3),
                WeightNorm.of(Conv2d.of(3, 5, 3)),
                ConvTranspose2d.of(3, 5, 3))) {
            Layer relu = Activation.relu();
            Sequential both = Sequential.of(layer, relu);
            both.initialize(Seed.of(1));
            Tensor x = photos(2);
            Tensor trained = relu.predict(layer.call(Pass.training(Seed.of(1)), x));
            Tensor fused = both.call(Pass.training(Seed.of(1)), x);
            assertThat(fused.minus(trained).abs().max().item()).isLessThan(1e-6);
            Tensor difference = both.predict(x).minus(relu.predict(layer.predict(x)));
            assertThat(difference.abs().max().item()).isLessThan(1e-6);
            assertThat(both.predict(Tensor.full(Double.NaN, 2, 3, 12, 12)).toFloats())
                    .as("a failure shows")
                    .contains(Float.NaN);
            both.close();
        }
    }

    @Test
    void running_layers_in_order_is_what_a_sequential_does() {
        Layer convolution = Conv2d.of(3, 5, 3);
        Layer norm = BatchNorm2d.of(5);
        Layer relu = Activation.relu();
        try (Sequential model = Sequential.of(convolution, norm, relu)) {
            model.initialize(Seed.of(1));
            assertThat(Sequential.run(Pass.evaluation(), photos(2), convolution, norm, relu)
                            .toFloats())
                    .containsExactly(model.predict(photos(2)).toFloats());
        }
    }

    @Test
    void a_block_whose_last_norm_starts_at_zero_adds_nothing_at_first() {
        Layer inner = Sequential.of(
                ConvLayer.of(3, 3), ConvLayer.of(3, 3).norm(NormType.BATCH_ZERO).withoutActivation());
        try (Layer block = Residual.of(inner).initialize(Seed.of(1));
                Layer norm = BatchNorm2d.of(3).startingAtZero().momentum(0.2).initialize(Seed.of(1))) {
            assertThat(block.call(Pass.training(Seed.of(1)), photos(2)).toFloats())
                    .containsExactly(photos(2).toFloats());
            assertThat(norm.params().get(0).value().toFloats()).containsExactly(0, 0, 0);
        }
    }

    @Test
    void conv_layers_have_fastais_order_and_biases() {
        assertThat(children(ConvLayer.of(3, 4)))
                .containsExactly(
                        "Conv2d.of(3, 4, 3).padding(1).withoutBias()", "BatchNorm2d.of(4)", "Activation.relu()");
        assertThat(children(ConvLayer.of(3, 4).kernel(5).stride(2).activationFirst()))
                .containsExactly(
                        "Conv2d.of(3, 4, 5).stride(2).padding(2).withoutBias()",
                        "Activation.relu()",
                        "BatchNorm2d.of(4)");
        assertThat(children(ConvLayer.of(3, 4).norm(NormType.SPECTRAL).withoutActivation()))
                .containsExactly("SpectralNorm.of(Conv2d.of(3, 4, 3).padding(1))");
    }

    private static List<String> children(Layer layer) {
        return layer.children().values().stream().map(Object::toString).toList();
    }

    @Test
    void dropping_channels_drops_all_their_pixels() {
        Tensor y = Dropout2d.of(0.5).call(Pass.training(Seed.of(2)), Tensor.ones(4, 8, 2, 3));
        float[] values = y.toFloats();
        int dropped = 0;
        for (int channel = 0; channel < 32; channel++) {
            float first = values[6 * channel];
            assertThat(first).isIn(0f, 2f);
            dropped += first == 0 ? 1 : 0;
            for (int i = 1; i < 6; i++) {
                assertThat(values[6 * channel + i]).isEqualTo(first);
            }
        }
        assertThat(dropped).isBetween(6, 26);
    }

    @Test
    void the_greatest_come_before_the_means() {
        Tensor x = Tensor.of(new float[] {1, 2, 3, 6}, 1, 1, 2, 2);
        assertThat(AdaptiveConcatPool2d.of(1).predict(x).toFloats()).containsExactly(6, 3);
    }

    @Test
    void groups_of_channels_are_normalised_image_by_image() {
        Tensor x = photos(2).reshape(2, 6, 6, 12).times(3).plus(5);
        try (Layer norm = GroupNorm.of(3, 6).initialize(Seed.of(1))) {
            double[] y = norm.predict(x).toDoubles();
            double[] expected = x.toDoubles();
            int each = 2 * 6 * 12;
            for (int group = 0; group < expected.length / each; group++) {
                double[] part = Arrays.copyOfRange(expected, group * each, (group + 1) * each);
                double mean = Arrays.stream(part).average().orElseThrow();
                double variance = Arrays.stream(part)
                        .map(value -> (value - mean) * (value - mean))
                        .average()
                        .orElseThrow();
                for (int i = 0; i < each; i++) {
                    expected[group * each + i] = (part[i] - mean) / Math.sqrt(variance + 1e-5);
                }
            }
            assertThat(y).containsExactly(expected, Offset.offset(1e-4));
        }
        assertThatThrownBy(() -> InstanceNorm2d.of(3).withoutParameters().predict(Tensor.ones(2, 3, 1, 1)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("[2, 3, 1, 1]");
    }

    // ---- spectral norm

    @Test
    void spectral_norm_divides_by_the_largest_singular_value() {
        try (Linear linear = (Linear) Linear.of(4, 3).withoutBias().initialize(Seed.of(1))) {
            linear.weight().value().set(new double[] {3, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 1});
            Layer layer = SpectralNorm.of(linear).initialize(Seed.of(2));
            Tensor x = Tensor.of(new float[] {1, 1, 1, 1}, 1, 4);
            for (int i = 0; i < 40; i++) {
                layer.call(Pass.training(Seed.of(i)), x);
            }
            assertThat(layer.predict(x).toDoubles())
                    .containsExactly(new double[] {1, 2 / 3.0, 1 / 3.0}, Offset.offset(1e-5));
            layer.close();
        }
    }

    @Test
    void spectral_norm_has_the_gradient_of_its_output() {
        try (Layer layer = SpectralNorm.of(Conv2d.of(2, 3, 2)).initialize(Seed.of(2), DType.FLOAT64)) {
            Tensor x = photos(2).reshape(2, 2, 12, 18).to(DType.FLOAT64);
            Tensor weights = Tensor.randomNormal(Seed.of(8), 2, 3, 11, 17).to(DType.FLOAT64);
            List<Tensor> leaves = layer.params().stream().map(Param::value).toList();
            DirectionCheck.of(() -> layer.predict(x).times(weights).sum(), leaves)
                    .check(6, 1e-5, Seed.of(11));
        }
    }

    @Test
    void spectral_norm_moves_its_vectors_in_training_alone_and_at_commit() {
        try (Layer layer = SpectralNorm.of(Conv2d.of(3, 4, 3)).initialize(Seed.of(2))) {
            float[] before = layer.buffers().get(0).value().toFloats();
            layer.predict(photos(1));
            Pass pass = Pass.trainingDeferred(Seed.of(1));
            layer.call(pass, photos(1));
            assertThat(layer.buffers().get(0).value().toFloats()).containsExactly(before);
            pass.commit();
            assertThat(layer.buffers().get(0).value().toFloats()).isNotEqualTo(before);
        }
    }

    // ---- folding

    @Test
    void a_folded_network_predicts_the_same() {
        try (Sequential model = network()) {
            model.initialize(Seed.of(1));
            train(model, 3);
            float[] before = model.predict(photos(5)).toFloats();
            Tensor input = photos(5).toChannelsLast();
            Folding.fold(model);
            for (int i = 0; i < 2; i++) {
                assertThat(model.predict(photos(5)).toFloats()).containsExactly(before, Offset.offset(2e-5f));
                assertThat(model.predict(input).toFloats()).containsExactly(before, Offset.offset(2e-5f));
            }
        }
    }

    @Test
    void hooks_see_the_layers_of_a_folded_network() {
        try (Sequential model = Sequential.of(Conv2d.of(3, 5, 3), BatchNorm2d.of(5), Activation.relu())) {
            model.initialize(Seed.of(1));
            Folding.fold(model);
            float[] folded = model.predict(photos(1)).toFloats();
            List<Shape> seen = new ArrayList<>();
            for (Layer layer : model.children().values()) {
                try (LayerHooks.Registration hook = LayerHooks.register(layer, (hooked, inputs, output) -> {
                    seen.add(output.shape());
                    return output;
                })) {
                    assertThat(model.predict(photos(1)).toFloats()).containsExactly(folded, Offset.offset(1e-5f));
                }
            }
            assertThat(seen).hasSize(3);
        }
    }

    @Test
    void a_folded_network_does_not_train() {
        try (Sequential model = network()) {
            model.initialize(Seed.of(1));
            Folding.fold(model);
            assertThatThrownBy(() -> train(model, 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Folding.fold");
            assertThatThrownBy(() ->
                            LayerTree.params(model).values().iterator().next().trainable(true))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("frozen");
        }
    }

    @Test
    void folded_networks_give_their_memory_back() {
        long before = TensorMemory.bytesInUse();
        for (int i = 0; i < 3; i++) {
            try (TensorScope own = TensorScope.open();
                    Sequential model = network()) {
                model.initialize(Seed.of(1));
                Folding.fold(model);
                model.predict(photos(2));
            }
        }
        assertThat(TensorMemory.bytesInUse()).isLessThanOrEqualTo(before + (1 << 20));
    }

    // ---- steps

    @Test
    void steps_are_deterministic_and_allocate_nothing_once_warm() {
        float[][] gradients = new float[2][];
        for (int run = 0; run < 2; run++) {
            try (Sequential model = network()) {
                model.initialize(Seed.of(1));
                train(model, 5);
                long warm = TensorMemory.bytesInUse();
                train(model, 5);
                assertThat(TensorMemory.bytesInUse()).isEqualTo(warm);
                gradients[run] = LayerTree.params(model)
                        .get("0.0.weight")
                        .value()
                        .gradient()
                        .orElseThrow()
                        .toFloats();
            }
        }
        assertThat(gradients[1]).containsExactly(gradients[0]);
    }

    @Test
    void a_mismatch_names_the_layer() {
        try (Sequential model = network()) {
            model.initialize(Seed.of(1));
            assertThatThrownBy(() -> model.predict(Tensor.ones(1, 1, 12, 12)))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessageContaining("0")
                    .hasMessageContaining("[n, 3, h, w]")
                    .hasMessageContaining("[1, 1, 12, 12]");
            assertThatThrownBy(() -> model.predict(Tensor.ones(1, 3, 1, 1)))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessageContaining("height is at least 2");
        }
    }
}
