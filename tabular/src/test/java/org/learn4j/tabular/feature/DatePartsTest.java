package org.learn4j.tabular.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.learn4j.tabular.table.CsvReader;
import tech.tablesaw.api.DateColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

class DatePartsTest {
    private static final LocalDate DAY = LocalDate.of(2019, 12, 4);

    @Test
    void parts_are_those_of_pandas() {
        Table expected = Golden.read(CsvReader.create().dateTime("At"), "date_parts.csv");
        List<String> names = expected.columnNames();
        Table parts = DateParts.of("At").prefix("").withTime().keepDate().addTo(expected.selectColumns("At"));
        assertThat(parts.columnNames()).isEqualTo(names);
        Golden.assertSame(parts, expected, names);
        Table days = Table.create("days", expected.dateTimeColumn("At").date().setName("At"));
        List<String> ofDay = new ArrayList<>(names);
        ofDay.removeAll(List.of("At", "Hour", "Minute", "Second", "Elapsed"));
        Golden.assertSame(DateParts.of("At").prefix("").addTo(days), expected, ofDay);
    }

    @Test
    void cyclic_parts_are_those_of_fastai() {
        Table expected = Golden.read(CsvReader.create().dateTime("At"), "cyclic.csv");
        Table parts = CyclicDateParts.of("At")
                .prefix("")
                .withTime()
                .withLinear()
                .keepDate()
                .addTo(expected.selectColumns("At"));
        assertThat(parts.columnNames()).isEqualTo(expected.columnNames());
        Golden.assertSame(parts, expected, expected.columnNames());
        assertThat(CyclicDateParts.of("At").addTo(expected.selectColumns("At")).columnNames())
                .containsExactly(
                        "Atweekday_cos",
                        "Atweekday_sin",
                        "Atday_month_cos",
                        "Atday_month_sin",
                        "Atmonth_year_cos",
                        "Atmonth_year_sin",
                        "Atday_year_cos",
                        "Atday_year_sin");
    }

    @Test
    void columns_come_in_fastais_order_under_fastais_names() {
        Table table = Table.create("t", IntColumn.create("x", new int[] {1}), DateColumn.create("saledate", DAY));
        assertThat(DateParts.addDatePart(table, "saledate").columnNames())
                .containsExactly(
                        "x",
                        "saleYear",
                        "saleMonth",
                        "saleWeek",
                        "saleDay",
                        "saleDayofweek",
                        "saleDayofyear",
                        "saleIs_month_end",
                        "saleIs_month_start",
                        "saleIs_quarter_end",
                        "saleIs_quarter_start",
                        "saleIs_year_end",
                        "saleIs_year_start",
                        "saleElapsed");
        assertThat(table.columnNames()).containsExactly("x", "saledate");
        assertThat(DateParts.of("saledate").withTime().keepDate().addTo(table).columnNames())
                .contains("saledate", "saleHour", "saleMinute", "saleSecond")
                .endsWith("saleElapsed");
    }

    @Test
    void elapsed_is_in_seconds() {
        Table table = Table.create("t", DateColumn.create("Date", DAY, null));
        Table parts = DateParts.addDatePart(table, "Date");
        assertThat(parts.longColumn("Elapsed").get(0)).isEqualTo(1_575_417_600L);
        assertThat(parts.longColumn("Elapsed").isMissing(1)).isTrue();
        assertThat(parts.intColumn("Year").isMissing(1)).isTrue();
        assertThat(parts.booleanColumn("Is_year_end").get(1)).isFalse();
    }

    @Test
    void the_prefix_is_the_name_without_date() {
        for (String[] pair : new String[][] {
            {"saledate", "sale"},
            {"transaction_date", "transaction_"},
            {"Date", ""},
            {"updated", "updated"},
            {"DATE", "DATE"},
            {"dateof", "dateof"}
        }) {
            Table table = Table.create("t", DateColumn.create(pair[0], DAY));
            assertThat(DateParts.addDatePart(table, pair[0]).columnNames())
                    .first()
                    .isEqualTo(pair[1] + "Year");
        }
    }

    @Test
    void names_that_are_taken_are_refused_and_parts_can_be_left_out() {
        Table table = Table.create("t", DateColumn.create("Date", DAY), IntColumn.create("DayOfWeek", new int[] {3}));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DateParts.addDatePart(table, "Date"))
                .withMessage(
                        "The table t has columns with the names of new ones: [Dayofweek]; prefix(...) gives them other"
                                + " ones, without(...) leaves them out");
        assertThat(DateParts.of("Date")
                        .without("Dayofweek", "Elapsed")
                        .addTo(table)
                        .columnNames())
                .contains("DayOfWeek", "Dayofyear")
                .doesNotContain("Dayofweek", "Elapsed");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DateParts.of("Date").without("Weekday"));
    }

    @Test
    void what_holds_no_dates_is_refused() {
        Table table = Table.create("t", StringColumn.create("day", "01/02/2012"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DateParts.addDatePart(table, "day"))
                .withMessageContaining("The column day is expected to hold dates, received one of type STRING");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DateParts.addDatePart(table, "Date"))
                .withMessage("A column Date is expected, received a table with [day]");
    }

    @Test
    void a_table_without_rows_has_parts_without_rows() {
        Table table = Table.create("t", DateColumn.create("Date"));
        assertThat(DateParts.addDatePart(table, "Date").columnCount()).isEqualTo(13);
        Table missing = Table.create("t", DateColumn.create("Date", (LocalDate) null));
        assertThat(DateParts.addDatePart(missing, "Date").intColumn("Day").isMissing(0))
                .isTrue();
    }
}
