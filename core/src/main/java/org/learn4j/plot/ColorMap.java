package org.learn4j.plot;

/**
 * Colours for numbers from 0 to 1, as smooth curves: each of red, green and blue is a Chebyshev series fitted to a published
 * palette, within 1.3 of 255 everywhere.
 *
 * <pre>{@code
 * int rgb = ColorMap.magma().rgb(0.75);        // 0xFC8861 or nearly
 * }</pre>
 */
public final class ColorMap {
    private static final ColorMap MAGMA = new ColorMap(
            new double[] {
                0.59083, 0.5511, -0.1183, -0.06177, 0.01654, 0.00769, 0.00715, -0.00553, -0.00372, 0.00294, 0.00176
            },
            new double[] {
                0.37, 0.48019, 0.14413, 0.02026, -0.0197, -0.00739, -0.00298, 0.00844, 0.0042, -0.01018, 0.0003
            },
            new double[] {
                0.414, 0.24599, -0.04356, 0.1531, 0.00641, -0.02705, 0.00112, -0.00765, 0.00792, 0.00736, -0.00421
            });
    private static final ColorMap BLUES = new ColorMap(
            new double[] {0.46207, -0.51818, 0.0326, 0.05789, 0.00574, -0.00523, 0.00631, 0.00134, -0.00687},
            new double[] {0.63101, -0.40185, -0.04957, 0.00637, 0.00674, -0.00212, 0.00003, 0.00293, -0.00194},
            new double[] {0.78219, -0.26717, -0.0644, -0.02245, -0.01251, -0.00547, 0.00035, 0.00032, 0.00417});

    private final double[][] channels;

    private ColorMap(double[]... channels) {
        this.channels = channels;
    }

    /** Returns magma: black over purple and orange to light yellow, equally bright steps (Smith and van der Walt 2015). */
    public static ColorMap magma() {
        return MAGMA;
    }

    /** Returns white to dark blue (ColorBrewer's Blues; Brewer and Harrower 2003), for counts. */
    public static ColorMap blues() {
        return BLUES;
    }

    /** Returns the colour as {@code 0xRRGGBB}; below 0 that of 0, above 1 that of 1, grey where the value is NaN. */
    public int rgb(double value) {
        if (Double.isNaN(value)) {
            return 0x808080;
        }
        double x = 2 * Math.max(0, Math.min(1, value)) - 1;
        int rgb = 0;
        for (double[] channel : channels) {
            long level = Math.round(255 * series(x, channel));
            rgb = rgb << 8 | (int) Math.max(0, Math.min(255, level));
        }
        return rgb;
    }

    /** Clenshaw's sum of a Chebyshev series. */
    private static double series(double x, double... coefficients) {
        double next = 0;
        double afterNext = 0;
        for (int k = coefficients.length - 1; k > 0; k--) {
            double sum = coefficients[k] + 2 * x * next - afterNext;
            afterNext = next;
            next = sum;
        }
        return coefficients[0] + x * next - afterNext;
    }
}
