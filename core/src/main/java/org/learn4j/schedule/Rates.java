package org.learn4j.schedule;

import java.util.Arrays;

/**
 * Learning rates for parameter groups, from the input's side to the output's: one for all, a slice, or a list (fastai's
 * {@code slice}).
 *
 * <pre>{@code
 * learner.fitOneCycle(3, Rates.of(1e-2));
 * learner.fitOneCycle(2, Rates.slice(1e-6, 1e-3));     // geometric from the first group to the last
 * }</pre>
 */
public final class Rates {
    private final Kind kind;
    private final double[] values;

    private Rates(Kind kind, double... values) {
        for (double value : values) {
            if (!(value > 0) || Double.isInfinite(value)) {
                throw new IllegalArgumentException("A learning rate is positive and finite, received " + value);
            }
        }
        if (values.length == 0) {
            throw new IllegalArgumentException("At least one learning rate is expected, received none");
        }
        this.kind = kind;
        this.values = values.clone();
    }

    /**
     * Returns one rate for all groups.
     *
     * @throws IllegalArgumentException if it is not positive and finite
     */
    public static Rates of(double rate) {
        return new Rates(Kind.SAME, rate);
    }

    /** Returns a rate for the last group and a tenth of it for the others. */
    public static Rates slice(double last) {
        return new Rates(Kind.TENTH, last);
    }

    /** Returns rates that grow geometrically from the first group to the last. */
    public static Rates slice(double first, double last) {
        return new Rates(Kind.GEOMETRIC, first, last);
    }

    /** Returns a rate for each group. */
    public static Rates list(double... rates) {
        return new Rates(Kind.LIST, rates);
    }

    /**
     * Returns one rate a group.
     *
     * @throws IllegalArgumentException if a list has another length
     */
    public double[] forGroups(int groups) {
        if (groups < 1) {
            throw new IllegalArgumentException("At least one parameter group is expected, received " + groups);
        }
        double[] rates = new double[groups];
        switch (kind) {
            case SAME -> Arrays.fill(rates, values[0]);
            case TENTH -> {
                Arrays.fill(rates, values[0] / 10);
                rates[groups - 1] = values[0];
            }
            case GEOMETRIC -> {
                for (int i = 0; i < groups; i++) {
                    rates[i] = groups == 1
                            ? values[1]
                            : values[0] * Math.pow(values[1] / values[0], (double) i / (groups - 1));
                }
            }
            case LIST -> {
                if (values.length != groups) {
                    throw new IllegalArgumentException("One learning rate a parameter group is expected: there are "
                            + groups + " groups, received " + values.length + " rates");
                }
                rates = values.clone();
            }
        }
        return rates;
    }

    @Override
    public String toString() {
        return switch (kind) {
            case SAME -> Double.toString(values[0]);
            case TENTH -> "slice(" + values[0] + ")";
            case GEOMETRIC -> "slice(" + values[0] + ", " + values[1] + ")";
            case LIST -> Arrays.toString(values);
        };
    }

    private enum Kind {
        SAME,
        TENTH,
        GEOMETRIC,
        LIST
    }
}
