package org.learn4j.callback;

import org.learn4j.learn.Learner;
import org.learn4j.metric.Metric;
import org.learn4j.tensor.Tensor;
import org.learn4j.testkit.SyntheticLearner;

/** A metric whose values are written down beforehand, one an epoch. */
final class Scripted implements Metric {
    private final String name;
    private final Direction direction;
    private final double[] values;
    private int epoch;

    private Scripted(String name, Direction direction, double... values) {
        this.name = name;
        this.direction = direction;
        this.values = values;
    }

    static Scripted higherIsBetter(String name, double... values) {
        return new Scripted(name, Direction.HIGHER_IS_BETTER, values);
    }

    static Scripted lowerIsBetter(String name, double... values) {
        return new Scripted(name, Direction.LOWER_IS_BETTER, values);
    }

    /** Returns a learner that measures it. */
    Learner.Builder learner() {
        return SyntheticLearner.builder(SyntheticLearner.data()).metrics(this);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Direction direction() {
        return direction;
    }

    @Override
    public Accumulator start() {
        double value = values[Math.min(epoch++, values.length - 1)];
        return new Accumulator() {
            @Override
            public void update(Tensor predictions, Tensor targets) {
                // it is known already
            }

            @Override
            public double value() {
                return value;
            }
        };
    }
}
