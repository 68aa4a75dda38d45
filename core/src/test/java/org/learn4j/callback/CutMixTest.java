package org.learn4j.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.learn4j.data.ArrayDataset;
import org.learn4j.data.DataLoader;
import org.learn4j.data.DataLoaders;
import org.learn4j.data.Field;
import org.learn4j.learn.Callback;
import org.learn4j.learn.FitContext;
import org.learn4j.learn.Learner;
import org.learn4j.loss.Loss;
import org.learn4j.nn.Flatten;
import org.learn4j.nn.LayerHooks;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Sequential;

class CutMixTest {
    private static final int COUNT = 6;
    private static final int SIDE = 8;

    /** Pictures whose pixels are all their number, which is to be predicted. */
    private static DataLoaders numbers() {
        float[] pixels = new float[COUNT * SIDE * SIDE];
        float[] targets = new float[COUNT];
        for (int i = 0; i < COUNT; i++) {
            Arrays.fill(pixels, i * SIDE * SIDE, (i + 1) * SIDE * SIDE, i);
            targets[i] = i;
        }
        ArrayDataset pictures = ArrayDataset.ofSize(COUNT)
                .input(Field.floats("picture", 1, SIDE, SIDE), pixels)
                .target(Field.floats("number", 1), targets);
        return DataLoaders.trainingOnly(
                DataLoader.of(pictures).batchSize(COUNT).workers(0).build());
    }

    @Test
    void cutsARectangleAndMixesLossesByAreas() {
        List<float[]> seen = new ArrayList<>();
        List<Double> shares = new ArrayList<>();
        Callback watcher = new Callback() {
            @Override
            public void afterLoss(FitContext context) {
                float[] mixed = seen.get(seen.size() - 1);
                int area = -1;
                double expected = 0;
                for (int i = 0; i < COUNT; i++) {
                    float[] picture = Arrays.copyOfRange(mixed, i * SIDE * SIDE, (i + 1) * SIDE * SIDE);
                    int partner = partner(picture, i);
                    if (partner != i) {
                        int own = rectangle(picture, partner);
                        assertThat(area == -1 || area == own).isTrue();
                        area = own;
                    }
                }
                double share = 1 - Math.max(0, area) / (double) (SIDE * SIDE);
                float[] predictions = context.prediction().toFloats();
                for (int i = 0; i < COUNT; i++) {
                    int partner = partner(Arrays.copyOfRange(mixed, i * SIDE * SIDE, (i + 1) * SIDE * SIDE), i);
                    expected += share * Math.pow(predictions[i] - i, 2) / COUNT;
                    expected += (1 - share) * Math.pow(predictions[i] - partner, 2) / COUNT;
                }
                assertThat(context.lossTensor().item()).isCloseTo(expected, within(1e-3 * (1 + expected)));
                shares.add(share);
            }
        };
        try (Learner learner = Learner.of(numbers(), Sequential.of(Flatten.of(), Linear.of(SIDE * SIDE, 1)))
                        .loss(Loss.mse())
                        .silent()
                        .callbacks(CutMix.withAlpha(1), watcher)
                        .build();
                LayerHooks.Registration hook = LayerHooks.register(learner.model(), (layer, given, output) -> {
                    seen.add(given[0].toFloats());
                    return output;
                })) {
            learner.fit(60, 1e-9);
        }
        // the share that is left is uniform but for what is cut off at the edges, and for batches that kept their order
        assertThat(shares.stream().mapToDouble(share -> share).average().orElseThrow())
                .isBetween(0.5, 0.85);
        assertThat(shares.stream().distinct().count()).isGreaterThan(10);
    }

    private static int partner(float[] picture, int own) {
        for (float value : picture) {
            if (value != own) {
                return (int) value;
            }
        }
        return own;
    }

    /** Returns the area of a value's pixels, which fill a rectangle. */
    private static int rectangle(float[] picture, int value) {
        int left = SIDE;
        int right = -1;
        int top = SIDE;
        int bottom = -1;
        int count = 0;
        for (int i = 0; i < picture.length; i++) {
            if (picture[i] == value) {
                count++;
                left = Math.min(left, i % SIDE);
                right = Math.max(right, i % SIDE);
                top = Math.min(top, i / SIDE);
                bottom = Math.max(bottom, i / SIDE);
            }
        }
        assertThat(count).isEqualTo((right - left + 1) * (bottom - top + 1));
        return count;
    }

    @Test
    void wantsPictures() {
        DataLoader rows = DataLoader.of(ArrayDataset.of(new float[8][3], new float[8]))
                .batchSize(4)
                .build();
        try (Learner learner = Learner.of(DataLoaders.trainingOnly(rows), Linear.of(3, 1))
                .silent()
                .callbacks(CutMix.withAlpha(1))
                .build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> learner.fit(1, .01))
                    .withMessageContaining("[n, channels, height, width]")
                    .withMessageContaining("[4, 3]");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CutMix.withAlpha(0))
                .withMessageContaining("received 0.0");
    }
}
