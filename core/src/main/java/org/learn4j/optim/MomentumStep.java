package org.learn4j.optim;

import java.util.List;
import org.learn4j.kernel.Kernels;

/**
 * Down the average of gradients; after Nesterov, down where the average will have been after this gradient once more.
 */
record MomentumStep(boolean nesterov) implements Step {
    @Override
    public List<String> state() {
        return List.of(Average.NAME);
    }

    @Override
    public void apply(Stretch s) {
        Kernels kernels = Kernels.current();
        double shrink = s.takeShrink();
        if (nesterov) {
            kernels.scaleAdd(-s.rate(), s.gradients(), shrink, s.values());
            kernels.scaleAdd(-s.rate() * s.momentum(), s.average(), 1, s.values());
        } else {
            kernels.scaleAdd(-s.rate(), s.average(), shrink, s.values());
        }
    }
}
