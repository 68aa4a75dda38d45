package org.learn4j.examples.rossmann;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.learn4j.tabular.feature.DateParts;
import org.learn4j.tabular.feature.ElapsedTimes;
import org.learn4j.tabular.table.CsvReader;
import org.learn4j.tabular.table.Join;
import org.learn4j.tabular.table.Joined;
import org.learn4j.tabular.table.Tables;
import tech.tablesaw.api.BooleanColumn;
import tech.tablesaw.api.DateColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * From the files of the competition, and those that its third place added, to one table of sales and one of the days to
 * predict: the data preparation of fast.ai's lesson 6 of 2019, step by step.
 *
 * <p>The folder holds train.csv, test.csv and store.csv of the competition, and store_states.csv, state_names.csv,
 * googletrend.csv and weather.csv; each may be compressed with gzip and then ends with .gz.
 *
 * @param train days with sales, newest first, as in train.csv
 * @param test the days of test.csv
 * @param report how many rows there were after each step
 */
public record RossmannTables(Table train, Table test, List<Count> report) {
    /** What the model is told as categories. */
    public static final List<String> CATEGORICAL = List.of(
            "Store",
            "DayOfWeek",
            "Year",
            "Month",
            "Day",
            "StateHoliday",
            "CompetitionMonthsOpen",
            "Promo2Weeks",
            "StoreType",
            "Assortment",
            "PromoInterval",
            "CompetitionOpenSinceYear",
            "Promo2SinceYear",
            "State",
            "Week",
            "Events",
            "Promo_fw",
            "Promo_bw",
            "StateHoliday_fw",
            "StateHoliday_bw",
            "SchoolHoliday_fw",
            "SchoolHoliday_bw");

    /** What the model is told as quantities. */
    public static final List<String> CONTINUOUS = List.of(
            "CompetitionDistance",
            "Max_TemperatureC",
            "Mean_TemperatureC",
            "Min_TemperatureC",
            "Max_Humidity",
            "Mean_Humidity",
            "Min_Humidity",
            "Max_Wind_SpeedKm_h",
            "Mean_Wind_SpeedKm_h",
            "CloudCover",
            "trend",
            "trend_DE",
            "AfterStateHoliday",
            "BeforeStateHoliday",
            "Promo",
            "SchoolHoliday");

    /** What is to be predicted. */
    public static final String TARGET = "Sales";

    private static final int NEVER = 1900;
    private static final int CREDIBLE_SINCE = 1990;
    private static final int MAX_MONTHS = 24;
    private static final int MAX_WEEKS = 25;

    /**
     * How many rows there were.
     *
     * @param what of what
     * @param rows the number
     */
    public record Count(String what, int rows) {}

    /** Copies the report. */
    public RossmannTables {
        report = List.copyOf(report);
    }

    /**
     * Prepares both tables.
     *
     * @throws IllegalArgumentException if a file is missing, or a row finds no match in another table
     */
    public static RossmannTables read(Path folder) {
        List<Count> report = new ArrayList<>();
        Raw raw = Raw.read(folder);
        report.add(new Count("train.csv", raw.train.rowCount()));
        report.add(new Count("test.csv", raw.test.rowCount()));

        Table train = joined("train", raw.train, raw, report);
        Table test = joined("test", raw.test, raw, report);

        // closed days count too, and so does what comes after the last day of training
        Table days = withEvents(Tables.append(events(train), events(test)));
        report.add(new Count("days of both", days.rowCount()));
        train = matched("train and events", Join.left(train, days).on("Store", "Date"), report);
        test = matched("test and events", Join.left(test, days).on("Store", "Date"), report);

        IntColumn sales = train.intColumn(TARGET);
        int[] open = IntStream.range(0, sales.size())
                .filter(row -> sales.getInt(row) != 0)
                .toArray();
        train = Tables.rows(train, open);
        report.add(new Count("train, days with sales", train.rowCount()));
        return new RossmannTables(train, test, report);
    }

    // ---- files

    /** What is in the files, and what follows from a file alone. */
    private record Raw(Table train, Table test, Table store, Table trend, Table trendGermany, Table weather) {
        static Raw read(Path folder) {
            Table names = read(folder, "state_names");
            Table states = read(folder, "store_states");
            Table trend = searches(read(folder, "googletrend"));
            return new Raw(
                    sales(read(folder, "train")),
                    sales(read(folder, "test")),
                    stores(Join.left(read(folder, "store"), states)
                            .on("Store")
                            .requireAllMatched()
                            .table()),
                    trend.dropWhere(trend.stringColumn("State").isMissing()),
                    trend.where(trend.stringColumn("State").isMissing()).removeColumns("State"),
                    Join.left(read(folder, "weather"), names)
                            .on("file")
                            .onto("StateName")
                            .requireAllMatched()
                            .table()
                            .removeColumns("file"));
        }

        private static Table read(Path folder, String name) {
            CsvReader reader = CsvReader.create();
            if (name.equals("train") || name.equals("test")) {
                reader = reader.text("StateHoliday"); // 0, a, b, c; a short file may have zeros alone
            }
            Path plain = folder.resolve(name + ".csv");
            Path file = Files.exists(plain) ? plain : folder.resolve(name + ".csv.gz");
            if (!Files.exists(file)) {
                throw new IllegalArgumentException("The folder " + folder + " has no " + name + ".csv");
            }
            return reader.read(file);
        }
    }

    /** Sales: whether it is a holiday of the state, of whatever kind, and the parts of the date. */
    private static Table sales(Table sales) {
        StringColumn holiday = sales.stringColumn("StateHoliday");
        sales.replaceColumn(
                "StateHoliday", BooleanColumn.create("StateHoliday", holiday.isNotEqualTo("0"), holiday.size()));
        return DateParts.of("Date").keepDate().without("Dayofweek").addTo(sales);
    }

