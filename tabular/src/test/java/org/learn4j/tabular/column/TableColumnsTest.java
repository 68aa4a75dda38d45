package org.learn4j.tabular.column;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DateColumn;
import tech.tablesaw.api.DateTimeColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.FloatColumn;
import tech.tablesaw.api.InstantColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.ShortColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.api.TimeColumn;

class TableColumnsTest {
    private static final LocalDateTime EARLY = LocalDateTime.of(1969, 12, 31, 23, 59, 59, 5_000_000);
    private static final LocalDateTime LATE = LocalDateTime.of(2020, 2, 29, 1, 2);

    private static List<Object> values(Column column) {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < column.size(); i++) {
            values.add(column.value(i));
        }
        return values;
    }

    private static Table everyKind() {
        DateTimeColumn times = DateTimeColumn.create("time");
        times.append(EARLY);
        times.appendMissing();
        times.append(LATE);
        return Table.create(
                "t",
                ShortColumn.create("short", new short[] {5}).appendMissing().append((short) -6),
                IntColumn.create("int", new int[] {7}).appendMissing().append(Integer.MAX_VALUE),
                LongColumn.create("long", new long[] {1L << 40}).appendMissing().append(-3),
                FloatColumn.create("float", new float[] {0.5f}).appendMissing().append(-2),
                DoubleColumn.create("double", new double[] {0.1})
                        .appendMissing()
                        .append(3),
                BooleanColumn.create("flag", new boolean[] {true})
                        .appendMissing()
                        .append(false),
                StringColumn.create("text", new String[] {"a"}).appendMissing().append(" "),
                DateColumn.create("date", LocalDate.of(1969, 12, 31))
                        .appendMissing()
                        .append(LocalDate.of(2020, 2, 29)),
                times);
    }

    @Test
    void everyTypeIsReadWithItsMissingValues() {
        Table table = everyKind();
        assertThat(values(TableColumns.read(table, "short"))).containsExactly(5L, null, -6L);
        assertThat(values(TableColumns.read(table, "int"))).containsExactly(7L, null, (long) Integer.MAX_VALUE);
        assertThat(values(TableColumns.read(table, "long"))).containsExactly(1L << 40, null, -3L);
        assertThat(values(TableColumns.read(table, "float"))).containsExactly(0.5, null, -2.0);
        assertThat(values(TableColumns.read(table, "double"))).containsExactly(0.1, null, 3.0);
        assertThat(values(TableColumns.read(table, "flag"))).containsExactly(true, null, false);
        assertThat(values(TableColumns.read(table, "text"))).containsExactly("a", null, " ");
        assertThat(values(TableColumns.read(table, "date")))
                .containsExactly(LocalDate.of(1969, 12, 31), null, LocalDate.of(2020, 2, 29));
        assertThat(values(TableColumns.read(table, "time"))).containsExactly(EARLY, null, LATE);
        assertThat(TableColumns.readAll(table).keySet()).containsExactlyElementsOf(table.columnNames());
        assertThat(TableColumns.readAll(table).values())
                .allSatisfy(column -> assertThat(column.missing()).isEqualTo(1));
    }

    /** Integer.MIN_VALUE and the like are how Tablesaw writes a missing value. */
    @Test
    void sentinelsAreMissingValues() {
        assertThat(values(TableColumns.read(Table.create(IntColumn.create("x", Integer.MIN_VALUE, 1)), "x")))
                .containsExactly(null, 1L);
        assertThat(values(TableColumns.read(Table.create(LongColumn.create("x", Long.MIN_VALUE, 1)), "x")))
                .containsExactly(null, 1L);
        assertThat(values(TableColumns.read(Table.create(ShortColumn.create("x", Short.MIN_VALUE, (short) 1)), "x")))
                .containsExactly(null, 1L);
        assertThat(values(TableColumns.read(Table.create(LongColumn.create("x", Integer.MIN_VALUE, 1)), "x")))
                .containsExactly((long) Integer.MIN_VALUE, 1L);
    }

    @Test
    void writingGivesBackWhatWasRead() {
        Table table = everyKind();
        for (String name : table.columnNames()) {
            Column read = TableColumns.read(table, name);
            Table written = Table.create(TableColumns.write(name, read));
            assertThat(written.columnNames()).containsExactly(name);
            assertThat(values(TableColumns.read(written, name))).as(name).isEqualTo(values(read));
            assertThat(written.column(0).isMissing(1)).as(name).isTrue();
            Vocabulary vocabulary = Vocabulary.of(read);
            Table decoded = Table.create(TableColumns.write(name, new CodeColumn(vocabulary.encode(read), vocabulary)));
            assertThat(values(TableColumns.read(decoded, name))).as(name).isEqualTo(values(read));
        }
        assertThat(TableColumns.write("x", WholeColumn.of(1, 2))).isInstanceOf(IntColumn.class);
        assertThat(TableColumns.write("x", WholeColumn.of(Integer.MIN_VALUE))).isInstanceOf(LongColumn.class);
    }

    @Test
    void laterChangesOfATableHaveNoEffect() {
        Table table = everyKind();
        List<List<Object>> before = new ArrayList<>();
        List<Column> columns = new ArrayList<>(TableColumns.readAll(table).values());
        columns.forEach(column -> before.add(values(column)));
        table.columns().forEach(column -> column.setMissing(0));
        table.doubleColumn("double").set(2, 77.0);
        for (int i = 0; i < columns.size(); i++) {
            assertThat(values(columns.get(i))).isEqualTo(before.get(i));
        }
    }

    @Test
    void columnsThatAreNotThereAreNamedWithWhatIs() {
        Table table = Table.create(IntColumn.create("Shop", new int[] {1}), IntColumn.create("Size", new int[] {2}));
        assertThatThrownBy(() -> TableColumns.read(table, "shop"))
                .hasMessage("The table has no column \"shop\" (there is \"Shop\"); its columns are [Shop, Size]");
        assertThatThrownBy(() -> TableColumns.read(table, " size")).hasMessageContaining("(there is \"Size\")");
        assertThatThrownBy(() -> TableColumns.read(table, "Sales"))
                .hasMessage("The table has no column \"Sales\"; its columns are [Shop, Size]");
        assertThat(values(TableColumns.read(table, "Size"))).containsExactly(2L);
    }

    @Test
    void otherTypesAreRefusedByName() {
        TimeColumn times = TimeColumn.create("x");
        times.append(LocalTime.NOON);
        InstantColumn instants = InstantColumn.create("x");
        instants.append(Instant.EPOCH);
        for (Table table : List.of(Table.create(times), Table.create(instants))) {
            assertThatThrownBy(() -> TableColumns.read(table, "x"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("\"x\" is of Tablesaw's type")
                    .hasMessageContaining("are supported");
        }
    }

    @Test
    void manyDifferentTextsAreHeldOnce() {
        StringColumn texts = StringColumn.create("t");
        for (int i = 0; i < 200_000; i++) {
            texts.append("text " + i % 70_000);
        }
        TextColumn read = (TextColumn) TableColumns.read(Table.create(texts), "t");
        assertThat(read.texts()).hasSize(70_000);
        assertThat(read.value(199_999)).isEqualTo("text " + 199_999 % 70_000);
    }
}
