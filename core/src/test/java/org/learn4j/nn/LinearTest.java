package org.learn4j.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.learn4j.autograd.Tape;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

/** Linear layers, with and without weight norm. */
class LinearTest {
    @Test
    void starts_as_pytorch_does() {
        try (Layer layer = Linear.of(400, 100).initialize(Seed.of(1))) {
            for (String name : List.of("weight", "bias")) {
                double[] values = LayerTree.params(layer).get(name).value().toDoubles();
                double bound = 1 / Math.sqrt(400);
                assertThat(Arrays.stream(values).map(Math::abs).max().orElseThrow())
                        .isBetween(0.95 * bound, bound);
                assertThat(Arrays.stream(values).average().orElseThrow()).isCloseTo(0, Offset.offset(bound / 4));
            }
            double[] weight = LayerTree.params(layer).get("weight").value().toDoubles();
            assertThat(Arrays.stream(weight).map(v -> v * v).average().orElseThrow())
                    .isCloseTo(1 / (3.0 * 400), Offset.offset(1e-5));
        }
    }

    @Test
    void starts_in_other_ways_on_request() {
        record Expected(Init init, double variance) {}
        for (Expected expected : List.of(
                new Expected(Init.kaimingNormal(), 2.0 / 300),
                new Expected(Init.kaimingUniform(), 2.0 / 300),
                new Expected(Init.xavierNormal(), 2.0 / 500),
                new Expected(Init.xavierUniform(), 2.0 / 500),
                new Expected(Init.normal(0.5), 0.25),
                new Expected(Init.constant(3), 9))) {
            try (Layer layer = Linear.of(300, 200).init(expected.init).initialize(Seed.of(1))) {
                double[] weight = LayerTree.params(layer).get("weight").value().toDoubles();
                assertThat(Arrays.stream(weight).map(v -> v * v).average().orElseThrow())
                        .isCloseTo(expected.variance, Offset.offset(0.03 * expected.variance));
            }
        }
    }

    @Test
    void its_bias_starts_in_other_ways_on_request_and_keeps_them() {
        try (Linear layer =
                Linear.of(3, 2).withoutBias().biasInit(Init.constant(0.5)).init(Init.ones())) {
            layer.initialize(Seed.of(1));
            assertThat(layer.bias().orElseThrow().value().toFloats()).containsOnly(0.5f);
            assertThat(layer.weight().value().toFloats()).containsOnly(1);
        }
    }

    @Test
    void different_layers_of_a_model_start_differently() {
        try (Layer model = Sequential.of(Linear.of(3, 3), Linear.of(3, 3)).initialize(Seed.of(1));
                Layer other = Sequential.of(Linear.of(3, 3), Linear.of(3, 3)).initialize(Seed.of(2))) {
            float[] first = LayerTree.params(model).get("0.weight").value().toFloats();
            assertThat(LayerTree.params(model).get("1.weight").value().toFloats())
                    .isNotEqualTo(first);
            assertThat(LayerTree.params(other).get("0.weight").value().toFloats())
                    .isNotEqualTo(first);
        }
    }

    @Test
    void applies_to_the_last_axis_whatever_is_before_it() {
        try (TensorScope scope = TensorScope.open();
                Layer layer = Linear.of(4, 2).initialize(Seed.of(1))) {
            Tensor x = Tensor.randomNormal(Seed.of(2), 3, 5, 4);
            Tensor y = layer.predict(x);
            assertThat(y.shape().dims()).containsExactly(3, 5, 2);
            assertThat(y.toFloats()).isEqualTo(layer.predict(x.reshape(15, 4)).toFloats());
            assertThat(layer.predict(x.get(1).get(2)).toFloats())
                    .containsExactly(y.get(1).get(2).copy().toFloats(), Offset.offset(1e-6f));
            assertThat(layer.predict(x.permute(1, 0, 2)).toFloats())
                    .containsExactly(y.permute(1, 0, 2).copy().toFloats(), Offset.offset(1e-6f));
            assertThatThrownBy(() -> layer.predict(Tensor.ones(4, 3, 2)))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessage("Linear with weight [2, 4] expects input of shape […, 4], received [4, 3, 2]");
            assertThatThrownBy(() -> layer.predict(Tensor.scalar(1))).isInstanceOf(ShapeMismatchException.class);
        }
    }

