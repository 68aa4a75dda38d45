package org.learn4j.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.learn.Callback;
import org.learn4j.learn.FitContext;
import org.learn4j.learn.FitOptions;
import org.learn4j.learn.Learner;
import org.learn4j.nn.LayerTree;
import org.learn4j.schedule.Rates;
import org.learn4j.testkit.SyntheticLearner;

class SaveBestTest {
    @TempDir
    private Path folder;

    private static final double[] BEST_IN_THE_THIRD = {.1, .2, .9, .3, .4};

    private Path file() {
        return folder.resolve("best.safetensors");
    }

    private static float slope(Learner learner) {
        return LayerTree.params(learner.model()).get("weight").value().toFloats()[0];
    }

    /** Keeps the slope at the end of each epoch. */
    private static final class Slopes implements Callback {
        private final List<Float> slopes = new ArrayList<>();

        @Override
        public void epochRecorded(FitContext context) {
            slopes.add(slope(context.learner()));
        }
    }

    private final Slopes slopes = new Slopes();

    @Test
    void loadsTheBestWhenTheFitEnds() {
        try (Learner learner = Scripted.higherIsBetter("accuracy", BEST_IN_THE_THIRD)
                .learner()
                .callbacks(SaveBest.of("accuracy", file()), slopes)
                .build()) {
            learner.fit(5, 1e-3);
            assertThat(slopes.slopes).doesNotHaveDuplicates();
            assertThat(slope(learner)).isEqualTo(slopes.slopes.get(2));
        }
        try (Learner other = SyntheticLearner.of()) {
            other.load(file());
            assertThat(slope(other)).isEqualTo(slopes.slopes.get(2));
        }
    }

    @Test
    void aLowerErrorIsBetter() {
        try (Learner learner = Scripted.lowerIsBetter("exp_rmspe", .9, .2, .5, .4, .3)
                .learner()
                .callbacks(SaveBest.of("exp_rmspe", file()), slopes)
                .build()) {
            learner.fit(5, 1e-3);
            assertThat(slope(learner)).isEqualTo(slopes.slopes.get(1));
        }
    }

    @Test
    void canLeaveTheLastInTheLearner() {
        try (Learner learner = Scripted.higherIsBetter("accuracy", BEST_IN_THE_THIRD)
                        .learner()
                        .callbacks(SaveBest.of("accuracy", file()).keepLast(), slopes)
                        .build();
                Learner other = SyntheticLearner.of()) {
            learner.fit(5, 1e-3);
            assertThat(slope(learner)).isEqualTo(slopes.slopes.get(4));
            other.load(file());
            assertThat(slope(other)).isEqualTo(slopes.slopes.get(2));
        }
    }

    @Test
    void neverLoadsAFileOfAnEarlierRun() {
        try (Learner earlier = SyntheticLearner.of()) {
            earlier.fit(3, .05);
            earlier.save(file());
        }
        // nothing of this run is better than nothing
        try (Learner learner = Scripted.higherIsBetter("accuracy", Double.NaN)
                .learner()
                .callbacks(SaveBest.of("accuracy", file()), slopes)
                .build()) {
            learner.fit(2, 1e-3);
            assertThat(slope(learner)).isEqualTo(slopes.slopes.get(1));
        }
        // nor does a fit that ends before its first epoch does
        Callback stopper = new Callback() {
            @Override
            public void afterBatch(FitContext context) {
                context.stop("at once");
            }
        };
        try (Learner learner = SyntheticLearner.of(SaveBest.of("valid_loss", file()), stopper)) {
            learner.fit(1, 1e-9);
            assertThat(slope(learner)).isLessThan(1);
        }
    }

    @Test
    void theBestOfOneFitIsNotThatOfTheNext() {
        try (Learner learner = Scripted.higherIsBetter("accuracy", .9, .1, .2, .05)
                .learner()
                .callbacks(SaveBest.of("accuracy", file()), slopes)
                .build()) {
            learner.fit(1, 1e-3);
            learner.fit(3, 1e-3);
            assertThat(slope(learner)).isEqualTo(slopes.slopes.get(2));
        }
    }

    @Test
    void cancelledWithinAnEpochTheBestIsLoaded() {
        Callback canceller = new Callback() {
            @Override
            public void afterBatch(FitContext context) {
                if (context.step() == 3 * SyntheticLearner.BATCHES + 2) {
                    context.learner().cancel();
                }
            }
        };
        try (Learner learner = Scripted.higherIsBetter("accuracy", .1, .9, .5)
                .learner()
                .callbacks(SaveBest.of("accuracy", file()), slopes, canceller)
                .build()) {
            learner.fit(9, 1e-3);
            assertThat(slope(learner)).isEqualTo(slopes.slopes.get(1));
        }
    }

    @Test
    void whereTrainingFailsTheWeightsAreLeftAsTheyAre() {
        float[] before = new float[1];
        Callback failing = new Callback() {
            @Override
            public void afterBackward(FitContext context) {
                if (context.step() == 3 * SyntheticLearner.BATCHES + 2) {
                    before[0] = slope(context.learner());
                    throw new IllegalStateException("broken");
                }
            }
        };
        try (Learner learner = Scripted.higherIsBetter("accuracy", .1, .9, .5)
                .learner()
                .callbacks(SaveBest.of("accuracy", file()), slopes, failing)
                .build()) {
            assertThatThrownBy(() -> learner.fit(9, 1e-3)).hasMessage("broken");
            assertThat(slope(learner)).isEqualTo(before[0]).isNotEqualTo(slopes.slopes.get(1));
        }
    }

    @Test
    void makesItsFolderAndSaysBeforeTrainingThatItCannot() throws IOException {
        Path deep = folder.resolve("a").resolve("b").resolve("best.safetensors");
        try (Learner learner = SyntheticLearner.of()) {
            learner.fit(1, Rates.of(1e-3), FitOptions.defaults().callbacks(SaveBest.of("valid_loss", deep)));
            assertThat(deep).exists();
            Path inTheWay = Files.writeString(folder.resolve("file"), "not a folder");
            long steps = learner.steps();
            for (Path impossible : List.of(inTheWay.resolve("best.safetensors"), folder)) {
                assertThatThrownBy(() -> learner.fit(
                                1,
                                Rates.of(1e-3),
                                FitOptions.defaults().callbacks(SaveBest.of("valid_loss", impossible))))
                        .isInstanceOf(UncheckedIOException.class)
                        .hasMessageContaining(impossible.toString());
            }
            assertThat(learner.steps()).isEqualTo(steps);
        }
    }
}
