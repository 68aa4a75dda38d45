package org.learn4j.metric;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestFactory;
import org.learn4j.metric.Metric.Direction;
import org.learn4j.tensor.Tensor;
import org.learn4j.testkit.MetricContract;

/** Every metric over a whole set keeps the contract of metrics. */
class MetricContractsTest {
    @TestFactory
    Stream<DynamicNode> classification() {
        float[][] scores = {{.5f, .3f, .2f}, {.1f, .8f, .1f}, {.3f, .3f, .4f}, {.2f, .5f, .3f}, {.6f, .2f, .2f}};
        return all(
                () -> Tensor.of(scores),
                () -> Tensor.of(new int[] {0, 1, 2, 2, 1}),
                Metric.accuracy(),
                Metric.errorRate(),
                Metric.topKAccuracy(2),
                Metric.precision(Average.MACRO),
                Metric.recall(Average.WEIGHTED),
                Metric.fBeta(2, Average.MICRO),
                Metric.rocAuc());
    }

    @TestFactory
    Stream<DynamicNode> twoClasses() {
        return all(
                () -> Tensor.of(new float[] {.9f, .2f, .6f, .5f, .1f}),
                () -> Tensor.of(new float[] {1, 0, 0, 1, 0}),
                Metric.accuracy(),
                Metric.precision(Average.BINARY),
                Metric.fBeta(.5, Average.BINARY),
                Metric.rocAuc(),
                Metric.accuracyThreshold(.3));
    }

    @TestFactory
    Stream<DynamicNode> regression() {
        return all(
                () -> Tensor.of(new double[] {1.5, 2.25, 3, 4, 5.125, 7}),
                () -> Tensor.of(new float[] {1, 2, 3.5f, 4, 5, 6.5f}),
                Metric.mae(),
                Metric.mse(),
                Metric.rmse(),
                Metric.msle(),
                Metric.r2(),
                Metric.explainedVariance(),
                Metric.expRmspe());
    }

    @TestFactory
    Stream<DynamicNode> severalNumbersAnItem() {
        return all(
                () -> Tensor.of(new float[][] {{.9f, .1f}, {.4f, .7f}, {.2f, .2f}, {.6f, .8f}}),
                () -> Tensor.of(new float[][] {{1, 0}, {1, 1}, {0, 0}, {0, 1}}),
                Metric.accuracyThreshold(.5),
                Metric.mse(),
                Metric.r2());
    }

    private static Stream<DynamicNode> all(Supplier<Tensor> predictions, Supplier<Tensor> targets, Metric... metrics) {
        return List.of(metrics).stream()
                .map(metric -> DynamicContainer.dynamicContainer(
                        metric.name(), contract(metric, predictions, targets).keepsTheContractOfMetrics()));
    }

    private static MetricContract contract(Metric metric, Supplier<Tensor> predictions, Supplier<Tensor> targets) {
        return new MetricContract() {
            @Override
            public Metric metric() {
                return metric;
            }

            @Override
            public Tensor predictions() {
                return predictions.get();
            }

            @Override
            public Tensor targets() {
                return targets.get();
            }
        };
    }

    @Nested
    class UsersOwn implements MetricContract {
        @Override
        public Metric metric() {
            return Metric.of("bias", Direction.LOWER_IS_BETTER, (p, t) -> {
                double sum = 0;
                for (double difference : p.minus(t).toDoubles()) {
                    sum += difference;
                }
                return Math.abs(sum);
            });
        }

        @Override
        public Tensor predictions() {
            return Tensor.of(new float[][] {{1, 2}, {3, 4}, {5, 6}, {7, 9}});
        }

        @Override
        public Tensor targets() {
            return Tensor.of(new float[][] {{1, 1}, {3, 2}, {5, 5}, {7, 7}});
        }
    }
}
