package org.learn4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.learn4j.metric.Metric;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorMemory;
import org.learn4j.tensor.TensorScope;

/**
 * What every metric over a whole data set keeps to. The test of a new metric implements this interface and receives the
 * tests:
 *
 * <pre>{@code
 * class MedianErrorTest implements MetricContract {
 *     public Metric metric() { return new MedianError(); }
 *     public Tensor predictions() { return Tensor.of(new float[] {1, 2, 4, 8, 9}); }
 *     public Tensor targets() { return Tensor.of(new float[] {1, 3, 5, 5, 7}); }
 * }
 * }</pre>
 */
@NullMarked
public interface MetricContract {
    /** Returns the metric. */
    Metric metric();

    /** Returns predictions for at least four items, for which the metric is defined. */
    Tensor predictions();

    /** Returns their targets. */
    Tensor targets();

    /** Returns the tests. */
    @TestFactory
    default Stream<DynamicTest> keepsTheContractOfMetrics() {
        Map<String, Executable> tests = new LinkedHashMap<>();
        tests.put("does not depend on how items are batched", this::ignoresBatches);
        tests.put("starts afresh", this::startsAfresh);
        tests.put("can be asked again and in between", this::canBeAskedAgain);
        tests.put("reads views", this::readsViews);
        tests.put("is NaN for no items", this::isNaNForNoItems);
        tests.put("refuses predictions without targets", this::refusesMissingTargets);
        tests.put("keeps no tensor", this::keepsNoTensor);
        tests.put("has a name for tables and prints", this::hasAName);
        return tests.entrySet().stream().map(test -> dynamicTest(test.getKey(), inScope(test.getValue())));
    }

    private static Executable inScope(Executable test) {
        return () -> {
            try (TensorScope scope = TensorScope.open()) {
                test.execute();
            }
        };
    }

    private double whole() {
        Metric.Accumulator accumulator = metric().start();
        accumulator.update(predictions(), targets());
        return accumulator.value();
    }

    private double batched(int... ends) {
        Metric.Accumulator accumulator = metric().start();
        int from = 0;
        for (int end : ends) {
            accumulator.update(predictions().slice(0, from, end), targets().slice(0, from, end));
            from = end;
        }
        return accumulator.value();
    }

    private void ignoresBatches() {
        int items = Math.toIntExact(predictions().shape().dim(0));
        assertThat(whole()).isNotNaN();
        for (int first = 0; first <= items; first++) {
            assertThat(batched(first, items)).isCloseTo(whole(), within(1e-12));
            assertThat(batched(first / 2, first, first, items)).isCloseTo(whole(), within(1e-12));
        }
    }

    private void startsAfresh() {
        Metric metric = metric();
        Metric.Accumulator one = metric.start();
        Metric.Accumulator two = metric.start();
        one.update(predictions(), targets());
        two.update(predictions().slice(0, 0, 1), targets().slice(0, 0, 1));
        two.update(predictions().slice(0, 1, -1), targets().slice(0, 1, -1));
        assertThat(one.value()).isEqualTo(whole());
    }

    private void canBeAskedAgain() {
        Metric.Accumulator accumulator = metric().start();
        accumulator.value();
        accumulator.update(predictions().slice(0, 0, 1), targets().slice(0, 0, 1));
        accumulator.value();
        long items = predictions().shape().dim(0);
        accumulator.update(predictions().slice(0, 1, items), targets().slice(0, 1, items));
        assertThat(accumulator.value()).isCloseTo(whole(), within(1e-12));
        assertThat(accumulator.value()).isEqualTo(accumulator.value());
    }

    private void readsViews() {
        Tensor predictions = Tensor.concat(0, predictions(), predictions());
        long items = predictions().shape().dim(0);
        Metric.Accumulator accumulator = metric().start();
        Tensor half = predictions.slice(0, items, 2 * items);
        accumulator.update(
                half.shape().rank() == 2 ? half.transpose(0, 1).copy().transpose(0, 1) : half, targets());
        assertThat(accumulator.value()).isEqualTo(whole());
    }

    private void isNaNForNoItems() {
        assertThat(metric().start().value()).isNaN();
        assertThat(batched(0)).isNaN();
    }

    private void refusesMissingTargets() {
        Metric.Accumulator accumulator = metric().start();
        Tensor fewer = targets().slice(0, 0, 2);
        assertThatThrownBy(() -> accumulator.update(predictions(), fewer))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining(predictions().shape().toString())
                .hasMessageContaining(fewer.shape().toString());
    }

    private void keepsNoTensor() {
        long before = TensorMemory.bytesInUse();
        Metric.Accumulator accumulator = metric().start();
        Tensor predictions = predictions().keep();
        Tensor targets = targets().keep();
        accumulator.update(predictions, targets);
        predictions.fill(Double.NaN);
        predictions.close();
        targets.close();
        assertThat(accumulator.value()).isEqualTo(whole());
        assertThat(TensorMemory.bytesInUse() - before).isLessThan(1 << 20);
    }

    private void hasAName() {
        assertThat(metric().name()).matches("[a-z][a-z0-9_.]*");
        assertThat(metric().toString()).contains(metric().name());
        assertThat(metric().direction()).isNotNull();
    }
}
