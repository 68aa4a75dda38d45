package org.learn4j.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.learn4j.data.DataLoader;
import org.learn4j.data.DataLoaders;
import org.learn4j.learn.Callback;
import org.learn4j.learn.FitContext;
import org.learn4j.learn.FitOptions;
import org.learn4j.learn.Learner;
import org.learn4j.nn.LayerTree;
import org.learn4j.optim.Optimizer;
import org.learn4j.schedule.Rates;
import org.learn4j.testkit.SyntheticLearner;

class GradientAccumulationTest {
    private static Learner learner(int items, int batchSize, Callback... callbacks) {
        DataLoader train = DataLoader.of(SyntheticLearner.items(items, 3))
                .batchSize(batchSize)
                .build();
        return SyntheticLearner.builder(DataLoaders.trainingOnly(train))
                .optimizer(Optimizer.adam())
                .callbacks(callbacks)
                .build();
    }

    private static float[] weights(Learner learner) {
        float[] both = new float[2];
        both[0] = LayerTree.params(learner.model()).get("weight").value().toFloats()[0];
        both[1] = LayerTree.params(learner.model()).get("bias").value().toFloats()[0];
        return both;
    }

    /** Keeps the weights after every batch. */
    private static final class Weights implements Callback {
        private final List<float[]> after = new ArrayList<>();

        @Override
        public void afterBatch(FitContext context) {
            after.add(weights(context.learner()));
        }
    }

    private final Weights seen = new Weights();

    @Test
    void severalSmallBatchesAreOneLarge() {
        try (Learner large = learner(160, 32);
                Learner small = learner(160, 8, GradientAccumulation.ofItems(32))) {
            for (int epoch = 0; epoch < 3; epoch++) {
                large.fit(1, .02);
                small.fit(1, .02);
                assertThat(weights(small)).containsExactly(weights(large), within(1e-6f));
            }
        }
    }

    @Test
    void aBatchCountsAsManyItemsAsItHas() {
        try (Learner large = learner(20, 20);
                Learner small = learner(20, 8, GradientAccumulation.ofItems(20))) { // of 8, 8 and 4 items
            large.fit(3, .02);
            small.fit(3, .02);
            assertThat(weights(small)).containsExactly(weights(large), within(1e-6f));
        }
    }

    @Test
    void updatesOnlyWhenEnoughItemsWereSeen() {
        try (Learner learner = learner(80, 8, GradientAccumulation.ofItems(20), seen)) { // every third batch
            float[] before = weights(learner);
            learner.fit(1, .02);
            for (int i = 0; i < 10; i++) {
                boolean changes = i % 3 == 2;
                assertThat(!Arrays.equals(seen.after.get(i), i == 0 ? before : seen.after.get(i - 1)))
                        .as("batch %s", i)
                        .isEqualTo(changes);
            }
        }
    }

    @Test
    void whatWasAddedUpWhenAFitEndsIsDropped() {
        try (Learner learner = learner(80, 8, GradientAccumulation.ofItems(24));
                Learner other = learner(72, 8, GradientAccumulation.ofItems(24))) {
            learner.fit(1, .02); // ten batches: the tenth waits for two more
            other.fit(1, .02); // the first nine
            assertThat(weights(learner)).isEqualTo(weights(other));
            learner.fit(1, .02);
            other.fit(1, .02);
            assertThat(weights(learner)).isEqualTo(weights(other));
        }
    }

    @Test
    void gradientsAddUpAcrossEpochsOfAFit() {
        try (Learner learner = learner(32, 8, GradientAccumulation.ofItems(24), seen)) {
            learner.fit(3, .02); // twelve batches: updates after the third, sixth, ninth and twelfth
            for (int i = 1; i < 12; i++) {
                assertThat(!Arrays.equals(seen.after.get(i), seen.after.get(i - 1)))
                        .as("batch %s", i)
                        .isEqualTo(i % 3 == 2);
            }
        }
    }

    @Test
    void aSkippedBatchDropsWhatWasAddedUp() {
        Callback skipper = new Callback() {
            @Override
            public void afterBackward(FitContext context) {
                if (context.batchNumber() == 1) {
                    context.skipStep();
                }
            }
        };
        try (Learner learner = learner(32, 8, GradientAccumulation.ofItems(16), skipper, seen)) {
            float[] before = weights(learner);
            learner.fit(1, .02);
            assertThat(seen.after.get(0)).isEqualTo(before);
            assertThat(seen.after.get(1)).isEqualTo(before);
            assertThat(seen.after.get(2)).isEqualTo(before);
            assertThat(seen.after.get(3)).isNotEqualTo(before);
        }
        // the third and fourth batch alone
        DataLoader rest = DataLoader.of(SyntheticLearner.items(32, 3))
                .items(IntStream.range(16, 32).toArray())
                .batchSize(16)
                .build();
        try (Learner learner = SyntheticLearner.builder(DataLoaders.trainingOnly(rest))
                .optimizer(Optimizer.adam())
                .build()) {
            learner.fit(1, Rates.of(.02), FitOptions.defaults());
            assertThat(seen.after.get(3)).containsExactly(weights(learner), within(1e-6f));
        }
    }

    @Test
    void refusesLessThanAnItem() {
        assertThatThrownBy(() -> GradientAccumulation.ofItems(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least 1, received 0");
    }
}
