package org.learn4j.autograd;

import org.learn4j.tensor.Tensor;

/** Inverted dropout: which elements are dropped follows from the seed, so nothing is saved (Srivastava et al. 2014). */
record DropoutOp(double probability, long seed) implements Op {
    DropoutOp {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("A probability of dropping lies in [0, 1], received " + probability);
        }
    }

    @Override
    public Tensor forward(Call call) {
        Tensor x = call.input(0);
        Tensor y = Tensor.like(x);
        call.kernels().dropout(x, probability, seed, y);
        return y;
    }

    @Override
    public void backward(Call call, Tensor dy) {
        call.kernels().dropout(dy, probability, seed, call.gradientOver(0, dy));
    }
}
