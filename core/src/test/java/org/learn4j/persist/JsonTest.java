package org.learn4j.persist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.learn4j.persist.ModelFormatException.Reason;

class JsonTest {
    @Test
    void isBuiltAndWrittenInOrder() {
        Json json = Json.object()
                .with("text", "ä\n\"")
                .with("whole", 3)
                .with("real", 3.0)
                .with("yes", true)
                .with("nothing", Json.none())
                .with("items", Json.array(Json.of(1), Json.array()))
                .with("object", Json.object());

        assertThat(json.write())
                .isEqualTo("{\"text\":\"ä\\n\\\"\",\"whole\":3,\"real\":3.0,\"yes\":true,\"nothing\":null,"
                        + "\"items\":[1,[]],\"object\":{}}");
        assertThat(json).hasToString(json.write());
        assertThat(Json.parse(json.write())).isEqualTo(json);
    }

    @Test
    void aFieldIsReplacedInItsPlace() {
        var json = Json.object().with("a", 1).with("b", 2);

        assertThat(json.with("a", 3).write()).isEqualTo("{\"a\":3,\"b\":2}");
        assertThat(json.write()).isEqualTo("{\"a\":1,\"b\":2}");
    }

    @Test
    void isImmutable() {
        Map<String, Json> fields = new LinkedHashMap<>(Map.of("a", Json.of(1)));
        var json = Json.object(fields);
        fields.put("b", Json.of(2));

        assertThat(json.values()).containsOnlyKeys("a");
        assertThatThrownBy(() -> json.values().put("b", Json.of(2))).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> Json.array().values().add(Json.of(2)))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 1L << 53, (1L << 53) + 1, Long.MAX_VALUE, Long.MIN_VALUE})
    void wholeNumbersComeBackExactly(long value) {
        assertThat(Json.parse(Json.of(value).write())).isEqualTo(new Json.Whole(value));
    }

    @ParameterizedTest
    @ValueSource(
            doubles = {
                0,
                -0.0,
                0.1,
                1e-5,
                1e22,
                2e-3,
                5e-324,
                Double.MIN_NORMAL,
                Double.MAX_VALUE,
                1.0 / 3,
                0.1f,
                -1e300
            })
    void realNumbersComeBackExactly(double value) {
        assertThat(Json.parse(Json.of(value).write())).isEqualTo(new Json.Real(value));
    }

    @Test
    void anyRealNumberComesBackExactly() {
        long seed = Long.getLong("seed", 5);
        var random = new SplittableRandom(seed);
        for (int i = 0; i < 20_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            Json json = Json.of(value);

            double read = JsonPlace.of(Json.parse(json.write())).decimal();
            assertThat(Double.doubleToLongBits(read))
                    .as("seed %s, case %s", seed, i)
                    .isEqualTo(Double.doubleToLongBits(value));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2.0E-3, 0.002",
        "2e-3, 0.002",
        "1e23, 1.0E23",
        "100, 100.0",
        "2.2250738585072014e-308, 2.2250738585072014E-308"
    })
    void realNumbersAreWrittenInTheirShortestForm(double value, String text) {
        assertThat(Json.of(value).write()).isEqualTo(text);
    }

    @Test
    void whatIsNotFiniteBecomesAText() {
        assertThat(Json.decimals(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY)
                        .write())
                .isEqualTo("[\"NaN\",\"Infinity\",\"-Infinity\"]");
        assertThatThrownBy(() -> new Json.Real(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void arraysAreBuiltFromLists() {
        assertThat(Json.texts(List.of("a", "b")).write()).isEqualTo("[\"a\",\"b\"]");
        assertThat(Json.wholes(1, 2).write()).isEqualTo("[1,2]");
        assertThat(Json.decimals(1, 2.5).write()).isEqualTo("[1.0,2.5]");
        assertThat(Json.array(List.of(Json.of(true))).write()).isEqualTo("[true]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "[",
                "[1",
                "[1,]",
                "[,1]",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{a:1}",
                "{'a':1}",
                "'a'",
                "1 2",
                "{} {}",
                "[]]",
                "01",
                "+1",
                "1.",
                ".5",
                "-",
                "1e",
                "0x1",
                "NaN",
                "Infinity",
                "-Infinity",
                "tru",
                "nul",
                "True",
                "\"",
                "\"\n\"",
                "\"\t\"",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\ud800\"",
                "\"\\udc00\\ud800\"",
                "{\"\\ud800\":1}",
                "/*a*/1",
                "//a\n1",
                "#a\n1",
                "1;",
                "\u00a01",
                "9223372036854775808",
                "-9223372036854775809",
                "1e309",
                "-1e309",
                "{\"a\":1,\"a\":1}",
                "{\"a\":1,\"\\u0061\":2}",
                "\u0000"
            })
    void isStrict(String text) {
        assertThatThrownBy(() -> Json.parse(text)).isInstanceOfSatisfying(ModelFormatException.class, e -> {
            assertThat(e.reason()).isEqualTo(Reason.JSON);
            assertThat(e.path()).isEmpty();
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":1,\"b\":1} | {\"a\":1,\"b\":1}",
                "[ 1 , 2 ] | [1,2]",
                "1E2 | 100.0",
                "-0 | 0",
                "1e308 | 1.0E308",
                "1e-400 | 0.0",
                "\"\\ud83d\\ude00\\u00e9\\/\" | \"😀é/\"",
                "\"\\u0000\\u0001\" | \"\\u0000\\u0001\""
            })
    void readsWhatIsAllowed(String text, String canonical) {
        assertThat(Json.parse(text).write()).isEqualTo(canonical);
    }

    @Test
    void nestsThirtyTwoLevels() {
        String deepest = "[".repeat(32) + "]".repeat(32);
        assertThat(Json.parse(deepest).write()).isEqualTo(deepest);

        assertThatThrownBy(() -> Json.parse("[" + deepest + "]"))
                .isInstanceOfSatisfying(
                        ModelFormatException.class, e -> assertThat(e.reason()).isEqualTo(Reason.LIMIT));
        assertThatThrownBy(() -> Json.array(Json.parse(deepest)).write())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("32 levels");
    }

    @Test
    void textsAndNamesHaveAMillionCharacters() {
        String text = "x".repeat(1 << 20);
        Json longest = Json.object().with(text, text);
        assertThat(Json.parse(longest.write())).isEqualTo(longest);

        String tooLong = Json.object().with("a", text).write().replace("xx", "xxx");
        assertThatThrownBy(() -> Json.parse(tooLong))
                .isInstanceOfSatisfying(
                        ModelFormatException.class, e -> assertThat(e.reason()).isEqualTo(Reason.LIMIT));
        String longName = Json.object().with(text, "a").write().replace("xx", "xxx");
        assertThatThrownBy(() -> Json.parse(longName))
                .isInstanceOfSatisfying(
                        ModelFormatException.class, e -> assertThat(e.reason()).isEqualTo(Reason.LIMIT));
        assertThatThrownBy(() -> Json.of(text + "x").write()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Json.object().with(text + "x", 1).write())
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void holdsThreeHundredThousandTextsButNotAMillion() {
        String item = "\"a category\",";
        Json.parse("[" + item.repeat(300_000) + "0]");

        assertThatThrownBy(() -> Json.parse("[" + item.repeat(1_000_000) + "0]"))
                .isInstanceOfSatisfying(
                        ModelFormatException.class, e -> assertThat(e.reason()).isEqualTo(Reason.LIMIT));
    }

    @Test
    void halfACharacterIsNoText() {
        for (String half : List.of("\ud800", "\udc00", "a\ud800b", "\udc00\ud800")) {
            assertThatThrownBy(() -> Json.of(half)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> Json.object().with(half, 1)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(Json.of("😀").write()).isEqualTo("\"😀\"");
    }

    @Test
    void namesThatCollideInAHashTableTakeNoLonger() {
        var text = new StringBuilder("{");
        for (int i = 0; i < 1 << 16; i++) {
            for (int bit = 15; bit >= 0; bit--) {
                text.append((i >> bit & 1) == 0 ? bit == 15 ? "\"Aa" : "Aa" : bit == 15 ? "\"BB" : "BB");
            }
            text.append("\":0,");
        }
        Json.Fields json = (Json.Fields) Json.parse(text.append("\"end\":0}").toString());

        assertThat(json.values()).hasSize((1 << 16) + 1);
        assertThat(new HashMap<>(json.values())
                        .keySet().stream().mapToInt(String::hashCode).distinct().count())
                .isLessThan(5);
    }
}
