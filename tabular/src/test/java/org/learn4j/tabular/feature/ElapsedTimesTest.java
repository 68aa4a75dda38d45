package org.learn4j.tabular.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.learn4j.tabular.table.CsvReader;
import tech.tablesaw.api.Table;

class ElapsedTimesTest {
    private static final ElapsedTimes SALES = ElapsedTimes.of("Sale").on("Date").by("Base");

    private static Table read(String csv) {
        return CsvReader.create().read(csv);
    }

    @ParameterizedTest
    @ValueSource(strings = {"elapsed.csv", "elapsed_with_time.csv"})
    void times_and_counts_are_those_of_pandas(String file) {
        Table expected = Golden.read(CsvReader.create(), file);
        Table days = expected.selectColumns("Base", "Date", "Sale", "Holiday");
        Table elapsed = ElapsedTimes.of("Sale", "Holiday").on("Date").by("Base").addTo(days);
        assertThat(elapsed.columnNames()).isEqualTo(expected.columnNames());
        Golden.assertSame(elapsed, expected, expected.columnNames());
        assertThat(days.columnCount()).isEqualTo(4);
    }

    @Test
    void days_before_an_event_are_negative_and_without_an_event_zero() {
        Table table = SALES.addTo(read("""
                Base,Date,Sale
                1,2020-03-01,0
                2,2020-03-01,0
                1,2020-02-28,1
                1,2020-02-20,0
                """));
        assertThat(table.intColumn("AfterSale").asIntArray()).containsExactly(2, 0, 0, 0);
        assertThat(table.intColumn("BeforeSale").asIntArray()).containsExactly(0, 0, 0, -8);
        assertThat(table.intColumn("Sale_bw").asIntArray()).containsExactly(1, 0, 1, 0);
        assertThat(table.intColumn("Sale_fw").asIntArray()).containsExactly(0, 0, 1, 1);
    }

    @Test
    void a_window_is_seven_rows_whatever_the_days() {
        var csv = new StringBuilder("Base,Date,Sale\n");
        for (int month = 1; month <= 9; month++) {
            csv.append("a,2020-0")
                    .append(month)
                    .append("-01,")
                    .append(month == 2)
                    .append('\n');
        }
        Table table = SALES.addTo(read(csv.toString()));
        assertThat(table.intColumn("Sale_bw").asIntArray()).containsExactly(0, 1, 1, 1, 1, 1, 1, 1, 0);
        assertThat(table.intColumn("Sale_fw").asIntArray()).containsExactly(1, 1, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void rows_that_make_no_sense_are_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SALES.addTo(read("Base,Date,Sale\n1,2020-01-01,0\n2,2020-01-01,1\n1,2020-01-01,1\n")))
                .withMessage(
                        "One row for each Date of a Base is expected, received two for Base 1 at 2020-01-01, rows 0 and"
                                + " 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SALES.addTo(read("Base,Date,Sale\n1,2020-01-01,0\n,2020-01-01,1\n")))
                .withMessageContaining("received none in row 1, column Base");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SALES.addTo(read("Base,Date,Sale\n1,2020-01-01,0\n1,,1\n")))
                .withMessageContaining("row 1, column Date");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SALES.addTo(read("Base,Date,Sale\n1,2020-01-01,0\n1,2020-01-02,\n")))
                .withMessageContaining("in the column Sale, row 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SALES.addTo(read("Base,Date,Sale\n1,2020-01-01,a\n")))
                .withMessageContaining("booleans or numbers, received the column Sale of type STRING");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SALES.addTo(read("Base,Date,Sale,Sale_bw\n1,2020-01-01,1,2\n")))
                .withMessageContaining("[Sale_bw]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SALES.addTo(read("Date,Sale\n2020-01-01,1\n")))
                .withMessageContaining("A column Base is expected");
        assertThatIllegalArgumentException().isThrownBy(ElapsedTimes::of);
    }
}
