package org.learn4j.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.persist.ModelFormatException;

class LayerRegistryTest {
    private static Layer build(String json) {
        return LayerRegistry.standard().build(JsonPlace.of(Json.parse(json)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "{\"type\":1}",
                "{\"type\":\"java.lang.Runtime\"}",
                "{\"type\":\"Linear\"}",
                "{\"type\":\"Linear\",\"settings\":{\"inputs\":2,\"outputs\":3}}",
                "{\"type\":\"Linear\",\"settings\":{\"inputs\":0,\"outputs\":3,\"bias\":true}}",
                "{\"type\":\"Linear\",\"settings\":{\"inputs\":2.5,\"outputs\":3,\"bias\":true}}",
                "{\"type\":\"Linear\",\"settings\":{\"inputs\":99999999999,\"outputs\":3,\"bias\":true}}",
                "{\"type\":\"Linear\",\"settings\":{\"inputs\":2,\"outputs\":3,\"bias\":1}}",
                "{\"type\":\"Linear\",\"settings\":{\"inputs\":2,\"outputs\":3,\"bias\":true},\"children\":{\"a\":"
                        + "{\"type\":\"Flatten\"}}}",
                "{\"type\":\"Dropout\",\"settings\":{\"probability\":\"NaN\"}}",
                "{\"type\":\"Dropout\",\"settings\":{\"probability\":1}}",
                "{\"type\":\"BatchNorm1d\",\"settings\":{\"features\":3,\"momentum\":2,\"epsilon\":1e-5}}",
                "{\"type\":\"SigmoidRange\",\"settings\":{\"low\":1,\"high\":0}}",
                "{\"type\":\"Activation\",\"settings\":{\"function\":\"leakyRelu\"}}",
                "{\"type\":\"Activation\",\"settings\":{\"function\":\"relu\",\"slope\":1}}",
                "{\"type\":\"Embeddings\"}",
                "{\"type\":\"Embeddings\",\"children\":{\"0\":{\"type\":\"Flatten\"}}}",
                "{\"type\":\"Embeddings\",\"children\":{\"1\":{\"type\":\"Embedding\",\"settings\":{\"categories\":3,"
                        + "\"width\":2}}}}",
                "{\"type\":\"Residual\"}",
                "{\"type\":\"Residual\",\"children\":{\"inner\":{\"type\":\"Flatten\"},\"other\":{\"type\":\"Flatten\"}}}",
                "{\"type\":\"Residual\",\"children\":{\"inner\":{\"type\":\"Flatten\"},\"activation\":{\"type\":"
                        + "\"Flatten\"}}}",
                "{\"type\":\"WeightNorm\"}",
                "{\"type\":\"WeightNorm\",\"children\":{\"linear\":{\"type\":\"Flatten\"}}}",
                "{\"type\":\"Sequential\",\"children\":{\"a.b\":{\"type\":\"Flatten\"}}}",
                "{\"type\":\"Sequential\",\"children\":[]}",
                "{\"type\":\"Sequential\",\"more\":1}"
            })
    void a_recipe_that_is_not_valid_yields_only_a_format_exception(String json) {
        assertThatThrownBy(() -> build(json)).isInstanceOf(ModelFormatException.class);
    }

    @Test
    void an_unknown_type_is_named_with_its_place_and_the_known_ones() {
        assertThatThrownBy(() -> build("{\"type\":\"Sequential\",\"children\":{\"0\":{\"type\":\"Conv9d\"}}}"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("Conv9d")
                .hasMessageContaining("Activation, AdaptiveAvgPool2d, AdaptiveConcatPool2d");
    }

    @Test
    void types_are_registered_once() {
        assertThatThrownBy(() -> LayerRegistry.standard().with("Linear", (settings, children) -> Flatten.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"Linear\" is registered already");
        assertThat(LayerRegistry.standard()
                        .with("Mine", (settings, children) -> Flatten.of())
                        .build(Recipe.of("Mine")))
                .isInstanceOf(Flatten.class);
    }
}
