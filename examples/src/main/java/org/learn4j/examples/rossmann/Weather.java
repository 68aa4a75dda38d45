package org.learn4j.examples.rossmann;

import java.time.LocalDate;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.StringJoiner;
import org.learn4j.tensor.RandomStream;
import org.learn4j.tensor.Seed;

/** The generated weather of every state: seasons, and anomalies that last some days and that states share. */
final class Weather {
    static final String HEADER =
            "file,Date,Max_TemperatureC,Mean_TemperatureC,Min_TemperatureC,Dew_PointC,MeanDew_PointC,"
                    + "Min_DewpointC,Max_Humidity,Mean_Humidity,Min_Humidity,Max_Sea_Level_PressurehPa,Mean_Sea_Level_PressurehPa,"
                    + "Min_Sea_Level_PressurehPa,Max_VisibilityKm,Mean_VisibilityKm,Min_VisibilitykM,Max_Wind_SpeedKm_h,"
                    + "Mean_Wind_SpeedKm_h,Max_Gust_SpeedKm_h,Precipitationmm,CloudCover,Events,WindDirDegrees";

    private final Map<State, Map<LocalDate, Day>> days = new EnumMap<>(State.class);

    /** What sales depend on, and the line of the file. */
    record Day(int maxTemperature, boolean rain, boolean snow, String line) {}

    Weather(LocalDate first, LocalDate last, Seed seed) {
        RandomStream everywhere = seed.stream();
        Map<LocalDate, double[]> anomalies = new HashMap<>();
        double warm = 0;
        double wet = 0;
        for (LocalDate day = first; !day.isAfter(last); day = day.plusDays(1)) {
            warm = 0.8 * warm + 2 * everywhere.nextGaussian();
            wet = 0.6 * wet + 0.8 * everywhere.nextGaussian();
            anomalies.put(day, new double[] {warm, wet});
        }
        for (State state : State.values()) {
            RandomStream here = seed.fold(state.name()).stream();
            Map<LocalDate, Day> own = new HashMap<>();
            for (LocalDate day = first; !day.isAfter(last); day = day.plusDays(1)) {
                double[] anomaly = anomalies.getOrDefault(day, new double[2]);
                own.put(day, day(state, day, anomaly[0], anomaly[1], here));
            }
            days.put(state, own);
        }
    }

    Day get(State state, LocalDate day) {
        Day found = days.getOrDefault(state, Map.of()).get(day);
        if (found == null) {
            throw new IllegalArgumentException("There is no weather of " + day);
        }
        return found;
    }

    private static Day day(State state, LocalDate day, double warm, double wet, RandomStream random) {
        double season = -Math.cos(2 * Math.PI * (day.getDayOfYear() - 20) / 365);
        double mean = 10 + 9 * season + warm + 0.8 * random.nextGaussian();
        int spread = 2 + random.nextInt(5) + (int) (2 + 2 * season);
        double wetness = wet + 0.5 * random.nextGaussian();
        double rainfall = wetness > 0 ? Math.round(100 * wetness * wetness * random.nextDouble(0.2, 3)) / 100.0 : 0;
        boolean snow = rainfall > 0 && mean < 1.5;
        boolean rain = rainfall > 0 && mean > -1;
        boolean fog = random.nextDouble() < 0.2;
        boolean thunder = rain && mean > 14 && random.nextDouble() < 0.3;
        StringJoiner events = new StringJoiner("-");
        if (fog) {
            events.add("Fog");
        }
        if (rain) {
            events.add("Rain");
        }
        if (snow) {
            events.add("Snow");
        }
        if (thunder) {
            events.add("Thunderstorm");
        }
        int humidity = (int) Math.max(30, Math.min(98, 75 + 9 * wetness - 6 * season + 3 * random.nextGaussian()));
        int pressure = (int) Math.round(1015 - 7 * wetness + 3 * random.nextGaussian());
        int wind = (int) Math.max(2, Math.round(11 + 3 * wetness + 4 * random.nextGaussian()));
        int sight = (int) Math.max(1, Math.min(31, Math.round(12 - 3 * wetness + 3 * random.nextGaussian())));
        String visibility = random.nextDouble() < 0.024
                ? ",,"
                : Math.min(31, 2 * sight + 1) + "," + sight + "," + Math.max(0, sight - 5);
        String gust = random.nextDouble() < 0.77 ? "" : String.valueOf(2 * wind + 10 + random.nextInt(30));
        String clouds = random.nextDouble() < 0.07
                ? ""
                : String.valueOf((int) Math.max(0, Math.min(8, Math.round(5 + 1.5 * wetness))));
        int middle = (int) Math.round(mean);
        int dew = middle - (100 - humidity) / 5;
        StringJoiner line = new StringJoiner(",");
        line.add(state.weather).add(day.toString());
        for (int number : new int[] {
            middle + spread,
            middle,
            middle - spread,
            dew + 2,
            dew,
            dew - 3,
            Math.min(100, humidity + 18),
            humidity,
            Math.max(4, humidity - 24),
            pressure + 3,
            pressure,
            pressure - 3
        }) {
            line.add(String.valueOf(number));
        }
        line.add(visibility)
                .add(String.valueOf(2 * wind))
                .add(String.valueOf(wind))
                .add(gust);
        line.add(String.valueOf(rainfall)).add(clouds).add(events.toString()).add(String.valueOf(random.nextInt(361)));
        return new Day(middle + spread, rain, snow, line.toString());
    }
}
