package org.learn4j.persist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.learn4j.persist.ModelFormatException.Reason;

class JsonPlaceTest {
    private static final JsonPlace ROOT = JsonPlace.of(Json.parse("{\"recipe\":{\"layers\":["
            + "{\"kind\":\"linear\",\"units\":10,\"dropout\":0.5,\"bias\":true,\"note\":null},"
            + "{\"losses\":[1,0.5,\"NaN\",\"-Infinity\",\"Infinity\"],\"shape\":[1,9223372036854775807],"
            + "\"classes\":[\"cat\",\"dog\"]},"
            + "{\"units\":\"abc\",\"a name\":1,\"big\":4294967296}]}}"));

    private static JsonPlace layer(int index) {
        return ROOT.get("recipe").get("layers").get(index);
    }

    @Test
    void readsValuesOfAllKinds() {
        JsonPlace layer = layer(0);

        assertThat(layer.get("kind").text()).isEqualTo("linear");
        assertThat(layer.get("units").integer()).isEqualTo(10);
        assertThat(layer.get("units").whole()).isEqualTo(10);
        assertThat(layer.get("units").decimal()).isEqualTo(10);
        assertThat(layer.get("units").finite()).isEqualTo(10);
        assertThat(layer.get("dropout").decimal()).isEqualTo(0.5);
        assertThat(layer.get("bias").bool()).isTrue();
        assertThat(layer.get("note").isNull()).isTrue();
        assertThat(layer.get("kind").isNull()).isFalse();
        assertThat(layer.value()).isInstanceOf(Json.Fields.class);
        assertThat(layer(2).get("big").whole()).isEqualTo(1L << 32);
    }

    @Test
    void readsArrays() {
        JsonPlace layer = layer(1);

        assertThat(layer.get("losses").decimals())
                .containsExactly(1, 0.5, Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
        assertThat(layer.get("shape").wholes()).containsExactly(1, Long.MAX_VALUE);
        assertThat(layer.get("classes").texts()).containsExactly("cat", "dog");
        assertThat(layer.get("classes").items())
                .extracting(JsonPlace::path)
                .containsExactly("$.recipe.layers[1].classes[0]", "$.recipe.layers[1].classes[1]");
    }

    @Test
    void findsFields() {
        assertThat(layer(0).find("kind")).map(JsonPlace::text).contains("linear");
        assertThat(layer(0).find("kinds")).isEmpty();
        assertThat(layer(0).fields()).containsOnlyKeys("kind", "units", "dropout", "bias", "note");
    }

    static Stream<Arguments> complaints() {
        return Stream.of(
                complaint(
                        p -> layer(2).get("units").integer(), "layers[2].units: expected an integer, received \"abc\""),
                complaint(
                        p -> layer(0).get("dropout").integer(), "layers[0].dropout: expected an integer, received 0.5"),
                complaint(p -> layer(0).get("dropout").whole(), "layers[0].dropout: expected an integer, received 0.5"),
                complaint(
                        p -> layer(2).get("big").integer(),
                        "layers[2].big: expected an integer within 32 bits, received 4294967296"),
                complaint(p -> layer(0).get("units").text(), "layers[0].units: expected a text, received 10"),
                complaint(p -> layer(0).get("note").bool(), "layers[0].note: expected true or false, received null"),
                complaint(
                        p -> layer(0).get("kind").decimal(), "layers[0].kind: expected a number, received \"linear\""),
                complaint(p -> layer(0).get("bias").decimal(), "layers[0].bias: expected a number, received true"),
                complaint(
                        p -> layer(1).get("losses").get(2).finite(),
                        "layers[1].losses[2]: expected a number, received \"NaN\""),
                complaint(
                        p -> layer(0).get("kind").get("x"), "layers[0].kind: expected an object, received \"linear\""),
                complaint(p -> layer(0).items(), "layers[0]: expected an array, received an object of 5 fields"),
                complaint(
                        p -> layer(1).get("shape").fields(),
                        "layers[1].shape: expected an object, received an array of 2 items"),
                complaint(p -> layer(1).get("shape").texts(), "layers[1].shape[0]: expected a text, received 1"),
                complaint(p -> layer(2).get("a name").text(), "layers[2][\"a name\"]: expected a text, received 1"),
                complaint(p -> layer(0).get("kinds"), "layers[0]: expected a field \"kinds\", which is not there"),
                complaint(p -> layer(3), "layers: expected an item [3], which is not there"),
                complaint(p -> layer(-1), "layers: expected an item [-1], which is not there"),
                complaint(
                        p -> layer(2).allow("units", "big"),
                        "layers[2][\"a name\"]: unknown field, known are [units, big]"));
    }

    private static Arguments complaint(Function<JsonPlace, Object> access, String message) {
        return Arguments.of(message, access);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("complaints")
    void complaintsNameThePlace(String message, Function<JsonPlace, Object> access) {
        assertThatThrownBy(() -> access.apply(ROOT))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("$.recipe." + message);
    }

    @Test
    void complaintsTellMissingFromWrong() {
        assertThatThrownBy(() -> layer(5))
                .isInstanceOfSatisfying(
                        ModelFormatException.class, e -> assertThat(e.reason()).isEqualTo(Reason.MISSING));
        assertThatThrownBy(() -> layer(0).get("units").text())
                .isInstanceOfSatisfying(
                        ModelFormatException.class, e -> assertThat(e.reason()).isEqualTo(Reason.VALUE));
    }

    @Test
    void complaintsNameTheFileAndOwnOnesToo() {
        JsonPlace place =
                JsonPlace.of(Path.of("model.safetensors"), Json.object().with("units", -3));

        assertThat(place.get("units").expected("at least one unit"))
                .hasMessage("model.safetensors: $.units: expected at least one unit, received -3");
        assertThat(place.get("units")).hasToString("$.units: Whole[value=-3]");
    }

    @Test
    void complaintsAreShortAndPrintable() {
        JsonPlace place = JsonPlace.of(Json.texts(List.of("\u001b[31m" + "x".repeat(1000))));

        assertThatThrownBy(() -> place.get(0).integer())
                .message()
                .hasSizeLessThan(150)
                .doesNotContain("\u001b")
                .endsWith("…\"");
    }

    @Test
    void allowsTheFieldsThatAreListed() {
        assertThat(layer(0).allow("kind", "units", "dropout", "bias", "note", "more")
                        .get("units")
                        .integer())
                .isEqualTo(10);
    }
}
