package org.learn4j.examples.rossmann;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.examples.rossmann.RossmannTables.Count;
import org.learn4j.tabular.table.Tables;
import tech.tablesaw.api.Table;

class RossmannTablesTest {
    @TempDir
    private Path folder;

    private void write(String name, String... lines) throws IOException {
        Files.write(folder.resolve(name), List.of(lines));
    }

    /** Two stores on ten days of training, of which store 2 is closed on one, and one day to predict. */
    private void writeSmall() throws IOException {
        Stream<String> days = IntStream.rangeClosed(0, 9)
                .mapToObj(i -> LocalDate.of(2015, 7, 31).minusDays(i))
                .flatMap(day -> Stream.of(1, 2)
                        .map(store -> store + "," + day.getDayOfWeek().getValue() + "," + day + ","
                                + (store == 2 && day.getDayOfMonth() == 26 ? "0,0,0" : "100,10,1") + ","
                                + (day.getDayOfMonth() == 30 ? 1 : 0) + ",\""
                                + (day.getDayOfMonth() == 28 ? "a" : "0") + "\",\"0\""));
        write(
                "train.csv",
                Stream.concat(
                                Stream.of("Store,DayOfWeek,Date,Sales,Customers,Open,Promo,StateHoliday,SchoolHoliday"),
                                days)
                        .toArray(String[]::new));
        write(
                "test.csv",
                "Id,Store,DayOfWeek,Date,Open,Promo,StateHoliday,SchoolHoliday",
                "1,1,6,2015-08-01,1,1,\"0\",\"1\"",
                "2,2,6,2015-08-01,,1,\"0\",\"1\"");
        write(
                "store.csv",
                "Store,StoreType,Assortment,CompetitionDistance,CompetitionOpenSinceMonth,CompetitionOpenSinceYear,Promo2,"
                        + "Promo2SinceWeek,Promo2SinceYear,PromoInterval",
                "1,c,a,1270,6,2015,1,31,2015,\"Jan,Apr,Jul,Oct\"",
                "2,a,b,,,,0,,,");
        write("store_states.csv", "Store,State", "1,HE", "2,\"HB,NI\"");
        write("state_names.csv", "StateName,State", "Hessen,HE", "Niedersachsen,\"HB,NI\"");
        write(
                "googletrend.csv",
                Stream.concat(
                                Stream.of("file,week,trend"),
                                Stream.of("Rossmann_DE", "Rossmann_DE_HE", "Rossmann_DE_NI")
                                        .flatMap(file -> Stream.of(
                                                file + ",2015-07-13 - 2015-07-19," + file.length(),
                                                file + ",2015-07-20 - 2015-07-26," + (file.length() + 50),
                                                file + ",2015-07-27 - 2015-08-02," + (file.length() + 60))))
                        .toArray(String[]::new));
        write(
                "weather.csv",
                Stream.concat(
                                Stream.of("file,Date,Mean_TemperatureC,Events"),
                                Stream.of("Hessen", "Niedersachsen")
                                        .flatMap(state -> IntStream.rangeClosed(0, 11)
                                                .mapToObj(i -> state + ","
                                                        + LocalDate.of(2015, 7, 21)
                                                                .plusDays(i) + "," + i + ",Rain")))
                        .toArray(String[]::new));
    }

