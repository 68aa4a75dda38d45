package org.learn4j.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.learn4j.nn.Activation;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerHooks;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Sequential;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

class CamTest {
    @Test
    void the_mean_of_a_map_and_the_bias_make_the_class_s_output() {
        try (Sequential model = Nets.averaging(6, 4);
                Tensor picture = Tensor.randomNormal(Seed.of(1), 1, 3, 4, 5)) {
            model.initialize(Seed.of(2));
            float[] outputs;
            try (TensorScope scope = TensorScope.open()) {
                outputs = model.predict(picture).toFloats();
            }
            float[] bias = ((Linear) model.children().get("3"))
                    .bias()
                    .orElseThrow()
                    .value()
                    .toFloats();
            for (int target = 0; target < 4; target++) {
                HeatMap map = Cam.of(model, "1").map(picture, target);
                assertThat(map.rows()).isEqualTo(4);
                double mean = 0;
                for (float value : map.values()) {
                    mean += value / 20.0;
                }
                assertThat(mean + bias[target]).isCloseTo(outputs[target], Offset.offset(1e-5));
            }
        }
    }

    @Test
    void it_agrees_with_grad_cam_where_both_apply() {
        try (Sequential model = Nets.averaging(6, 4);
                Tensor picture = Tensor.randomNormal(Seed.of(1), 1, 3, 4, 5)) {
            model.initialize(Seed.of(2));
            float[] cam = Cam.of(model, "1").map(picture, 3).positive().values();
            float[] gradCam = GradCam.of(model, "1").map(picture, 3).values();
            for (int i = 0; i < cam.length; i++) {
                assertThat(gradCam[i] * 20).isCloseTo(cam[i], Offset.offset(1e-5f));
            }
        }
    }

    @Test
    void other_heads_are_refused() {
        try (Layer model = Nets.concatPooling(3, 4).initialize(Seed.of(2));
                Layer wide = Nets.averaging(6, 4).initialize(Seed.of(2));
                Tensor picture = Tensor.randomNormal(Seed.of(1), 1, 3, 4, 5)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Cam.of(model, "1").map(picture, 0))
                    .withMessageContaining("the layer has 3 channels and the model 4 outputs")
                    .withMessageContaining("use GradCam");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Cam.of(wide, "0").map(picture, 0)) // before the ReLU
                    .withMessageContaining("that would give class 0");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Cam.of(wide, "1").map(picture, 4))
                    .withMessageContaining("received class 4");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Cam.of(Sequential.of(), "").map(picture, 4))
                    .withMessageContaining("has none");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Cam.of(wide, Activation.relu()).map(picture, 0))
                    .withMessageContaining("ran 0 times");
        }
        assertThat(LayerHooks.hookedLayers()).isZero();
    }
}
