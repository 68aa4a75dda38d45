package org.learn4j.optim;

import java.util.List;

/**
 * One ingredient of an update: a running average, or the change of the weights itself. An optimizer is a recipe of
 * steps, run in order over each stretch of parameters (fastai's optimizer callbacks, {@code optimizer.py}).
 *
 * <pre>{@code
 * record SignStep() implements Step {                             // down the sign of the gradient, nothing remembered
 *     @Override
 *     public List<String> state() {
 *         return List.of("scratch");
 *     }
 *
 *     @Override
 *     public void apply(Stretch s) {
 *         Kernels kernels = Kernels.current();
 *         kernels.unary(Unary.LINEAR, 1e30, 0, s.gradients(), s.scratch());
 *         kernels.unary(Unary.CLAMP, -1, 1, s.scratch(), s.scratch());
 *         double shrink = s.takeShrink();
 *         kernels.scaleAdd(-s.rate(), s.scratch(), shrink, s.values());
 *     }
 * }
 * Optimizer sign = Optimizer.of("sign", new SignStep());
 * }</pre>
 *
 * <p>Contract: a step is immutable and computes with {@link org.learn4j.kernel.Kernels} only; it allocates nothing;
 * what it must remember lies in the state vectors it names; the same gradients and hyper-parameters give the same bits.
 * Weight decay comes before all steps and is no concern of theirs, but for {@link Stretch#takeShrink}. The gradient is
 * the step's to change.
 */
public interface Step {
    /**
     * Returns the names of the state vectors this step reads or writes, zeros at first; steps share by naming the same.
     * {@code "scratch"} asks for {@link Stretch#scratch()}, which is not remembered.
     */
    default List<String> state() {
        return List.of();
    }

    /** Returns whether a stretch must be a single parameter, exactly, because the step depends on norms, say. */
    default boolean perTensor() {
        return false;
    }

    /** Prepares a stretch before the first update it ever gets. */
    default void begin(Stretch stretch) {}

    /** Does this step's part of the update. */
    void apply(Stretch stretch);

    /** Returns the step average = momentum · average + w · gradient with w = 1, or 1 − momentum if dampened. */
    static Step average(boolean dampened) {
        return new Average(dampened);
    }

    /** Returns the step averageSquare = β₂ · averageSquare + (1 − β₂) · gradient². */
    static Step averageSquare() {
        return new AverageSquare();
    }

    /** Returns the step p −= rate · gradient. */
    static Step sgd() {
        return new SgdStep();
    }

    /** Returns the step p −= rate · average, or rate · (gradient + momentum · average) after Nesterov. */
    static Step momentum(boolean nesterov) {
        return new MomentumStep(nesterov);
    }

    /** Returns the step p −= rate · average / (√averageSquare + ε) with both averages debiased (Kingma and Ba 2014). */
    static Step adam() {
        return new AdamStep();
    }
}
