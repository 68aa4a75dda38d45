package org.learn4j.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.learn4j.data.ArrayDataset;
import org.learn4j.data.DataLoader;
import org.learn4j.data.DataLoaders;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.TensorMemory;

class ReplaceDataTest {
    private static DataLoaders others(ArrayDataset items) {
        return DataLoaders.trainingOnly(
                DataLoader.of(items).batchSize(4).shuffle(Seed.of(9)).build());
    }

    private static Learner learner() {
        return Learner.of(Toy.data(), Toy.model()).silent().build();
    }

    @Test
    void trainsOnWithTheSameModel() {
        try (Learner learner = learner()) {
            learner.fit(1, .01);
            var weights = learner.model();
            learner.replaceData(others(Toy.items(12, 3)));
            learner.fit(2, .01);
            assertThat(learner.model()).isSameAs(weights);
            assertThat(learner.steps()).isEqualTo(Toy.BATCHES + 2 * 3);
            assertThat(learner.data().valid()).isEmpty();
        }
    }

    @Test
    void freesTheBatchesOfTheDataBefore() {
        try (Learner learner = learner()) {
            learner.fit(1, .01);
            long blocks = TensorMemory.blocksInUse();
            learner.replaceData(others(Toy.items(12, 3)));
            assertThat(TensorMemory.blocksInUse()).isLessThan(blocks);
        }
    }

    @Test
    void keepsDataThatReplacesItself() {
        DataLoaders data = Toy.data();
        try (Learner learner = Learner.of(data, Toy.model()).silent().build()) {
            learner.replaceData(data);
            learner.fit(1, .01);
            assertThat(learner.epochsDone()).isEqualTo(1);
        }
    }

    @Test
    void refusesOtherClasses() {
        try (Learner learner = learner();
                DataLoaders more = others(Toy.items(12, 3).classes("red", "green", "black"))) {
            assertThatThrownBy(() -> learner.replaceData(more))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("[red, green, blue]")
                    .hasMessageContaining("[red, green, black]");
            learner.fit(1, .01);
        }
    }

    @Test
    void isRefusedDuringAFit() {
        try (DataLoaders more = others(Toy.items(12, 3));
                Learner learner = Learner.of(Toy.data(), Toy.model())
                        .silent()
                        .callbacks(new Callback() {
                            @Override
                            public void afterBatch(FitContext context) {
                                context.learner().replaceData(more);
                            }
                        })
                        .build()) {
            assertThatThrownBy(() -> learner.fit(1, .01)).isInstanceOf(IllegalStateException.class);
        }
    }
}
