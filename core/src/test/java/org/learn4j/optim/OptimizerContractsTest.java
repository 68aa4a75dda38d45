package org.learn4j.optim;

import java.util.List;
import org.junit.jupiter.api.Nested;
import org.learn4j.kernel.Kernels;
import org.learn4j.tensor.Unary;
import org.learn4j.testkit.StepContract;

/** Every recipe of the library, and one of a user's own, keeps the contract of steps. */
class OptimizerContractsTest {
    @Nested
    class Sgd implements StepContract {
        @Override
        public Optimizer optimizer() {
            return Optimizer.sgd();
        }
    }

    @Nested
    class SgdWithNesterov implements StepContract {
        @Override
        public Optimizer optimizer() {
            return Optimizer.sgd().momentum(.9).nesterov().weightDecay(.1).l2WeightDecay();
        }
    }

    @Nested
    class RmsProp implements StepContract {
        @Override
        public Optimizer optimizer() {
            return Optimizer.rmsProp().momentum(.8);
        }
    }

    @Nested
    class Adam implements StepContract {
        @Override
        public Optimizer optimizer() {
            return Optimizer.adam();
        }
    }

    @Nested
    class Lamb implements StepContract {
        @Override
        public Optimizer optimizer() {
            return Optimizer.lamb();
        }
    }

    @Nested
    class Ranger implements StepContract {
        @Override
        public Optimizer optimizer() {
            return Optimizer.ranger();
        }
    }

    @Nested
    class UsersOwn implements StepContract {
        @Override
        public Optimizer optimizer() {
            return Optimizer.of("lion", Step.average(true), new SignStep());
        }

        @Override
        public double rate() {
            return 1e-3;
        }
    }

    /** The example of {@link Step}, on the average; it reads values() without taking the shrink first. */
    record SignStep() implements Step {
        @Override
        public List<String> state() {
            return List.of("average", "scratch");
        }

        @Override
        public void apply(Stretch s) {
            Kernels kernels = Kernels.current();
            kernels.unary(Unary.LINEAR, 1e30, 0, s.average(), s.scratch());
            kernels.unary(Unary.CLAMP, -1, 1, s.scratch(), s.scratch());
            kernels.scaleAdd(-s.rate(), s.scratch(), 1, s.values());
        }
    }
}
