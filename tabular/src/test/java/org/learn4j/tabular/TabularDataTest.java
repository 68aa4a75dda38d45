package org.learn4j.tabular;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.learn4j.tabular.proc.Categorify;
import org.learn4j.tabular.proc.FillMissing;
import org.learn4j.tabular.proc.Normalize;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DateColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.api.TimeColumn;

class TabularDataTest {
    private static final int ROWS = 20;

    /** A column of each kind; {@code gap} has missing values, {@code void} has no others, {@code late} one among the validation rows. */
    private static Table table() {
        IntColumn whole = IntColumn.create(
                "whole", IntStream.range(0, ROWS).map(i -> i % 3).toArray());
        DoubleColumn number = DoubleColumn.create(
                "number", IntStream.range(0, ROWS).mapToDouble(i -> i / 4.0).toArray());
        DoubleColumn gap = DoubleColumn.create(
                "gap",
                IntStream.range(0, ROWS)
                        .mapToDouble(i -> i % 5 == 0 ? Double.NaN : i)
                        .toArray());
        DoubleColumn late = DoubleColumn.create(
                "late",
                IntStream.range(0, ROWS)
                        .mapToDouble(i -> i == 18 ? Double.NaN : i)
                        .toArray());
        DoubleColumn infinite = DoubleColumn.create(
                "infinite",
                IntStream.range(0, ROWS)
                        .mapToDouble(i -> i == 3 ? Double.POSITIVE_INFINITY : i)
                        .toArray());
        DoubleColumn infiniteLate = DoubleColumn.create(
                "infiniteLate",
                IntStream.range(0, ROWS)
                        .mapToDouble(i -> i == 17 ? Double.NEGATIVE_INFINITY : i)
                        .toArray());
        DoubleColumn none = DoubleColumn.create("void");
        StringColumn text = StringColumn.create("text");
        BooleanColumn flag = BooleanColumn.create("flag");
        DateColumn date = DateColumn.create("date");
        TimeColumn time = TimeColumn.create("time");
        for (int i = 0; i < ROWS; i++) {
            none.appendMissing();
            text.append(i == 0 ? "" : "word " + i % 4);
            flag.append(i % 2 == 0);
            date.append(LocalDate.of(2020, 1, 1 + i));
            time.append(java.time.LocalTime.of(i, 0));
        }
        DoubleColumn y = DoubleColumn.create(
                "y", IntStream.range(0, ROWS).mapToDouble(i -> i + 1).toArray());
        return Table.create("t", whole, number, gap, late, infinite, infiniteLate, none, text, flag, date, time, y);
    }

    private static TabularData.Builder builder() {
        return TabularData.of(table()).target(Target.of("y")).batchSize(4).splitByRows(16, 17, 18, 19);
    }

