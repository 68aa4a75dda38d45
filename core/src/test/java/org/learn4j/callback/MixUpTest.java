package org.learn4j.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
import org.learn4j.learn.FitOptions;
import org.learn4j.learn.Learner;
import org.learn4j.loss.Loss;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerHooks;
import org.learn4j.nn.Linear;
import org.learn4j.schedule.Rates;
import org.learn4j.tensor.Tensor;
import org.learn4j.testkit.SyntheticLearner;

class MixUpTest {
    private static final int COUNT = 2000;

    /** Trains on items whose input is their number, and returns what the model saw. */
    private static float[] seen(double alpha) {
        float[][] numbers = new float[COUNT][1];
        for (int i = 0; i < COUNT; i++) {
            numbers[i][0] = i;
        }
        DataLoader all = DataLoader.of(ArrayDataset.of(numbers, new float[COUNT]))
                .batchSize(COUNT)
                .workers(0)
                .build();
        List<float[]> inputs = new ArrayList<>();
        try (Learner learner =
                        SyntheticLearner.builder(DataLoaders.trainingOnly(all)).build();
                LayerHooks.Registration hook = LayerHooks.register(learner.model(), (layer, given, output) -> {
                    inputs.add(given[0].toFloats());
                    return output;
                })) {
            learner.fit(1, Rates.of(1e-12), FitOptions.defaults().callbacks(MixUp.withAlpha(alpha)));
        }
        return inputs.get(0);
    }

    /**
     * Returns the share of items that are mixed by less than a tenth: λx + (1−λ)x′ is close to x where λ is close to
     * 1, but for x′ being close by chance.
     */
    private static double nearlyPure(float... inputs) {
        int pure = 0;
        for (int i = 0; i < inputs.length; i++) {
            pure += Math.abs(inputs[i] - i) < .01 * COUNT ? 1 : 0;
        }
        return (double) pure / inputs.length;
    }

    @Test
    void mixesPairsOfItems() {
        float[] inputs = seen(.4);
        assertThat(inputs).hasSize(COUNT);
        double mean = 0;
        int changed = 0;
        for (int i = 0; i < COUNT; i++) {
            assertThat(inputs[i]).isBetween(0f, (float) COUNT - 1);
            mean += inputs[i] / COUNT;
            changed += inputs[i] == i ? 0 : 1;
        }
        assertThat(mean).isEqualTo((COUNT - 1) / 2.0, within(40.0)); // partners are a permutation
        assertThat(changed).isGreaterThan(COUNT / 2);
    }

    @Test
    void smallAlphasHardlyMixAndLargeOnesMixHalfAndHalf() {
        assertThat(nearlyPure(seen(1e-3))).isGreaterThan(.97);
        assertThat(nearlyPure(seen(1e-9))).isEqualTo(1);
        assertThat(nearlyPure(seen(.4))).isBetween(.2, .7);
        assertThat(nearlyPure(seen(1e6))).isLessThan(.1);
        float[] halves = seen(1e12);
        // λ is a half everywhere, so that twice the sum of the mixtures is that of items and partners
        for (int i = 0; i < COUNT; i++) {
            double partner = 2 * halves[i] - i;
            assertThat(partner).isEqualTo(Math.rint(partner), within(2e-2));
        }
    }

    @Test
    void theFirstShareIsAtLeastAHalfAndBetaDistributed() {
        // losses of items that are their own partners' opposite give λ away: prediction 0, targets ±1 in one-item-pairs
        List<Double> shares = new ArrayList<>();
        int rounds = 300;
        DataLoader pair = DataLoader.of(ArrayDataset.of(new float[][] {{0}, {1}}, new float[2]))
                .batchSize(2)
                .workers(0)
                .build();
        try (Learner learner =
                        SyntheticLearner.builder(DataLoaders.trainingOnly(pair)).build();
                LayerHooks.Registration hook = LayerHooks.register(learner.model(), (layer, given, output) -> {
                    float[] mixed = given[0].toFloats();
                    boolean swapped = mixed[0] != 0 || mixed[1] != 1;
                    if (swapped) { // [1 − λ₀, λ₁]
                        shares.add(1.0 - mixed[0]);
                        shares.add((double) mixed[1]);
                    }
                    return output;
                })) {
            learner.fit(rounds, Rates.of(1e-12), FitOptions.defaults().callbacks(MixUp.withAlpha(1)));
        }
        // half of the permutations of two swap; max(B, 1 − B) of a uniform B is uniform in [.5, 1]
        assertThat(shares).hasSizeBetween(rounds - 80, rounds + 80).allMatch(share -> share >= .5 && share <= 1);
        double mean = shares.stream().mapToDouble(share -> share).average().orElseThrow();
        double squares =
                shares.stream().mapToDouble(share -> share * share).average().orElseThrow();
        assertThat(mean).isEqualTo(.75, within(.03));
        assertThat(squares - mean * mean).isEqualTo(1.0 / 48, within(.005));
    }

