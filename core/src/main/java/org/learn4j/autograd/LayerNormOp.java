package org.learn4j.autograd;

import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/** Layer normalisation over the last axis: x [n, f], scale and shift [f]. */
record LayerNormOp(double epsilon) implements Op {
    @Override
    public Tensor forward(Call call) {
        Tensor x = call.input(0);
        Checks.rank(name(), "input", 2, x);
        Shape features = Shape.of(x.shape().dim(1));
        Checks.shape(name(), "a scale", features, call.input(1).shape());
        Checks.shape(name(), "a shift", features, call.input(2).shape());
        Checks.sameType(name(), x, call.input(1));
        Checks.sameType(name(), x, call.input(2));
        Shape rows = Shape.of(x.shape().dim(0));
        Tensor mean = call.save(Tensor.uninitialized(x.dtype(), rows));
        Tensor variance = call.save(Tensor.uninitialized(x.dtype(), rows));
        Tensor y = Tensor.uninitialized(x.dtype(), x.shape());
        call.kernels().layerNorm(x, call.input(1), call.input(2), epsilon, mean, variance, y);
        return y;
    }

    @Override
    public void backward(Call call, Tensor dy) {
        Tensor dx = call.needsGradient(0) ? call.gradient(0) : BatchNormOp.scratch(call.input(0));
        Tensor dscale = call.needsGradient(1) ? call.gradient(1) : BatchNormOp.scratch(call.input(1));
        Tensor dshift = call.needsGradient(2) ? call.gradient(2) : BatchNormOp.scratch(call.input(2));
        call.kernels()
                .layerNormGradient(
                        call.input(0), call.input(1), epsilon, call.saved(0), call.saved(1), dy, dx, dscale, dshift);
        BatchNormOp.closeUnless(call.needsGradient(0), dx);
        BatchNormOp.closeUnless(call.needsGradient(1), dscale);
        BatchNormOp.closeUnless(call.needsGradient(2), dshift);
    }
}
