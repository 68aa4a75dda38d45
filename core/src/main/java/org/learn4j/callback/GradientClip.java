package org.learn4j.callback;

import org.learn4j.kernel.Kernels;
import org.learn4j.learn.Callback;
import org.learn4j.learn.FitContext;
import org.learn4j.learn.TrainStep;
import org.learn4j.nn.ParamGroup;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.Unary;

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

    @Override
    public TrainStep wrap(TrainStep step) {
        return new TrainStep.Wrapper(step) {
            @Override
            public void step(FitContext context) {
                clip(context);
                super.step(context);
            }
        };
    }

    private void clip(FitContext context) {
        double squares = 0;
        for (ParamGroup group : context.learner().groups()) {
            for (ParamGroup.Run run : group.trainableRuns()) {
                try (Tensor gradients = run.of(group.gradients())) {
                    squares += Kernels.current().sumOfSquares(gradients);
                }
            }
        }
        double norm = Math.sqrt(squares);
        if (norm > largest) {
            for (ParamGroup group : context.learner().groups()) {
                Kernels.current()
                        .unary(Unary.LINEAR, largest / (norm + 1e-6), 0, group.gradients(), group.gradients());
            }
        }
    }
}
