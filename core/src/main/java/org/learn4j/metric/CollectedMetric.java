package org.learn4j.metric;

import java.util.function.ToDoubleBiFunction;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

/** A function of all predictions and targets. */
record CollectedMetric(String name, Direction direction, ToDoubleBiFunction<Tensor, Tensor> result) implements Metric {
    @Override
    public Accumulator start() {
        Rows predicted = new Rows(name, "predictions");
        Rows wanted = new Rows(name, "targets");
        return new Accumulator() {
            @Override
            public void update(Tensor predictions, Tensor targets) {
                Values.requireSameItems(name, predictions, targets);
                predicted.add(predictions);
                wanted.add(targets);
            }

            @Override
            public double value() {
                if (predicted.count() == 0) {
                    return Double.NaN;
                }
                try (TensorScope scope = TensorScope.open()) {
                    return result.applyAsDouble(predicted.all(), wanted.all());
                }
            }
        };
    }

    @Override
    public String toString() {
        return name;
    }
}
