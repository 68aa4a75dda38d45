package org.learn4j.tabular.proc;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tabular.column.Column;
import org.learn4j.tabular.column.Frame;
import org.learn4j.tabular.column.NumberColumn;

/**
 * Scales every continuous column to mean 0 and deviation 1 by the training rows: {@code (x − mean) / (deviation + 1e-7)}
 * (fastai v1's Normalize, with the sample's deviation, ÷ (n − 1)). A constant column becomes 0; what differs from it later is not
 * scaled (as scikit-learn, where fastai divides by 1e-7).
 *
 * <pre>{@code
 * TabularData.of(table).continuous("CompetitionDistance").procs(Normalize.create())
 * }</pre>
 */
public final class Normalize implements Proc {
    static final String TYPE = "Normalize";
    private static final double ADDED = 1e-7;

    private final boolean population;

    private Normalize(boolean population) {
        this.population = population;
    }

    /** Returns the proc with the sample's deviation, ÷ (n − 1), as fastai v1. */
    public static Normalize create() {
        return new Normalize(false);
    }

    /** Returns the proc with the population's deviation, ÷ n, as fastai v2. */
    public static Normalize byPopulation() {
        return new Normalize(true);
    }

    @Override
    public int order() {
        return SCALES;
    }

    @Override
    public FittedProc fit(Frame train) {
        Map<String, Scale> scales = new LinkedHashMap<>();
        for (String name : train.continuous()) {
            scales.put(name, scale(name, numbers(train, name).values()));
        }
        return new Fitted(scales);
    }

    private Scale scale(String name, double... values) {
        double sum = 0;
        int count = 0;
        for (double value : values) {
            if (!Double.isNaN(value)) {
                sum += value;
                count++;
            }
        }
        if (count == 0) {
            throw new IllegalArgumentException(
                    "The continuous column \"" + name + "\" has no value in the training rows");
        }
        double lowest =
                Arrays.stream(values).filter(x -> !Double.isNaN(x)).min().orElse(0);
        double highest =
                Arrays.stream(values).filter(x -> !Double.isNaN(x)).max().orElse(0);
        if (lowest == highest && Double.isFinite(lowest)) {
            return new Scale(lowest, 0); // a computed deviation may be a little more, by rounding
        }
        double mean = sum / count;
        double squares = 0;
        for (double value : values) {
            if (!Double.isNaN(value)) {
                squares += (value - mean) * (value - mean);
            }
        }
        double deviation = count == 1 ? 0 : Math.sqrt(squares / (population ? count : count - 1));
        if (!Double.isFinite(mean) || !Double.isFinite(deviation)) {
            throw new IllegalArgumentException("The continuous column \"" + name
                    + "\" is to hold finite numbers; its mean is " + mean + ", its deviation " + deviation);
        }
        return new Scale(mean, deviation);
    }

    private static NumberColumn numbers(Frame frame, String name) {
        try {
            return NumberColumn.of(frame.column(name));
        } catch (IllegalArgumentException notNumbers) {
            throw new IllegalArgumentException("The continuous column \"" + name + "\": " + notNumbers.getMessage());
        }
    }

    @Override
    public String toString() {
        return TYPE;
    }

    /**
     * A column's scale.
     *
     * @param mean the mean of the training rows
     * @param deviation their standard deviation
     */
    public record Scale(double mean, double deviation) {}

    /**
     * The scales of all columns.
     *
     * @param scales by column
     */
    public record Fitted(Map<String, Scale> scales) implements FittedProc {
        /** Copies the map. */
        public Fitted {
            scales = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(scales));
        }

        static Fitted of(JsonPlace state) {
            Map<String, Scale> scales = new LinkedHashMap<>();
            state.fields().forEach((name, scale) -> {
                scale.allow("mean", "deviation");
                scales.put(
                        name,
                        new Scale(
                                scale.get("mean").finite(),
                                scale.get("deviation").finite()));
            });
            return new Fitted(scales);
        }

        @Override
        public String type() {
            return TYPE;
        }

        @Override
        public Frame apply(Frame frame) {
            return scaled(frame, false);
        }

        @Override
        public Frame decode(Frame frame) {
            return scaled(frame, true);
        }

        private Frame scaled(Frame frame, boolean back) {
            Map<String, Column> changed = new LinkedHashMap<>();
            for (Map.Entry<String, Scale> entry : scales.entrySet()) {
                if (back && !frame.contains(entry.getKey())) {
                    continue;
                }
                double mean = entry.getValue().mean();
                double deviation = entry.getValue().deviation();
                double divisor = deviation == 0 ? 1 : deviation + ADDED;
                double[] from = numbers(frame, entry.getKey()).values();
                double[] to = new double[from.length];
                for (int i = 0; i < to.length; i++) {
                    to[i] = back ? from[i] * divisor + mean : (from[i] - mean) / divisor;
                }
                changed.put(entry.getKey(), new NumberColumn(to));
            }
            return frame.with(changed);
        }

        @Override
        public Json.Fields state() {
            Json.Fields state = Json.object();
            for (Map.Entry<String, Scale> entry : scales.entrySet()) {
                state = state.with(
                        entry.getKey(),
                        Json.object()
                                .with("mean", entry.getValue().mean())
                                .with("deviation", entry.getValue().deviation()));
            }
            return state;
        }
    }
}
