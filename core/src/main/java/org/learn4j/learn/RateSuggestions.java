package org.learn4j.learn;

import java.util.Arrays;

/** fastai's rules for reading a learning rate off the finder's curve. */
final class RateSuggestions {
    private static final int SKIP_END = 5;
    private static final int FEWEST = 3;
    private static final int SLIDE_WIDTH = 15;
    private static final double SLIDE_THRESHOLD = 0.005;

    private final double[] rates;
    private final double[] losses;

    RateSuggestions(int planned, double[] allRates, double[] allLosses) {
        int from = first(planned);
        int to = end(planned, allLosses);
        if (to - from < FEWEST) {
            throw new IllegalStateException(
                    "Too few losses to suggest a learning rate: of " + allRates.length + " tried, "
                            + Math.max(0, to - from) + " are left without the first tenth and the last " + SKIP_END);
        }
        this.rates = Arrays.copyOfRange(allRates, from, to);
        this.losses = Arrays.copyOfRange(allLosses, from, to);
    }

    /** Returns whether there are enough losses for suggestions. */
    static boolean possible(int planned, double... allLosses) {
        return end(planned, allLosses) - first(planned) >= FEWEST;
    }

    private static int first(int planned) {
        return planned / 10;
    }

    /** Leaves out the last losses, and all from the first that is not a number. */
    private static int end(int planned, double... allLosses) {
        int to = allLosses.length - SKIP_END;
        for (int i = first(planned); i < to; i++) {
            if (Double.isNaN(allLosses[i])) {
                return i;
            }
        }
        return to;
    }

    double[] rates() {
        return rates;
    }

    double[] losses() {
        return losses;
    }

    double lossAt(double rate) {
        int at = Arrays.binarySearch(rates, rate);
        int near = at >= 0 ? at : Math.min(losses.length - 1, -at - 1);
        return losses[near];
    }

    double minimum() {
        int best = 0;
        for (int i = 1; i < losses.length; i++) {
            if (losses[i] < losses[best]) {
                best = i;
            }
        }
        return rates[best] / 10;
    }

    /** The steepest fall of the loss over the logarithm of the rate between neighbours. */
    double steep() {
        int best = 0;
        double steepest = Double.POSITIVE_INFINITY;
        for (int i = 0; i + 1 < losses.length; i++) {
            double slope = (losses[i + 1] - losses[i]) / (Math.log(rates[i + 1]) - Math.log(rates[i]));
            if (slope < steepest) {
                steepest = slope;
                best = i;
            }
        }
        return rates[best];
    }

    /** A third and a sixth of its length into the longest strictly decreasing subsequence. */
    double valley() {
        int n = losses.length;
        int[] length = new int[n];
        Arrays.fill(length, 1);
        int end = 0;
        for (int i = 1; i < n; i++) {
            for (int j = 0; j < i; j++) {
                if (losses[i] < losses[j] && length[i] < length[j] + 1) {
                    length[i] = length[j] + 1;
                }
            }
            if (length[i] > length[end]) {
                end = i;
            }
        }
        int longest = length[end];
        int at = end - longest + longest / 3 + longest / 6;
        return rates[Math.max(0, at)];
    }

    /**
     * Slides an interval from the right until the slopes at its ends agree: the largest rate before the loss turns
     * up.
     */
    double slide() {
        double[] slopes = gradients();
        int right = losses.length - 1;
        int left = right - SLIDE_WIDTH;
        double suggestion = rates[Math.max(0, left)];
        while (left >= 0 && Math.abs(slopes[right] - slopes[left]) > SLIDE_THRESHOLD) {
            suggestion = rates[left];
            right--;
            left--;
        }
        return suggestion;
    }

    /** Central differences, one-sided at the ends, by index. */
    private double[] gradients() {
        int n = losses.length;
        double[] result = new double[n];
        for (int i = 0; i < n; i++) {
            int before = Math.max(0, i - 1);
            int after = Math.min(n - 1, i + 1);
            result[i] = (losses[after] - losses[before]) / (after - before);
        }
        return result;
    }
}
