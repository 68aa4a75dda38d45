package org.learn4j.tabular.proc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.persist.ModelFormatException;
import org.learn4j.tabular.column.Column;
import org.learn4j.tabular.column.Frame;
import org.learn4j.tabular.column.Kind;
import org.learn4j.tabular.column.NumberColumn;
import org.learn4j.tabular.column.TextColumn;
import org.learn4j.tabular.column.Vocabulary;
import org.learn4j.tabular.column.WholeColumn;
import org.learn4j.testkit.Forgeries;

class ProcsTest {
    private static final String ODD = "quote\" back\\slash \n\t\u0000 \u2028 ü 日本 \uD83D\uDE00 $.a[0]";

    /** Limits every continuous column to what training had, behind the fills. */
    private record Clip() implements Proc {
        @Override
        public int order() {
            return FILLS + 50;
        }

        @Override
        public FittedProc fit(Frame train) {
            double highest = 0;
            for (double value : NumberColumn.of(train.column("x")).values()) {
                highest = Math.max(highest, value);
            }
            return new Clipped(highest);
        }
    }

    private record Clipped(double highest) implements FittedProc {
        @Override
        public String type() {
            return "Clip";
        }

        @Override
        public Frame apply(Frame frame) {
            double[] values = NumberColumn.of(frame.column("x")).values().clone();
            for (int i = 0; i < values.length; i++) {
                values[i] = Math.min(values[i], highest);
            }
            return frame.with("x", new NumberColumn(values));
        }

        @Override
        public Json.Fields state() {
            return Json.object().with("highest", highest);
        }
    }

    private static Frame frame(double... values) {
        long[] kinds = new long[values.length];
        return Frame.ofRows(values.length)
                .with("x", new NumberColumn(values))
                .with("k", WholeColumn.of(kinds))
                .roles(List.of("k"), List.of("x"));
    }

    /** FillMissing behind Categorify would leave a flag without codes, behind Normalize a median of scaled numbers. */
    @Test
    void whateverTheOrderGivenTheyFillEncodeAndScale() {
        Frame train = frame(1, Double.NaN, 2, 6);
        List<Proc> procs =
                new ArrayList<>(List.of(Categorify.create(), new Clip(), Normalize.create(), FillMissing.median()));
        String expected = null;
        for (int i = 0; i < 24; i++) {
            Collections.shuffle(procs, new Random(i));
            Procs fitted = Procs.fit(procs, train);
            assertThat(fitted.all())
                    .extracting(FittedProc::type)
                    .containsExactly("FillMissing", "Clip", "Categorify", "Normalize");
            String json = fitted.toJson().write();
            expected = expected == null ? json : expected;
            assertThat(json).isEqualTo(expected);
            assertThat(fitted.apply(train).categorical()).containsExactly("k", "x_na");
        }
        Normalize.Scale scale = Procs.fit(procs, train)
                .find(Normalize.Fitted.class)
                .orElseThrow()
                .scales()
                .get("x");
        assertThat(scale).isNotNull();
        assertThat(scale.mean()).isEqualTo((1 + 2 + 2 + 6) / 4.0);
    }

