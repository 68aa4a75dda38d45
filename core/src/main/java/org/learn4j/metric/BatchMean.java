package org.learn4j.metric;

import java.util.function.ToDoubleBiFunction;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

/** The mean over batches, weighted by their sizes. */
record BatchMean(String name, Direction direction, ToDoubleBiFunction<Tensor, Tensor> batchValue) implements Metric {
    @Override
    public Accumulator start() {
        Sum sum = new Sum();
        long[] items = new long[1];
        return new Accumulator() {
            @Override
            public void update(Tensor predictions, Tensor targets) {
                Values.requireSameItems(name, predictions, targets);
                long size = predictions.shape().dim(0);
                if (size > 0) {
                    try (TensorScope scope = TensorScope.open()) {
                        sum.add(batchValue.applyAsDouble(predictions, targets) * size);
                    }
                    items[0] += size;
                }
            }

            @Override
            public double value() {
                return sum.value() / items[0];
            }
        };
    }

    @Override
    public String toString() {
        return name;
    }
}
