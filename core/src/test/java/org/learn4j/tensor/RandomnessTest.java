package org.learn4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Seeds and their streams: what they give is part of what a model file promises, and never changes. */
class RandomnessTest {
    @Test
    void a_stream_is_splitmix64() {
        // the reference implementation's first numbers for the seed 1234567
        RandomStream stream = new Seed(1234567).stream();
        assertThat(stream.nextLong()).isEqualTo(6457827717110365317L);
        assertThat(stream.nextLong()).isEqualTo(3203168211198807973L);
        assertThat(stream.nextLong()).isEqualTo(Long.parseUnsignedLong("9817491932198370423"));
        assertThat(stream.nextLong()).isEqualTo(4593380528125082431L);
        assertThat(stream.nextLong()).isEqualTo(Long.parseUnsignedLong("16408922859458223821"));
        assertThat(new Seed(0).stream().nextLong()).isEqualTo(Long.parseUnsignedLong("16294208416658607535"));
    }

    @Test
    void the_numbers_of_a_seed_never_change() {
        Seed seed = Seed.of(42);
        RandomStream stream = seed.fold("shuffle").fold(3).stream();
        assertThat(seed.value()).isEqualTo(-4767286540954276203L);
        assertThat(seed.fold("shuffle").value()).isEqualTo(6344376766634809934L);
        assertThat(seed.fold(3).value()).isEqualTo(6382642513998897279L);
        assertThat(stream.nextLong()).isEqualTo(5300984234600461131L);
        assertThat(stream.nextDouble()).isEqualTo(0.8843106027420337);
        assertThat(stream.nextInt(1000)).isEqualTo(138);
        assertThat(stream.nextGaussian()).isEqualTo(-0.18696951076978205);
        assertThat(stream.nextGaussian()).isEqualTo(0.794972880518765);
        assertThat(stream.permutation(8)).containsExactly(3, 1, 2, 6, 4, 7, 0, 5);
    }

    @Test
    void folding_depends_on_every_part_and_on_the_order() {
        Set<Long> seeds = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            seeds.add(Seed.of(i).value());
            seeds.add(Seed.of(7).fold(i).value());
            seeds.add(Seed.of(7).fold(-i - 1).value());
            seeds.add(Seed.of(7).fold(i).fold(1).value());
            seeds.add(Seed.of(7).fold(1).fold(i + 1000).value());
            seeds.add(Seed.of(7).fold("name" + i).value());
        }
        assertThat(seeds).hasSize(600);
        assertThat(Seed.of(1).fold("ab").fold("c"))
                .isNotEqualTo(Seed.of(1).fold("a").fold("bc"));
        assertThat(Seed.of(1).fold("")).isNotEqualTo(Seed.of(1));
        assertThat(Seed.of(1).fold("a")).isEqualTo(Seed.of(1).fold("a"));
    }

    @Test
    void neighbouring_seeds_give_unrelated_streams() {
        double correlation = 0;
        int n = 2000;
        for (int i = 0; i < n; i++) {
            double a = Seed.of(i).stream().nextDouble() - 0.5;
            double b = Seed.of(i + 1).stream().nextDouble() - 0.5;
            correlation += 12 * a * b / n;
        }
        assertThat(correlation).isCloseTo(0, within(4 / Math.sqrt(n)));
    }

    @Test
    void whole_numbers_are_equally_likely() {
        RandomStream stream = Seed.of(5).stream();
        for (int bound : new int[] {1, 2, 3, 7, 10, 1000}) {
            int draws = 200 * bound + 1000;
            int[] counts = new int[bound];
            for (int i = 0; i < draws; i++) {
                counts[stream.nextInt(bound)]++;
            }
            assertUniform(counts, draws);
        }
        for (int i = 0; i < 1000; i++) {
            assertThat(stream.nextInt(Integer.MAX_VALUE)).isNotNegative();
        }
        assertThatIllegalArgumentException().isThrownBy(() -> stream.nextInt(0)).withMessageContaining("0");
        assertThatIllegalArgumentException().isThrownBy(() -> stream.nextInt(-5));
    }

    @Test
    void every_order_is_equally_likely() {
        RandomStream stream = Seed.of(11).stream();
        int draws = 24_000;
        int[] counts = new int[256];
        int[] places = new int[16];
        for (int i = 0; i < draws; i++) {
            int[] order = stream.permutation(4);
            counts[((order[0] * 4 + order[1]) * 4 + order[2]) * 4 + order[3]]++;
            for (int place = 0; place < 4; place++) {
                places[4 * order[place] + place]++;
            }
        }
        int[] orders = Arrays.stream(counts).filter(count -> count > 0).toArray();
        assertThat(orders).hasSize(24);
        assertUniform(orders, draws);
        assertUniform(places, 4 * draws);
        assertThat(stream.permutation(0)).isEmpty();
        assertThat(stream.permutation(1)).containsExactly(0);
    }

    /** χ² at most five standard deviations above its mean. */
    private static void assertUniform(int[] counts, int draws) {
        double expected = (double) draws / counts.length;
        double chiSquare = Arrays.stream(counts)
                .mapToDouble(count -> (count - expected) * (count - expected) / expected)
                .sum();
        int freedom = counts.length - 1;
        assertThat(chiSquare).isLessThanOrEqualTo(freedom + 5 * Math.sqrt(2.0 * freedom) + 1e-9);
    }

    @Test
    void fractions_lie_in_their_interval_and_are_spread_evenly() {
        RandomStream stream = Seed.of(13).stream();
        int[] counts = new int[20];
        for (int i = 0; i < 20_000; i++) {
            double draw = stream.nextDouble(-3, 7);
            assertThat(draw).isGreaterThanOrEqualTo(-3).isLessThan(7);
            counts[(int) ((draw + 3) * 2)]++;
        }
        assertUniform(counts, 20_000);
        double narrow = Math.nextUp(1.0);
        for (int i = 0; i < 100; i++) {
            assertThat(stream.nextDouble(1, narrow)).isEqualTo(1);
            assertThat(stream.nextDouble(2, 2)).isEqualTo(2);
        }
    }

    @Test
    void gaussian_draws_have_the_moments_of_the_normal_distribution() {
        RandomStream stream = Seed.of(17).stream();
        int n = 100_000;
        double[] moments = new double[5];
        for (int i = 0; i < n; i++) {
            double draw = stream.nextGaussian();
            for (int power = 1; power <= 4; power++) {
                moments[power] += Math.pow(draw, power) / n;
            }
        }
        assertThat(moments[1]).isCloseTo(0, within(0.015));
        assertThat(moments[2]).isCloseTo(1, within(0.02));
        assertThat(moments[3]).isCloseTo(0, within(0.05));
        assertThat(moments[4]).isCloseTo(3, within(0.15));
    }
}