    @Test
    void aProcOfTheUsersOwnIsLoadedByARegistryThatKnowsItAndRefusedByOthers() {
        Procs fitted = Procs.fit(List.of(new Clip(), FillMissing.median(), Categorify.create()), frame(1, 5, 3));
        JsonPlace saved = JsonPlace.of(Json.parse(fitted.toJson().write()));
        ProcRegistry registry = ProcRegistry.standard()
                .with("Clip", state -> new Clipped(state.get("highest").finite()));
        Procs loaded = Procs.fromJson(saved, registry);
        assertThat(NumberColumn.of(loaded.apply(frame(4, 9)).column("x")).values())
                .containsExactly(4, 5);
        assertThat(loaded.toJson()).isEqualTo(fitted.toJson());
        assertThatThrownBy(() -> Procs.fromJson(saved, ProcRegistry.standard()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(
                        "$[1].type: expected a registered proc, one of [Categorify, FillMissing, Normalize], received \"Clip\"");
        assertThatThrownBy(() -> registry.with("Clip", state -> new Clipped(1)))
                .hasMessageContaining("\"Clip\" is registered already");
        assertThatThrownBy(() -> registry.with("Normalize", state -> new Clipped(1)))
                .hasMessageContaining("registered already");
        assertThatThrownBy(() -> Procs.fromJson(saved, ProcRegistry.standard().with("Clip", state -> {
                    throw new IllegalArgumentException("too low");
                })))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("$[1].state: expected a valid state (too low)");
    }

    private static Column random(Random random, Kind kind, int rows) {
        int most = 1 + random.nextInt(12);
        double missing = random.nextInt(3) * 0.2;
        if (kind == Kind.TEXT) {
            String[] texts = new String[rows];
            for (int i = 0; i < rows; i++) {
                texts[i] = random.nextDouble() < missing
                        ? null
                        : ODD.substring(0, 1 + random.nextInt(15)) + random.nextInt(most);
            }
            return TextColumn.of(texts);
        }
        if (kind == Kind.NUMBER) {
            return new NumberColumn(random.doubles(rows, -1, 1)
                    .map(x -> random.nextDouble() < missing ? Double.NaN : Math.rint(x * most) / 3)
                    .toArray());
        }
        return new WholeColumn(
                kind,
                random.longs(rows, -most, most)
                        .map(x -> random.nextDouble() < missing
                                ? WholeColumn.MISSING
                                : kind == Kind.FLAG ? x & 1 : x * 86_400_001L % 100_000)
                        .toArray());
    }

    /** Random tables of all kinds: what is not missing comes back, and the same from procs saved and loaded. */
    @Test
    void decodingGivesTheTrainingRowsBack() {
        Random random = new Random(5);
        for (int run = 0; run < 300; run++) {
            int rows = 1 + random.nextInt(30);
            Frame frame = Frame.ofRows(rows);
            List<String> categorical = new ArrayList<>();
            List<String> continuous = new ArrayList<>();
            for (int c = 0; c < 1 + random.nextInt(5); c++) {
                String name = ODD + c;
                Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
                frame = frame.with(name, random(random, kind, rows));
                boolean number = kind.isNumeric()
                        && random.nextBoolean()
                        && frame.column(name).missing() < rows;
                (number ? continuous : categorical).add(name);
            }
            frame = frame.roles(categorical, continuous);
            Procs fitted = Procs.fit(List.of(FillMissing.median(), Categorify.create(), Normalize.create()), frame);
            Frame applied = fitted.apply(frame);
            Frame back = fitted.decode(applied);
            for (String name : frame.names()) {
                for (int row = 0; row < rows; row++) {
                    Object value = frame.column(name).value(row);
                    Object decoded = back.column(name).value(row);
                    if (categorical.contains(name)) {
                        assertThat(decoded).isEqualTo(value instanceof Double x ? (Object) (x + 0.0) : value);
                    } else if (value != null) {
                        double number = NumberColumn.of(frame.column(name)).values()[row];
                        assertThat((Double) decoded).isCloseTo(number, within(1e-9 * Math.max(1, Math.abs(number))));
                    } else {
                        assertThat(back.column(name + "_na").value(row)).isEqualTo(true);
                    }
                }
            }
            Json.Items json = fitted.toJson();
            Procs loaded = Procs.fromJson(JsonPlace.of(Json.parse(json.write())), ProcRegistry.standard());
            assertThat(loaded.toJson()).isEqualTo(json);
            Frame again = loaded.apply(frame);
            assertThat(again.categorical()).isEqualTo(applied.categorical());
            for (String name : applied.names()) {
                for (int row = 0; row < rows; row++) {
                    assertThat(again.column(name).value(row))
                            .isEqualTo(applied.column(name).value(row));
                }
            }
        }
    }

    @Test
    void vocabulariesOfEveryKindComeBackFromJson() {
        for (Vocabulary vocabulary : List.of(
                Vocabulary.of(TextColumn.of(ODD, "", "#na#", " ", "1")),
                Vocabulary.of(WholeColumn.of(Long.MAX_VALUE, -Long.MAX_VALUE, 0)),
                Vocabulary.of(new NumberColumn(Double.MIN_VALUE, -Double.MAX_VALUE, 0.1, Double.POSITIVE_INFINITY, 3)),
                Vocabulary.of(new WholeColumn(Kind.FLAG, 1, 0)),
                Vocabulary.of(new WholeColumn(
                        Kind.DATE, 0, -1_000_000, LocalDate.of(12_000, 1, 1).toEpochDay())),
                Vocabulary.of(new WholeColumn(Kind.DATE_TIME, 0, -1, 1_438_300_000_123L)),
                Vocabulary.of(TextColumn.of()))) {
            Vocabulary loaded = Vocabulary.fromJson(
                    JsonPlace.of(Json.parse(vocabulary.toJson().write())));
            assertThat(loaded.kind()).isEqualTo(vocabulary.kind());
            assertThat(loaded.classes()).isEqualTo(vocabulary.classes());
            assertThat(loaded.toJson()).isEqualTo(vocabulary.toJson());
            for (int i = 0; i < vocabulary.size(); i++) {
                assertThat(loaded.level(i)).isEqualTo(vocabulary.level(i));
                assertThat(loaded.code(vocabulary.level(i))).isEqualTo(i);
            }
            assertThat(loaded.encode(
                            vocabulary.decode(1 - 1, -1).rows(vocabulary.size() == 0 ? new int[0] : new int[] {0, 1})))
                    .isEqualTo(vocabulary.size() == 0 ? new int[0] : new int[] {0, -1});
        }
    }

    @Test
    void damagedStatesAreFormatErrorsAndNothingElse() {
        Frame frame = Frame.ofRows(3)
                .with("x", new NumberColumn(1, Double.NaN, 2))
                .with("t", TextColumn.of("a", "b", null))
                .with("d", new WholeColumn(Kind.DATE, 1, 2, 3))
                .with("m", new WholeColumn(Kind.DATE_TIME, 1, 2, 3))
                .with("w", WholeColumn.of(1, 2, 3))
                .with("n", new NumberColumn(1.5, 2, 3))
                .roles(List.of("t", "d", "m", "w", "n"), List.of("x"));
        Procs procs = Procs.fit(List.of(FillMissing.mode(), Categorify.create(), Normalize.create()), frame);
        int refused = 0;
        List<Json> forgeries = Forgeries.of(procs.toJson(), Json.of("whole"), Json.of("Shop"));
        for (Json forgery : forgeries) {
            Throwable thrown = catchThrowable(() -> Procs.fromJson(JsonPlace.of(forgery), ProcRegistry.standard()));
            if (thrown != null) {
                assertThat(thrown).as(forgery.write()).isInstanceOf(ModelFormatException.class);
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(forgeries.size() * 3 / 4);
    }

    @Test
    void aFileOfFewLevelsTakesLittleMemory() {
        List<Json> columns = new ArrayList<>();
        for (int i = 0; i < 2000; i++) { // tables of a million codes each would take 8 GB
            columns.add(Json.object()
                    .with("name", "c" + i)
                    .with(
                            "vocabulary",
                            Json.object().with("kind", "whole").with("levels", Json.wholes(0, (1 << 20) - 1))));
        }
        Json state = Json.array(Json.object()
                .with("type", "Categorify")
                .with("state", Json.object().with("columns", Json.array(columns))));
        assertThat(Procs.fromJson(JsonPlace.of(state), ProcRegistry.standard())
                        .find(Categorify.Fitted.class)
                        .orElseThrow()
                        .vocabularies())
                .hasSize(2000);
    }
}
