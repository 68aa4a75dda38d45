package org.learn4j.learn;

import org.learn4j.autograd.Tape;
import org.learn4j.data.Batch;
import org.learn4j.nn.ParamGroup;
import org.learn4j.tensor.Tensor;

/** The step as everybody knows it: forward, loss, backward, update, clear. */
final class StandardStep implements TrainStep {
    private final Learner learner;

    StandardStep(Learner learner) {
        this.learner = learner;
    }

    @Override
    public Tensor predict(FitContext context, Batch batch) {
        return learner.model().call(context.pass(), batch.inputs());
    }

    @Override
    public Tensor loss(FitContext context, Tensor prediction, Batch batch) {
        return learner.loss().mean(prediction, batch.requireTarget());
    }

    @Override
    public void backward(FitContext context, Tensor loss) {
        Tape tape = Tape.current();
        if (tape == null || !tape.recorded(loss)) {
            throw new IllegalStateException("The loss depends on no trainable parameter: is everything frozen?");
        }
        tape.backward(loss);
        for (ParamGroup group : learner.groups()) {
            group.completeGradients();
        }
    }

    @Override
    public void step(FitContext context) {
        learner.updater().step(context.hypers());
    }

    @Override
    public void zeroGradients(FitContext context) {
        for (ParamGroup group : learner.groups()) {
            group.clearGradients();
        }
    }
}
