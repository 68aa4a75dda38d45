package org.learn4j.optim;

import java.util.List;
import org.learn4j.kernel.Kernels;

/**
 * Adam that waits until the average square rests on enough values, and until then follows the debiased average alone
 * (Liu et al. 2019). With β₂ = .99 it adapts from the sixth update.
 */
record RAdamStep() implements Step {
    @Override
    public List<String> state() {
        return AdamStep.AVERAGES;
    }

    @Override
    public void apply(Stretch s) {
        double longest = 2 / (1 - s.squareMomentum()) - 1;
        double power = Math.pow(s.squareMomentum(), s.count());
        double length = longest - 2 * s.count() * power / (1 - power);
        if (length > 5) {
            AdamStep.apply(
                    s, Math.sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)));
        } else {
            double shrink = s.takeShrink();
            Kernels.current().scaleAdd(-s.rate() / s.debias(s.momentum()), s.average(), shrink, s.values());
        }
    }
}
