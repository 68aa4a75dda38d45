package org.learn4j.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A data set whose item i is (10 i, 10 i + 1) with the target i, and what loaders give of it. */
final class LoaderData {
    private LoaderData() {}

    static ArrayDataset items(int size) {
        float[] numbers = new float[2 * size];
        int[] targets = new int[size];
        for (int i = 0; i < size; i++) {
            numbers[2 * i] = 10 * i;
            numbers[2 * i + 1] = 10 * i + 1;
            targets[i] = i;
        }
        return ArrayDataset.ofSize(size)
                .input(Field.floats("numbers", 2), numbers)
                .target(Field.ints("item"), targets);
    }

    /** What was in a batch: compares by content. */
    record Content(int number, List<Integer> items, List<Float> numbers, List<Integer> targets) {
        static Content of(Batch batch) {
            List<Float> numbers = new ArrayList<>();
            for (float number : batch.inputs()[0].toFloats()) {
                numbers.add(number);
            }
            return new Content(
                    batch.number(),
                    Arrays.stream(batch.items()).boxed().toList(),
                    numbers,
                    Arrays.stream(batch.requireTarget().toInts()).boxed().toList());
        }

        boolean isConsistent() {
            for (int i = 0; i < items.size(); i++) {
                int item = items.get(i);
                if (targets.get(i) != item
                        || numbers.get(2 * i) != 10 * item
                        || numbers.get(2 * i + 1) != 10 * item + 1) {
                    return false;
                }
            }
            return targets.size() == items.size() && numbers.size() == 2 * items.size();
        }
    }

    /** Returns an epoch from one of its batches on. */
    static List<Content> epoch(DataLoader loader, int epoch, int fromBatch) {
        List<Content> contents = new ArrayList<>();
        try (BatchStream batches = loader.open(epoch, fromBatch)) {
            for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
                contents.add(Content.of(batch));
            }
        }
        return contents;
    }

    /** A data set that does something else for one item. */
    static final class Special implements Dataset {
        private final Dataset inner;
        private final int special;
        private final Runnable action;

        Special(Dataset inner, int special, Runnable action) {
            this.inner = inner;
            this.special = special;
            this.action = action;
        }

        @Override
        public int size() {
            return inner.size();
        }

        @Override
        public List<Field> inputs() {
            return inner.inputs();
        }

        @Override
        public Optional<Field> target() {
            return inner.target();
        }

        @Override
        public void write(int item, int row, List<Slot> inputs, Optional<Slot> target) {
            if (item == special) {
                action.run();
            }
            inner.write(item, row, inputs, target);
        }
    }
}
