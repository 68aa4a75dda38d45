package org.learn4j.tabular.table;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.Table;

class CsvReaderTest {
    @TempDir
    private Path folder;

    private static Table read(String csv) {
        return CsvReader.create().read(csv);
    }

    private static ColumnType typeOf(String... cells) {
        return read("x,other\n" + String.join(",1\n", cells) + ",1\n").column(0).type();
    }

    private static CsvException fault(CsvReader reader, String csv) {
        return assertThatExceptionOfType(CsvException.class)
                .isThrownBy(() -> reader.read(csv))
                .actual();
    }

    private static CsvException fault(String csv) {
        return fault(CsvReader.create(), csv);
    }

    // ---- inference

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1,2,3 | INTEGER",
                "-1,+3,0,-0 | INTEGER",
                "2147483647,-2147483647 | INTEGER",
                "2147483648,1 | LONG",
                "-2147483648,1 | LONG", // Tablesaw's mark of a missing int
                "9223372036854775807,-9223372036854775807 | LONG",
                "-9223372036854775808 | STRING", // Tablesaw's mark of a missing long
                "9223372036854775808 | STRING",
                "12345678901234567890,1.5 | STRING",
                "20150731,20150801 | INTEGER", // not a date
                "1,2.5 | DOUBLE",
                "1e5,2 | DOUBLE",
                ".5,1. | DOUBLE",
                "Infinity,-inf,+INF,1 | DOUBLE",
                "1e999 | STRING",
                "007,008 | STRING",
                "00.5 | STRING",
                "1,007 | STRING",
                "1_000 | STRING",
                "0x10 | STRING",
                "1d,2f | STRING",
                "1e,2 | STRING",
                "- | STRING",
                ". | STRING",
                "١,٢ | STRING", // digits, but not ours
                "true,FALSE,True | BOOLEAN",
                "Y,N | STRING",
                "T,F | STRING",
                "yes,no | STRING",
                "0,1 | INTEGER",
                "true,1 | STRING",
                "2015-07-31,2016-02-29 | LOCAL_DATE",
                "2015-02-29 | STRING",
                "2015-7-31 | STRING",
                "01/02/2012,31/12/2012 | STRING",
                "2015-07-31T10:00,2015-07-31 10:00:01.5 | LOCAL_DATE_TIME",
                "2015-07-31,2015-07-31T10:00 | LOCAL_DATE_TIME",
                "2015-07-31T10:00:00.123456 | STRING", // a column would round it
                "2015-07-31T10:00:00.123000 | LOCAL_DATE_TIME",
                "2015-07-31T10:00:00Z | STRING",
                "2015-07-31T24:00 | STRING",
                "2015-07-31,1 | STRING",
                "0,a | STRING",
                "NA,, | STRING",
            })
    void the_narrowest_type_that_fits_every_cell_is_chosen(String cells, String type) {
        assertThat(typeOf(cells.split(",", -1)).name()).isEqualTo(type);
    }

    @Test
    void one_late_cell_decides() {
        String csv = "x\n" + "1\n".repeat(20_000) + "a\n";
        assertThat(read(csv).column("x").type()).isEqualTo(ColumnType.STRING);
        assertThat(read(csv).stringColumn("x").get(0)).isEqualTo("1");
        assertThat(read("x\n" + "20150731\n".repeat(20_000) + "5\n")
                        .intColumn("x")
                        .get(20_000))
                .isEqualTo(5);
    }

    @Test
    void values_are_what_the_file_says() {
        Table table = read("""
                i,l,d,b,t,day,at
                7,3000000000,-0.1,TRUE,"a ""b"", c",2016-02-29,2016-02-29 23:59:59.999
                NA,N/A,NaN,null,,,NA
                """);
        assertThat(table.intColumn("i").get(0)).isEqualTo(7);
        assertThat(table.longColumn("l").get(0)).isEqualTo(3_000_000_000L);
        assertThat(table.doubleColumn("d").get(0)).isEqualTo(-0.1);
        assertThat(table.booleanColumn("b").get(0)).isTrue();
        assertThat(table.stringColumn("t").get(0)).isEqualTo("a \"b\", c");
        assertThat(table.dateColumn("day").get(0)).isEqualTo(LocalDate.of(2016, 2, 29));
        assertThat(table.dateTimeColumn("at").get(0)).isEqualTo(LocalDateTime.of(2016, 2, 29, 23, 59, 59, 999_000_000));
        assertThat(table.columns()).allMatch(column -> column.isMissing(1) && column.countMissing() == 1);
    }

    @Test
    void reading_does_not_depend_on_the_locale() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            Table table = CsvReader.create().dateAs("day", "d MMM yyyy").read("day,x\n3 Mar 2020,1.5\n");
            assertThat(table.dateColumn("day").get(0)).isEqualTo(LocalDate.of(2020, 3, 3));
            assertThat(table.doubleColumn("x").get(0)).isEqualTo(1.5);
        } finally {
            Locale.setDefault(before);
        }
    }

    // ---- declared types

    @Test
    void a_declared_type_is_what_is_read() {
        Table table = CsvReader.create()
                .text("zip")
                .number("n")
                .dateAs("uk", "dd/MM/yyyy")
                .dateTimeAs("at", "MM/dd/yyyy h:mm a")
                .flagAs("open", "1", "0")
                .read("zip,n,uk,at,open\n1,2,01/02/2012,01/02/2012 3:04 pm,0\n,,,,\n");
        assertThat(table.stringColumn("zip").get(0)).isEqualTo("1");
        assertThat(table.doubleColumn("n").get(0)).isEqualTo(2);
        assertThat(table.dateColumn("uk").get(0)).isEqualTo(LocalDate.of(2012, 2, 1));
        assertThat(table.dateTimeColumn("at").get(0)).isEqualTo(LocalDateTime.of(2012, 1, 2, 15, 4));
        assertThat(table.booleanColumn("open").get(0)).isFalse();
        assertThat(table.columns()).allMatch(column -> column.isMissing(1));
    }

    @Test
    void a_cell_of_another_type_is_an_error_that_says_where() {
        CsvException fault = fault(CsvReader.create().whole("Sales"), "Store,Sales\n1,5\n2,\n3,\"5,\n5\"\n4,x\n");
        assertThat(fault).hasMessage("CSV text, line 4, column Sales: a whole number is expected, received \"5,\\n5\"");
        assertThat(fault.line()).isEqualTo(4);
        assertThat(fault.column()).contains("Sales");
        assertThat(fault(CsvReader.create().date("d"), "d\n2015-02-29\n"))
                .hasMessage(
                        "CSV text, line 2, column d: a date written yyyy-MM-dd is expected, received \"2015-02-29\"");
        assertThat(fault(CsvReader.create().dateAs("d", "dd/MM/yyyy"), "d\n31/06/2015\n"))
                .hasMessageContaining("a date written dd/MM/yyyy is expected, received \"31/06/2015\"");
        assertThat(fault(CsvReader.create().flag("b"), "b\n1\n"))
                .hasMessageContaining("true or false is expected, received \"1\"");
        assertThat(fault(CsvReader.create().flagAs("b", "Y", "N"), "b\ny\n"))
                .hasMessageContaining("\"Y\" or \"N\" is expected, received \"y\"");
        assertThat(fault(CsvReader.create().whole("n"), "n\n-9223372036854775808\n"))
                .hasMessageContaining("a whole number is expected");
        assertThat(fault(CsvReader.create().number("n"), "n\n 5\n"))
                .hasMessageContaining("received \" 5\"; trim() takes blanks around fields off");
        assertThat(fault(CsvReader.create().number("n"), "n\n" + "x".repeat(100) + "\n"))
                .hasMessageEndingWith("received \"" + "x".repeat(40) + "\"... (100 characters)");
    }

    @Test
    void a_declared_column_that_is_not_there_is_an_error() {
        assertThat(fault(CsvReader.create().text("zip"), "a,b\n1,2\n"))
                .hasMessage("CSV text, line 1, column zip: such a column is expected, received a header of [a, b]");
        assertThat(fault(CsvReader.create().columns("A"), "a,b\n1,2\n")).hasMessageContaining("column A");
    }

    @Test
    void bad_settings_are_errors() {
        assertThatIllegalArgumentException().isThrownBy(() -> CsvReader.create().dateAs("d", "bb"));
        assertThatIllegalArgumentException().isThrownBy(() -> CsvReader.create().flagAs("d", "1", "1"));
        assertThatIllegalArgumentException().isThrownBy(() -> CsvReader.create().delimiter('"'));
        assertThatIllegalArgumentException().isThrownBy(() -> CsvReader.create().names());
        assertThatIllegalArgumentException().isThrownBy(() -> CsvReader.create().names("a", "A"));
        assertThatIllegalArgumentException().isThrownBy(() -> CsvReader.create().maxFieldLength(0));
    }

    // ---- missing values

    @Test
    void missing_markers_replace_the_default_ones() {
        Table table = CsvReader.create().missing("?").read("n,t\n?,NA\n1,?\n");
        assertThat(table.intColumn("n").isMissing(0)).isTrue();
        assertThat(table.stringColumn("t").get(0)).isEqualTo("NA");
        assertThat(table.stringColumn("t").isMissing(1)).isTrue();
        assertThat(fault(CsvReader.create().missing("?").number("n"), "n,m\n,1\n"))
                .hasMessageContaining("column n: a number is expected, received \"\"");
        assertThat(fault(CsvReader.create().missing("").dateAs("d", "yyyy"), "d\n2015\n"))
                .hasMessageContaining("yyyy");
    }

    @Test
    void an_asterisk_is_a_text() {
        assertThat(read("x\n*\n").stringColumn("x").get(0)).isEqualTo("*");
    }

    // ---- columns and headers

    @Test
    void chosen_columns_come_in_the_chosen_order_and_others_are_not_looked_at() {
        Table table = CsvReader.create().columns("c", "a").read("a,b,c\n1,\"x\ny\",3\n");
        assertThat(table.columnNames()).containsExactly("c", "a");
        assertThat(table.intColumn("a").get(0)).isEqualTo(1);
    }

    @Test
    void names_stand_in_for_a_header() {
        assertThat(CsvReader.create().names("a", "b").read("1,2\n3,4\n").rowCount())
                .isEqualTo(2);
        assertThat(CsvReader.create().names("a", "b").read("").rowCount()).isZero();
        assertThat(fault(CsvReader.create().names("a"), "1,2\n")).hasMessageContaining("line 1");
        Table table = CsvReader.create().replaceHeader("id", "a").read(",x\n0,1\n");
        assertThat(table.columnNames()).containsExactly("id", "a");
        assertThat(table.rowCount()).isEqualTo(1);
        assertThat(fault(CsvReader.create().replaceHeader("id"), ",x\n0,1\n"))
                .hasMessageContaining("a header of 1 columns is expected");
    }

    @Test
    void a_header_names_every_column_once() {
        assertThat(fault("a,b,A\n1,2,3\n")).hasMessageContaining("number 3, \"A\", is there twice");
        assertThat(fault(",b\n1,2\n")).hasMessageContaining("number 1 is empty");
    }

    @Test
    void a_file_of_a_header_alone_is_a_table_without_rows_and_an_empty_one_is_an_error() {
        Table table = read("a,b");
        assertThat(table.columnNames()).containsExactly("a", "b");
        assertThat(table.rowCount()).isZero();
        assertThat(fault("")).hasMessage("CSV text: a header line is expected, received an empty text");
        assertThat(fault("\n\n\r\n")).hasMessageContaining("an empty text");
    }

    @Test
    void rows_are_as_long_as_the_header() {
        assertThat(fault("a,b,c\n1,2,3\n1,2\n"))
                .hasMessage(
                        "CSV text, line 3, column c: 3 fields are expected, as the header has, received 2; the first"
                                + " that is missing is of this column");
        assertThat(fault("a,b\n1,2\n1,2,3\n"))
                .hasMessage(
                        "CSV text, line 3, column number 3: 2 fields are expected, as the header has, received more;"
                                + " the next one is \"3\"");
        assertThat(read("a,b\n1,\n").column("b").isMissing(0)).isTrue();
    }

    // ---- lines and quotes

    @Test
    void lines_end_in_any_way_even_mixed() {
        Table table = read("a,b\r\n1,x\n2,y\r3,\"p\r\nq\"\r\n\r\n\n4,z");
        assertThat(table.intColumn("a").asIntArray()).containsExactly(1, 2, 3, 4);
        assertThat(table.stringColumn("b").get(2)).isEqualTo("p\r\nq");
    }

    @Test
    void a_carriage_return_in_quotes_is_a_character_wherever_it_stands() {
        for (String text : new String[] {"\r", "a\r", "\ra", "a\rb", "\r\n", "\n\r", "a\n\nb\r\r"}) {
            for (String end : new String[] {"\n", "\r\n", "\r", ""}) {
                Table table = read("a,b" + end.replaceFirst("^$", "\n") + "1,\"" + text + "\"" + end);
                assertThat(table.rowCount()).isEqualTo(1);
                assertThat(table.stringColumn("b").get(0)).isEqualTo(text);
            }
        }
    }

    @Test
    void lines_are_counted_in_quotes_too() {
        assertThat(fault(CsvReader.create().whole("b"), "a,b\r\n\"x\r\ny\rz\n\n\",1\r\n\r\n2,x\r\n")
                        .line())
                .isEqualTo(8);
    }

    @Test
    void blanks_around_names_are_taken_off_as_tablesaw_does() {
        assertThat(CsvReader.create().text(" b").read(" a, b\n1,2\n").columnNames())
                .containsExactly("a", "b");
        assertThat(fault("a, a\n1,2\n")).hasMessageContaining("is there twice");
        assertThat(fault("a, \n1,2\n")).hasMessageContaining("number 2 is empty");
    }

    @Test
    void a_quote_inside_an_unquoted_field_is_a_character() {
        assertThat(read("a,b\n5\" pipe,1\n").stringColumn("a").get(0)).isEqualTo("5\" pipe");
    }

    @Test
    void a_quote_that_is_not_closed_is_an_error_where_it_opens() {
        for (String end : new String[] {"", "\n", "\r\n4,5\n", "\"\"", "\"\"\n"}) {
            assertThat(fault("a,b\n1,2\n3,\"open" + end))
                    .hasMessageStartingWith(
                            "CSV text, line 3, column b: the quote that opens this field is never closed");
        }
        assertThat(fault("a,\"b\n1,2\n")).hasMessageContaining("line 1, column number 2");
        assertThat(read("a\n\"\"\"\"").stringColumn("a").get(0)).isEqualTo("\"");
    }

    @Test
    void what_follows_a_closing_quote_is_an_error() {
        assertThat(fault("a,b\n1,\"x\"y\n"))
                .hasMessageStartingWith("CSV text, line 2, column b: after a closing quote a delimiter");
        assertThat(fault("a,b\n1,\"x\" \n")).hasMessageContaining("after a closing quote");
    }

    @Test
    void an_empty_cell_of_a_single_column_is_quoted_and_blank_lines_are_no_rows() {
        Table table = read("a\n1\n\"\"\n\n2\n");
        assertThat(table.rowCount()).isEqualTo(3);
        assertThat(table.column("a").isMissing(1)).isTrue();
    }

    @Test
    void blanks_belong_to_a_field_unless_trimmed() {
        assertThat(read("a,b\n 1,x\n").stringColumn("a").get(0)).isEqualTo(" 1");
        Table table = CsvReader.create().trim().read("a , b\n 1\t,\" x \"\n  ,y\n");
        assertThat(table.intColumn("a").get(0)).isEqualTo(1);
        assertThat(table.intColumn("a").isMissing(1)).isTrue();
        assertThat(table.stringColumn("b").get(0)).isEqualTo(" x ");
    }

    @Test
    void another_delimiter_leaves_commas_alone() {
        assertThat(CsvReader.create().delimiter('\t').read("a\tb\n1,5\t2\n").columnNames())
                .containsExactly("a", "b");
    }

    // ---- characters

    @Test
    void byte_order_marks_tell_the_character_set_and_are_no_text() {
        for (var charset : new java.nio.charset.Charset[] {UTF_8, UTF_16LE, UTF_16BE}) {
            Table table = CsvReader.create().read(new ByteArrayInputStream("\uFEFFä,b\n1,2\n".getBytes(charset)));
            assertThat(table.columnNames()).containsExactly("ä", "b");
        }
        assertThat(read("\uFEFFa\n1\n").columnNames()).containsExactly("a");
        assertThat(CsvReader.create()
                        .read(new ByteArrayInputStream(new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF, 'a'}))
                        .columnNames())
                .containsExactly("a");
    }

    @Test
    void malformed_text_is_an_error_with_its_line() {
        byte[] latin = ("a,b\n" + "1,x\n".repeat(5000) + "2,Köln\n").getBytes(ISO_8859_1);
        assertThatExceptionOfType(CsvException.class)
                .isThrownBy(() -> CsvReader.create().read(new ByteArrayInputStream(latin)))
                .withMessage(
                        "CSV stream, line 5002: at character 4 of the line, the byte F6 is not valid in UTF-8; a file of"
                                + " another character set is read with charset(...)")
                .matches(fault -> fault.line() == 5002);
        assertThat(CsvReader.create()
                        .charset(ISO_8859_1)
                        .read(new ByteArrayInputStream(latin))
                        .stringColumn("b")
                        .get(5000))
                .isEqualTo("Köln");
        byte[] cut = {'a', '\n', 'x', (byte) 0xE2, (byte) 0x82};
        assertThatExceptionOfType(CsvException.class)
                .isThrownBy(() -> CsvReader.create().read(new ByteArrayInputStream(cut)))
                .withMessageContaining("line 2: at character 2 of the line, the bytes E2 82 are not");
    }

    @Test
    void characters_beyond_the_basic_plane_survive_wherever_buffers_end() {
        String astral = "\uD83D\uDE00";
        for (int padding = 0; padding < 4; padding++) {
            String text = "x".repeat(padding) + astral.repeat(40_000);
            String csv = "t\n" + text + "\n";
            assertThat(CsvReader.create()
                            .read(new ByteArrayInputStream(csv.getBytes(UTF_8)))
                            .stringColumn(0)
                            .get(0))
                    .isEqualTo(text);
        }
    }

    @Test
    void a_nul_is_an_error_with_its_line() {
        assertThat(fault("a,b\n1,x\u0000y\n"))
                .hasMessageStartingWith("CSV text, line 2: at character 4 of the line, a NUL character");
        assertThatExceptionOfType(CsvException.class)
                .isThrownBy(() -> CsvReader.create().read(new ByteArrayInputStream("a,b\n1,2\n".getBytes(UTF_16LE))))
                .withMessageContaining("NUL");
    }

    // ---- limits

    @Test
    void a_field_is_as_long_as_the_limit_and_not_longer() {
        CsvReader reader = CsvReader.create().maxFieldLength(10);
        assertThat(reader.read("a\n0123456789\n").rowCount()).isEqualTo(1);
        assertThat(reader.read("a\n\"" + "\"\"".repeat(10) + "\"\n")
                        .stringColumn(0)
                        .get(0))
                .hasSize(10);
        assertThat(fault(reader, "a,b\n1,x\n1,01234567890\n"))
                .hasMessageStartingWith("CSV text, line 3, column b: a field of at most 10 characters is expected");
        String long1 = "x".repeat(1 << 20);
        assertThat(read("a\n" + long1 + "\n").stringColumn(0).get(0)).hasSize(1 << 20);
        assertThat(fault("a\n" + long1 + "x\n")).hasMessageContaining("at most 1048576 characters");
    }

    @Test
    void a_row_is_as_long_as_the_limit_and_not_longer() {
        CsvReader reader = CsvReader.create().maxRowLength(6);
        assertThat(reader.read("a,b,c\n1,2,3\n").rowCount()).isEqualTo(1);
        assertThat(fault(reader, "a,b,c\n1,2,34\n"))
                .hasMessageContaining("line 2, column c: a row of at most 6 characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a,b\n1,\"", "a,b\n1,", "a,\"b", "\u00e4,b\n\"1\",\""})
    void a_gigabyte_without_an_end_fails_early_in_little_memory(String begin) {
        var endless = new Endless(begin.getBytes(UTF_8));
        assertThatExceptionOfType(CsvException.class)
                .isThrownBy(() -> CsvReader.create().read(endless))
                .withMessageContaining("a field of at most 1048576 characters is expected");
        assertThat(endless.read).isLessThan(4 << 20);
    }

    @Test
    void a_gigabyte_of_commas_fails_early() {
        for (String begin : new String[] {"a,b\n", ""}) {
            var endless = new Endless(begin.getBytes(UTF_8));
            endless.filler = ',';
            assertThatExceptionOfType(CsvException.class)
                    .isThrownBy(() -> CsvReader.create().read(endless));
            assertThat(endless.read).isLessThan(4 << 20);
        }
    }

    /** A gigabyte that begins like CSV. */
    private static final class Endless extends InputStream {
        private final byte[] begin;
        private char filler = 'x';
        private long read;

        Endless(byte[] begin) {
            this.begin = begin;
        }

        @Override
        public int read() {
            if (read >= 1L << 30) {
                return -1;
            }
            int at = (int) read++;
            return at < begin.length ? begin[at] & 0xFF : filler;
        }
    }

    // ---- sources

    @Test
    void files_are_plain_gzip_or_zip_whatever_they_are_called() throws IOException {
        byte[] csv = "a,b\n1,2\n".getBytes(UTF_8);
        Path plain = Files.write(folder.resolve("plain.csv.gz"), csv);
        Path gzip = Files.write(folder.resolve("gzip.csv"), gzipped(csv));
        Path zip = Files.write(
                folder.resolve("train.csv.zip"),
                zipped("__MACOSX/._train.csv", csv, "readme.txt", csv, "train.csv", csv));
        for (Path path : new Path[] {plain, gzip, zip}) {
            assertThat(Tables.readCsv(path).intColumn("b").get(0)).isEqualTo(2);
        }
        assertThat(Tables.readCsv(zip).name()).isEqualTo("train");
        assertThat(CsvReader.create()
                        .read(new ByteArrayInputStream(gzipped(csv)))
                        .rowCount())
                .isEqualTo(1);
        try (InputStream stream = Files.newInputStream(zip)) {
            assertThat(CsvReader.create().read(stream).rowCount()).isEqualTo(1);
        }
        assertThat(CsvReader.create().read(new StringReader("a,b\n1,2\n")).rowCount())
                .isEqualTo(1);
    }

    @Test
    void a_zip_with_several_tables_needs_the_entry_named() throws IOException {
        Path zip = Files.write(
                folder.resolve("all.zip"),
                zipped("x/a.csv", "a\n1\n".getBytes(UTF_8), "b.csv", "b\n2\n".getBytes(UTF_8)));
        assertThatExceptionOfType(CsvException.class)
                .isThrownBy(() -> Tables.readCsv(zip))
                .withMessage("all.zip: a zip archive with one CSV file is expected, received one with x/a.csv, b.csv;"
                        + " entry(...) chooses one");
        assertThat(CsvReader.create().entry("b.csv").read(zip).columnNames()).containsExactly("b");
        assertThatExceptionOfType(CsvException.class)
                .isThrownBy(() -> CsvReader.create().entry("c.csv").read(zip))
                .withMessageContaining("the entry c.csv is expected, received x/a.csv, b.csv");
        Path plain = Files.writeString(folder.resolve("p.csv"), "a\n1\n");
        assertThatExceptionOfType(CsvException.class)
                .isThrownBy(() -> CsvReader.create().entry("b.csv").read(plain));
    }

    @Test
    void a_file_that_cannot_be_read_is_named() throws IOException {
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> Tables.readCsv(folder.resolve("none.csv")))
                .withMessageContaining("none.csv");
        byte[] gzip = gzipped("a,b\n1,2\n".repeat(5000).getBytes(UTF_8));
        Path cut = Files.write(folder.resolve("cut.csv.gz"), java.util.Arrays.copyOf(gzip, gzip.length / 2));
        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> Tables.readCsv(cut))
                .withMessageContaining("cut.csv.gz");
    }

    private static byte[] gzipped(byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] zipped(Object... namesAndBytes) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(out)) {
            for (int i = 0; i < namesAndBytes.length; i += 2) {
                zip.putNextEntry(new ZipEntry((String) namesAndBytes[i]));
                zip.write((byte[]) namesAndBytes[i + 1]);
            }
        }
        return out.toByteArray();
    }

    // ---- what Tablesaw does with it

    @Test
    void tables_print_and_work_in_tablesaw_without_what_is_left_out_of_it() {
        Table table = read("k,x\na,1\nb,2\n");
        assertThat(table.print()).contains("a  |  1");
        assertThat(table.structure().print()).contains("INTEGER");
        assertThat(table.joinOn("k").with(read("k,y\nb,3\n")).join().rowCount()).isEqualTo(1);
        assertThat(table.write().toString("csv")).isEqualToNormalizingNewlines("k,x\na,1\nb,2\n");
        assertThat(table.summarize("x", tech.tablesaw.aggregate.AggregateFunctions.mean)
                        .apply()
                        .rowCount())
                .isEqualTo(1);
        assertThat(Table.read().csv(new StringReader("a\n1\n")).rowCount()).isEqualTo(1);
    }

    @Test
    void many_distinct_texts_are_kept_apart() {
        String csv = "t\n"
                + IntStream.range(0, 100_000)
                        .mapToObj(i -> "t" + i + "\n")
                        .collect(java.util.stream.Collectors.joining());
        Table table = read(csv);
        assertThat(IntStream.range(0, 100_000))
                .allMatch(i -> table.stringColumn("t").get(i).equals("t" + i));
    }
}
