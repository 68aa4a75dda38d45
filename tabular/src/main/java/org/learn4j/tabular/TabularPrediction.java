package org.learn4j.tabular;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is predicted for one row, in the target's own units. */
public final class TabularPrediction {
    private final FittedTarget target;
    private final double[] values;

    TabularPrediction(FittedTarget target, double... values) {
        this.target = target;
        this.values = values;
    }

    /** Returns the predicted value of the first target column; for classes the number of the most probable one. */
    public double value() {
        return target.vocabulary() == null ? values[0] : best();
    }

    /** Returns the predicted value of each target column by name; for classes the probability of each. */
    public Map<String, Double> values() {
        List<String> names = target.vocabulary() == null ? target.columns() : target.classes();
        Map<String, Double> all = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            all.put(names.get(i), values[i]);
        }
        return Collections.unmodifiableMap(all);
    }

    /**
     * Returns the most probable class.
     *
     * @throws IllegalStateException if the model predicts numbers
     */
    public String label() {
        if (target.vocabulary() == null) {
            throw new IllegalStateException("This model predicts numbers, " + target.columns() + "; it has no classes");
        }
        return target.classes().get(best());
    }

    private int best() {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        return best;
    }

    @Override
    public String toString() {
        return (target.vocabulary() == null ? "" : label() + " ") + values();
    }
}