    @Test
    void mixesLossesAsInputs() {
        float[][] x = {{0}, {1}, {2}, {3}};
        int[] classes = {0, 1, 2, 1};
        DataLoader all = DataLoader.of(ArrayDataset.of(x, classes))
                .batchSize(4)
                .workers(0)
                .build();
        List<double[]> mixed = new ArrayList<>();
        Callback watcher = new Callback() {
            @Override
            public void afterLoss(FitContext context) {
                float[] inputs = mixedInputs.get(mixedInputs.size() - 1);
                Loss loss = Loss.crossEntropy();
                Tensor prediction = context.prediction();
                // each mixture lies between two items: its loss is that mixture of the losses for either's class
                double expected = 0;
                for (int i = 0; i < 4; i++) {
                    double best = Double.POSITIVE_INFINITY;
                    double own = at(loss, prediction, i, classes[i]);
                    for (int partner = 0; partner < 4; partner++) {
                        double share = partner == i ? 1 : (inputs[i] - partner) / (double) (i - partner);
                        if (share >= .5 && share <= 1 && partner == partners(inputs)[i]) {
                            best = share * own + (1 - share) * at(loss, prediction, i, classes[partner]);
                        }
                    }
                    expected += best / 4;
                }
                mixed.add(new double[] {context.loss(), expected});
            }
        };
        try (Learner learner = Learner.of(DataLoaders.trainingOnly(all), Linear.of(1, 3))
                        .silent()
                        .build();
                LayerHooks.Registration hook = remember(learner.model())) {
            learner.fit(30, Rates.of(1e-3), FitOptions.defaults().callbacks(MixUp.withAlpha(1), watcher));
        }
        int compared = 0;
        for (double[] pair : mixed) {
            if (Double.isFinite(pair[1])) { // where the partners could be told
                assertThat(pair[0]).isEqualTo(pair[1], within(1e-5));
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(3);
    }

    private final List<float[]> mixedInputs = new ArrayList<>();

    private LayerHooks.Registration remember(Layer model) {
        return LayerHooks.register(model, (layer, given, output) -> {
            mixedInputs.add(given[0].toFloats());
            return output;
        });
    }

    /** Returns the only permutation of partners that the inputs can come from, or −1 where there are several. */
    private static int[] partners(float... inputs) {
        List<int[]> possible = new ArrayList<>();
        permute(new int[inputs.length], 0, inputs, possible);
        return possible.size() == 1 ? possible.get(0) : new int[] {-1, -1, -1, -1};
    }

    private static void permute(int[] order, int at, float[] inputs, List<int[]> possible) {
        if (at == order.length) {
            possible.add(order.clone());
            return;
        }
        for (int partner = 0; partner < order.length; partner++) {
            int candidate = partner;
            boolean free = Arrays.stream(order, 0, at).noneMatch(taken -> taken == candidate);
            double share = partner == at ? 1 : (inputs[at] - partner) / (double) (at - partner);
            boolean fits = partner == at ? inputs[at] == at : share >= .5 && share < 1;
            if (free && fits) {
                order[at] = partner;
                permute(order, at + 1, inputs, possible);
            }
        }
    }

    private static double at(Loss loss, Tensor prediction, int row, int label) {
        try (Tensor one = prediction.slice(0, row, row + 1).copy();
                Tensor target = Tensor.of(new int[] {label});
                Tensor items = loss.items(one, target)) {
            return items.toDoubles()[0];
        }
    }

    @Test
    void validatesOnItemsAsTheyAre() {
        try (Learner plain = SyntheticLearner.of();
                Learner mixing = SyntheticLearner.of(MixUp.withAlpha(.4))) {
            plain.fit(1, 1e-30);
            mixing.fit(1, 1e-30);
            assertThat(mixing.history().last("valid_loss"))
                    .isEqualTo(plain.history().last("valid_loss"));
            assertThat(mixing.history().losses()).isNotEqualTo(plain.history().losses());
        }
    }

    @Test
    void codesCannotBeMixed() {
        DataLoader codes = DataLoader.of(ArrayDataset.ofSize(8)
                        .input(Field.ints("code", 1), new int[8])
                        .target(Field.ints("class"), new int[8]))
                .batchSize(4)
                .build();
        try (Learner learner = Learner.of(DataLoaders.trainingOnly(codes), Linear.of(1, 2))
                .silent()
                .callbacks(MixUp.withAlpha(.4))
                .build()) {
            assertThatThrownBy(() -> learner.fit(1, .01))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("inputs that are numbers, received an input of INT32 [4, 1]");
        }
    }

    @Test
    void refusesAnAlphaThatIsNotPositiveAndFinite() {
        for (double wrong : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> MixUp.withAlpha(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("received " + wrong);
        }
    }
}
