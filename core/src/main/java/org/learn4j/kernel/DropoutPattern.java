package org.learn4j.kernel;

/**
 * Which elements dropout sets to 0: a function of the seed and the element's place in memory alone, so that the
 * gradient finds the same elements again and nothing is stored.
 *
 * <p>Elements are taken in blocks of {@link #BLOCK}, each with a key of its own. Where few are dropped, the gaps
 * between them are drawn (geometrically distributed) and only the dropped ones are visited; else every index is hashed,
 * in a loop that the compiler turns into vector instructions.
 */
final class DropoutPattern {
    /** The number of elements that share a key. */
    static final int BLOCK = 4096;

    private static final double FEW = 0.02;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    /**
     * Multiples of an odd number: an array and not a product, since the loop counter as a value stops vectorisation.
     */
    private static final int[] WEYL = weyl();

    private DropoutPattern() {}

    private static int[] weyl() {
        int[] sequence = new int[BLOCK];
        for (int i = 0; i < BLOCK; i++) {
            sequence[i] = i * 0x9E3779B9;
        }
        return sequence;
    }

    /** Fills the mask with 0 for the dropped elements and 1/(1−p) for the others. */
    static void mask(double probability, long seed, float[] mask) {
        float scale = scale(probability);
        int[] block = new int[BLOCK];
        for (int from = 0; from < mask.length; from += BLOCK) {
            int count = Math.min(BLOCK, mask.length - from);
            if (few(probability)) {
                java.util.Arrays.fill(mask, from, from + count, scale);
                int dropped = dropped(probability, seed, from / BLOCK, count, block);
                for (int i = 0; i < dropped; i++) {
                    mask[from + block[i]] = 0;
                }
            } else {
                factorBits(probability, seed, from / BLOCK, count, block);
                for (int i = 0; i < count; i++) {
                    mask[from + i] = Float.intBitsToFloat(block[i]);
                }
            }
        }
    }

    /** Returns the factor of the elements that stay. */
    static float scale(double probability) {
        return probability < 1 ? (float) (1 / (1 - probability)) : 0;
    }

    /** Returns whether {@link #dropped} gives the pattern for this probability, rather than {@link #factorBits}. */
    static boolean few(double probability) {
        return probability < FEW;
    }

    /**
     * Writes the positions of the dropped elements among the first {@code count} of a block; returns how many there
     * are.
     */
    static int dropped(double probability, long seed, long block, int count, int[] positions) {
        if (probability <= 0) {
            return 0;
        }
        double perLogarithm = 1 / Math.log1p(-probability);
        long state = mix(seed + GOLDEN * (block + 1));
        int found = 0;
        double at = -1;
        while (true) {
            state += GOLDEN;
            double uniform = ((mix(state) >>> 11) + 0.5) * 0x1p-53;
            at += 1 + (long) (Math.log(uniform) * perLogarithm);
            if (at >= count) {
                return found;
            }
            positions[found++] = (int) at;
        }
    }

    /** Writes the factors of the first {@code count} elements of a block, as the bits of floats. */
    static void factorBits(double probability, long seed, long block, int count, int[] bits) {
        long key = mix(seed + GOLDEN * (block + 1));
        int first = (int) key;
        int second = (int) (key >>> 32);
        int threshold = (int) Math.min(Integer.MAX_VALUE, Math.round(probability * 0x1p31));
        int factor = Float.floatToRawIntBits(scale(probability));
        int[] weyl = WEYL;
        for (int i = 0; i < count; i++) {
            int hash = weyl[i] + first;
            hash = (hash ^ (hash >>> 16)) * 0x7feb352d ^ second;
            hash = (hash ^ (hash >>> 15)) * 0x846ca68b;
            hash = (hash ^ (hash >>> 16)) >>> 1;
            bits[i] = ~((hash - threshold) >> 31) & factor;
        }
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
