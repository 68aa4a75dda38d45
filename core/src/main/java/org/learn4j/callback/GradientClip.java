package org.learn4j.callback;

import org.learn4j.learn.Callback;
import org.learn4j.learn.FitContext;
import org.learn4j.learn.TrainStep;
import org.learn4j.optim.GradientNorm;

/**
 * Scales the gradient down to a largest norm over all parameters before each update (fastai's GradientClip).
 *
 * <pre>{@code
 * Learner.of(data, model).callbacks(GradientClip.toNorm(1.0))
 * }</pre>
 */
public final class GradientClip implements Callback {
    private final double largest;

    private GradientClip(double largest) {
        this.largest = largest;
    }

    /** Returns clipping to an L2 norm. */
    public static GradientClip toNorm(double largest) {
        if (!(largest > 0)) {
            throw new IllegalArgumentException("A largest norm is positive, received " + largest);
        }
        return new GradientClip(largest);
    }

    /** Within gradient accumulation, which then clips once for each update. */
    @Override
    public Stage stage() {
        return Stage.GUARD;
    }

    @Override
    public TrainStep wrap(TrainStep step) {
        return new TrainStep.Wrapper(step) {
            @Override
            public void step(FitContext context) {
                GradientNorm.clip(context.learner().groups(), largest);
                super.step(context);
            }
        };
    }
}
