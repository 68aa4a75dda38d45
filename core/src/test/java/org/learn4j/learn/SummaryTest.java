package org.learn4j.learn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.learn4j.callback.EarlyStopping;
import org.learn4j.data.ArrayDataset;
import org.learn4j.data.DataLoaders;
import org.learn4j.data.Field;
import org.learn4j.nn.Activation;
import org.learn4j.nn.AdaptiveConcatPool2d;
import org.learn4j.nn.ConvLayer;
import org.learn4j.nn.Flatten;
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
    void showsTheShapesOfImages() {
        ArrayDataset photos = ArrayDataset.ofSize(4)
                .input(Field.floats("photo", 3, 8, 8), new float[4 * 3 * 8 * 8])
                .target(Field.ints("class"), 0, 1, 0, 1)
                .classes("cat", "dog");
        Sequential model = Sequential.of(
                ConvLayer.of(3, 16).stride(2), AdaptiveConcatPool2d.of(1), Flatten.of(), Linear.of(32, 2));
        try (Learner learner = Learner.of(
                        DataLoaders.of(photos, photos).batchSize(2).build(), model)
                .silent()
                .build()) {
            assertThat(learner.summary().lines().map(String::strip))
                    .contains(
                            "0.0 (Conv2d)                     [16, 4, 4]                    432 True",
                            "0.1 (BatchNorm2d)                [16, 4, 4]                     32 True",
                            "0.2 (Activation)                 [16, 4, 4]                      0",
                            "1 (AdaptiveConcatPool2d)         [32, 1, 1]                      0",
                            "2 (Flatten)                      [32]                            0",
                            "3 (Linear)                       [2]                            66 True");
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
