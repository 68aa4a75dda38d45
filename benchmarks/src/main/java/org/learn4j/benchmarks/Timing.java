package org.learn4j.benchmarks;

import java.util.Arrays;
import java.util.List;

/**
 * How long a contender's steps took, in milliseconds.
 *
 * @param median the median of all its steps
 * @param p25 a quarter of its steps were faster
 * @param p75 a quarter of its steps were slower
 * @param fastest its fastest step: what a disturbed machine disturbs least
 * @param steps how many were timed
 * @param rounds the median of each round: far apart means a disturbed machine
 */
record Timing(double median, double p25, double p75, double fastest, int steps, List<Double> rounds) {
    /** Summarizes the step times of some rounds, each in nanoseconds. */
    static Timing of(List<long[]> rounds) {
        long[] all = rounds.stream().flatMapToLong(Arrays::stream).toArray();
        var medians = rounds.stream().map(round -> quantile(round, .5)).toList();
        return new Timing(
                quantile(all, .5), quantile(all, .25), quantile(all, .75), quantile(all, 0), all.length, medians);
    }

    private static double quantile(long[] nanoseconds, double share) {
        long[] sorted = nanoseconds.clone();
        Arrays.sort(sorted);
        return sorted[(int) (share * (sorted.length - 1))] / 1e6;
    }
}