    private static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake(
                        "missing column",
                        b -> b.categorical("shop"),
                        "no column \"shop\"; its columns are [whole, number"),
                mistake("other case", b -> b.continuous("Number"), "no column \"Number\" (there is \"number\")"),
                mistake("named twice", b -> b.categorical("text", "whole", "text"), "\"text\" is named twice"),
                mistake("in both roles", b -> b.categorical("whole").continuous("whole"), "\"whole\" is named twice"),
                mistake("target as category", b -> b.categorical("y"), "\"y\" is the target"),
                mistake("target as number", b -> b.continuous("number", "y"), "\"y\" is the target"),
                mistake("no columns", b -> b, "At least one categorical or continuous column"),
                mistake(
                        "text as number",
                        b -> b.continuous("text"),
                        "\"text\" is to hold numbers, received text, such as \"word 1\""),
                mistake(
                        "date as number",
                        b -> b.continuous("date"),
                        "\"date\" is to hold numbers, received date; date parts"),
                mistake("other type", b -> b.categorical("time"), "\"time\" is of Tablesaw's type local_time"),
                mistake("no value", b -> b.continuous("void"), "\"void\" has no value in the 16 training rows"),
                mistake(
                        "no value for Normalize",
                        b -> b.continuous("void").procs(Normalize.create()),
                        "\"void\" has no value in the training rows"),
                mistake("infinite", b -> b.continuous("infinite"), "\"infinite\" is to hold finite numbers"),
                mistake(
                        "infinite, not scaled",
                        b -> b.continuous("infinite").procs(FillMissing.median()),
                        "\"infinite\" is Infinity in row 3"),
                mistake(
                        "infinite in validation",
                        b -> b.continuous("infiniteLate"),
                        "\"infiniteLate\" is -Infinity in row 17"),
                mistake(
                        "new missing value in validation",
                        b -> b.continuous("late"),
                        "\"late\" has 1 missing values, the first in row 18"),
                mistake(
                        "missing without a fill",
                        b -> b.continuous("gap").procs(Normalize.create()),
                        "\"gap\" is missing in row 0"),
                mistake(
                        "missing target column",
                        b -> b.categorical("text").target(Target.of("Y")),
                        "no column \"Y\" (there is \"y\")"),
                mistake(
                        "text target",
                        b -> b.categorical("whole").target(Target.of("text")),
                        "\"text\" has 1 missing values"),
                mistake("weights missing", b -> b.categorical("text").rowWeights("w"), "no column \"w\""),
                mistake(
                        "weights of text",
                        b -> b.categorical("whole").rowWeights("text"),
                        "weights \"text\": numbers are expected"),
                mistake(
                        "weights with gaps",
                        b -> b.categorical("text").sampleWeights("gap"),
                        "from 0, received NaN in row 0"),
                mistake(
                        "infinite weights",
                        b -> b.categorical("text").rowWeights("infinite"),
                        "received Infinity in row 3"));
    }

    private static Arguments mistake(String name, UnaryOperator<TabularData.Builder> how, String message) {
        return Arguments.of(name, how, message);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void mistakesAreNamed(String name, UnaryOperator<TabularData.Builder> how, String message) {
        assertThatThrownBy(() -> how.apply(builder()).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aTableNeedsRowsAndATarget() {
        assertThatThrownBy(() -> TabularData.of(table().emptyCopy()))
                .hasMessageContaining("\"t\" has no rows to train on");
        assertThatThrownBy(() -> TabularData.of(table()).categorical("text").build())
                .hasMessageContaining("A target is required");
    }

    @Test
    void fewerRowsThanABatchAreRefusedBeforeTraining() {
        TabularData data = builder().categorical("text").batchSize(17).build();
        try (TabularLearner learner = TabularLearner.of(data).silent().build()) {
            assertThatThrownBy(() -> learner.fit(1, 1e-3))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("16 items make no full batch of 17")
                    .hasMessageContaining("at most 16");
        }
        assertThatThrownBy(() -> data.showBatch(3)).hasMessageContaining("at most 16");
    }

    @Test
    void newMissingValuesInValidationMayBeFilled() {
        TabularData data = builder()
                .continuous("late")
                .procs(FillMissing.median().whenNew(FillMissing.NewMissing.FILL))
                .build();
        assertThat(data.categorical()).isEmpty();
        assertThat(data.decode(18).doubleColumn("late").get(0)).isEqualTo(7.5); // of 0 to 15
    }

    @Test
    void rowsAreDecodedAsTheyWereInTheTable() {
        TabularData data = builder()
                .categorical("whole", "text", "flag", "date")
                .continuous("number", "gap")
                .build();
        Table table = table();
        Table decoded = data.decode(5, 0, 13, 5);
        assertThat(decoded.columnNames())
                .containsExactly("whole", "text", "flag", "date", "gap_na", "number", "gap", "y");
        int[] rows = {5, 0, 13, 5};
        for (int i = 0; i < rows.length; i++) {
            for (String name : List.of("whole", "text", "flag", "date", "number", "y")) {
                assertThat(decoded.column(name).getString(i))
                        .as("%s in row %s", name, rows[i])
                        .isEqualTo(table.column(name).getString(rows[i]));
            }
        }
        assertThat(decoded.booleanColumn("gap_na").asList()).containsExactly(true, true, false, true);
        assertThat(decoded.doubleColumn("gap").asList())
                .containsExactly(7.5, 7.5, 13.0, 7.5); // median of the 12 in 0 to 15
        assertThat(data.showBatch(3).rowCount()).isEqualTo(3);
        assertThat(data.showBatch(100).rowCount()).isEqualTo(4);
    }

    /** Scaled to FLOAT32 and back, a small number beside large ones comes out as what it was, not as noise. */
    @Test
    void decodedNumbersAreRoundedToWhatIsSure() {
        double[] values = {0, 3, 41_551, 12_345.5, 7, 0, 40_000, 1, 2, 5_263};
        Table table = Table.create(
                DoubleColumn.create("x", values),
                DoubleColumn.create(
                        "small",
                        IntStream.range(0, 10).mapToDouble(i -> i * 1e-9).toArray()),
                DoubleColumn.create("y", values));
        Table decoded = TabularData.of(table)
                .continuous("x", "small")
                .target(Target.of("y"))
                .splitByRows(9)
                .build()
                .decode(IntStream.range(0, 10).toArray());
        assertThat(decoded.doubleColumn("x").asDoubleArray()).containsExactly(values);
        assertThat(decoded.doubleColumn("small").get(7)).isEqualTo(7e-9);
    }

    @Test
    void theRolesAndTheOrderAreThoseGiven() {
        TabularData data = builder()
                .categorical("text", "whole")
                .continuous("gap", "flag", "number")
                .procs(Normalize.create(), FillMissing.median())
                .build();
        assertThat(data.categorical()).containsExactly("text", "whole", "gap_na");
        assertThat(data.continuous()).containsExactly("gap", "flag", "number");
        assertThat(data.cardinalities()).containsExactly(5, 4, 3);
        assertThat(data.vocabulary("gap_na").classes()).containsExactly("#na#", "false", "true");
        assertThat(data.procs().find(Categorify.Fitted.class)).isPresent();
        assertThat(data.schema().names()).containsExactly("text", "whole", "gap", "flag", "number");
        assertThatThrownBy(() -> data.vocabulary("number")).hasMessageContaining("no categorical column \"number\"");
    }

    /** T13: a level of the validation rows alone is no level. */
    @Test
    void statisticsComeFromTheTrainingRowsAlone() {
        Table table = table();
        table.stringColumn("text").set(19, "only in validation");
        table.doubleColumn("number").set(19, 1e6);
        TabularData data = TabularData.of(table)
                .categorical("text")
                .continuous("number")
                .target(Target.of("y"))
                .splitByRows(16, 17, 18, 19)
                .build();
        assertThat(data.vocabulary("text").classes()).containsExactly("#na#", "word 0", "word 1", "word 2", "word 3");
        assertThat(data.decode(19).stringColumn("text").isMissing(0)).isTrue();
        assertThat(data.procs()
                        .find(Normalize.Fitted.class)
                        .orElseThrow()
                        .scales()
                        .get("number"))
                .isEqualTo(new Normalize.Scale(7.5 / 4, Math.sqrt((16 * 16 - 1) / 12.0 * 16 / 15) / 4));
    }
}
