package org.learn4j.metric;

import java.util.Locale;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/** A metric of decisions for one class each. */
record ClassMetric(String name, Direction direction, boolean binary, ToDoubleFunction<ClassCounts> result)
        implements Metric {
    ClassMetric(String name, Direction direction, ToDoubleFunction<ClassCounts> result) {
        this(name, direction, false, result);
    }

    /** Returns a metric that has a value for each class. */
    static Metric averaged(String name, Average average, Function<ClassCounts, IntToDoubleFunction> byClass) {
        String suffix = average == Average.BINARY ? "" : "_" + average.name().toLowerCase(Locale.ROOT);
        return new ClassMetric(
                name + suffix,
                Direction.HIGHER_IS_BETTER,
                average == Average.BINARY,
                counts -> counts.average(average, byClass.apply(counts)));
    }

    @Override
    public Accumulator start() {
        ClassCounts counts = new ClassCounts(name);
        return new Accumulator() {
            @Override
            public void update(Tensor predictions, Tensor targets) {
                int classes = Values.classes(name, predictions, targets);
                if (binary && classes != 2) {
                    throw new ShapeMismatchException(name + " of class 1 expects predictions of two classes, received "
                            + predictions.shape() + " with targets " + targets.shape() + "; choose another Average");
                }
                counts.add(predictions, targets, classes);
            }

            @Override
            public double value() {
                return counts.isDefined() ? result.applyAsDouble(counts) : Double.NaN;
            }
        };
    }

    @Override
    public String toString() {
        return name;
    }
}