    /** Stores: since when there is a competitor, since when the store is in the second kind of promotion. */
    private static Table stores(Table store) {
        for (String year : List.of("CompetitionOpenSinceYear", "Promo2SinceYear")) {
            fill(store.intColumn(year), NEVER);
        }
        for (String part : List.of("CompetitionOpenSinceMonth", "Promo2SinceWeek")) {
            fill(store.intColumn(part), 1);
        }
        IntColumn openYear = store.intColumn("CompetitionOpenSinceYear");
        IntColumn openMonth = store.intColumn("CompetitionOpenSinceMonth");
        IntColumn promoYear = store.intColumn("Promo2SinceYear");
        IntColumn promoWeek = store.intColumn("Promo2SinceWeek");
        return store.addColumns(
                dates(
                        "CompetitionOpenSince",
                        store.rowCount(),
                        row -> LocalDate.of(openYear.getInt(row), openMonth.getInt(row), 15)),
                dates("Promo2Since", store.rowCount(), row -> mondayOf(promoYear.getInt(row), promoWeek.getInt(row))));
    }

    private static void fill(IntColumn column, int value) {
        column.set(column.isMissing(), value);
    }

    private static DateColumn dates(String name, int rows, IntFunction<LocalDate> date) {
        return DateColumn.create(name, IntStream.range(0, rows).mapToObj(date));
    }

    private static LocalDate mondayOf(int year, int week) {
        return LocalDate.of(year, 1, 4) // always in the first week of ISO's year
                .with(IsoFields.WEEK_OF_WEEK_BASED_YEAR, week)
                .with(DayOfWeek.MONDAY);
    }

    /** Searches: the state is in the file's name, the date is the first of its week. All of Germany has no state. */
    private static Table searches(Table trend) {
        StringColumn file = trend.stringColumn("file");
        StringColumn week = trend.stringColumn("week");
        StringColumn state = StringColumn.create("State");
        DateColumn date = DateColumn.create("Date");
        for (int row = 0; row < trend.rowCount(); row++) {
            String[] parts = file.get(row).split("_");
            state.append(parts.length < 3 ? "" : parts[2].equals("NI") ? "HB,NI" : parts[2]);
            date.append(LocalDate.parse(week.get(row).split(" - ")[0]));
        }
        Table dated = DateParts.addDatePart(Table.create("googletrend", state, date, trend.column("trend")), "Date");
        return dated.selectColumns("State", "Year", "Week", "trend");
    }

    // ---- steps

    private static Table joined(String name, Table sales, Raw raw, List<Count> report) {
        Table joined = matched(name + " and stores", Join.left(sales, raw.store).on("Store"), report);
        joined = matched(name + " and trend", Join.left(joined, raw.trend).on("State", "Year", "Week"), report);
        joined = matched(
                name + " and trend of Germany",
                Join.left(joined, raw.trendGermany).on("Year", "Week").suffix("_DE"),
                report);
        joined = matched(name + " and weather", Join.left(joined, raw.weather).on("State", "Date"), report);

        DateColumn date = joined.dateColumn("Date");
        IntColumn open = days(
                "CompetitionDaysOpen",
                joined.dateColumn("CompetitionOpenSince"),
                date,
                joined.intColumn("CompetitionOpenSinceYear"));
        IntColumn promo =
                days("Promo2Days", joined.dateColumn("Promo2Since"), date, joined.intColumn("Promo2SinceYear"));
        return joined.addColumns(
                open,
                of("CompetitionMonthsOpen", open, days -> Math.min(days / 30, MAX_MONTHS)),
                promo,
                of("Promo2Weeks", promo, days -> Math.min(days / 7, MAX_WEEKS)));
    }

    private static Table matched(String what, Join join, List<Count> report) {
        Joined joined = join.requireAllMatched().join();
        report.add(new Count(what, joined.table().rowCount()));
        report.add(new Count(what + ", unmatched", joined.unmatched()));
        return joined.table();
    }

    /** Days since; 0 if that is to come, or if the year is one that nobody can mean. */
    private static IntColumn days(String name, DateColumn since, DateColumn date, IntColumn year) {
        IntColumn days = since.daysUntil(date).setName(name);
        for (int row = 0; row < days.size(); row++) {
            if (days.getInt(row) < 0 || year.getInt(row) < CREDIBLE_SINCE) {
                days.set(row, 0);
            }
        }
        return days;
    }

    private static IntColumn of(String name, IntColumn column, IntUnaryOperator function) {
        return IntColumn.create(
                name, IntStream.range(0, column.size()).map(row -> function.applyAsInt(column.getInt(row))));
    }

    private static Table events(Table table) {
        return table.selectColumns("Store", "Date", "SchoolHoliday", "StateHoliday", "Promo");
    }

    /** What happens lately and soon in each store. */
    private static Table withEvents(Table days) {
        return ElapsedTimes.of("SchoolHoliday", "StateHoliday", "Promo")
                .on("Date")
                .by("Store")
                .addTo(days)
                .removeColumns("SchoolHoliday", "StateHoliday", "Promo");
    }

    // ---- the split

    /**
     * Returns how many of the first rows validate, as the lesson has it: as long a time as the test, counted in rows. The cut
     * is the last row of the day on which the row stands that has the test's number of rows before it.
     */
    public int validationCut() {
        DateColumn date = train.dateColumn("Date");
        if (test.rowCount() >= date.size()) {
            throw new IllegalStateException("More rows to train than to predict are expected, received " + date.size()
                    + " and " + test.rowCount());
        }
        int day = date.getIntInternal(test.rowCount());
        int cut = date.size() - 1;
        while (date.getIntInternal(cut) != day) {
            cut--;
        }
        return cut;
    }
}
