package org.learn4j.optim;

import java.util.List;
import org.learn4j.kernel.Kernels;

/** The running average of squared gradients. */
record AverageSquare() implements Step {
    static final String NAME = "averageSquare";

    @Override
    public List<String> state() {
        return List.of(NAME);
    }

    @Override
    public void apply(Stretch s) {
        Kernels.current().averageSquare(s.squareMomentum(), s.gradients(), s.averageSquare());
    }
}