    @Test
    void small_files_become_what_can_be_computed_by_hand() throws IOException {
        writeSmall();
        RossmannTables tables = RossmannTables.read(folder);
        Table train = tables.train();
        assertThat(train.rowCount()).isEqualTo(19);
        assertThat(tables.test().rowCount()).isEqualTo(2);
        assertThat(tables.report()).contains(new Count("train.csv", 20), new Count("days of both", 22));
        assertThat(tables.report())
                .filteredOn(count -> count.what().endsWith("unmatched"))
                .hasSize(10)
                .allMatch(count -> count.rows() == 0);

        // row 0: store 1 on Friday, 31 July 2015; row 1: store 2
        assertThat(train.dateColumn("Date").get(0)).isEqualTo("2015-07-31");
        assertThat(train.intColumn("trend").get(0)).isEqualTo(14 + 60);
        assertThat(train.intColumn("trend_DE").get(0)).isEqualTo(11 + 60);
        assertThat(train.intColumn("Mean_TemperatureC").get(0)).isEqualTo(10);
        assertThat(train.intColumn("CompetitionDaysOpen").get(0)).isEqualTo(46);
        assertThat(train.intColumn("CompetitionMonthsOpen").get(0)).isEqualTo(1);
        assertThat(train.dateColumn("Promo2Since").get(0)).isEqualTo("2015-07-27");
        assertThat(train.intColumn("Promo2Days").get(0)).isEqualTo(4);
        assertThat(train.intColumn("Promo2Weeks").get(0)).isZero();
        assertThat(train.intColumn("CompetitionDaysOpen").get(1)).isZero();
        assertThat(train.intColumn("CompetitionOpenSinceYear").get(1)).isEqualTo(1900);
        assertThat(train.intColumn("AfterPromo").get(0)).isEqualTo(1);
        assertThat(train.intColumn("BeforePromo").get(0)).isEqualTo(-1);
        assertThat(train.intColumn("AfterStateHoliday").get(0)).isEqualTo(3);
        assertThat(train.intColumn("BeforeSchoolHoliday").get(0)).isEqualTo(-1);
        assertThat(train.intColumn("Promo_bw").get(0)).isEqualTo(1);
        assertThat(train.intColumn("Promo_fw").get(0)).isEqualTo(1);
        assertThat(tables.test().intColumn("StateHoliday_bw").get(0)).isEqualTo(1);
        assertThat(tables.validationCut()).isEqualTo(3);
    }

    @Test
    void what_has_no_match_and_what_is_not_there_are_errors() throws IOException {
        writeSmall();
        write("store_states.csv", "Store,State", "1,HE");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RossmannTables.read(folder))
                .withMessageContaining("[Store 2]");
        Files.delete(folder.resolve("weather.csv"));
        write("store_states.csv", "Store,State", "1,HE", "2,\"HB,NI\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RossmannTables.read(folder))
                .withMessageContaining("has no weather.csv");
    }

    @Test
    void the_real_files_become_the_tables_of_the_lesson() {
        Path files = Path.of("..", "..", "shared", "data", "rossmann");
        assumeTrue(Files.isDirectory(files), "the Rossmann files are not here");
        RossmannTables tables = RossmannTables.read(files);
        assertThat(tables.report())
                .contains(
                        new Count("train.csv", 1_017_209),
                        new Count("test.csv", 41_088),
                        new Count("days of both", 1_058_297),
                        new Count("train, days with sales", 844_338));
        assertThat(tables.report())
                .filteredOn(count -> count.what().endsWith("unmatched"))
                .hasSize(10)
                .allMatch(count -> count.rows() == 0);
        assertThat(tables.validationCut()).isEqualTo(41_395);
        assertThat(tables.train().rowCount()).isEqualTo(844_338);
        assertThat(tables.test().rowCount()).isEqualTo(41_088);

        // with the missing value, the rows of the lesson's embeddings
        int[] training = IntStream.range(tables.validationCut(), 844_338).toArray();
        Table described = Tables.describe(
                Tables.rows(tables.train().selectColumns(RossmannTables.CATEGORICAL.toArray(new String[0])), training));
        assertThat(described.intColumn("Distinct").asList().stream()
                        .map(distinct -> distinct + 1)
                        .collect(Collectors.toList()))
                .containsExactly(1116, 8, 4, 13, 32, 3, 26, 27, 5, 4, 4, 24, 9, 13, 53, 22, 7, 7, 4, 4, 9, 9);
        assertThat(tables.train().columnNames()).containsAll(RossmannTables.CONTINUOUS);
        List<String> missing = RossmannTables.CONTINUOUS.stream()
                .filter(name -> tables.train().column(name).countMissing() > 0)
                .toList();
        assertThat(missing).containsExactly("CompetitionDistance", "CloudCover");
    }
}
