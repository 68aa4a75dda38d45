package org.learn4j.loss;

import org.learn4j.tensor.Tensor;

/** The squared difference. */
record Mse() implements RegressionLoss {
    @Override
    public String name() {
        return "mse";
    }

    @Override
    public Tensor of(Tensor difference) {
        return difference.square();
    }
}
