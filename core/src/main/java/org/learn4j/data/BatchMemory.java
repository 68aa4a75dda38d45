package org.learn4j.data;

import java.util.List;
import java.util.Optional;

/** The native memory of one batch, filled again and again. */
final class BatchMemory implements AutoCloseable {
    private final Dataset dataset;
    private final List<Slot> inputs;
    private final Optional<Slot> target;

    BatchMemory(Dataset dataset, int batchSize) {
        this.dataset = dataset;
        this.inputs = dataset.inputs().stream()
                .map(field -> new Slot(field, batchSize))
                .toList();
        this.target = dataset.target().map(field -> new Slot(field, batchSize));
    }

    /** Writes the items into the first rows. */
    void fill(int... items) {
        for (int row = 0; row < items.length; row++) {
            dataset.write(items[row], row, inputs, target);
        }
    }

    Batch batch(int number, int... items) {
        return new Batch(
                number,
                items,
                inputs.stream().map(slot -> slot.rows(items.length)).toList(),
                target.map(slot -> slot.rows(items.length)).orElse(null));
    }

    @Override
    public void close() {
        inputs.forEach(Slot::close);
        target.ifPresent(Slot::close);
    }
}
