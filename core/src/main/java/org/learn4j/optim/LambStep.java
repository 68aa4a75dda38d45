package org.learn4j.optim;

import java.util.ArrayList;
import java.util.List;
import org.learn4j.kernel.Kernels;
import org.learn4j.tensor.Tensor;

/**
 * Adam's direction, as long as the parameter itself: multiplied by ‖p‖ / ‖direction‖, at most 10 (You et al. 2019; the
 * limit is fastai's). A parameter or a direction of norm 0 leaves it as it is.
 */
record LambStep() implements Step {
    private static final double LIMIT = 10;

    @Override
    public List<String> state() {
        List<String> names = new ArrayList<>(AdamStep.AVERAGES);
        names.add(StateVectors.SCRATCH);
        return names;
    }

    @Override
    public boolean perTensor() {
        return true;
    }

    @Override
    public void apply(Stretch s) {
        Kernels kernels = Kernels.current();
        double shrink = s.takeShrink();
        Tensor direction = s.scratch();
        kernels.fill(0, direction);
        double first = -1 / s.debias(s.momentum());
        double squares = 1 / s.debias(s.squareMomentum());
        kernels.adaptiveStep(direction, s.average(), s.averageSquare(), squares, s.epsilon(), first, 0);
        double own = Math.abs(shrink) * Math.sqrt(kernels.sumOfSquares(s.values()));
        double other = Math.sqrt(kernels.sumOfSquares(direction));
        double trust = own == 0 || other == 0 ? 1 : Math.min(own / other, LIMIT);
        kernels.scaleAdd(-s.rate() * trust, direction, shrink, s.values());
    }
}
