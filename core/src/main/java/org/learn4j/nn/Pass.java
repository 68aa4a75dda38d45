package org.learn4j.nn;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.learn4j.tensor.Seed;

/**
 * One forward pass: whether it trains, and where its randomness comes from. Make a new one for every batch.
 *
 * <pre>{@code
 * Tensor y = model.call(Pass.training(seed.fold(step)), x);
 * Tensor p = model.call(Pass.evaluation(), x);
 * }</pre>
 */
public final class Pass {
    private final @Nullable Seed seed;
    private final @Nullable List<Runnable> deferred;
    private int draws;

    private Pass(@Nullable Seed seed, @Nullable List<Runnable> deferred) {
        this.seed = seed;
        this.deferred = deferred;
    }

    /** Returns a pass that trains: dropout drops, batch norm uses the batch's statistics. */
    public static Pass training(Seed seed) {
        return new Pass(seed, null);
    }

    /**
     * Returns a pass that trains and holds back changes of layers' state, such as running statistics, until {@link #commit}:
     * a batch that turns out not to be finite leaves no trace.
     */
    public static Pass trainingDeferred(Seed seed) {
        return new Pass(seed, new ArrayList<>());
    }

    /** Returns a pass that evaluates. */
    public static Pass evaluation() {
        return new Pass(null, null);
    }

    /** Returns whether layers behave as in training. */
    public boolean isTraining() {
        return seed != null;
    }

    /**
     * Returns a seed that no earlier call in this pass returned; the same one in the same place of the same pass.
     *
     * @throws IllegalStateException in an evaluation pass, which has no randomness
     */
    public Seed nextSeed() {
        if (seed == null) {
            throw new IllegalStateException("An evaluation pass has no randomness; use Pass.training(seed)");
        }
        return seed.fold(draws++);
    }

    /** Changes a layer's state now, or at {@link #commit} if this pass defers changes. */
    public void update(Runnable change) {
        if (deferred == null) {
            change.run();
        } else {
            deferred.add(change);
        }
    }

    /** Carries out the changes held back. */
    public void commit() {
        if (deferred != null) {
            for (int i = 0; i < deferred.size(); i++) {
                deferred.get(i).run();
            }
            deferred.clear();
        }
    }
}
