package org.learn4j.tabular.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.learn4j.nn.Embeddings;
import org.learn4j.nn.Init;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerRegistry;
import org.learn4j.nn.LayerTree;
import org.learn4j.nn.Pass;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

class TabularModelTest {
    /** The embedding rows of the lesson's Rossmann model. */
    private static final int[] ROSSMANN = {
        1116, 8, 4, 13, 32, 3, 26, 27, 5, 4, 4, 24, 9, 13, 53, 22, 7, 7, 4, 4, 9, 9, 3, 3
    };

    private static long parameters(Layer layer) {
        return LayerTree.params(layer).values().stream()
                .mapToLong(param -> param.shape().elements())
                .sum();
    }

    @Test
    void rossmannHasTheParametersOfFastaiV1() {
        try (TabularModel model = TabularModel.of(Embeddings.sized(ROSSMANN), 16, 1)
                .layers(1000, 500)
                .dropout(0.001, 0.01)
                .embeddingDropout(0.04)
                .yRange(0, 10.8)
                .build()) {
            Embeddings embeddings = model.embeddings().orElseThrow();
            assertThat(embeddings.width()).isEqualTo(217);
            assertThat(parameters(embeddings)).isEqualTo(93_021);
            assertThat(parameters(model)).isEqualTo(831_054);
        }
    }

    @Test
    void layersLieAsInFastaiV1() {
        TabularModel model = TabularModel.of(Embeddings.sized(4, 3), 2, 1)
                .layers(6, 5)
                .dropout(0.1, 0.2)
                .embeddingDropout(0.3)
                .yRange(0, 1)
                .build();
        assertThat(model.children()).containsOnlyKeys("embeds", "emb_drop", "bn_cont", "layers");
        assertThat(model.children().get("layers").children().values())
                .extracting(layer -> layer.getClass().getSimpleName())
                .containsExactly(
                        "Linear",
                        "Activation",
                        "BatchNorm1d",
                        "Dropout",
                        "Linear",
                        "Activation",
                        "BatchNorm1d",
                        "Dropout",
                        "Linear",
                        "SigmoidRange");
        model.close();
    }

    @Test
    void theOutputIsThatOfItsPartsOneByOne() {
        try (TensorScope scope = TensorScope.open();
                TabularModel model =
                        TabularModel.of(Embeddings.sized(4, 3), 2, 2).layers(6).build()) {
            model.initialize(Seed.of(3));
            Tensor codes = Tensor.of(new int[] {0, 1, 3, 2, 1, 1}, 3, 2);
            Tensor numbers = Tensor.of(new float[] {1, 2, -3, 0.5f, 0, 4}, 3, 2);
            Layer embeds = model.children().get("embeds");
            Layer norm = model.children().get("bn_cont");
            Layer layers = model.children().get("layers");
            Tensor expected = layers.predict(Tensor.concat(1, embeds.predict(codes), norm.predict(numbers)));
            assertThat(model.predict(codes, numbers).toFloats()).containsExactly(expected.toFloats());
            assertThat(expected.shape().dims()).containsExactly(3, 2);
        }
    }

    @Test
    void oneKindOfColumnAloneWillDo() {
        try (TensorScope scope = TensorScope.open();
                TabularModel numbersOnly = TabularModel.of(2, 1).layers(3).build();
                TabularModel codesOnly =
                        TabularModel.of(Embeddings.sized(4), 0, 1).layers(3).build()) {
            numbersOnly.initialize(Seed.of(1));
            codesOnly.initialize(Seed.of(1));
            assertThat(numbersOnly
                            .predict(Tensor.of(new float[] {1, 2}, 1, 2))
                            .shape()
                            .dims())
                    .containsExactly(1, 1);
            assertThat(codesOnly
                            .predict(Tensor.of(new int[] {1, 2}, 2, 1))
                            .shape()
                            .dims())
                    .containsExactly(2, 1);
        }
    }

