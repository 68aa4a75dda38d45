package org.learn4j.tabular.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.testkit.Mutator;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DateColumn;
import tech.tablesaw.api.DateTimeColumn;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** What is written is what is read; what is damaged is read or refused, and nothing else happens. */
class CsvRoundTripTest {
    private static final String ALPHABET = "ab\"\",,;\t\n\r '=-\u00e4\u20ac1.NA";

    @TempDir
    private Path folder;

    private static String written(CsvWriter writer, Table table) {
        var out = new StringWriter();
        writer.write(table, out);
        return out.toString();
    }

    private static String text(SplittableRandom random) {
        var text = new StringBuilder();
        for (int length = random.nextInt(6); length > 0; length--) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return random.nextInt(20) == 0 ? text + "\uD83D\uDE00\uFEFF" : text.toString();
    }

    private static Table table(SplittableRandom random) {
        Table table = Table.create("t");
        int columns = 1 + random.nextInt(4);
        int rows = random.nextInt(5);
        for (int i = 0; i < columns; i++) {
            String name = i + text(random);
            table.addColumns(
                    switch (random.nextInt(7)) {
                        case 0 -> IntColumn.create(name, random.ints(rows).toArray());
                        case 1 -> LongColumn.create(name, random.longs(rows).toArray());
                        case 2 ->
                            DoubleColumn.create(
                                    name,
                                    random.longs(rows)
                                            .mapToDouble(Double::longBitsToDouble)
                                            .toArray());
                        case 3 -> BooleanColumn.create(name, new boolean[rows]);
                        case 4 ->
                            DateColumn.create(
                                    name,
                                    random.longs(rows, -700_000, 2_900_000).mapToObj(LocalDate::ofEpochDay));
                        case 5 ->
                            DateTimeColumn.create(
                                    name,
                                    random.longs(rows, -60_000_000_000L, 250_000_000_000L)
                                            .mapToObj(second -> LocalDateTime.ofEpochSecond(
                                                    second,
                                                    1_000_000 * (int) (second & 511),
                                                    java.time.ZoneOffset.UTC)));
                        default ->
                            StringColumn.create(
                                    name,
                                    random.ints(rows)
                                            .mapToObj(any -> text(random))
                                            .toList());
                    });
            for (int row = 0; row < rows; row++) {
                if (random.nextInt(6) == 0) {
                    table.column(i).setMissing(row);
                }
            }
        }
        return table;
    }

    /** Returns a reader that was told the types. */
    private static CsvReader readerOf(Table table) {
        CsvReader reader = CsvReader.create().missing("");
        for (Column<?> column : table.columns()) {
            reader = switch (column.type().name()) {
                case "INTEGER", "LONG" -> reader.whole(column.name());
                case "DOUBLE" -> reader.number(column.name());
                case "BOOLEAN" -> reader.flag(column.name());
                case "LOCAL_DATE" -> reader.date(column.name());
                case "LOCAL_DATE_TIME" -> reader.dateTime(column.name());
                default -> reader.text(column.name());
            };
        }
        return reader;
    }

    private static void assertSame(Table read, Table table, String csv) {
        assertThat(read.columnNames()).as(csv).isEqualTo(table.columnNames());
        assertThat(read.rowCount()).as(csv).isEqualTo(table.rowCount());
        for (int i = 0; i < table.columnCount(); i++) {
            for (int row = 0; row < table.rowCount(); row++) {
                Column<?> expected = table.column(i);
                Column<?> column = read.column(i);
                assertThat(column.isMissing(row)).as(csv).isEqualTo(Tables.isMissing(expected, row));
                if (!column.isMissing(row)) {
                    Object value = expected.get(row);
                    assertThat(
                                    value instanceof Number whole && !(value instanceof Double)
                                            ? ((Number) column.get(row)).longValue() - whole.longValue()
                                            : column.get(row))
                            .as(csv)
                            .isEqualTo(value instanceof Number && !(value instanceof Double) ? 0L : value);
                }
            }
        }
    }

