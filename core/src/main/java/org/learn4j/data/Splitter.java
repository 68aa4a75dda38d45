package org.learn4j.data;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntPredicate;
import org.learn4j.tensor.Seed;

/**
 * Decides which items train and which validate.
 *
 * <pre>{@code
 * Split split = Splitter.randomly(0.2, Seed.of(42)).split(dataset.size());
 * }</pre>
 */
@FunctionalInterface
public interface Splitter {
    /** Splits the items 0 to size−1. */
    Split split(int size);

    /** Returns a splitter that validates on a random share of the items, rounded down (fastai's RandomSplitter). */
    static Splitter randomly(double share, Seed seed) {
        if (!(share >= 0 && share < 1)) {
            throw new IllegalArgumentException("A validation share lies in [0, 1), received " + share);
        }
        return size -> {
            int[] order = seed.fold("split").stream().permutation(size);
            int cut = (int) (share * size);
            int[] valid = Arrays.copyOf(order, cut);
            int[] train = Arrays.copyOfRange(order, cut, size);
            Arrays.sort(valid);
            Arrays.sort(train);
            return new Split(train, valid);
        };
    }

    /** Returns a splitter that validates on the last share of the items, for data in time order (fastai's EndSplitter). */
    static Splitter last(double share) {
        if (!(share >= 0 && share < 1)) {
            throw new IllegalArgumentException("A validation share lies in [0, 1), received " + share);
        }
        return size -> {
            int cut = size - (int) (share * size);
            return where(item -> item >= cut).split(size);
        };
    }

    /** Returns a splitter that validates on the given items (fastai's IndexSplitter). */
    static Splitter items(int... valid) {
        int[] chosen = valid.clone();
        return size -> {
            BitSet set = new BitSet(size);
            for (int item : chosen) {
                if (item < 0 || item >= size) {
                    throw new IndexOutOfBoundsException("Validation items lie in [0, " + size + "), received " + item);
                }
                set.set(item);
            }
            return where(set::get).split(size);
        };
    }

    /** Returns a splitter that validates on the items that fulfil a condition (fastai's FuncSplitter and MaskSplitter). */
    static Splitter where(IntPredicate valid) {
        return size -> {
            int[] train = new int[size];
            int[] validating = new int[size];
            int count = 0;
            for (int i = 0; i < size; i++) {
                if (valid.test(i)) {
                    validating[count++] = i;
                } else {
                    train[i - count] = i;
                }
            }
            return new Split(Arrays.copyOf(train, size - count), Arrays.copyOf(validating, count));
        };
    }
}
