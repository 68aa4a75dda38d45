package org.learn4j.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.learn4j.callback.EarlyStopping;
import org.learn4j.data.DataLoaders;
import org.learn4j.nn.Activation;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Sequential;
import org.learn4j.testkit.SyntheticLearner;

class SummaryTest {
    @Test
    void showsLayersShapesAndParameters() {
        try (Learner learner = Toy.builder()
                .groups(Toy::bodyAndHead)
                .callbacks(EarlyStopping.on("valid_loss"))
                .build()) {
            learner.freeze();

            assertThat(learner.summary()).isEqualTo("""
                            Sequential
                            =============================================================================
                            Layer (type)                     Output Shape              Param # Trainable\s
                            =============================================================================
                            0 (Linear)                       [8]                            56 False    \s
                            1 (Activation)                   [8]                             0          \s
                            2 (BatchNorm1d)                  [8]                            16 True     \s
                            3 (Dropout)                      [8]                             0          \s
                            4 (Linear)                       [3]                            27 True     \s
                            =============================================================================

                            Total params: 99
                            Total trainable params: 43
                            Total non-trainable params: 56

                            Optimizer: %s
                            Loss function: crossEntropy
                            Callbacks: NonFiniteGuard, ProgressDisplay, EarlyStopping(valid_loss)
                            """.formatted(learner.optimizer()));
        }
    }

    @Test
    void countsALayerThatIsUsedTwiceOnce() {
        Linear shared = Linear.of(1, 1);
        Sequential model = Sequential.of(shared, Activation.relu(), shared);
        try (Learner learner =
                Learner.of(SyntheticLearner.data(), model).silent().build()) {
            String summary = learner.summary();
            assertThat(summary).contains("Total params: 2\n").contains("Total trainable params: 2\n");
            assertThat(summary.lines().filter(line -> line.contains("(Linear)")))
                    .hasSize(2);
        }
    }

    @Test
    void disturbsNothingAndWorksWithinAFit() {
        String[] within = new String[1];
        Callback asking = new Callback() {
            @Override
            public void afterLoss(FitContext context) {
                within[0] = context.learner().summary();
            }
        };
        try (Learner plain = Toy.learner();
                Learner summarised = Toy.learner(asking)) {
            Map<String, Object> before = Toy.state(summarised);
            summarised.summary();
            assertThat(Toy.state(summarised)).isEqualTo(before);
            plain.fitOneCycle(2, .01);
            summarised.fitOneCycle(2, .01);
            assertThat(Toy.state(summarised)).isEqualTo(Toy.state(plain));
            assertThat(within[0]).contains("Total params: 99");
        }
    }

    @Test
    void worksWithFewerItemsThanABatch() {
        DataLoaders few =
                DataLoaders.of(SyntheticLearner.items(5, 1)).batchSize(64).build();
        try (Learner learner = SyntheticLearner.builder(few).build()) {
            assertThat(learner.summary()).contains("Total params: 2");
        }
    }
}
