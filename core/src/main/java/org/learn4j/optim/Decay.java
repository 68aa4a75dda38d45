package org.learn4j.optim;

/**
 * The settings of an optimizer's weight decay.
 *
 * @param amount how much, not negative; schedules may replace it
 * @param decoupled whether it is decoupled from the gradient, or the L2 penalty's
 * @param normAndBias whether biases and normalisation layers decay too
 */
record Decay(double amount, boolean decoupled, boolean normAndBias) {
    Decay {
        if (!(amount >= 0) || Double.isInfinite(amount)) {
            throw new IllegalArgumentException("A weight decay is finite and not negative, received " + amount);
        }
    }

    Decay amount(double changed) {
        return new Decay(changed, decoupled, normAndBias);
    }

    Decay decoupled(boolean changed) {
        return new Decay(amount, changed, normAndBias);
    }

    Decay normAndBias(boolean changed) {
        return new Decay(amount, decoupled, changed);
    }
}
