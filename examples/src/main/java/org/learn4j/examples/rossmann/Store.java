package org.learn4j.examples.rossmann;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAdjusters;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.learn4j.tensor.RandomStream;
import org.learn4j.tensor.Seed;

/**
 * A generated store.
 *
 * @param number from 1
 * @param state where it is
 * @param type a, b, c or d; those of type b never close
 * @param assortment a, b or c
 * @param distance to the next competitor, in metres; 0 if unknown
 * @param competitionSince the month it opened; nothing if unknown
 * @param promo2Since the Monday since when it takes part in long promotions; nothing if it does not
 * @param interval which months long promotions start in, 0 to 2
 * @param isTested whether it is in the test set
 * @param rebuiltFrom the first day of a rebuilding; the distant future if there is none
 * @param rebuiltDays how long that takes
 * @param isMissing whether it has no rows in the second half of 2014
 * @param level logarithm of its usual sales
 * @param growth of the logarithm in a year
 * @param promo what a promotion adds to the logarithm
 * @param basket what a customer spends
 */
record Store(
        int number,
        State state,
        char type,
        char assortment,
        int distance,
        @Nullable LocalDate competitionSince,
        @Nullable LocalDate promo2Since,
        int interval,
        boolean isTested,
        LocalDate rebuiltFrom,
        int rebuiltDays,
        boolean isMissing,
        double level,
        double growth,
        double promo,
        double basket) {
    static final String HEADER = "\"Store\",\"StoreType\",\"Assortment\",\"CompetitionDistance\","
            + "\"CompetitionOpenSinceMonth\",\"CompetitionOpenSinceYear\",\"Promo2\",\"Promo2SinceWeek\","
            + "\"Promo2SinceYear\",\"PromoInterval\"";

    private static final String[] INTERVALS = {"Jan,Apr,Jul,Oct", "Feb,May,Aug,Nov", "Mar,Jun,Sept,Dec"};
    private static final LocalDate GAP = LocalDate.of(2014, 7, 1);

    static Store draw(int number, LocalDate first, LocalDate last, Seed seed) {
        RandomStream random = seed.fold(number).stream();
        State state = state(random);
        char type = one(random, "abcd", 0.54, 0.02, 0.13, 0.31);
        char assortment = type == 'b' ? 'b' : one(random, "ac", 0.53, 0.47);
        int distance = (int) (10 * Math.round(Math.exp(random.nextDouble(1.2, 7.4))));
        LocalDate competition = random.nextDouble() < 0.32
                ? null
                : LocalDate.of(2015 - (int) (16 * Math.pow(random.nextDouble(), 2)), 1 + random.nextInt(12), 15);
        LocalDate promo2 = random.nextDouble() < 0.49
                ? null
                : LocalDate.of(2009 + random.nextInt(7), 1, 4)
                        .with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY))
                        .plusWeeks(4 * random.nextInt(12));
        int days = (int) (last.toEpochDay() - first.toEpochDay());
        boolean isRebuilt = random.nextDouble() < 0.08;
        LocalDate rebuilt = isRebuilt ? first.plusDays(random.nextInt(days + 1)) : LocalDate.MAX;
        return new Store(
                number,
                state,
                type,
                assortment,
                random.nextDouble() < 0.01 || number == 3 ? 0 : distance,
                competition,
                promo2,
                one(random, "012", 0.59, 0.23, 0.18) - '0',
                random.nextDouble() < 0.77 || number == 1,
                rebuilt,
                14 + random.nextInt(22),
                random.nextDouble() < 0.16,
                Math.log(6400)
                        + 0.29 * random.nextGaussian()
                        + (type == 'b' ? 0.35 : 0)
                        + (assortment == 'c' ? 0.06 : 0),
                0.02 + 0.03 * random.nextGaussian(),
                (type == 'b' ? 0.05 : 0.29) + 0.07 * random.nextGaussian(),
                9.3 * Math.exp(0.15 * random.nextGaussian()));
    }

    private static State state(RandomStream random) {
        int left = random.nextInt(1115);
        for (State state : State.values()) {
            left -= state.stores;
            if (left < 0) {
                return state;
            }
        }
        return State.NORDRHEIN_WESTFALEN;
    }

    private static char one(RandomStream random, String choices, double... shares) {
        double left = random.nextDouble();
        for (int i = 0; i < shares.length; i++) {
            left -= shares[i];
            if (left < 0) {
                return choices.charAt(i);
            }
        }
        return choices.charAt(0);
    }

    /** Returns whether the files have a row of that day. */
    boolean has(LocalDate day) {
        return !(isMissing && !day.isBefore(GAP) && day.getYear() == 2014);
    }

    boolean isOpen(LocalDate day) {
        boolean isRebuilding = !day.isBefore(rebuiltFrom) && day.isBefore(rebuiltFrom.plusDays(rebuiltDays));
        return !isRebuilding && (type == 'b' || day.getDayOfWeek().getValue() != 7 && state.holiday(day) == '0');
    }

    String line() {
        StringJoiner line = new StringJoiner(",");
        line.add(String.valueOf(number)).add("\"" + type + "\"").add("\"" + assortment + "\"");
        line.add(distance == 0 ? "" : String.valueOf(distance));
        line.add(competitionSince == null ? "," : competitionSince.getMonthValue() + "," + competitionSince.getYear());
        line.add(
                promo2Since == null
                        ? "0,,,\"\""
                        : "1," + promo2Since.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR) + ","
                                + promo2Since.get(IsoFields.WEEK_BASED_YEAR) + ",\"" + INTERVALS[interval] + "\"");
        return line.toString();
    }
}
