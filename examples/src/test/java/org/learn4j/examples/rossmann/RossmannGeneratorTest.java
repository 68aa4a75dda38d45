package org.learn4j.examples.rossmann;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.tabular.table.Tables;
import org.learn4j.tensor.RandomStream;
import org.learn4j.tensor.Seed;
import tech.tablesaw.api.Row;
import tech.tablesaw.api.Table;

class RossmannGeneratorTest {
    private static final List<String> FILES = List.of(
            "train.csv",
            "test.csv",
            "store.csv",
            "store_states.csv",
            "state_names.csv",
            "weather.csv",
            "googletrend.csv",
            "sample_submission.csv");

    @TempDir
    private Path folder;

    @Test
    void one_seed_always_gives_the_same_files_and_another_one_others() throws IOException {
        RossmannGenerator.of(4, 100, 1).write(folder.resolve("a"));
        RossmannGenerator.of(4, 100, 1).write(folder.resolve("b"));
        RossmannGenerator.of(4, 100, 2).write(folder.resolve("c"));
        for (String file : FILES) {
            assertThat(folder.resolve("b").resolve(file))
                    .hasSameBinaryContentAs(folder.resolve("a").resolve(file));
        }
        assertThat(Files.mismatch(folder.resolve("a/train.csv"), folder.resolve("c/train.csv")))
                .isNotNegative();
    }

    @Test
    void the_files_have_the_competitions_columns_and_as_many_rows() throws IOException {
        RossmannGenerator.of(6, 942, 3).write(folder);
        Table train = Tables.readCsv(folder.resolve("train.csv"));
        assertThat(train.columnNames())
                .containsExactly(
                        "Store",
                        "DayOfWeek",
                        "Date",
                        "Sales",
                        "Customers",
                        "Open",
                        "Promo",
                        "StateHoliday",
                        "SchoolHoliday");
        assertThat(train.rowCount()).isBetween(6 * (942 - 184), 6 * 942);
        assertThat(train.dateColumn("Date").get(0)).isEqualTo(LocalDate.of(2015, 7, 31));
        assertThat(train.dateColumn("Date").get(train.rowCount() - 1)).isEqualTo(LocalDate.of(2013, 1, 1));
        assertThat(train.stringColumn("StateHoliday").unique().asList()).contains("0", "a", "b", "c");
        for (Row row : train) {
            assertThat(row.getInt("Sales") > 0).isEqualTo(row.getInt("Open") == 1);
            assertThat(row.getInt("DayOfWeek"))
                    .isEqualTo(row.getDate("Date").getDayOfWeek().getValue());
        }
        Table test = Tables.readCsv(folder.resolve("test.csv"));
        assertThat(test.rowCount() % 48).isZero();
        assertThat(test.intColumn("Open").countMissing()).isEqualTo(2);
        assertThat(Tables.readCsv(folder.resolve("sample_submission.csv")).rowCount())
                .isEqualTo(test.rowCount());
        assertThat(Tables.readCsv(folder.resolve("weather.csv")).rowCount()).isEqualTo(15_840);
        assertThat(Tables.readCsv(folder.resolve("googletrend.csv")).rowCount()).isEqualTo(2072);
        assertThat(Tables.readCsv(folder.resolve("state_names.csv")).rowCount()).isEqualTo(16);
    }

    @Test
    void every_row_finds_its_matches_in_the_other_files() throws IOException {
        RossmannGenerator.of(8, 942, 1).write(folder);
        RossmannTables tables = RossmannTables.read(folder);
        assertThat(tables.report())
                .filteredOn(count -> count.what().endsWith("unmatched"))
                .hasSizeGreaterThan(5)
                .allMatch(count -> count.rows() == 0);
        assertThat(tables.train().intColumn("Sales").min()).isPositive();
    }

    @Test
    void predicting_the_median_has_the_error_that_theory_says() throws IOException {
        RossmannGenerator generator = RossmannGenerator.of(15, 500, 4);
        generator.write(folder);
        Table train = Tables.readCsv(folder.resolve("train.csv"));
        Table sold = train.where(train.intColumn("Sales").isGreaterThan(0));
        assertThat(generator.medianRmspe(sold)).isCloseTo(RossmannGenerator.medianRmspe(), within(0.003));
        RandomStream random = Seed.of(5).stream();
        double sum = 0;
        for (int i = 0; i < 400_000; i++) {
            sum += Math.pow(1 - Math.exp(RossmannGenerator.SIGMA * random.nextGaussian()), 2);
        }
        assertThat(Math.sqrt(sum / 400_000)).isCloseTo(RossmannGenerator.medianRmspe(), within(3e-4));
        assertThat(RossmannGenerator.bestRmspe()).isBetween(0.079, RossmannGenerator.medianRmspe());
    }

    @Test
    void easter_is_when_it_was() {
        assertThat(List.of(2013, 2014, 2015, 2016, 2038, 2049).stream().map(State::easter))
                .containsExactly(
                        LocalDate.of(2013, 3, 31),
                        LocalDate.of(2014, 4, 20),
                        LocalDate.of(2015, 4, 5),
                        LocalDate.of(2016, 3, 27),
                        LocalDate.of(2038, 4, 25),
                        LocalDate.of(2049, 4, 18));
    }

    @Test
    void sizes_are_checked() {
        assertThatThrownBy(() -> RossmannGenerator.of(0, 100, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RossmannGenerator.of(1, 943, 1)).hasMessageContaining("942");
    }
}
