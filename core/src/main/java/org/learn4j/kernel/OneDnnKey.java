package org.learn4j.kernel;

import java.util.Arrays;

/**
 * What identifies a compiled primitive: the operation, the shapes, strides and attributes, as a sequence of longs. One
 * instance is refilled for every look-up; {@link #copy()} makes the one that stays in the cache.
 */
final class OneDnnKey {
    private long[] words;
    private int length;
    private int hash;

    OneDnnKey() {
        this(new long[96], 0, 0);
    }

    private OneDnnKey(long[] words, int length, int hash) {
        this.words = words;
        this.length = length;
        this.hash = hash;
    }

    /** Forgets what was added and starts with an operation. */
    OneDnnKey start(OneDnnOperation operation) {
        length = 0;
        hash = 0;
        return add(operation.ordinal());
    }

    /** Adds a number. */
    OneDnnKey add(long word) {
        if (length == words.length) {
            words = Arrays.copyOf(words, 2 * length);
        }
        words[length++] = word;
        long mixed = (hash ^ word) * 0x9E3779B97F4A7C15L;
        hash = (int) (mixed >>> 32);
        return this;
    }

    /** Adds a number by its bits. */
    OneDnnKey add(double number) {
        return add(Double.doubleToRawLongBits(number));
    }

    /** Adds a choice. */
    OneDnnKey add(boolean choice) {
        return add(choice ? 1 : 0);
    }

    /** Adds the shape and strides of an operand. */
    OneDnnKey add(OneDnnOperand operand) {
        add(operand.rank);
        for (int i = 0; i < operand.rank; i++) {
            add(operand.dims[i]);
            add(operand.strides[i]);
        }
        return this;
    }

    /** Returns a key of its own that equals this one now. */
    OneDnnKey copy() {
        return new OneDnnKey(Arrays.copyOf(words, length), length, hash);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OneDnnKey key
                && hash == key.hash
                && length == key.length
                && Arrays.equals(words, 0, length, key.words, 0, length);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
