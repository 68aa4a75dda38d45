package org.learn4j.autograd;

import org.jspecify.annotations.Nullable;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/**
 * Fused log-softmax and negative log-likelihood of each row, smoothed and weighted: logits [n, c], targets [n] INT32, class
 * weights [c] if there is a third input. Result [n].
 */
record CrossEntropyOp(double smoothing) implements Op {
    CrossEntropyOp {
        if (!(smoothing >= 0 && smoothing <= 1)) {
            throw new IllegalArgumentException("Label smoothing lies in [0, 1], received " + smoothing);
        }
    }

    @Override
    public Tensor forward(Call call) {
        Tensor logits = call.input(0);
        Tensor targets = call.input(1);
        Checks.rank("crossEntropy", "logits", 2, logits);
        Checks.shape("crossEntropy", "targets", Shape.of(logits.shape().dim(0)), targets.shape());
        Checks.indices("crossEntropy", "targets", targets, logits.shape().dim(1));
        Tensor weights = weights(call);
        if (weights != null) {
            Checks.shape(
                    "crossEntropy", "class weights", Shape.of(logits.shape().dim(1)), weights.shape());
            Checks.sameType("crossEntropy", logits, weights);
            Checks.constant(call, 2, "crossEntropy", "class weights");
        }
        Tensor logp = Tensor.uninitialized(logits.dtype(), logits.shape());
        call.save(logp);
        call.kernels().softmax(logits, 1, true, logp);
        Tensor losses = Tensor.uninitialized(logits.dtype(), targets.shape());
        call.kernels().negativeLogLikelihood(logp, targets, weights, smoothing, losses);
        return losses;
    }

    @Override
    public void backward(Call call, Tensor dy) {
        call.kernels()
                .crossEntropyGradient(call.saved(0), call.input(1), weights(call), smoothing, dy, call.gradient(0));
    }

    private static @Nullable Tensor weights(Call call) {
        return call.inputs() > 2 ? call.input(2) : null;
    }
}
