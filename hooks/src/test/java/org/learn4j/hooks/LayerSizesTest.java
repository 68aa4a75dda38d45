package org.learn4j.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerHooks;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Tensor;

class LayerSizesTest {
    @Test
    void every_layer_has_the_shape_of_its_output() {
        try (Layer model = Nets.averaging(5, 4).initialize(Seed.of(1))) {
            LayerSizes sizes = LayerSizes.ofImage(model, 3, 6, 8);
            assertThat(sizes.output().dims()).containsExactly(1, 4);
            assertThat(sizes.at("1").dims()).containsExactly(1, 5, 6, 8);
            assertThat(sizes.at("2").dims()).containsExactly(1, 5);
            assertThat(sizes.rows()).extracting("path").containsExactly("0.linear", "0", "1", "2", "3", "");
            assertThat(sizes.toString()).contains("1 (Activation)").contains("[1, 5, 6, 8]");
            assertThatIllegalArgumentException().isThrownBy(() -> sizes.at("9")).withMessageContaining("0.linear");
        }
    }

    @Test
    void an_input_that_does_not_fit_is_refused_and_no_hook_stays() {
        try (Layer model = Nets.averaging(5, 4).initialize(Seed.of(1));
                Tensor x = Tensor.zeros(1, 2, 4, 4)) {
            assertThatThrownBy(() -> LayerSizes.of(model, x)).hasMessageContaining("0");
            assertThat(LayerHooks.hookedLayers()).isZero();
        }
    }
}
