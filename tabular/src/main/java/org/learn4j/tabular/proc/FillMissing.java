package org.learn4j.tabular.proc;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tabular.column.Column;
import org.learn4j.tabular.column.Frame;
import org.learn4j.tabular.column.Kind;
import org.learn4j.tabular.column.NumberColumn;
import org.learn4j.tabular.column.WholeColumn;

/**
 * Fills missing values of continuous columns with what the training rows say, and tells the model where: a column with missing
 * values in training gets a categorical one beside it, named {@code …_na} (fastai's FillMissing).
 *
 * <pre>{@code
 * FillMissing.median()                                    // the default of fastai
 * FillMissing.constant(0).withoutFlags().whenNew(FillMissing.NewMissing.FILL)
 * }</pre>
 */
public final class FillMissing implements Proc {
    static final String TYPE = "FillMissing";

    private final Strategy strategy;
    private final double constant;
    private final Map<String, Double> constants;
    private final boolean flags;
    private final NewMissing whenNew;

    private FillMissing(
            Strategy strategy, double constant, Map<String, Double> constants, boolean flags, NewMissing whenNew) {
        if (!Double.isFinite(constant) || !constants.values().stream().allMatch(Double::isFinite)) {
            throw new IllegalArgumentException(
                    "A value to fill is a finite number, received " + constant + " and " + constants);
        }
        this.strategy = strategy;
        this.constant = constant;
        this.constants = constants;
        this.flags = flags;
        this.whenNew = whenNew;
    }

    /** What to do about a missing value in a column that had none in the training rows. */
    public enum NewMissing {
        /** Refuse it, naming column and row. */
        ERROR,
        /** Fill it like the others; the model gets no flag. */
        FILL
    }

    private enum Strategy {
        MEDIAN,
        MODE,
        CONSTANT
    }

    /** Returns the proc that fills with the column's median. */
    public static FillMissing median() {
        return new FillMissing(Strategy.MEDIAN, 0, Map.of(), true, NewMissing.ERROR);
    }

    /** Returns the proc that fills with the column's most frequent value, the smallest of several. */
    public static FillMissing mode() {
        return new FillMissing(Strategy.MODE, 0, Map.of(), true, NewMissing.ERROR);
    }

    /** Returns the proc that fills with a number. */
    public static FillMissing constant(double value) {
        return new FillMissing(Strategy.CONSTANT, value, Map.of(), true, NewMissing.ERROR);
    }

    /** Returns the proc with a number of its own for a column. */
    public FillMissing constant(String column, double value) {
        Map<String, Double> more = new LinkedHashMap<>(constants);
        more.put(column, value);
        return new FillMissing(strategy, constant, more, flags, whenNew);
    }

    /** Returns the proc without the categorical columns that say where values were missing (fastai's add_col=False). */
    public FillMissing withoutFlags() {
        return new FillMissing(strategy, constant, constants, false, whenNew);
    }

    /** Returns the proc with another answer to a missing value where training had none; an error by default. */
    public FillMissing whenNew(NewMissing policy) {
        return new FillMissing(strategy, constant, constants, flags, policy);
    }

    @Override
    public int order() {
        return FILLS;
    }

    @Override
    public FittedProc fit(Frame train) {
        for (String name : constants.keySet()) {
            if (!train.continuous().contains(name)) {
                throw new IllegalArgumentException("A value to fill was given for \"" + name
                        + "\", which is none of the continuous columns " + train.continuous());
            }
        }
        Map<String, Double> fills = new LinkedHashMap<>();
        Set<String> flagged = new LinkedHashSet<>();
        for (String name : train.continuous()) {
            NumberColumn column = numbers(train, name);
            fills.put(name, fill(name, column));
            if (column.hasMissing()) {
                flagged.add(name);
                if (flags && train.contains(name + "_na")) {
                    throw new IllegalArgumentException("FillMissing adds a column \"" + name
                            + "_na\", but there is one of that name; use withoutFlags()");
                }
            }
        }
        return new Fitted(fills, flagged, flags, whenNew);
    }

