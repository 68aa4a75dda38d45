package org.learn4j.examples.rossmann;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.learn4j.tensor.RandomStream;
import org.learn4j.tensor.Seed;
import tech.tablesaw.api.Row;
import tech.tablesaw.api.Table;

/**
 * Writes tables like those of the lesson on Rossmann's drugstores: the same files, columns and formats, with the same difficulties. One seed
 * always gives the same files.
 *
 * <p>Sales are {@code exp(mu + sigma * z)}, rounded: mu is a sum of effects that {@link #noiseFreeSales} knows, z is standard normal noise that
 * nobody can predict, so the error that the best model makes is known:
 *
 * <ul>
 *   <li>A prediction {@code c * exp(mu)} has the relative error {@code 1 - c * exp(-sigma z)}, whose mean square is
 *       {@code 1 - 2 c exp(sigma² / 2) + c² exp(2 sigma²)}.
 *   <li>A model trained on squared errors of logarithms tends to {@code exp(mu)}, the median: c = 1. Its root mean square is
 *       {@link #medianRmspe}, and what results are to be compared with.
 *   <li>The smallest error has {@code c = exp(-1.5 sigma²)}: predicting a little less is safer, since sales that are low by chance count more.
 *       It is {@link #bestRmspe}, hardly smaller.
 * </ul>
 */
public final class RossmannGenerator {
    /** The standard deviation of the noise of log(sales). */
    public static final double SIGMA = 0.08;

    private static final LocalDate FIRST_POSSIBLE = LocalDate.of(2013, 1, 1);
    private static final LocalDate LAST_DAY = LocalDate.of(2015, 7, 31);
    private static final LocalDate LAST_TEST_DAY = LocalDate.of(2015, 9, 17);

    private final Seed seed;
    private final LocalDate firstDay;
    private final List<Store> stores = new ArrayList<>();
    private final Weather weather;
    private final Trends trends;
    private final SalesFormula formula;

    private RossmannGenerator(int stores, int days, Seed seed) {
        this.seed = seed;
        this.firstDay = LAST_DAY.minusDays(days - 1);
        if (stores < 1 || days < 1 || firstDay.isBefore(FIRST_POSSIBLE)) {
            throw new IllegalArgumentException(
                    "At least one store and from 1 to 942 days are expected, received " + stores + " and " + days);
        }
        for (int i = 1; i <= stores; i++) {
            this.stores.add(Store.draw(i, firstDay, LAST_DAY, seed.fold("store")));
        }
        this.weather = new Weather(firstDay, LAST_TEST_DAY, seed.fold("weather"));
        this.trends = new Trends(firstDay, LAST_TEST_DAY, seed.fold("trend"));
        this.formula = new SalesFormula(weather, trends);
    }

    /**
     * Returns a generator.
     *
     * @param stores how many; the real chain's files have 1,115
     * @param days how many to train on, the last of them 31 July 2015; the real files have 942
     * @param seed of everything random
     */
    public static RossmannGenerator of(int stores, int days, long seed) {
        return new RossmannGenerator(stores, days, Seed.of(seed));
    }

    /** Returns a store's sales on a day it is open, before noise: the median of what they could be. */
    public double noiseFreeSales(int store, LocalDate day) {
        return Math.exp(formula.logarithm(stores.get(store - 1), day));
    }

    /** Returns the root mean square percentage error of predicting the median, in theory. */
    public static double medianRmspe() {
        double variance = SIGMA * SIGMA;
        return Math.sqrt(1 - 2 * Math.exp(variance / 2) + Math.exp(2 * variance));
    }

    /** Returns the root mean square percentage error of predicting the median of rows that were written: of Store, Date and Sales. */
    public double medianRmspe(Table rows) {
        double sum = 0;
        for (Row row : rows) {
            double sales = row.getInt("Sales");
            sum += Math.pow(1 - noiseFreeSales(row.getInt("Store"), row.getDate("Date")) / sales, 2);
        }
        return Math.sqrt(sum / rows.rowCount());
    }

    /** Returns the smallest root mean square percentage error that any prediction can have, in theory. */
    public static double bestRmspe() {
        return Math.sqrt(-Math.expm1(-SIGMA * SIGMA));
    }

