package org.learn4j.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The native memory of one batch, filled again and again. */
final class BatchMemory implements AutoCloseable {
    private final Dataset dataset;
    private final List<Slot> inputs;
    private final Optional<Slot> target;

    BatchMemory(Dataset dataset, int batchSize) {
        this.dataset = dataset;
        List<Slot> made = new ArrayList<>();
        try {
            for (Field field : dataset.inputs()) {
                made.add(new Slot(field, batchSize));
            }
            this.inputs = List.copyOf(made);
            this.target = dataset.target().map(field -> new Slot(field, batchSize));
        } catch (RuntimeException | Error failure) {
            made.forEach(Slot::close);
            throw failure;
        }
    }

    /** Writes an item, as it is in an epoch, into a row. */
    void write(int epoch, int item, int row) {
        dataset.write(epoch, item, row, inputs, target);
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
