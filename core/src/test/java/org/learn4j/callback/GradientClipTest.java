package org.learn4j.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.learn4j.learn.Callback;
import org.learn4j.learn.FitContext;
import org.learn4j.learn.Learner;
import org.learn4j.learn.TrainStep;
import org.learn4j.nn.LayerTree;
import org.learn4j.optim.GradientNorm;
import org.learn4j.testkit.SyntheticLearner;

class GradientClipTest {
    /** Measures the gradient before anything is done to it, and as the update sees it. */
    private static final class Norms implements Callback {
        private final List<Double> raw = new ArrayList<>();
        private final List<Double> used = new ArrayList<>();
        private final List<Double> ratios = new ArrayList<>();

        @Override
        public Stage stage() {
            return Stage.SAVE; // innermost
        }

        @Override
        public void afterBackward(FitContext context) {
            raw.add(GradientNorm.of(context.learner().groups()));
        }

        @Override
        public TrainStep wrap(TrainStep step) {
            return new TrainStep.Wrapper(step) {
                @Override
                public void step(FitContext context) {
                    used.add(GradientNorm.of(context.learner().groups()));
                    var params = LayerTree.params(context.learner().model());
                    ratios.add(params.get("weight")
                                    .value()
                                    .gradient()
                                    .orElseThrow()
                                    .item()
                            / params.get("bias")
                                    .value()
                                    .gradient()
                                    .orElseThrow()
                                    .item());
                    super.step(context);
                }
            };
        }
    }

    private final Norms norms = new Norms();
    private final Norms plain = new Norms();

    @Test
    void shortensLongGradientsAndLeavesShortOnesAlone() {
        double limit = 4;
        try (Learner learner = SyntheticLearner.of(GradientClip.toNorm(limit), norms)) {
            learner.fit(4, .01);
        }
        assertThat(norms.raw).anyMatch(norm -> norm > limit).anyMatch(norm -> norm < limit);
        for (int i = 0; i < norms.raw.size(); i++) {
            assertThat(norms.used.get(i)).isEqualTo(Math.min(norms.raw.get(i), limit), within(1e-5));
        }
    }

    @Test
    void keepsTheGradientsDirection() {
        try (Learner clipped = SyntheticLearner.of(GradientClip.toNorm(.01), norms);
                Learner learner = SyntheticLearner.of(plain)) {
            clipped.fit(1, .01);
            learner.fit(1, .01);
        }
        assertThat(norms.used).allMatch(norm -> Math.abs(norm - .01) < 1e-6);
        assertThat(norms.ratios.get(0)).isEqualTo(plain.ratios.get(0), within(1e-4));
    }

    @Test
    void withAccumulationClipsOncePerUpdateWhateverTheOrder() {
        for (boolean first : new boolean[] {true, false}) {
            Norms own = new Norms();
            Callback clip = GradientClip.toNorm(.5);
            Callback accumulation = GradientAccumulation.ofItems(2 * SyntheticLearner.BATCH_SIZE);
            try (Learner learner = first
                    ? SyntheticLearner.of(clip, accumulation, own)
                    : SyntheticLearner.of(accumulation, clip, own)) {
                learner.fit(1, .01);
            }
            assertThat(own.used).hasSize(SyntheticLearner.BATCHES / 2).allMatch(norm -> Math.abs(norm - .5) < 1e-5);
            // what was accumulated after the first of two batches has not been clipped
            assertThat(own.raw.get(0)).isGreaterThan(.6);
            assertThat(own.raw.get(1)).isGreaterThan(own.raw.get(0));
        }
    }

    @Test
    void refusesALimitThatIsNotPositive() {
        for (double wrong : new double[] {0, -1, Double.NaN}) {
            assertThatThrownBy(() -> GradientClip.toNorm(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("received " + wrong);
        }
    }
}
