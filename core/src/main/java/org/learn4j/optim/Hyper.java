package org.learn4j.optim;

/**
 * The hyper-parameters in force for one parameter group at one step.
 *
 * @param rate learning rate, not negative
 * @param momentum SGD's momentum or Adam's β₁, in [0, 1)
 * @param weightDecay weight decay, not negative
 */
public record Hyper(double rate, double momentum, double weightDecay) {
    /** Checks the ranges. */
    public Hyper {
        if (!(rate >= 0) || Double.isInfinite(rate)) {
            throw new IllegalArgumentException("A learning rate is finite and not negative, received " + rate);
        }
        if (!(momentum >= 0 && momentum < 1)) {
            throw new IllegalArgumentException("A momentum lies in [0, 1), received " + momentum);
        }
        if (!(weightDecay >= 0) || Double.isInfinite(weightDecay)) {
            throw new IllegalArgumentException("A weight decay is finite and not negative, received " + weightDecay);
        }
    }
}
