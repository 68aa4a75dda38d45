package org.learn4j.tabular.proc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.learn4j.tabular.column.CodeColumn;
import org.learn4j.tabular.column.Column;
import org.learn4j.tabular.column.Frame;
import org.learn4j.tabular.column.Kind;
import org.learn4j.tabular.column.NumberColumn;
import org.learn4j.tabular.column.TextColumn;
import org.learn4j.tabular.column.Vocabulary;
import org.learn4j.tabular.column.WholeColumn;

class CategorifyTest {
    private static Frame frame(Column column) {
        return Frame.ofRows(column.size()).with("c", column).roles(List.of("c"), List.of());
    }

    private static int[] codes(FittedProc fitted, Column column) {
        return ((CodeColumn) fitted.apply(frame(column)).column("c")).codes();
    }

    private static Vocabulary vocabulary(FittedProc fitted) {
        Vocabulary vocabulary = ((Categorify.Fitted) fitted).vocabularies().get("c");
        assertThat(vocabulary).isNotNull();
        return vocabulary;
    }

    private static long day(String day) {
        return LocalDate.parse(day).toEpochDay();
    }

    private static long millis(String time) {
        return LocalDateTime.parse(time).toInstant(ZoneOffset.UTC).toEpochMilli();
    }

    @Test
    void everyKindOfColumnHasSortedLevelsAndMinusOneForTheRest() {
        long no = WholeColumn.MISSING;
        record Case(Column train, Column later, int[] codes, String... classes) {}
        for (Case c : List.of(
                new Case(
                        WholeColumn.of(10, -2, no, 9, 10),
                        WholeColumn.of(-2, 9, 10, 8, no, Long.MAX_VALUE, -3),
                        new int[] {0, 1, 2, -1, -1, -1, -1},
                        "-2",
                        "9",
                        "10"),
                new Case(
                        WholeColumn.of(Long.MAX_VALUE, Long.MIN_VALUE + 1, 0),
                        WholeColumn.of(0, Long.MAX_VALUE, 1, no),
                        new int[] {1, 2, -1, -1},
                        String.valueOf(Long.MIN_VALUE + 1),
                        "0",
                        String.valueOf(Long.MAX_VALUE)),
                new Case(
                        new NumberColumn(0.5, -0.0, Double.NaN, -3),
                        new NumberColumn(0.0, 0.25, 0.5, Double.NaN, -3, -0.0),
                        new int[] {1, -1, 2, -1, 0, 1},
                        "-3.0",
                        "0.0",
                        "0.5"),
                new Case(
                        TextColumn.of("b", "10", null, "9", "B", "b"),
                        TextColumn.of("9", "b", "x", null, "10", "B"),
                        new int[] {1, 3, -1, -1, 0, 2},
                        "10",
                        "9",
                        "B",
                        "b"),
                new Case(
                        new WholeColumn(Kind.FLAG, 1, 0, no),
                        new WholeColumn(Kind.FLAG, 0, no, 1),
                        new int[] {0, -1, 1},
                        "false",
                        "true"),
                new Case(new WholeColumn(Kind.FLAG, 1, 1), new WholeColumn(Kind.FLAG, 0, 1), new int[] {-1, 0}, "true"),
                new Case(
                        new WholeColumn(Kind.DATE, day("2015-07-31"), no, day("1969-12-31")),
                        new WholeColumn(Kind.DATE, day("1969-12-31"), day("2015-08-01"), no, day("2015-07-31")),
                        new int[] {0, -1, -1, 1},
                        "1969-12-31",
                        "2015-07-31"),
                new Case(
                        new WholeColumn(Kind.DATE_TIME, millis("2015-07-31T10:30:00.123"), millis("1960-01-01T00:00")),
                        new WholeColumn(Kind.DATE_TIME, millis("2015-07-31T10:30:00.124"), millis("1960-01-01T00:00")),
                        new int[] {-1, 0},
                        "1960-01-01T00:00",
                        "2015-07-31T10:30:00.123"))) {
            FittedProc fitted = Categorify.create().fit(frame(c.train));
            assertThat(vocabulary(fitted).classes().get(0)).isEqualTo("#na#");
            assertThat(vocabulary(fitted).classes().stream().skip(1)).containsExactly(c.classes);
            assertThat(codes(fitted, c.later)).containsExactly(c.codes);
            assertThat(((Categorify.Fitted) fitted).cardinalities()).containsExactly(c.classes.length + 1);
            Column back = fitted.decode(fitted.apply(frame(c.later))).column("c");
            assertThat(back.kind()).isEqualTo(c.train.kind());
            for (int row = 0; row < c.codes.length; row++) {
                assertThat(back.value(row))
                        .isEqualTo(
                                c.codes[row] < 0
                                        ? null
                                        : c.later.value(row) instanceof Double x ? x + 0.0 : c.later.value(row));
            }
        }
    }

    @Test
    void aColumnWithoutAnyValueHasOnlyTheMissingLevel() {
        FittedProc fitted = Categorify.create().fit(frame(TextColumn.of(null, null)));
        assertThat(((Categorify.Fitted) fitted).cardinalities()).containsExactly(1);
        assertThat(codes(fitted, TextColumn.of("a", null))).containsExactly(-1, -1);
        FittedProc wholes = Categorify.create().fit(frame(WholeColumn.of(WholeColumn.MISSING)));
        assertThat(codes(wholes, WholeColumn.of(0, WholeColumn.MISSING))).containsExactly(-1, -1);
    }

