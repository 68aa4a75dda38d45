package org.learn4j.metric;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.learn4j.tensor.Tensor;

/** The mean over all numbers of an error, and what is made of the mean. */
record MeanError(String name, DoubleBinaryOperator error, DoubleUnaryOperator result) implements Metric {
    @Override
    public Direction direction() {
        return Direction.LOWER_IS_BETTER;
    }

    @Override
    public Accumulator start() {
        return new Errors();
    }

    @Override
    public String toString() {
        return name;
    }

    private final class Errors implements Accumulator {
        private final Sum sum = new Sum();
        private long count;

        @Override
        public void update(Tensor predictions, Tensor targets) {
            Values.requireSame(name, predictions, targets);
            double[] predicted = Values.numbers(predictions);
            double[] wanted = Values.numbers(targets);
            for (int i = 0; i < predicted.length; i++) {
                sum.add(error.applyAsDouble(predicted[i], wanted[i]));
            }
            count += predicted.length;
        }

        @Override
        public double value() {
            return result.applyAsDouble(sum.value() / count);
        }
    }
}