    /** Writes all files into a folder, and makes it if need be. */
    public void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (Lines lines = new Lines(folder.resolve("store.csv"), Store.HEADER)) {
            stores.forEach(store -> lines.add(store.line()));
        }
        try (Lines lines = new Lines(folder.resolve("store_states.csv"), "Store,State")) {
            stores.forEach(store -> lines.add(store.number() + "," + quoted(store.state())));
        }
        try (Lines lines = new Lines(folder.resolve("state_names.csv"), "StateName,State")) {
            for (State state : State.values()) {
                lines.add(state.weather + "," + quoted(state));
            }
        }
        try (Lines lines = new Lines(folder.resolve("googletrend.csv"), Trends.HEADER)) {
            trends.lines().forEach(lines::add);
        }
        try (Lines lines = new Lines(folder.resolve("weather.csv"), Weather.HEADER)) {
            for (State state : State.values()) {
                for (LocalDate day = firstDay; !day.isAfter(LAST_TEST_DAY); day = day.plusDays(1)) {
                    lines.add(weather.get(state, day).line());
                }
            }
        }
        writeTrain(folder);
        writeTest(folder);
    }

    private static String quoted(State state) {
        return state.code.contains(",") ? "\"" + state.code + "\"" : state.code;
    }

    private void writeTrain(Path folder) throws IOException {
        String header = "\"Store\",\"DayOfWeek\",\"Date\",\"Sales\",\"Customers\",\"Open\",\"Promo\",\"StateHoliday\","
                + "\"SchoolHoliday\"";
        try (Lines lines = new Lines(folder.resolve("train.csv"), header)) {
            for (LocalDate day = LAST_DAY; !day.isBefore(firstDay); day = day.minusDays(1)) {
                for (Store store : stores) {
                    if (store.has(day)) {
                        lines.add(sold(store, day));
                    }
                }
            }
        }
    }

    private String sold(Store store, LocalDate day) {
        boolean isOpen = store.isOpen(day);
        long sales = 0;
        long customers = 0;
        if (isOpen) {
            RandomStream random = seed.fold("noise").fold(store.number()).fold(day.toEpochDay()).stream();
            double value = Math.exp(formula.logarithm(store, day) + SIGMA * random.nextGaussian());
            sales = Math.max(1, Math.round(value));
            customers = Math.max(1, Math.round(value / store.basket() * Math.exp(0.05 * random.nextGaussian())));
        }
        return store.number() + "," + day.getDayOfWeek().getValue() + "," + day + "," + sales + "," + customers + ","
                + (isOpen ? 1 : 0) + "," + calendar(store, day);
    }

    private static String calendar(Store store, LocalDate day) {
        return (SalesFormula.isPromotion(day) ? 1 : 0) + ",\"" + store.state().holiday(day) + "\",\""
                + (store.state().schoolHoliday(day) ? 1 : 0) + "\"";
    }

    /** A few cells of Open are empty, as in the real file. */
    private void writeTest(Path folder) throws IOException {
        String header = "\"Id\",\"Store\",\"DayOfWeek\",\"Date\",\"Open\",\"Promo\",\"StateHoliday\",\"SchoolHoliday\"";
        try (Lines test = new Lines(folder.resolve("test.csv"), header);
                Lines sample = new Lines(folder.resolve("sample_submission.csv"), "\"Id\",\"Sales\"")) {
            int id = 0;
            for (LocalDate day = LAST_TEST_DAY; day.isAfter(LAST_DAY); day = day.minusDays(1)) {
                for (Store store : stores) {
                    if (store.isTested()) {
                        id++;
                        boolean isUnknown = store.number() == 1 && day.getDayOfMonth() == 5;
                        String open = isUnknown ? "" : store.isOpen(day) ? "1" : "0";
                        test.add(id + "," + store.number() + ","
                                + day.getDayOfWeek().getValue() + "," + day + "," + open + "," + calendar(store, day));
                        sample.add(id + ",0");
                    }
                }
            }
        }
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%d stores from %s to %s, noise %.2f", stores.size(), firstDay, LAST_DAY, SIGMA);
    }

    /** A text file with a header. */
    private static final class Lines implements AutoCloseable {
        private final Writer file;

        Lines(Path path, String header) throws IOException {
            this.file = Files.newBufferedWriter(path);
            add(header);
        }

        void add(String line) {
            try {
                file.write(line);
                file.write('\n');
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