    @Test
    void declaredLevelsKeepTheirOrder() {
        Categorify proc = Categorify.create().levels("c", "S", "M", "L", "XL");
        FittedProc fitted = proc.fit(frame(TextColumn.of("L", null, "S")));
        assertThat(vocabulary(fitted).classes()).containsExactly("#na#", "S", "M", "L", "XL");
        assertThat(codes(fitted, TextColumn.of("XL", "S", "XXL", null))).containsExactly(3, 0, -1, -1);
        assertThatThrownBy(() -> proc.fit(frame(TextColumn.of("S", null, "XXL"))))
                .hasMessageContaining("\"c\" expects one of the declared levels")
                .hasMessageContaining("received XXL in training row 2");
        assertThatThrownBy(() -> Categorify.create().levels("c", "S", "S").fit(frame(TextColumn.of("S"))))
                .hasMessageContaining("received S twice");
        assertThatThrownBy(() -> Categorify.create().levels("c", 1).fit(frame(TextColumn.of("S"))))
                .hasMessageContaining("levels of kind text (String), received 1 of type Long");
        assertThatThrownBy(() -> Categorify.create().levels("d", 1).fit(frame(TextColumn.of("S"))))
                .hasMessageContaining("\"d\", which is none of the categorical columns [c]");
    }

    @Test
    void declaredLevelsOfOtherKindsAreFoundInTheColumn() {
        assertThat(codes(Categorify.create().levels("c", 3, 1, 2L).fit(frame(WholeColumn.of(1))), WholeColumn.of(2, 3)))
                .containsExactly(2, 0);
        assertThat(codes(
                        Categorify.create().levels("c", 1.5, -0.0).fit(frame(new NumberColumn(1.5))),
                        new NumberColumn(0, -0.0, 1.5)))
                .containsExactly(1, 1, 0);
        assertThat(codes(
                        Categorify.create().levels("c", true, false).fit(frame(new WholeColumn(Kind.FLAG, 1))),
                        new WholeColumn(Kind.FLAG, 0, 1)))
                .containsExactly(1, 0);
        LocalDateTime time = LocalDateTime.of(2020, 1, 1, 0, 0, 0, 123_456_789);
        assertThat(codes(
                        Categorify.create()
                                .levels("c", LocalDateTime.MAX.withYear(2000), time)
                                .fit(frame(new WholeColumn(Kind.DATE_TIME))),
                        new WholeColumn(
                                Kind.DATE_TIME, time.toInstant(ZoneOffset.UTC).toEpochMilli())))
                .containsExactly(1);
        assertThatThrownBy(() -> Categorify.create().levels("c", Double.NaN).fit(frame(new NumberColumn(1))))
                .hasMessageContaining("received NaN");
        assertThatThrownBy(() -> Categorify.create().levels("c", Long.MIN_VALUE).fit(frame(WholeColumn.of(1))))
                .hasMessageContaining("stands for a missing one");
    }

    @Test
    void aColumnOfAnotherKindIsRefusedUnlessItHasNoValues() {
        FittedProc fitted = Categorify.create().fit(frame(TextColumn.of("1", "2")));
        assertThatThrownBy(() -> codes(fitted, WholeColumn.of(1)))
                .hasMessageContaining("\"c\": a column of kind text is expected, received whole");
        assertThat(codes(fitted, WholeColumn.of(WholeColumn.MISSING))).containsExactly(-1);
    }

    @Test
    void unknownLevelsAreRefusedOnRequestButMissingOnesAreNot() {
        Categorify.Fitted fitted = (Categorify.Fitted) Categorify.create().fit(frame(TextColumn.of("a", "b")));
        fitted.requireKnown(frame(TextColumn.of("b", null, "a")));
        assertThatThrownBy(() -> fitted.requireKnown(frame(TextColumn.of("b", null, "c"))))
                .hasMessageContaining("\"c\" has no level \"c\" (row 2): it was trained with 2 levels: [a, b]");
    }

    @Test
    void aHundredThousandLevelsTakeASecondAtMost() {
        int count = 100_000;
        Column text = TextColumn.of(IntStream.range(0, count)
                .mapToObj(i -> "level " + (i * 7919L % count))
                .toArray(String[]::new));
        Column far = WholeColumn.of(
                IntStream.range(0, count).mapToLong(i -> i * 1_000_003L).toArray());
        Column numbers = new NumberColumn(
                IntStream.range(0, count).mapToDouble(i -> i / 7.0).toArray());
        for (Column column : List.of(text, far, numbers)) {
            Assertions.assertTimeout(Duration.ofSeconds(5), () -> {
                FittedProc fitted = Categorify.create().fit(frame(column));
                assertThat(vocabulary(fitted).size()).isEqualTo(count);
                int[] codes = codes(fitted, column);
                assertThat(Arrays.stream(codes).distinct().count()).isEqualTo(count);
                assertThat(vocabulary(fitted).level(codes[77])).isEqualTo(column.value(77));
            });
        }
    }
}
