package org.learn4j.tensor;

/**
 * Randomness as a value: a seed is folded with names and numbers into the seeds of everything that draws.
 *
 * <pre>{@code
 * Seed seed = Seed.of(42);
 * RandomStream order = seed.fold("shuffle").fold(epoch).stream();
 * }</pre>
 *
 * <p>The same value always gives the same stream, on every thread and in every JVM, so nothing has to be saved to resume a
 * run exactly. Mixing is SplitMix64's finaliser (Steele, Lea and Flood 2014).
 *
 * @param value the 64 bits of the seed
 */
public record Seed(long value) {
    /** Returns a seed made from any number; close numbers give unrelated streams. */
    public static Seed of(long number) {
        return new Seed(mix(number + 0x9E3779B97F4A7C15L));
    }

    /** Returns the seed for the named part of whatever this seed is for. */
    public Seed fold(String name) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * 0x100000001B3L;
        }
        return fold(hash);
    }

    /** Returns the seed for the numbered part (step, epoch, item) of whatever this seed is for. */
    public Seed fold(long number) {
        return new Seed(mix(mix(value ^ 0x6A09E667F3BCC909L) + mix(number + 0x9E3779B97F4A7C15L)));
    }

    /** Returns a new stream of numbers that starts at this seed. */
    public RandomStream stream() {
        return new RandomStream(value);
    }

    static long mix(long bits) {
        long z = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
