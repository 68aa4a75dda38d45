package org.learn4j.optim;

import java.util.List;
import org.learn4j.kernel.Kernels;
import org.learn4j.tensor.Tensor;

/**
 * The gradient, or its average, divided by the root of the average square, nothing debiased (Hinton 2012, as in
 * fastai).
 */
record RmsStep(boolean averaged) implements Step {
    @Override
    public List<String> state() {
        return averaged ? List.of(Average.NAME, AverageSquare.NAME) : List.of(AverageSquare.NAME);
    }

    @Override
    public void apply(Stretch s) {
        Tensor direction = averaged ? s.average() : s.gradients();
        double shrink = s.takeShrink();
        Kernels.current().adaptiveStep(s.values(), direction, s.averageSquare(), 1, s.epsilon(), s.rate(), shrink);
    }
}
