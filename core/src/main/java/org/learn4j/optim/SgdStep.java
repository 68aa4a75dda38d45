package org.learn4j.optim;

import org.learn4j.kernel.Kernels;

/** Straight down the gradient. */
record SgdStep() implements Step {
    @Override
    public void apply(Stretch s) {
        double shrink = s.takeShrink();
        Kernels.current().scaleAdd(-s.rate(), s.gradients(), shrink, s.values());
    }
}
