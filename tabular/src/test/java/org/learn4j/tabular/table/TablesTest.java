package org.learn4j.tabular.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.learn4j.tensor.Seed;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

class TablesTest {
    private enum Size {
        SMALL,
        LARGE
    }

    private record Shop(
            int id,
            @Nullable Long visits,
            float area,
            boolean open,
            @Nullable String name,
            @Nullable Size size,
            LocalDate since,
            @Nullable LocalDateTime seen) {}

    private record Odd(int id, List<String> names) {}

    private static Map<String, @Nullable Object> row(@Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            row.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return row;
    }

    // ---- rows

    @Test
    void a_sample_keeps_the_order_and_draws_each_row_alike() {
        Table table = Table.create("t", IntColumn.indexColumn("i", 20, 0));
        int[] counts = new int[20];
        for (int seed = 0; seed < 2000; seed++) {
            int[] sampled =
                    Tables.sample(table, 5, Seed.of(seed)).intColumn("i").asIntArray();
            assertThat(sampled).hasSize(5).isSorted().doesNotHaveDuplicates();
            for (int i : sampled) {
                counts[i]++;
            }
        }
        assertThat(Arrays.stream(counts)).allMatch(count -> count > 400 && count < 600);
        assertThat(Tables.sample(table, 5, Seed.of(1)).intColumn("i").asIntArray())
                .isEqualTo(Tables.sample(table, 5, Seed.of(1)).intColumn("i").asIntArray());
        assertThat(Tables.sample(table, 20, Seed.of(1)).rowCount()).isEqualTo(20);
        assertThat(Tables.sample(table, 0, Seed.of(1)).rowCount()).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> Tables.sample(table, -1, Seed.of(1)));
    }

    @Test
    void rows_come_as_named() {
        Table table = CsvReader.create().read("a,b,c,d,e,f\n1,x,true,2020-01-01,2020-01-01T01:02,1.5\n2,y,,,,\n");
        Table rows = Tables.rows(table, 1, 0, 1);
        assertThat(rows.intColumn("a").asIntArray()).containsExactly(2, 1, 2);
        assertThat(rows.stringColumn("b").asList()).containsExactly("y", "x", "y");
        for (int i = 0; i < table.columnCount(); i++) {
            assertThat(rows.column(i).type()).isEqualTo(table.column(i).type());
            assertThat(rows.get(1, i)).isEqualTo(table.get(0, i));
            assertThat(rows.column(i).isMissing(0)).isEqualTo(table.column(i).isMissing(1));
        }
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> Tables.rows(table, 2));
    }

    @Test
    void tables_are_appended_by_name() {
        Table first = Table.create(
                "first",
                IntColumn.create("a", 1, Integer.MIN_VALUE),
                StringColumn.create("b", "x", ""),
                IntColumn.create("c", 1, 2));
        Table second = Table.create(
                "second",
                StringColumn.create("b", "y"),
                LongColumn.create("a", 1L << 40),
                DoubleColumn.create("c", 0.5),
                IntColumn.create("z", new int[] {3}));
        Table both = Tables.append(first, second);
        assertThat(both.columnNames()).containsExactly("a", "b", "c");
        assertThat(both.longColumn("a").asLongArray()).containsExactly(1, Long.MIN_VALUE, 1L << 40);
        assertThat(both.stringColumn("b").asList()).containsExactly("x", "", "y");
        assertThat(both.doubleColumn("c").asDoubleArray()).containsExactly(1, 2, 0.5);
        assertThat(first.rowCount()).isEqualTo(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tables.append(first, Table.create("x", IntColumn.create("b", new int[] {1}))))
                .withMessage("The column b is of type string in the first table and of type integer in the second");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tables.append(first, Table.create("x", IntColumn.create("q", new int[] {1}))))
                .withMessageContaining("Columns that both tables have are expected");
    }

    // ---- from objects

    @Test
    void records_become_rows() {
        LocalDate day = LocalDate.of(2020, 2, 29);
        LocalDateTime moment = day.atTime(1, 2, 3);
        Table table = Tables.ofRecords(
                Shop.class,
                List.of(
                        new Shop(1, 3_000_000_000L, 0.5f, true, "a", Size.LARGE, day, moment),
                        new Shop(2, null, 2, false, null, null, day, null)));
        assertThat(table.name()).isEqualTo("Shop");
        assertThat(table.columnNames())
                .containsExactly("id", "visits", "area", "open", "name", "size", "since", "seen");
        assertThat(table.longColumn("visits").get(0)).isEqualTo(3_000_000_000L);
        assertThat(table.stringColumn("size").get(0)).isEqualTo("LARGE");
        assertThat(table.booleanColumn("open").get(1)).isFalse();
        assertThat(table.dateTimeColumn("seen").get(0)).isEqualTo(moment);
        for (String name : List.of("visits", "name", "size", "seen")) {
            assertThat(table.column(name).isMissing(1)).as(name).isTrue();
        }
        Table none = Tables.ofRecords(Shop.class, List.of());
        assertThat(none.column("since").type()).isEqualTo(ColumnType.LOCAL_DATE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tables.ofRecords(Odd.class, List.of()))
                .withMessageContaining("The component names of");
    }

    @Test
    void an_empty_text_is_missing_however_it_came_there() {
        StringColumn texts = StringColumn.create("t", "a", "b");
        texts.setMissing(1);
        assertThat(Tables.isMissing(texts, 0)).isFalse();
        assertThat(Tables.isMissing(texts, 1)).isTrue();
        assertThat(Tables.describe(Table.create("t", texts))
                        .intColumn("Missing")
                        .get(0))
                .isEqualTo(1);
        assertThat(Tables.isMissing(IntColumn.create("n", new int[] {Integer.MIN_VALUE}), 0))
                .isTrue();
    }

    @Test
    void numbers_that_stand_for_missing_values_are_not_lost() {
        Table table = Tables.ofMaps(List.of(row("a", Integer.MIN_VALUE), row("a", 1)));
        assertThat(table.longColumn("a").asLongArray()).containsExactly(Integer.MIN_VALUE, 1);
        assertThatIllegalArgumentException().isThrownBy(() -> Tables.ofMaps(List.of(row("a", Long.MIN_VALUE))));
    }

    @Test
    void maps_become_rows_of_all_their_keys() {
        Table table = Tables.ofMaps(List.of(
                row("a", 1, "b", "x"), row("c", new BigDecimal("0.5"), "a", null), row("a", 2.5, "c", BigInteger.TEN)));
        assertThat(table.columnNames()).containsExactly("a", "b", "c");
        assertThat(table.doubleColumn("a").asDoubleArray()).containsExactly(1, Double.NaN, 2.5);
        assertThat(table.stringColumn("b").asList()).containsExactly("x", "", "");
        assertThat(table.doubleColumn("c").asDoubleArray()).containsExactly(Double.NaN, 0.5, 10);
        assertThat(Tables.ofMaps(List.of()).columnCount()).isZero();
        assertThat(Tables.ofMaps(List.of(row("a", null))).column("a").type()).isEqualTo(ColumnType.STRING);
    }

    @Test
    void values_of_different_kinds_or_unknown_ones_are_errors() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tables.ofMaps(List.of(row("a", 1), row("a", "x"))))
                .withMessage("The column a, row 1: a whole number is expected, as in the rows before, received \"x\" of"
                        + " java.lang.String");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tables.ofMaps(List.of(row("a", new int[0]))))
                .withMessageContaining("The column a, row 0: a number, a text");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tables.ofMaps(List.of(row("a", (1L << 53) + 1), row("a", 0.5))))
                .withMessageContaining("which a double cannot hold exactly");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tables.ofMaps(List.of(row("a", LocalDateTime.of(2020, 1, 1, 0, 0, 0, 1)))));
    }

    @Test
    void results_of_queries_become_tables() {
        LocalDateTime moment = LocalDateTime.of(2020, 1, 2, 3, 4, 5);
        Table table = Tables.of(results(
                List.of("id", "price", "day", "at", "note"),
                new int[] {Types.INTEGER, Types.DECIMAL, Types.DATE, Types.TIMESTAMP, Types.OTHER},
                new @Nullable Object[][] {
                    {1, new BigDecimal("1.5"), java.sql.Date.valueOf("2020-01-02"), Timestamp.valueOf(moment), "x"},
                    {null, null, null, null, null}
                }));
        assertThat(table.intColumn("id").get(0)).isEqualTo(1);
        assertThat(table.doubleColumn("price").get(0)).isEqualTo(1.5);
        assertThat(table.dateColumn("day").get(0)).isEqualTo(LocalDate.of(2020, 1, 2));
        assertThat(table.dateTimeColumn("at").get(0)).isEqualTo(moment);
        assertThat(table.columns()).allMatch(column -> column.isMissing(1));
        Table keys = Tables.of(results(
                List.of("key"), new int[] {Types.NUMERIC}, new Object[][] {{new BigDecimal("900719925474099301")}}));
        assertThat(keys.longColumn("key").get(0)).isEqualTo(900_719_925_474_099_301L);
        assertThat(Tables.of(results(List.of("id"), new int[] {Types.BIGINT}, new Object[0][]))
                        .column("id")
                        .type())
                .isEqualTo(ColumnType.INTEGER);
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Tables.of(results(List.of("x"), new int[] {Types.BLOB}, new Object[][] {{new byte[1]}})))
                .withMessageContaining("The column x, row 0");
        ResultSet closed = (ResultSet) Proxy.newProxyInstance(
                TablesTest.class.getClassLoader(), new Class<?>[] {ResultSet.class}, (proxy, method, arguments) -> {
                    throw new SQLException("closed");
                });
        assertThatIllegalArgumentException().isThrownBy(() -> Tables.of(closed)).withMessageContaining("closed");
    }

    /** A result set of what a test needs of one. */
    private static ResultSet results(List<String> labels, int[] types, @Nullable Object[][] rows) {
        int[] at = {-1};
        Object data = Proxy.newProxyInstance(
                TablesTest.class.getClassLoader(),
                new Class<?>[] {ResultSetMetaData.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getColumnCount" -> labels.size();
                    case "getColumnLabel" -> labels.get((int) arguments[0] - 1);
                    case "getColumnType" -> types[(int) arguments[0] - 1];
                    case "getScale" -> types[(int) arguments[0] - 1] == Types.NUMERIC ? 0 : 2;
                    case "getPrecision" -> 18;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
        return (ResultSet) Proxy.newProxyInstance(
                TablesTest.class.getClassLoader(),
                new Class<?>[] {ResultSet.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getMetaData" -> data;
                    case "next" -> ++at[0] < rows.length;
                    case "getObject" -> rows[at[0]][(int) arguments[0] - 1];
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    // ---- descriptions

    @Test
    void a_description_tells_what_columns_hold() {
        Table table = CsvReader.create()
                .read("n,d,b,t,day,void\n3,0.5,true,b,2020-02-29,\n-1,,false,a,2019-01-01,\n3,1,,b,,\n");
        Table described = Tables.describe(table);
        List<String> rows = new ArrayList<>();
        for (int row = 0; row < described.rowCount(); row++) {
            int at = row;
            rows.add(String.join(
                    " ",
                    IntStream.range(0, described.columnCount())
                            .mapToObj(i -> "[" + described.column(i).getString(at) + "]")
                            .toList()));
        }
        assertThat(rows)
                .containsExactly(
                        "[n] [integer] [3] [0] [2] [-1] [1.6666666] [3]",
                        "[d] [double] [3] [1] [2] [0.5] [0.75] [1.0]",
                        "[b] [boolean] [3] [1] [2] [false] [0.5] [true]",
                        "[t] [string] [3] [0] [2] [a] [] [b]",
                        "[day] [local_date] [3] [1] [2] [2019-01-01] [] [2020-02-29]",
                        "[void] [string] [3] [3] [0] [] [] []");
        assertThat(Tables.describe(table.emptyCopy()).rowCount()).isEqualTo(6);
    }
}
