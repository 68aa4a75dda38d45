package org.learn4j.learn;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.learn4j.tensor.Tensor;

/**
 * Predictions for a whole data set, in the order of its rows, with the loss's activation applied. Holds native memory.
 *
 * <pre>{@code
 * try (Predictions predictions = learner.predictions()) {
 *     int[] classes = predictions.decoded().toInts();
 * }
 * }</pre>
 */
public final class Predictions implements AutoCloseable {
    private final int[] items;
    private final Tensor values;
    private final Tensor decoded;
    private final @Nullable Tensor targets;
    private final double[] losses;

    Predictions(int[] items, Tensor values, Tensor decoded, @Nullable Tensor targets, double... losses) {
        this.items = items;
        this.values = values;
        this.decoded = decoded;
        this.targets = targets;
        this.losses = losses;
    }

    /** Returns the number in the data set of the item each row is for. */
    public int[] items() {
        return items.clone();
    }

    /** Returns probabilities or values, [n, …]. */
    public Tensor values() {
        return values;
    }

    /** Returns decisions: class indices [n] INT32 for classification, values for regression. */
    public Tensor decoded() {
        return decoded;
    }

    /** Returns the targets, [n, …]; nothing if the data has none. */
    public Optional<Tensor> targets() {
        return Optional.ofNullable(targets);
    }

    /** Returns each item's loss; empty if the data has no targets. */
    public double[] losses() {
        return losses.clone();
    }

    /** Frees the memory. */
    @Override
    public void close() {
        values.close();
        decoded.close();
        if (targets != null) {
            targets.close();
        }
    }
}
