package org.learn4j.vision.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerTree;
import org.learn4j.nn.Param;
import org.learn4j.nn.Sequential;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;
import org.learn4j.testkit.LeakGuard;

@ExtendWith(LeakGuard.class)
class HeadTest {
    /** The numbers that fastai prints for the pets of the lesson. */
    @Test
    void theLearnerOfTheLessonHasTheParametersThatFastaiCounts() {
        Backbone backbone = ResNet.resnet34();
        Sequential model = Sequential.of(
                backbone.body(),
                Head.of(backbone.features(), 37).finalBatchNorm().build());
        assertThat(LayerTree.parameterCount(model)).isEqualTo(21_831_599);

        List<List<Layer>> groups = backbone.groups(model);
        assertThat(groups).hasSize(3);
        long frozen = 0;
        for (List<Layer> group : groups.subList(0, 2)) {
            for (Layer layer : group) {
                frozen += LayerTree.params(layer).values().stream()
                        .filter(param -> param.role() != Param.Role.NORM)
                        .mapToLong(param -> param.shape().elements())
                        .sum();
            }
        }
        assertThat(21_831_599 - frozen).isEqualTo(563_951);
        assertThat(groups.get(0)).hasSize(6);
    }

    @Test
    void isPooledNormedDroppedAndLinearTwice() {
        assertThat(Head.of(512, 37).build().children().values().stream()
                        .map(layer -> layer.getClass().getSimpleName()))
                .containsExactly(
                        "AdaptiveConcatPool2d",
                        "Flatten",
                        "BatchNorm1d",
                        "Dropout",
                        "Linear",
                        "Activation",
                        "BatchNorm1d",
                        "Dropout",
                        "Linear");
        assertThat(Head.of(512, 37).build().toString())
                .contains("Dropout.of(0.25)")
                .contains("Dropout.of(0.5)");
        assertThat(Head.of(64, 10).averagePool().layers().dropout(0).build().children().values().stream()
                        .map(layer -> layer.getClass().getSimpleName()))
                .containsExactly("AdaptiveAvgPool2d", "Flatten", "BatchNorm1d", "Linear");
        assertThat(Head.of(64, 10).layers(32, 16).dropout(.1, .2, .3).build().toString())
                .contains("Linear.of(128, 32)")
                .contains("Dropout.of(0.2)");
    }

    /** Maximum first, then average (T16), so that the weights of a head of fastai mean the same here. */
    @Test
    void startsAtNoBiasAndSeesMaximumThenAverage() {
        try (TensorScope scope = TensorScope.open();
                Sequential head = Head.of(1, 4).build()) {
            assertThat(scope).isNotNull();
            head.initialize(Seed.of(1));
            assertThat(LayerTree.params(head).get("4.bias").value().toFloats()).containsOnly(0);
            Tensor image = Tensor.of(new float[] {1, 2, 3, 6}, 1, 1, 2, 2);

            Tensor pooled = head.children().get("0").predict(image);
            assertThat(pooled.toFloats()).containsExactly(6, 3);
            assertThat(head.predict(image).shape()).isEqualTo(Shape.of(1, 4));
        }
    }

    @Test
    void badSettingsAreRefused() {
        assertThatThrownBy(() -> Head.of(512, 37).dropout(.1, .2, .3).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("one for each of the 2 linear layers, received 3");
        assertThatThrownBy(() -> Head.of(0, 37)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theSmallestNetworkHasAConvolutionForEachStep() {
        try (TensorScope scope = TensorScope.open();
                Layer network = SimpleCnn.of(1, 16, 32, 10).initialize(Seed.of(1));
                Layer normed = SimpleCnn.withBatchNorm(1, 16, 32, 10).initialize(Seed.of(1))) {
            assertThat(scope).isNotNull();
            Tensor x = Tensor.randomNormal(Seed.of(2), 2, 1, 28, 28);
            assertThat(network.predict(x).shape()).isEqualTo(Shape.of(2, 10));
            assertThat(normed.predict(x).shape()).isEqualTo(Shape.of(2, 10));
            assertThat(LayerTree.parameterCount(network)).isEqualTo(9 * (16 + 16 * 32 + 32 * 10) + 16 + 32 + 10);
            assertThat(LayerTree.parameterCount(normed)).isEqualTo(9 * (16 + 16 * 32 + 32 * 10) + 2 * (16 + 32) + 10);
        }
        assertThatThrownBy(() -> SimpleCnn.of(3)).isInstanceOf(IllegalArgumentException.class);
    }
}
