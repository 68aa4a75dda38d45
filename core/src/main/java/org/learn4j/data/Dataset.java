package org.learn4j.data;

import java.util.List;
import java.util.Optional;

/**
 * Items by number, written straight into the memory of a batch. An open interface: in-memory arrays are an
 * {@link ArrayDataset}, images and tables have their own. Items are read from several threads at once.
 */
public interface Dataset {
    /** Returns the number of items. */
    int size();

    /** Returns the inputs of every item; a model receives them in this order. */
    List<Field> inputs();

    /** Returns the target of every item; nothing for data without labels. */
    Optional<Field> target();

    /**
     * Writes an item's inputs and target into one row of a batch.
     *
     * @param item the item's number, in [0, size)
     * @param row the row of the batch
     * @param inputs one slot an input
     * @param target the target's slot; nothing for data without labels
     */
    void write(int item, int row, List<Slot> inputs, Optional<Slot> target);

    /**
     * Writes an item's inputs and target into one row of a batch of an epoch: for data that changes from epoch to epoch, as augmented
     * pictures do. What is written must follow from the epoch and the item alone; other data ignores the epoch.
     *
     * @param epoch the number given to {@link DataLoader#open}
     * @param item the item's number, in [0, size)
     * @param row the row of the batch
     * @param inputs one slot an input
     * @param target the target's slot; nothing for data without labels
     */
    default void write(int epoch, int item, int row, List<Slot> inputs, Optional<Slot> target) {
        write(item, row, inputs, target);
    }

    /** Returns the names of the classes the target's indices stand for; empty where there are none. */
    default List<String> classes() {
        return List.of();
    }
}