    @Test
    void mixingIsTheSameAsMixingVectorsAndNumbersByHand() {
        try (TensorScope scope = TensorScope.open();
                TabularModel model = TabularModel.of(Embeddings.sized(4, 3), 2, 1)
                        .layers(6)
                        .withoutContinuousNorm()
                        .build()) {
            model.initialize(Seed.of(3));
            Tensor codes = Tensor.of(new int[] {0, 1, 3, 2}, 2, 2);
            Tensor numbers = Tensor.of(new float[] {1, 2, -3, 0.5f}, 2, 2);
            Tensor mixed = model.call(
                    Pass.evaluation(), codes, numbers, Tensor.of(new int[] {1, 0}), Tensor.of(new float[] {0.75f, 1}));
            float[] vectors = model.children().get("embeds").predict(codes).toFloats();
            int width = vectors.length / 2;
            float[] rows = new float[2 * (width + 2)];
            for (int i = 0; i < width; i++) {
                rows[i] = 0.75f * vectors[i] + 0.25f * vectors[width + i];
                rows[width + 2 + i] = vectors[width + i];
            }
            rows[width] = 0;
            rows[width + 1] = 0.75f * 2 + 0.25f * 0.5f;
            rows[2 * width + 2] = -3;
            rows[2 * width + 3] = 0.5f;
            Tensor expected = model.children().get("layers").predict(Tensor.of(rows, 2, width + 2));
            assertThat(mixed.toFloats()[0])
                    .isCloseTo(expected.toFloats()[0], org.assertj.core.data.Offset.offset(1e-6f));
            assertThat(mixed.toFloats()[1])
                    .isCloseTo(expected.toFloats()[1], org.assertj.core.data.Offset.offset(1e-6f));
        }
    }

    @Test
    void aRecipeBuildsTheSameNetwork() {
        LayerRegistry registry = TabularModel.register(LayerRegistry.standard());
        for (TabularModel model : List.of(
                TabularModel.of(Embeddings.sized(4, 3), 2, 1)
                        .layers(6, 5)
                        .dropout(0.1)
                        .embeddingDropout(0.3)
                        .finalBatchNorm()
                        .yRange(0, 1)
                        .build(),
                TabularModel.of(Embeddings.sized(4), 0, 2).withoutBatchNorm().build(),
                TabularModel.of(3, 1).layers().withoutContinuousNorm().build())) {
            Layer copy = registry.build(model.recipe());
            assertThat(copy.recipe().toJson()).isEqualTo(model.recipe().toJson());
            assertThat(copy).hasToString(model.toString());
        }
    }

    @Test
    void wrongInputsAreRefusedWithBothShapes() {
        try (TensorScope scope = TensorScope.open();
                TabularModel model =
                        TabularModel.of(Embeddings.sized(4, 3), 2, 1).build()) {
            model.initialize(Seed.of(1));
            assertThatThrownBy(() -> model.predict(Tensor.of(new int[] {0, 1}, 1, 2)))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessageContaining("codes [n, 2] and numbers [n, 2], received 1 inputs");
            assertThatThrownBy(() ->
                            model.predict(Tensor.of(new int[] {0, 1}, 1, 2), Tensor.of(new float[] {1, 2, 3}, 1, 3)))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessageContaining("numbers [n, 2], received [1, 3]");
        }
        assertThatThrownBy(() -> TabularModel.of(2, 1)
                        .layers(5, 4)
                        .dropout(0.1, 0.2, 0.3)
                        .build())
                .hasMessageContaining("2 hidden layers, received 3");
        assertThatThrownBy(() -> TabularModel.of(0, 1)).hasMessageContaining("at least one column");
    }

    @Test
    void linearLayersStartAsTold() {
        try (TabularModel model = TabularModel.of(2, 1)
                .layers(3)
                .init(Init.constant(0.25), Init.constant(2))
                .build()) {
            model.initialize(Seed.of(1));
            assertThat(LayerTree.params(model).get("layers.0.weight").value().toFloats())
                    .containsOnly(0.25f);
            assertThat(LayerTree.params(model).get("layers.3.weight").value().toFloats())
                    .containsOnly(0.25f);
            assertThat(LayerTree.params(model).get("layers.3.bias").value().toFloats())
                    .containsOnly(2);
        }
    }
}