    @Test
    void twenty_thousand_tables_come_back() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 20_000; i++) {
            Table table = table(random);
            String csv = written(CsvWriter.create(), table);
            assertSame(readerOf(table).read(csv), table, csv);
            if (i % 10 == 0) {
                String other = written(CsvWriter.create().delimiter(';'), table);
                assertSame(
                        readerOf(table)
                                .delimiter(';')
                                .read(new ByteArrayInputStream(other.getBytes(StandardCharsets.UTF_8))),
                        table,
                        other);
            }
        }
    }

    @Test
    void damaged_files_are_read_or_refused() {
        SplittableRandom random = new SplittableRandom(2);
        var mutator = new Mutator(
                3,
                List.of(
                        "\"".getBytes(StandardCharsets.UTF_8),
                        ",".getBytes(StandardCharsets.UTF_8),
                        "\r\n".getBytes(StandardCharsets.UTF_8),
                        "\uFEFF".getBytes(StandardCharsets.UTF_8)));
        int refused = 0;
        int tables = 4000;
        for (int i = 0; i < tables; i++) {
            byte[] csv = written(CsvWriter.create(), table(random)).getBytes(StandardCharsets.UTF_8);
            for (int j = 0; j < 10; j++) {
                byte[] damaged = mutator.mutate(csv);
                try {
                    CsvReader.create().read(new ByteArrayInputStream(damaged));
                } catch (CsvException e) {
                    refused++;
                    assertThat(e).hasMessageStartingWith("CSV stream");
                }
            }
        }
        assertThat(refused).isBetween(tables, 9 * tables);
    }

    // ---- the writer

    @Test
    void a_submission_is_plain() {
        Path file = folder.resolve("submission.csv");
        Tables.writeCsv(
                Table.create("s", IntColumn.create("Id", 1, 2), DoubleColumn.create("Sales", 5.25, Double.NaN)), file);
        assertThat(file).hasContent("Id,Sales\n1,5.25\n2,\n");
        assertThat(Tables.readCsv(file).doubleColumn("Sales").isMissing(1)).isTrue();
    }

    @Test
    void markers_and_numbers_of_every_kind_are_written() {
        Table table = Table.create(
                "t",
                tech.tablesaw.api.ShortColumn.create("s", new short[] {1, Short.MIN_VALUE}),
                tech.tablesaw.api.FloatColumn.create("f", new float[] {0.1f, Float.NaN}),
                DateTimeColumn.create("at", LocalDateTime.of(2020, 1, 2, 3, 4), null));
        assertThat(written(CsvWriter.create().missing("NA"), table))
                .isEqualTo("s,f,at\n1,0.1,2020-01-02T03:04:00\nNA,NA,NA\n");
    }

    @Test
    void formulas_are_disarmed_for_spreadsheets_alone() {
        Table table = Table.create(
                "t",
                StringColumn.create("=x", "=1+1", "+a", "-b", "@c", "\td", "e=", ""),
                IntColumn.create("n", -1, 2, 3, 4, 5, 6, 7));
        assertThat(written(CsvWriter.create(), table)).startsWith("=x,n\n=1+1,-1\n");
        assertThat(written(CsvWriter.create().forSpreadsheets(), table))
                .isEqualTo("'=x,n\n'=1+1,-1\n'+a,2\n'-b,3\n'@c,4\n'\td,5\ne=,6\n,7\n");
    }

    @Test
    void what_cannot_be_read_back_is_not_written() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> written(CsvWriter.create(), Table.create("t", StringColumn.create("x", "a\u0000"))))
                .withMessageContaining("column x, row 0, holds a NUL");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        written(CsvWriter.create().missing("NA"), Table.create("t", StringColumn.create("x", "NA"))))
                .withMessageContaining("which stands for missing values");
        assertThatIllegalArgumentException().isThrownBy(() -> written(CsvWriter.create(), Table.create("t")));
        assertThatIllegalArgumentException().isThrownBy(() -> CsvWriter.create().delimiter('\n'));
    }

    @Test
    void a_file_that_fails_leaves_the_old_one() throws Exception {
        Path file = Files.writeString(folder.resolve("old.csv"), "old");
        Table bad = Table.create("t", StringColumn.create("x", "a\u0000"));
        assertThatIllegalArgumentException().isThrownBy(() -> Tables.writeCsv(bad, file));
        assertThat(file).hasContent("old");
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }
}