    @Test
    void sizes_and_types_are_checked() {
        assertThatThrownBy(() -> Linear.of(0, 3)).hasMessage("Linear inputs expects at least 1, received 0");
        assertThatThrownBy(() -> Linear.of(3, -2)).hasMessage("Linear outputs expects at least 1, received -2");
        try (TensorScope scope = TensorScope.open();
                Layer layer = Linear.of(2, 2).initialize(Seed.of(1))) {
            assertThatThrownBy(() -> layer.predict(Tensor.of(new int[4], 2, 2)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("INT32")
                    .hasMessageContaining("FLOAT32");
        }
    }

    @Test
    void frozen_parameters_get_no_gradient() {
        Linear layer = Linear.of(2, 2);
        try (TensorScope scope = TensorScope.open();
                Layer model = layer.initialize(Seed.of(1));
                Tape tape = Tape.open()) {
            layer.weight().trainable(false);
            tape.backward(model.predict(Tensor.ones(3, 2)).sum());
            assertThat(layer.weight().value().gradient()).isEmpty();
            assertThat(layer.bias()
                            .orElseThrow()
                            .value()
                            .gradient()
                            .orElseThrow()
                            .toFloats())
                    .containsExactly(3, 3);
        }
    }

    @Test
    void moving_float64_parameters_into_a_group_keeps_every_bit() {
        Linear layer = Linear.of(3, 2);
        layer.initialize(Seed.of(1), DType.FLOAT64);
        double[] before = layer.weight().value().toDoubles();
        try (ParamGroup group = ParamGroup.of("all", layer.params())) {
            assertThat(layer.weight().value().toDoubles()).isEqualTo(before);
        }
    }

    @Test
    void weight_norm_starts_as_the_layer_it_wraps() {
        Linear wrapped = Linear.of(4, 3).init(Init.kaimingNormal());
        try (TensorScope scope = TensorScope.open();
                Layer linear = wrapped.initialize(Seed.of(1));
                Layer norm = WeightNorm.of(wrapped).initialize(Seed.of(2));
                Layer fresh = WeightNorm.of(Linear.of(4, 3)).initialize(Seed.of(2))) {
            Tensor x = Tensor.randomNormal(Seed.of(3), 5, 4);
            assertThat(norm.predict(x).toFloats())
                    .containsExactly(linear.predict(x).toFloats(), Offset.offset(2e-6f));
            Tensor v = LayerTree.params(fresh).get("weight_v").value();
            Tensor g = LayerTree.params(fresh).get("weight_g").value();
            assertThat(g.shape().dims()).containsExactly(3, 1);
            assertThat(g.toFloats()).containsExactly(v.square().sum(1).sqrt().toFloats(), Offset.offset(1e-6f));
        }
    }

    @Test
    void weight_norm_ignores_the_length_of_the_direction() {
        try (TensorScope scope = TensorScope.open();
                Layer norm = WeightNorm.of(Linear.of(4, 3).withoutBias()).initialize(Seed.of(2))) {
            Tensor x = Tensor.randomNormal(Seed.of(3), 5, 4);
            float[] before = norm.predict(x).toFloats();
            Tensor v = LayerTree.params(norm).get("weight_v").value();
            v.set(v.times(7).toFloats());
            assertThat(norm.predict(x).toFloats()).containsExactly(before, Offset.offset(2e-6f));
            Tensor g = LayerTree.params(norm).get("weight_g").value();
            g.set(g.times(2).toFloats());
            assertThat(norm.predict(x).times(0.5).toFloats()).containsExactly(before, Offset.offset(2e-6f));
        }
    }

    @Test
    void weight_norm_refuses_rows_of_zeros() {
        try (Layer norm = WeightNorm.of(Linear.of(4, 3).init(Init.zeros()))) {
            assertThatThrownBy(() -> norm.initialize(Seed.of(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("zeros for unit 0 of Linear.of(4, 3)");
        }
    }
}
