package org.learn4j.tensor;

/**
 * A stream of random numbers that starts at a {@link Seed}: SplitMix64, 64 bits of state. Not thread-safe; derive one
 * stream per thread or item by folding the seed.
 */
public final class RandomStream {
    private long state;
    private double spareGaussian = Double.NaN;

    RandomStream(long state) {
        this.state = state;
    }

    /** Returns 64 random bits. */
    public long nextLong() {
        state += 0x9E3779B97F4A7C15L;
        return Seed.mix(state);
    }

    /** Returns a number in [0, 1) with 53 random bits. */
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    /** Returns a number in [from, to). */
    public double nextDouble(double from, double to) {
        double draw = from + (to - from) * nextDouble();
        return draw < to || !(from < to) ? draw : Math.nextDown(to);
    }

    /**
     * Returns a whole number in [0, bound), each equally likely.
     *
     * @throws IllegalArgumentException if bound is less than 1
     */
    public int nextInt(int bound) {
        if (bound < 1) {
            throw new IllegalArgumentException("A bound is at least 1, received " + bound);
        }
        // Lemire 2019: multiply, and reject the few low products that would favour some numbers
        long random = nextLong() >>> 32;
        long product = random * bound;
        if ((product & 0xFFFFFFFFL) < bound) {
            long threshold = (0x100000000L - bound) % bound;
            while ((product & 0xFFFFFFFFL) < threshold) {
                random = nextLong() >>> 32;
                product = random * bound;
            }
        }
        return (int) (product >>> 32);
    }

    /** Returns a draw from the standard normal distribution (Marsaglia's polar method). */
    public double nextGaussian() {
        if (!Double.isNaN(spareGaussian)) {
            double spare = spareGaussian;
            spareGaussian = Double.NaN;
            return spare;
        }
        while (true) {
            double x = 2 * nextDouble() - 1;
            double y = 2 * nextDouble() - 1;
            double square = x * x + y * y;
            if (square > 0 && square < 1) {
                double factor = StrictMath.sqrt(-2 * StrictMath.log(square) / square);
                spareGaussian = y * factor;
                return x * factor;
            }
        }
    }

    /** Returns the numbers 0 to n−1 in random order (Fisher–Yates). */
    public int[] permutation(int n) {
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            order[i] = i;
        }
        for (int i = n - 1; i > 0; i--) {
            int j = nextInt(i + 1);
            int swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
        return order;
    }
}
