package org.learn4j.tabular.table;

import java.util.Arrays;

/** Numbers the distinct longs it is given, in the order in which they come: a hash table without objects. */
final class LongIndex {
    private static final int ABSENT = -1;

    private long[] keys;
    private int[] codes;
    private int mask;
    private int size;

    LongIndex(int expected) {
        int capacity = Integer.highestOneBit(Math.max(8, Math.min(expected, 1 << 28)) * 2) * 2;
        keys = new long[capacity];
        codes = new int[capacity];
        Arrays.fill(codes, ABSENT);
        mask = capacity - 1;
    }

    int size() {
        return size;
    }

    /** Returns the number of a key, or -1 if it has none. */
    int get(long key) {
        return codes[slot(key)];
    }

    /** Returns the number of a key, the next one if it is new. */
    int add(long key) {
        int slot = slot(key);
        if (codes[slot] != ABSENT) {
            return codes[slot];
        }
        keys[slot] = key;
        codes[slot] = size;
        if (++size > mask / 2) {
            grow();
        }
        return size - 1;
    }

    private int slot(long key) {
        long mixed = key * 0x9E3779B97F4A7C15L;
        int slot = (int) (mixed ^ mixed >>> 32) & mask;
        while (codes[slot] != ABSENT && keys[slot] != key) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldCodes = codes;
        keys = new long[oldKeys.length * 2];
        codes = new int[keys.length];
        Arrays.fill(codes, ABSENT);
        mask = keys.length - 1;
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldCodes[i] != ABSENT) {
                int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                codes[slot] = oldCodes[i];
            }
        }
    }
}
