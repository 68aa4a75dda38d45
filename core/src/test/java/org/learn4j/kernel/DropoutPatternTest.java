package org.learn4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The dropout pattern: the right share, independent of neighbours, blocks and seeds. */
class DropoutPatternTest {
    private static final int COUNT = 1 << 20;

    private static boolean[] dropped(double probability, long seed, int count) {
        float[] mask = new float[count];
        DropoutPattern.mask(probability, seed, mask);
        boolean[] dropped = new boolean[count];
        for (int i = 0; i < count; i++) {
            assertThat(mask[i] == 0 || mask[i] == (float) (1 / (1 - probability)))
                    .isTrue();
            dropped[i] = mask[i] == 0;
        }
        return dropped;
    }

    /** Asserts that a count out of many lies within 5 standard deviations of what chance gives. */
    private static void likely(String what, long count, long of, double probability) {
        double deviation = Math.sqrt(of * probability * (1 - probability));
        assertThat((double) count)
                .as(what)
                .isBetween(of * probability - 5 * deviation, of * probability + 5 * deviation);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.001, 0.01, 0.04, 0.099, 0.1, 0.25, 0.5, 0.9, 0.999})
    void dropsTheRightShareIndependently(double probability) {
        for (long seed : new long[] {0, 1, -1, 123_456_789_123L}) {
            boolean[] first = dropped(probability, seed, COUNT);
            boolean[] second = dropped(probability, seed + 1, COUNT);
            for (int lag : new int[] {0, 1, 2, 3, 16, 64, 1000, DropoutPattern.BLOCK}) {
                long both = 0;
                long across = 0;
                for (int i = lag; i < COUNT; i++) {
                    both += first[i] && first[i - lag] ? 1 : 0;
                    across += first[i] && second[i - lag] ? 1 : 0;
                }
                double expected = lag == 0 ? probability : probability * probability;
                likely("lag " + lag, both, COUNT - lag, expected);
                likely("the next seed's at lag " + lag, across, COUNT - lag, probability * probability);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.5})
    void everyPlaceOfABlockIsDroppedAsOften(double probability) {
        int[] counts = new int[DropoutPattern.BLOCK];
        int seeds = 2000;
        for (int seed = 0; seed < seeds; seed++) {
            boolean[] dropped = dropped(probability, seed, DropoutPattern.BLOCK);
            for (int i = 0; i < counts.length; i++) {
                counts[i] += dropped[i] ? 1 : 0;
            }
        }
        double chiSquare = 0;
        for (int count : counts) {
            double expected = seeds * probability;
            chiSquare += (count - expected) * (count - expected) / (expected * (1 - probability));
        }
        double freedom = counts.length;
        assertThat(chiSquare).isBetween(freedom - 5 * Math.sqrt(2 * freedom), freedom + 5 * Math.sqrt(2 * freedom));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.5})
    void followsFromSeedAndIndexAlone(double probability) {
        boolean[] longer = dropped(probability, 9, 10_000);
        boolean[] shorter = dropped(probability, 9, 5_000);
        assertThat(shorter).isEqualTo(java.util.Arrays.copyOf(longer, 5_000));
    }

    @Test
    void keepsEverythingAtProbabilityZero() {
        assertThat(dropped(0, 3, 5_000)).containsOnly(false);
    }
}
