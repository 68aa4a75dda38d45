package org.learn4j.learn;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.learn4j.loss.Loss;
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
    private final Loss loss;

    Predictions(Loss loss, int[] items, Tensor values, Tensor decoded, @Nullable Tensor targets, double... losses) {
        this.loss = loss;
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

    /**
     * Returns predictions for the same items with other values, the mean of several models' perhaps, and what is decided from
     * them. They have no losses, and are the caller's to close.
     *
     * @param others as many numbers as {@link #values} has, in its row-major order
     */
    public Predictions withValues(double... others) {
        if (others.length != values.elements()) {
            throw new IllegalArgumentException("Values of shape " + values.shape() + " are " + values.elements()
                    + " numbers, received " + others.length);
        }
        Tensor replaced =
                Tensor.uninitialized(values.dtype(), values.shape()).set(others).keep();
        Tensor decisions = loss.decide(replaced);
        return new Predictions(
                loss,
                items,
                replaced,
                (decisions == replaced ? decisions.hold() : decisions).keep(),
                targets == null ? null : targets.hold());
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
