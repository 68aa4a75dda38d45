package org.learn4j.learn;

import org.learn4j.data.Batch;
import org.learn4j.tensor.Tensor;

/**
 * The five verbs of a training step. A callback may wrap them ({@link Callback#wrap}): gradient accumulation, mixup and
 * clipping are compositions, not flags.
 */
public interface TrainStep {
    /** Returns the model's output. */
    Tensor predict(FitContext context, Batch batch);

    /** Returns the scalar to minimise. */
    Tensor loss(FitContext context, Tensor prediction, Batch batch);

    /** Computes the gradients. */
    void backward(FitContext context, Tensor loss);

    /** Changes the weights. */
    void step(FitContext context);

    /** Clears the gradients. */
    void zeroGradients(FitContext context);

    /** Passes every verb on to another step; override the ones to change. */
    class Wrapper implements TrainStep {
        private final TrainStep inner;

        /** Creates a wrapper that changes nothing. */
        public Wrapper(TrainStep inner) {
            this.inner = inner;
        }

        @Override
        public Tensor predict(FitContext context, Batch batch) {
            return inner.predict(context, batch);
        }

        @Override
        public Tensor loss(FitContext context, Tensor prediction, Batch batch) {
            return inner.loss(context, prediction, batch);
        }

        @Override
        public void backward(FitContext context, Tensor loss) {
            inner.backward(context, loss);
        }

        @Override
        public void step(FitContext context) {
            inner.step(context);
        }

        @Override
        public void zeroGradients(FitContext context) {
            inner.zeroGradients(context);
        }
    }
}
