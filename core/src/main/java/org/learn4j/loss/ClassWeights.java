package org.learn4j.loss;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/** Factors for classes or questions, none meaning 1 for each. */
final class ClassWeights {
    private ClassWeights() {}

    static List<Double> of(double... weights) {
        return Arrays.stream(weights).boxed().toList();
    }

    /** Returns a copy of weights of 0 or more. */
    static List<Double> checked(String loss, List<Double> weights) {
        for (double weight : weights) {
            if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(loss + " expects weights of 0 or more, received " + weights);
            }
        }
        return List.copyOf(weights);
    }

    /** Returns the weights as a tensor beside logits [n, c], null if there are none. */
    static @Nullable Tensor tensor(String loss, List<Double> weights, Tensor logits) {
        if (weights.isEmpty()) {
            return null;
        }
        if (logits.shape().dim(-1) != weights.size()) {
            throw new ShapeMismatchException(loss + " expects a weight for each of the classes in logits "
                    + logits.shape() + ", received " + weights.size());
        }
        double[] values = weights.stream().mapToDouble(Double::doubleValue).toArray();
        return Tensor.uninitialized(logits.dtype(), Shape.of(values.length)).set(values);
    }
}
