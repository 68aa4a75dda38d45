package org.learn4j.tabular.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DateColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.api.TimeColumn;

class JoinTest {
    private static final Table SALES = Table.create(
            "sales",
            StringColumn.create("State", "BE", "HE", "BE", ""),
            IntColumn.create("Year", 2013, 2014, 2014, 2013),
            IntColumn.create("Sales", 1, 2, 3, 4));

    private static final Table TREND = Table.create(
            "trend",
            StringColumn.create("State", "HE", "BE", ""),
            LongColumn.create("Year", 2014, 2013, 2013),
            DoubleColumn.create("trend", 0.5, 0.25, 1));

    private static Table golden(String name, String... texts) {
        try (InputStream file = Objects.requireNonNull(
                JoinTest.class.getResourceAsStream("/org/learn4j/tabular/golden/" + name), name)) {
            return CsvReader.create().text(texts).read(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_join_is_that_of_pandas() {
        Table left = golden("join_left.csv", "State");
        Table right = golden("join_right.csv", "Land", "Note");
        Table expected = golden("join_result.csv", "State", "Note");
        Joined joined = Join.left(left, right)
                .on("State", "Year")
                .onto("Land", "Year")
                .suffix("_y")
                .join();
        assertThat(joined.table().columnNames()).isEqualTo(expected.columnNames());
        for (int row = 0; row < expected.rowCount(); row++) {
            for (int i = 0; i < expected.columnCount(); i++) {
                assertThat(joined.table().get(row, i)).isEqualTo(expected.get(row, i));
            }
        }
        assertThat(joined.unmatched())
                .isEqualTo(expected.column("Value_y").countMissing())
                .isPositive();
    }

    @Test
    void rows_keep_their_order_and_what_does_not_match_is_missing_and_told() {
        Joined joined = Join.left(SALES, TREND).on("State", "Year").join();
        assertThat(joined.table().columnNames()).containsExactly("State", "Year", "Sales", "trend");
        assertThat(joined.table().doubleColumn("trend").asDoubleArray())
                .containsExactly(0.25, 0.5, Double.NaN, Double.NaN);
        assertThat(joined.unmatched()).isEqualTo(2);
        assertThat(joined.unmatchedExamples()).containsExactly("State BE, Year 2014", "State missing, Year 2013");
        assertThat(joined.duplicates()).isZero();
        assertThat(SALES.columnCount()).isEqualTo(3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Join.left(SALES, TREND)
                        .on("State", "Year")
                        .requireAllMatched()
                        .table())
                .withMessage("A match for every row of sales is expected in trend, received none for 2 of 4 rows:"
                        + " [State BE, Year 2014, State missing, Year 2013]");
    }

    @Test
    void no_row_is_multiplied() {
        Table twice = Table.create(
                "twice",
                StringColumn.create("State", "BE", "HE", "BE"),
                StringColumn.create("Name", "one", "two", "three"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Join.left(SALES, twice).on("State").table())
                .withMessageContaining("twice, received 1 rows whose key an earlier row has: [State BE]");
        Joined joined = Join.left(SALES, twice).on("State").firstOfDuplicates().join();
        assertThat(joined.table().stringColumn("Name").asList()).containsExactly("one", "two", "one", "");
        assertThat(joined.duplicates()).isEqualTo(1);
        assertThat(joined.duplicateExamples()).containsExactly("State BE");
    }

    @Test
    void names_that_are_taken_are_refused_renamed_or_dropped() {
        Table other = Table.create(
                "other",
                StringColumn.create("State", "BE"),
                IntColumn.create("sales", new int[] {9}),
                IntColumn.create("More", new int[] {8}));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Join.left(SALES, other).on("State").table())
                .withMessageContaining("received [sales]; suffix(...)");
        assertThat(Join.left(SALES, other).on("State").suffix("_DE").table().columnNames())
                .containsExactly("State", "Year", "Sales", "sales_DE", "More");
        assertThat(Join.left(SALES, other)
                        .on("State")
                        .dropDuplicateColumns()
                        .table()
                        .columnNames())
                .containsExactly("State", "Year", "Sales", "More");
        Table more = Table.create(
                "more",
                StringColumn.create("State", "BE"),
                IntColumn.create("Sales", new int[] {9}),
                IntColumn.create("Sales_DE", new int[] {8}));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> Join.left(SALES, more).on("State").suffix("_DE").table())
                .withMessageContaining("[Sales] with the suffix _DE");
    }

    @Test
    void keys_of_any_type_match_their_own_type() {
        LocalDate day = LocalDate.of(2020, 2, 29);
        Table main = Table.create(
                "main",
                DateColumn.create("day", day, day),
                BooleanColumn.create("flag", true, false),
                DoubleColumn.create("d", 0.0, 0.5),
                TimeColumn.create("t", java.time.LocalTime.NOON, java.time.LocalTime.MIDNIGHT));
        Table other = Table.create(
                "other",
                TimeColumn.create("t", java.time.LocalTime.MIDNIGHT, java.time.LocalTime.NOON),
                DoubleColumn.create("d", 0.5, -0.0),
                BooleanColumn.create("flag", false, true),
                DateColumn.create("day", day, day),
                IntColumn.create("x", 1, 2));
        assertThat(Join.left(main, other)
                        .on("day", "flag", "d", "t")
                        .requireAllMatched()
                        .table()
                        .intColumn("x")
                        .asIntArray())
                .containsExactly(2, 1);
    }

    @Test
    void keys_that_cannot_be_compared_or_found_are_errors() {
        Table texts = Table.create("texts", StringColumn.create("Year", "2013"), IntColumn.create("x", new int[] {1}));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Join.left(SALES, texts).on("Year").table())
                .withMessage(
                        "Key columns of one type are expected, received Year of type integer in sales and Year of type"
                                + " string in texts");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Join.left(SALES, TREND).on("Week").table())
                .withMessageContaining("The key column Week is expected in the main table, sales");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> Join.left(SALES, TREND).on("State").onto("Land").table())
                .withMessageContaining("Land is expected in the other table");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Join.left(SALES, TREND)
                        .on("State")
                        .onto("State", "Year")
                        .table());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Join.left(SALES, TREND).table());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Join.left(SALES, TREND).suffix(""));
    }

    @Test
    void tables_without_rows_join() {
        assertThat(Join.left(SALES.emptyCopy(), TREND)
                        .on("State", "Year")
                        .table()
                        .rowCount())
                .isZero();
        assertThat(Join.left(SALES, TREND.emptyCopy())
                        .on("State", "Year")
                        .join()
                        .unmatched())
                .isEqualTo(4);
    }

    @Test
    void numbers_of_keys_grow_with_the_keys() {
        int rows = 300_000;
        int[] values = new int[rows];
        for (int i = 0; i < rows; i++) {
            values[i] = i * 7919;
        }
        KeyCodes codes = KeyCodes.of(List.of(IntColumn.create("x", values), IntColumn.create("y", values)));
        assertThat(codes.size()).isEqualTo(rows);
        assertThat(codes.of(rows - 1)).isEqualTo(rows - 1);
    }
}
