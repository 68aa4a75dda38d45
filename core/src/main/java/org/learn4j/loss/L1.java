package org.learn4j.loss;

import org.learn4j.tensor.Tensor;

/** The absolute difference. */
record L1() implements RegressionLoss {
    @Override
    public String name() {
        return "l1";
    }

    @Override
    public Tensor of(Tensor difference) {
        return difference.abs();
    }
}
