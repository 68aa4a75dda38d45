package org.learn4j.metric;

import java.util.function.ToDoubleFunction;
import org.learn4j.tensor.Tensor;

/** How much of the targets' variation the predictions account for. */
record Variation(String name, ToDoubleFunction<Variation.Sums> result) implements Metric {
    @Override
    public Direction direction() {
        return Direction.HIGHER_IS_BETTER;
    }

    @Override
    public Accumulator start() {
        Sums sums = new Sums();
        return new Accumulator() {
            @Override
            public void update(Tensor predictions, Tensor targets) {
                Values.requireSame(name, predictions, targets);
                double[] predicted = Values.numbers(predictions);
                double[] wanted = Values.numbers(targets);
                for (int i = 0; i < predicted.length; i++) {
                    sums.add(wanted[i], wanted[i] - predicted[i]);
                }
            }

            @Override
            public double value() {
                return sums.count == 0 ? Double.NaN : result.applyAsDouble(sums);
            }
        };
    }

    @Override
    public String toString() {
        return name;
    }

    /** Squared deviations of targets and errors from their means, gathered without cancellation (Welford 1962). */
    static final class Sums {
        private final Sum squaredErrors = new Sum();
        private long count;
        private double targetMean;
        private double targetSquares;
        private double errorMean;
        private double errorSquares;

        void add(double target, double error) {
            count++;
            double targetStep = target - targetMean;
            targetMean += targetStep / count;
            targetSquares += targetStep * (target - targetMean);
            double errorStep = error - errorMean;
            errorMean += errorStep / count;
            errorSquares += errorStep * (error - errorMean);
            squaredErrors.add(error * error);
        }

        double r2() {
            return count < 2 ? Double.NaN : explained(squaredErrors.value());
        }

        double explainedVariance() {
            return explained(errorSquares);
        }

        private double explained(double left) {
            if (targetSquares == 0) {
                return left == 0 ? 1 : Double.isNaN(left) ? Double.NaN : 0;
            }
            return 1 - left / targetSquares;
        }
    }
}
