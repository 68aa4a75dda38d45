package org.learn4j.vision.data;

/**
 * What happens where pictures cannot be read: training stops at the first one it meets, with its path and the reason, or all
 * are read once before training and those that cannot be are left out and reported.
 */
public final class BadItemPolicy {
    private final double share;

    private BadItemPolicy(double share) {
        this.share = share;
    }

    /** Returns the default: a picture that cannot be read stops training. */
    public static BadItemPolicy fail() {
        return new BadItemPolicy(-1);
    }

    /**
     * Returns the policy that leaves pictures out.
     *
     * @param maxShare the largest share of all pictures that may be left out, such as 0.05; more is an error
     */
    public static BadItemPolicy skipUpTo(double maxShare) {
        if (!(maxShare >= 0 && maxShare <= 1)) {
            throw new IllegalArgumentException("A share lies in [0, 1], received " + maxShare);
        }
        return new BadItemPolicy(maxShare);
    }

    boolean skips() {
        return share >= 0;
    }

    boolean allows(int bad, int all) {
        return bad <= share * all;
    }

    @Override
    public String toString() {
        return skips() ? "skip up to " + share : "fail";
    }
}
