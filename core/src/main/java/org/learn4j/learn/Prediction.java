package org.learn4j.learn;

import java.util.Arrays;
import java.util.List;

/** A prediction for one item. */
public final class Prediction {
    private final double[] values;
    private final double decoded;
    private final List<String> classes;

    Prediction(double[] values, double decoded, List<String> classes) {
        this.values = values;
        this.decoded = decoded;
        this.classes = classes;
    }

    /** Returns probabilities of the classes, or predicted values. */
    public double[] values() {
        return values.clone();
    }

    /** Returns the predicted value: the number for regression, the class's index for classification. */
    public double value() {
        return decoded;
    }

    /** Returns the predicted class's name, or its index where classes have no names. */
    public String label() {
        int index = (int) decoded;
        return index >= 0 && index < classes.size() ? classes.get(index) : Integer.toString(index);
    }

    /** Returns the largest of {@link #values}: the predicted class's probability in classification. */
    public double confidence() {
        return Arrays.stream(values).max().orElse(Double.NaN);
    }

    @Override
    public String toString() {
        return label() + " " + Arrays.toString(values);
    }
}
