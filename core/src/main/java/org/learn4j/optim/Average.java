package org.learn4j.optim;

import java.util.List;
import org.learn4j.kernel.Kernels;

/** The running average of gradients: average = momentum · average + w · gradient. */
record Average(boolean dampened) implements Step {
    static final String NAME = "average";

    @Override
    public List<String> state() {
        return List.of(NAME);
    }

    @Override
    public void apply(Stretch s) {
        Kernels.current().scaleAdd(dampened ? 1 - s.momentum() : 1, s.gradients(), s.momentum(), s.average());
    }
}
