package org.learn4j.data;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.learn4j.tensor.Tensor;

/** Stacked inputs and targets with the numbers of the items they come from. Valid until the next batch is asked for. */
public final class Batch {
    private final int number;
    private final int[] items;
    private final List<Tensor> inputs;
    private final @Nullable Tensor target;

    /** Creates a batch of existing tensors, whose first axis is the batch's. */
    public Batch(int number, int[] items, List<Tensor> inputs, @Nullable Tensor target) {
        this.number = number;
        this.items = items;
        this.inputs = List.copyOf(inputs);
        this.target = target;
    }

    /** Returns the position in the epoch, from 0. */
    public int number() {
        return number;
    }

    /** Returns the number of items. */
    public int size() {
        return items.length;
    }

    /** Returns a copy of the items' numbers in the data set. */
    public int[] items() {
        return items.clone();
    }

    /** Returns the inputs, each of shape [size, …]. */
    public Tensor[] inputs() {
        return inputs.toArray(Tensor[]::new);
    }

    /** Returns the targets, of shape [size, …]; nothing for data without labels. */
    public Optional<Tensor> target() {
        return Optional.ofNullable(target);
    }

    /**
     * Returns the targets.
     *
     * @throws IllegalStateException if the data has no labels
     */
    public Tensor requireTarget() {
        if (target == null) {
            throw new IllegalStateException("Training and validation need targets; this data set has none");
        }
        return target;
    }

    void close() {
        inputs.forEach(Tensor::close);
        if (target != null) {
            target.close();
        }
    }
}
