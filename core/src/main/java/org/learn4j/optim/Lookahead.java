package org.learn4j.optim;

import java.util.List;
import org.learn4j.kernel.Kernels;

/**
 * Every few updates moves slow copies of the parameters part of the way to the fast ones, and the fast ones there
 * (Zhang et al. 2019).
 *
 * @param every the number of updates between, at least 1
 * @param share the part of the way, in [0, 1]
 */
record Lookahead(int every, double share) implements Step {
    static final String NAME = "slow";

    Lookahead {
        if (every < 1) {
            throw new IllegalArgumentException("Lookahead's number of updates is at least 1, received " + every);
        }
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("Lookahead's share of the way lies in [0, 1], received " + share);
        }
    }

    @Override
    public List<String> state() {
        return List.of(NAME);
    }

    @Override
    public void begin(Stretch s) {
        Kernels.current().copy(s.values(), s.state(NAME));
    }

    @Override
    public void apply(Stretch s) {
        if (s.count() % every == 0) {
            Kernels kernels = Kernels.current();
            kernels.scaleAdd(share, s.values(), 1 - share, s.state(NAME));
            kernels.copy(s.state(NAME), s.values());
        }
    }
}
