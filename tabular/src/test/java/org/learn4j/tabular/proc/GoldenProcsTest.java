package org.learn4j.tabular.proc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.learn4j.nn.Embedding;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tabular.column.CodeColumn;
import org.learn4j.tabular.column.Column;
import org.learn4j.tabular.column.Frame;
import org.learn4j.tabular.column.NumberColumn;
import org.learn4j.tabular.column.TextColumn;
import org.learn4j.tabular.column.WholeColumn;

/** The procs against pandas, scikit-learn and fastai's formulas; {@code tabular/golden/procs.py} writes the values. */
class GoldenProcsTest {
    private static JsonPlace golden() throws IOException {
        try (InputStream in = GoldenProcsTest.class.getResourceAsStream("/org/learn4j/tabular/golden/procs.json")) {
            assertThat(in).isNotNull();
            return JsonPlace.of(Json.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        }
    }

    private static double[] numbers(JsonPlace values) {
        return values.items().stream()
                .mapToDouble(value -> value.isNull() ? Double.NaN : value.decimal())
                .toArray();
    }

    private static Frame frame(double... values) {
        return Frame.ofRows(values.length).with("x", new NumberColumn(values)).roles(List.of(), List.of("x"));
    }

    private static double[] values(Frame frame, String name) {
        return NumberColumn.of(frame.column(name)).values();
    }

    @Test
    void missingValuesAreFilledAsByPandas() throws IOException {
        for (JsonPlace column : golden().get("columns").items()) {
            double[] values = numbers(column.get("values"));
            Frame raw = frame(values);
            for (String strategy : List.of("median", "mode")) {
                FillMissing proc = strategy.equals("median") ? FillMissing.median() : FillMissing.mode();
                FillMissing.Fitted fitted = (FillMissing.Fitted) proc.fit(raw);
                double expected = column.get(strategy).decimal();
                assertThat(fitted.fills())
                        .as("%s of %s", strategy, column.get("name").text())
                        .isEqualTo(Map.of("x", expected));
                Frame filled = fitted.apply(raw);
                boolean any = false;
                for (int row = 0; row < values.length; row++) {
                    boolean missing = column.get("flags").get(row).bool();
                    any |= missing;
                    assertThat(values(filled, "x")[row]).isEqualTo(missing ? expected : values[row]);
                    if (filled.contains("x_na")) {
                        assertThat(filled.column("x_na").value(row)).isEqualTo(missing);
                    }
                }
                assertThat(filled.categorical()).isEqualTo(any ? List.of("x_na") : List.of());
            }
        }
    }

    @Test
    void numbersAreScaledAsByBothVersionsOfFastai() throws IOException {
        for (JsonPlace column : golden().get("columns").items()) {
            String name = column.get("name").text();
            Frame filled = Procs.fit(List.of(FillMissing.median()), frame(numbers(column.get("values"))))
                    .apply(frame(numbers(column.get("values"))));
            for (boolean population : new boolean[] {false, true}) {
                Normalize proc = population ? Normalize.byPopulation() : Normalize.create();
                Normalize.Fitted fitted = (Normalize.Fitted) proc.fit(filled);
                Normalize.Scale scale = fitted.scales().get("x");
                assertThat(scale).isNotNull();
                double size = Math.max(1, Math.abs(column.get("mean").decimal()));
                assertThat(scale.mean()).isCloseTo(column.get("mean").decimal(), within(1e-14 * size));
                if (name.equals("one")) {
                    assertThat(scale.deviation()).isZero();
                    assertThat(values(fitted.apply(filled), "x")).containsOnly(0);
                    continue;
                }
                assertThat(scale.deviation())
                        .isCloseTo(
                                column.get(population ? "population" : "sample").decimal(), within(1e-11 * size));
                double[] expected = numbers(column.get(population ? "v2" : "v1"));
                double[] scaled = values(fitted.apply(filled), "x");
                for (int row = 0; row < scaled.length; row++) {
                    assertThat(scaled[row]).as(name).isCloseTo(expected[row], within(1e-7));
                }
            }
        }
    }

    @Test
    void categoriesHaveTheCodesOfPandasFromTheTrainingRows() throws IOException {
        for (JsonPlace column : golden().get("categories").items()) {
            List<JsonPlace> values = column.get("values").items();
            boolean words = column.get("name").text().equals("words");
            Column read = words
                    ? TextColumn.of(values.stream()
                            .map(value -> value.isNull() ? null : value.text())
                            .toArray(String[]::new))
                    : WholeColumn.of(values.stream()
                            .mapToLong(value -> value.isNull() ? WholeColumn.MISSING : value.whole())
                            .toArray());
            Frame all = Frame.ofRows(values.size()).with("c", read).roles(List.of("c"), List.of());
            int[] train = IntStream.range(0, column.get("train").integer()).toArray();
            Categorify.Fitted fitted = (Categorify.Fitted) Categorify.create().fit(all.rows(train));
            assertThat(fitted.vocabularies().get("c").classes().stream().skip(1))
                    .containsExactlyElementsOf(column.get("classes").items().stream()
                            .map(level -> words ? level.text() : String.valueOf(level.whole()))
                            .toList());
            int[] expected = column.get("codes").items().stream()
                    .mapToInt(JsonPlace::integer)
                    .toArray();
            assertThat(((CodeColumn) fitted.apply(all).column("c")).codes()).containsExactly(expected);
            assertThat(expected).contains(-1);
        }
    }

    @Test
    void embeddingsHaveTheWidthsOfFastai() throws IOException {
        for (JsonPlace pair : golden().get("sizes").items()) {
            assertThat(Embedding.sizeRule(pair.get(0).integer()))
                    .isEqualTo(pair.get(1).integer());
        }
    }
}
