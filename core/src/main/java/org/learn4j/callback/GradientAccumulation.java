package org.learn4j.callback;

import org.learn4j.learn.Callback;
import org.learn4j.learn.FitContext;
import org.learn4j.learn.TrainStep;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Tensor;

/**
 * Updates the weights once for several batches, as if they were one: gradients add up until enough items have been seen
 * (fastai v2's GradientAccumulation, which counts items). What has been added up when the fit ends is dropped, and so
 * it is by a batch whose step is skipped.
 *
 * <pre>{@code
 * Learner.of(data, model).callbacks(GradientAccumulation.ofItems(256))
 * }</pre>
 */
public final class GradientAccumulation implements Callback {
    private final int items;
    private int seen;
    private boolean restored;

    private GradientAccumulation(int items) {
        this.items = items;
    }

    /** Returns accumulation over at least this many items. */
    public static GradientAccumulation ofItems(int items) {
        if (items < 1) {
            throw new IllegalArgumentException("The number of items is at least 1, received " + items);
        }
        return new GradientAccumulation(items);
    }

    @Override
    public Stage stage() {
        return Stage.PREPARE;
    }

    @Override
    public void beforeFit(FitContext context) {
        if (!restored) {
            seen = 0;
        }
        restored = false;
    }

    @Override
    public TrainStep wrap(TrainStep step) {
        return new TrainStep.Wrapper(step) {
            @Override
            public void backward(FitContext context, Tensor loss) {
                super.backward(context, loss.times((double) context.batch().size() / items));
            }

            @Override
            public void step(FitContext context) {
                seen += context.batch().size();
                if (seen >= items) {
                    super.step(context);
                }
            }

            @Override
            public void zeroGradients(FitContext context) {
                if (seen >= items || seen == 0 || context.isStepSkipped()) {
                    seen = 0;
                    super.zeroGradients(context);
                }
            }
        };
    }

    @Override
    public Json.Fields state() {
        return Json.object().with("seen", seen);
    }

    @Override
    public void restore(JsonPlace state) {
        seen = state.get("seen").integer();
        restored = true;
    }
}
