package org.learn4j.examples.rossmann;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.IsoFields;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.learn4j.tensor.RandomStream;
import org.learn4j.tensor.Seed;

/** How often people search for the chain in a week: in Germany, under the name "", and in its states. */
final class Trends {
    static final String HEADER = "file,week,trend";

    private final Map<String, Map<Integer, Integer>> byWeek = new HashMap<>();
    private final List<String> lines = new ArrayList<>();

    /** Draws whole weeks, Sunday to Saturday, from December before the first year to two weeks after the last day. */
    Trends(LocalDate first, LocalDate last, Seed seed) {
        draw("", first, last, seed);
        for (State state : State.values()) {
            if (!state.trend.isEmpty()) {
                draw(state.trend, first, last, seed);
            }
        }
    }

    private void draw(String name, LocalDate first, LocalDate last, Seed seed) {
        RandomStream random = seed.fold(name).stream();
        Map<Integer, Integer> own = new HashMap<>();
        double wave = 0;
        LocalDate start = LocalDate.of(first.getYear() - 1, 12, 1);
        for (LocalDate week = start.with(TemporalAdjusters.nextOrSame(DayOfWeek.SUNDAY));
                week.isBefore(last.plusDays(12));
                week = week.plusWeeks(1)) {
            wave = 0.7 * wave + 5 * random.nextGaussian();
            double christmas = week.getMonthValue() == 12 ? 15 : 0;
            int trend = (int) Math.max(0, Math.min(100, Math.round(68 + wave + christmas)));
            own.put(week(week), trend);
            lines.add("Rossmann_DE" + (name.isEmpty() ? "" : "_" + name) + "," + week + " - " + week.plusDays(6) + ","
                    + trend);
        }
        byWeek.put(name, own);
    }

    /** Returns a state's trend on a day as the lesson joins it: by year and ISO week of the day and of the week's Sunday. */
    int get(State state, LocalDate day) {
        Integer trend = byWeek.getOrDefault(state.trend, Map.of()).get(week(day));
        if (trend == null) {
            throw new IllegalArgumentException("There is no trend of " + state + " on " + day);
        }
        return trend;
    }

    private static int week(LocalDate day) {
        return 100 * day.getYear() + day.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
    }

    List<String> lines() {
        return lines;
    }
}