    private double fill(String name, NumberColumn column) {
        Double own = constants.get(name);
        if (own != null) {
            return own;
        }
        if (strategy == Strategy.CONSTANT) {
            return constant;
        }
        double[] present = Arrays.stream(column.values())
                .filter(x -> !Double.isNaN(x))
                .sorted()
                .toArray();
        if (present.length == 0) {
            throw new IllegalArgumentException("The continuous column \"" + name + "\" has no value in the "
                    + column.size() + " training rows to take a " + (strategy == Strategy.MODE ? "mode" : "median")
                    + " of; leave it out or fill it with a constant");
        }
        return strategy == Strategy.MODE ? mostFrequent(present) : middle(present);
    }

    private static double middle(double... sorted) {
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    private static double mostFrequent(double... sorted) {
        double best = sorted[0];
        int most = 0;
        int count = 0;
        for (int i = 0; i < sorted.length; i++) {
            count = i > 0 && sorted[i] == sorted[i - 1] ? count + 1 : 1;
            if (count > most) {
                most = count;
                best = sorted[i];
            }
        }
        return best;
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
     * What is filled in where.
     *
     * @param fills the value of every continuous column
     * @param missing the columns with missing values in training
     * @param flags whether these have a column that says where
     * @param whenNew what to do about missing values in other columns
     */
    public record Fitted(Map<String, Double> fills, Set<String> missing, boolean flags, NewMissing whenNew)
            implements FittedProc {
        /** Copies the collections. */
        public Fitted {
            fills = Collections.unmodifiableMap(new LinkedHashMap<>(fills));
            missing = Collections.unmodifiableSet(new LinkedHashSet<>(missing));
        }

        static Fitted of(JsonPlace state) {
            state.allow("fills", "missing", "flags", "whenNew");
            Map<String, Double> fills = new LinkedHashMap<>();
            state.get("fills").fields().forEach((name, fill) -> fills.put(name, fill.finite()));
            Set<String> missing = new LinkedHashSet<>(state.get("missing").texts());
            JsonPlace policy = state.get("whenNew");
            NewMissing whenNew = Arrays.stream(NewMissing.values())
                    .filter(value -> value.name().equals(policy.text()))
                    .findFirst()
                    .orElseThrow(() -> policy.expected("ERROR or FILL"));
            return new Fitted(fills, missing, state.get("flags").bool(), whenNew);
        }

        @Override
        public String type() {
            return TYPE;
        }

        @Override
        public Frame apply(Frame frame) {
            Frame changed = frame;
            for (Map.Entry<String, Double> entry : fills.entrySet()) {
                String name = entry.getKey();
                NumberColumn column = numbers(frame, name);
                boolean known = missing.contains(name);
                if (column.hasMissing()) {
                    if (!known && whenNew == NewMissing.ERROR) {
                        throw new IllegalArgumentException("The continuous column \"" + name + "\" has "
                                + column.missing() + " missing values, the first in row " + firstMissing(column)
                                + "; the training rows had none. Fill them first, or choose "
                                + "FillMissing.whenNew(NewMissing.FILL)");
                    }
                    double[] filled = column.values().clone();
                    for (int i = 0; i < filled.length; i++) {
                        filled[i] = Double.isNaN(filled[i]) ? entry.getValue() : filled[i];
                    }
                    changed = changed.with(name, new NumberColumn(filled));
                }
                if (known && flags) {
                    changed = changed.withCategorical(name + "_na", flags(column));
                }
            }
            return changed;
        }

        private static int firstMissing(Column column) {
            int row = 0;
            while (!column.isMissing(row)) {
                row++;
            }
            return row;
        }

        private static WholeColumn flags(NumberColumn column) {
            long[] flags = new long[column.size()];
            for (int i = 0; i < flags.length; i++) {
                flags[i] = column.isMissing(i) ? 1 : 0;
            }
            return new WholeColumn(Kind.FLAG, flags);
        }

        @Override
        public Json.Fields state() {
            Json.Fields values = Json.object();
            for (Map.Entry<String, Double> entry : fills.entrySet()) {
                values = values.with(entry.getKey(), (double) entry.getValue());
            }
            return Json.object()
                    .with("fills", values)
                    .with("missing", Json.texts(java.util.List.copyOf(missing)))
                    .with("flags", flags)
                    .with("whenNew", whenNew.name());
        }
    }
}
