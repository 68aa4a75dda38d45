package org.learn4j.data;

import java.util.BitSet;

/**
 * Which items train and which validate.
 *
 * @param train the training items, in any order
 * @param valid the validation items; none of them trains
 */
public record Split(int[] train, int[] valid) {
    /**
     * Checks the items.
     *
     * @throws IllegalArgumentException if an item trains and validates, which would make every score a lie
     */
    public Split {
        BitSet trains = new BitSet();
        for (int item : train) {
            trains.set(item);
        }
        for (int item : valid) {
            if (trains.get(item)) {
                throw new IllegalArgumentException("An item trains or validates, received item " + item + " for both");
            }
        }
    }
}
