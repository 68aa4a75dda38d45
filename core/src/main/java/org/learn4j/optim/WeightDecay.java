package org.learn4j.optim;

import org.learn4j.kernel.Kernels;

/**
 * Pulls weights towards 0. Decoupled, p is multiplied by 1 − rate · decay (Loshchilov and Hutter 2017); else decay · p
 * joins the gradient, which is the L2 penalty's and passes through the averages.
 */
record WeightDecay(boolean decoupled) implements Step {
    @Override
    public void apply(Stretch s) {
        if (s.weightDecay() == 0) {
            return;
        }
        if (decoupled) {
            s.shrink(1 - s.rate() * s.weightDecay());
        } else {
            Kernels.current().scaleAdd(s.weightDecay(), s.values(), 1, s.gradients());
        }
    }
}
