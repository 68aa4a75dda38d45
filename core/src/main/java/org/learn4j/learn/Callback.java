package org.learn4j.learn;

import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;

/**
 * Code that runs at the events of training. Every method does nothing by default; implement those you need.
 *
 * <pre>{@code
 * final class StopAfter implements Callback {
 *     public void afterBatch(FitContext context) {
 *         if (context.step() == 100) {
 *             context.stop("100 steps are enough");
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p>For every {@code before…} that was called, the {@code after…} of the same callback is called too, whatever
 * happens in between. Control is by request ({@link FitContext#stop}, {@link FitContext#skipStep}), never by
 * exception. Callbacks run in the order of their {@link #stage}, then in the order they were added; {@code after…} in
 * the same order.
 */
public interface Callback {
    /** When a callback runs relative to others. */
    enum Stage {
        /** Changes what the step sees: data, loss. */
        PREPARE,
        /** Checks what the step computed, before the weights change. */
        GUARD,
        /** Looks and changes nothing; the default. */
        OBSERVE,
        /** Records what others then report and decide on. */
        RECORD,
        /** Shows or writes what was recorded. */
        REPORT,
        /** Changes rates, keeps the best or stops because of what was recorded. */
        DECIDE,
        /** Saves checkpoints, which hold what all others have decided. */
        SAVE
    }

    /** Returns when this callback runs relative to others. */
    default Stage stage() {
        return Stage.OBSERVE;
    }

    /** Returns the name its state is saved under, the class's by default. */
    default String name() {
        String simple = getClass().getSimpleName();
        String full = getClass().getName();
        return simple.isEmpty() ? full.substring(full.lastIndexOf('.') + 1) : simple;
    }

    /**
     * Returns the training step changed or extended; called once at the start of a fit. The step of the first callback
     * in order is the outermost: it decides whether those of later callbacks, and the plain step inside them all, are
     * carried out.
     */
    default TrainStep wrap(TrainStep step) {
        return step;
    }

    /** Before the first epoch. */
    default void beforeFit(FitContext context) {}

    /** Before an epoch's first batch. */
    default void beforeEpoch(FitContext context) {}

    /** Before a batch, training or validating ({@link FitContext#isTraining}). */
    default void beforeBatch(FitContext context) {}

    /** After the model's prediction; training or validating. */
    default void afterPrediction(FitContext context) {}

    /** After the loss, before anything flows back; training or validating. */
    default void afterLoss(FitContext context) {}

    /**
     * After the gradients are known, before the weights change; training only, and not if the step is to be skipped.
     */
    default void afterBackward(FitContext context) {}

    /** After the weights have changed; training only, and not if the step was skipped. */
    default void afterStep(FitContext context) {}

    /** After a batch, whatever happened in it. */
    default void afterBatch(FitContext context) {}

    /** Before validation. */
    default void beforeValidation(FitContext context) {}

    /** After validation, whatever happened in it. */
    default void afterValidation(FitContext context) {}

    /** When the epoch's losses and metrics have been added to the history: the place to report and decide. */
    default void epochRecorded(FitContext context) {}

    /** After an epoch, whatever happened in it. */
    default void afterEpoch(FitContext context) {}

    /** After the fit, whatever happened in it. */
    default void afterFit(FitContext context) {}

    /** Returns what a checkpoint must hold to continue exactly. */
    default Json.Fields state() {
        return Json.object();
    }

    /** Takes back what {@link #state} returned. */
    default void restore(JsonPlace state) {}
}
