package org.learn4j.tabular;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.learn4j.data.Split;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DateColumn;
import tech.tablesaw.api.DateTimeColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;

class SplitsTest {
    private static final LocalDate START = LocalDate.of(2015, 1, 1);

    private static Table table(int... days) {
        DateColumn dates = DateColumn.create("Date");
        for (int day : days) {
            dates.append(START.plusDays(day));
        }
        return Table.create(
                "t",
                dates,
                IntColumn.create(
                        "k", IntStream.range(0, days.length).map(i -> i % 2).toArray()),
                DoubleColumn.create(
                        "y", IntStream.range(0, days.length).mapToDouble(i -> i).toArray()));
    }

    private static Split split(Table table, UnaryOperator<TabularData.Builder> how) {
        Split split = how.apply(TabularData.of(table).categorical("k").target(Target.of("y")))
                .build()
                .split();
        int[] all = IntStream.concat(IntStream.of(split.train()), IntStream.of(split.valid()))
                .sorted()
                .toArray();
        assertThat(all).containsExactly(IntStream.range(0, table.rowCount()).toArray());
        return split;
    }

    private static int[] valid(Table table, UnaryOperator<TabularData.Builder> how) {
        int[] valid = split(table, how).valid().clone();
        Arrays.sort(valid);
        return valid;
    }

    /** The lesson's rule, as it is written down: rows newest first, cut = the last row of the day at row n, valid = 0 … cut − 1. */
    @Test
    void likeTestOneRowOfTheCutDayStaysInTraining() {
        Table newestFirst = table(5, 5, 4, 4, 3, 3, 3, 3, 2, 2, 1);
        Table test = table(7, 7, 7, 7, 7); // row 5 is of day 3, whose last row is 7
        assertThat(valid(newestFirst, b -> b.splitLikeTest("Date", test))).containsExactly(0, 1, 2, 3, 4, 5, 6);
        Table oldestFirst = table(1, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5);
        assertThat(valid(oldestFirst, b -> b.splitLikeTest("Date", test))).containsExactly(3, 4, 5, 7, 8, 9, 10);
        Table unsorted = table(3, 5, 1, 3, 4, 2, 3, 5, 2, 4, 3);
        assertThat(valid(unsorted, b -> b.splitLikeTest("Date", test))).containsExactly(0, 1, 3, 4, 6, 7, 9);
    }

    @Test
    void likeTestInRandomTablesValidatesOnTheLatestDaysButForOneRow() {
        Random random = new Random(3);
        for (int run = 0; run < 200; run++) {
            int[] days = random.ints(4 + random.nextInt(40), 0, 9).toArray();
            int size = 1 + random.nextInt(days.length - 1);
            int[] newestFirst = IntStream.of(days)
                    .map(day -> -day)
                    .sorted()
                    .map(day -> -day)
                    .toArray();
            int cutDay = newestFirst[size];
            int[] valid = valid(table(days), b -> b.splitLikeTest("Date", table(new int[size])));
            int expected = (int) IntStream.of(days).filter(day -> day >= cutDay).count() - 1;
            assertThat(valid).hasSize(expected).hasSizeGreaterThanOrEqualTo(size);
            int left = IntStream.range(0, days.length)
                    .filter(row -> days[row] == cutDay)
                    .max()
                    .orElseThrow();
            assertThat(valid)
                    .containsExactly(IntStream.range(0, days.length)
                            .filter(row -> days[row] >= cutDay && row != left)
                            .toArray());
        }
    }

    @Test
    void likeTestNeedsMoreRowsThanTheTestAndDatesInAllOfThem() {
        Table table = table(1, 2, 3);
        assertThatThrownBy(() -> split(table, b -> b.splitLikeTest("Date", table(1, 2, 3))))
                .hasMessageContaining("like the test set of 3 rows cannot be taken from 3 rows");
        assertThatThrownBy(() -> split(table, b -> b.splitLikeTest("Date", table())))
                .hasMessageContaining("of 0 rows");
        assertThatThrownBy(() -> split(table, b -> b.splitLikeTest("date", table(1))))
                .hasMessageContaining("no column \"date\" (there is \"Date\")");
        assertThatThrownBy(() -> split(table, b -> b.splitLikeTest("k", table(1))))
                .hasMessageContaining("\"k\" to split by is to hold dates, received whole");
        Table gap = table(1, 2, 3);
        gap.dateColumn("Date").set(1, (LocalDate) null);
        assertThatThrownBy(() -> split(gap, b -> b.splitLikeTest("Date", table(1))))
                .hasMessageContaining("is to hold dates, received date with 1 missing values");
        Table times = Table.create(
                "t",
                DateTimeColumn.create("Date", List.of(LocalDateTime.of(2020, 1, 1, 3, 4))),
                IntColumn.create("k", new int[] {1}),
                DoubleColumn.create("y", new double[] {1}));
        assertThatThrownBy(() -> split(times, b -> b.splitLastDays("Date", 1)))
                .hasMessageContaining("is to hold dates, received date time");
    }

