package org.learn4j.callback;

import org.learn4j.tensor.RandomStream;

/** Draws from Beta(α, α). */
record BetaDistribution(double alpha) {
    BetaDistribution {
        if (!(alpha > 0) || Double.isInfinite(alpha)) {
            throw new IllegalArgumentException("Alpha is positive and finite, received " + alpha);
        }
    }

    /** A draw by two from Gamma(α), whose logarithms do not vanish however small α is. */
    double draw(RandomStream stream) {
        double own = logGamma(stream);
        double others = logGamma(stream);
        return 1 / (1 + Math.exp(own - others));
    }

    /** Marsaglia and Tsang 2000; for a shape below 1 a draw for shape + 1 is scaled down. */
    private double logGamma(RandomStream stream) {
        double shape = alpha < 1 ? alpha + 1 : alpha;
        double d = shape - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double z = stream.nextGaussian();
            double v = Math.pow(1 + c * z, 3);
            double u = stream.nextDouble();
            if (v > 0 && Math.log(u) < 0.5 * z * z + d - d * v + d * Math.log(v)) {
                double draw = Math.log(d * v);
                return alpha < 1 ? draw + Math.log(1 - stream.nextDouble()) / alpha : draw;
            }
        }
    }
}
