package org.learn4j.loss;

import org.learn4j.tensor.Tensor;

/** A loss that is a function of the difference between prediction and target. */
interface RegressionLoss extends Loss {
    /** Returns the loss of each difference. */
    Tensor of(Tensor difference);

    @Override
    default Tensor items(Tensor prediction, Tensor target) {
        return Targets.perItem(of(prediction.minus(Targets.like(name(), prediction, target))));
    }

    @Override
    default Tensor mean(Tensor prediction, Tensor target) {
        return of(prediction.minus(Targets.like(name(), prediction, target))).mean();
    }
}