    @Test
    void daysAreCountedFromTheLastWhateverTheOrder() {
        Table table = table(9, 1, 8, 2, 9, 7, 3);
        assertThat(valid(table, b -> b.splitLastDays("Date", 1))).containsExactly(0, 4);
        assertThat(valid(table, b -> b.splitLastDays("Date", 3))).containsExactly(0, 2, 4, 5);
        assertThat(valid(table, b -> b.splitLastDays("Date", 6))).containsExactly(0, 2, 4, 5); // days 4 to 9
        assertThat(valid(table, b -> b.splitLastDays("Date", 8))).containsExactly(0, 2, 3, 4, 5, 6);
        assertThatThrownBy(() -> split(table, b -> b.splitLastDays("Date", 9)))
                .hasMessageContaining("are all there are: 2015-01-02 is the first");
        assertThatThrownBy(() -> split(table, b -> b.splitLastDays("Date", 0))).hasMessageContaining("is positive");
        assertThat(valid(table, b -> b.splitLikeTestDays("Date", table(12, 10, 11, 10)))) // three days
                .containsExactly(0, 2, 4, 5);
        assertThatThrownBy(() -> split(table, b -> b.splitLikeTestDays("Date", table())))
                .hasMessageContaining("no rows");
        assertThatThrownBy(() -> split(table, b -> b.splitLikeTestDays("Date", table(10, 100))))
                .hasMessageContaining("The last 91 days");
    }

    @Test
    void rowsConditionsSharesAndColumns() {
        Table table = table(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        assertThat(valid(table, b -> b.splitByRows(7, 0, 7, 3))).containsExactly(0, 3, 7);
        assertThat(valid(table, b -> b.splitWhere(row -> row % 4 == 1))).containsExactly(1, 5, 9);
        assertThat(valid(table, b -> b.splitLast(0.35))).containsExactly(7, 8, 9);
        table.addColumns(BooleanColumn.create(
                "held", IntStream.range(0, 10).mapToObj(i -> i == 2 || i == 9).toArray(Boolean[]::new)));
        assertThat(valid(table, b -> b.splitByColumn("held"))).containsExactly(2, 9);
        assertThatThrownBy(() -> split(table, b -> b.splitByRows(10))).hasMessageContaining("[0, 10), received 10");
        assertThatThrownBy(() -> split(table, b -> b.splitByRows(-1))).hasMessageContaining("received -1");
        assertThatThrownBy(() -> split(table, b -> b.splitByColumn("k")))
                .hasMessageContaining("\"k\" to split by is to hold true and false, received whole");
        table.booleanColumn("held").setMissing(4);
        assertThatThrownBy(() -> split(table, b -> b.splitByColumn("held"))).hasMessageContaining("1 missing values");
    }

    @Test
    void randomSplitsDependOnTheirSeedAlone() {
        Table table = table(new int[200]);
        int[] one = valid(table, b -> b.splitRandomly(0.3, 1));
        assertThat(one).hasSize(60);
        assertThat(valid(table, b -> b.seed(9).splitRandomly(0.3, 1))).containsExactly(one);
        assertThat(valid(table, b -> b.splitRandomly(0.3, 2))).isNotEqualTo(one);
        int[] byDefault = valid(table, b -> b);
        assertThat(byDefault).hasSize(40);
        assertThat(valid(table, b -> b.seed(42))).containsExactly(byDefault);
        assertThat(valid(table, b -> b.seed(43))).isNotEqualTo(byDefault);
        assertThatThrownBy(() -> split(table, b -> b.splitRandomly(1, 1))).hasMessageContaining("[0, 1)");
    }

    @Test
    void trainingNeedsRowsValidationDoesNot() {
        Table table = table(1, 2, 3, 4);
        assertThatThrownBy(() -> split(table, b -> b.splitWhere(row -> true)))
                .hasMessageContaining("leaves no training rows of 4");
        assertThat(valid(table, b -> b.splitWhere(row -> false))).isEmpty();
        TabularData all = TabularData.of(table)
                .categorical("k")
                .target(Target.of("y"))
                .splitRandomly(0, 1)
                .batchSize(2)
                .build();
        try (TabularLearner learner = TabularLearner.of(all).silent().build()) {
            learner.fit(1, 1e-3);
            assertThat(learner.steps()).isEqualTo(2);
            assertThatThrownBy(() -> learner.showResults(3)).hasMessageContaining("no validation rows to show");
        }
    }
}
