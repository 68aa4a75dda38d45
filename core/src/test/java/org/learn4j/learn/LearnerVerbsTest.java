package org.learn4j.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.data.DataLoader;
import org.learn4j.data.DataLoaders;
import org.learn4j.loss.Loss;
import org.learn4j.metric.Metric;
import org.learn4j.nn.Activation;
import org.learn4j.nn.BatchNorm1d;
import org.learn4j.nn.Init;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerRegistry;
import org.learn4j.nn.LayerTree;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Param;
import org.learn4j.nn.Pass;
import org.learn4j.nn.Recipe;
import org.learn4j.nn.Sequential;
import org.learn4j.optim.Hyper;
import org.learn4j.optim.Optimizer;
import org.learn4j.schedule.Rates;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.testkit.SyntheticLearner;

class LearnerVerbsTest {
    /** Keeps the rates of all groups at every training batch, and which parameters could change. */
    private static final class Watcher implements Callback {
        private final List<List<Double>> rates = new ArrayList<>();
        private final List<Double> momenta = new ArrayList<>();
        private final List<Double> decays = new ArrayList<>();
        private final List<List<String>> trainable = new ArrayList<>();

        @Override
        public void afterStep(FitContext context) {
            rates.add(context.hypers().stream().map(Hyper::rate).toList());
            momenta.add(context.hypers().get(0).momentum());
            decays.add(context.hypers().get(0).weightDecay());
            trainable.add(LearnerVerbsTest.trainable(context.learner()));
        }
    }

    private static List<String> trainable(Learner learner) {
        return LayerTree.params(learner.model()).entrySet().stream()
                .filter(entry -> entry.getValue().isTrainable())
                .map(Map.Entry::getKey)
                .toList();
    }

    private final Watcher watcher = new Watcher();

    private Learner twenty() {
        return SyntheticLearner.of(watcher); // ten batches an epoch: twenty in two
    }

    @Test
    void findsTheLine() {
        try (Learner learner = SyntheticLearner.of()) {
            learner.fit(8, .02);
            Map<String, Param> params = LayerTree.params(learner.model());
            assertThat(params.get("weight").value().toDoubles()[0]).isEqualTo(SyntheticLearner.SLOPE, within(.1));
            assertThat(params.get("bias").value().toDoubles()[0]).isEqualTo(SyntheticLearner.INTERCEPT, within(.1));
            assertThat(learner.history().last("valid_loss")).isLessThan(.05);
        }
    }

    @Test
    void fitKeepsTheRate() {
        try (Learner learner = twenty()) {
            History history = learner.fit(2, .03);
            assertThat(history.rates()).hasSize(20).containsOnly(.03);
            assertThat(history.momenta()).containsOnly(.9);
            assertThat(history.epochs()).hasSize(2);
            assertThat(history).isSameAs(learner.history());
            assertThat(learner.epochsDone()).isEqualTo(2);
            assertThat(learner.steps()).isEqualTo(20);
        }
    }

    @Test
    void fitOneCycleFollowsTheSchedule() {
        try (Learner learner = twenty()) {
            History history = learner.fitOneCycle(2, .01);
            double[] rates = history.rates();
            double[] momenta = history.momenta();
            // fastai-reference 1.9, v2, computed there
            int[] at = {0, 2, 5, 10, 15, 19};
            double[] rate = {4e-4, .00371672, .01, .00750003, .00250008, 1.09361e-4};
            double[] momentum = {.95, .915451, .85, .875, .925, .948907};
            for (int i = 0; i < at.length; i++) {
                assertThat(rates[at[i]]).as("rate %s", at[i]).isEqualTo(rate[i], within(1e-8));
                assertThat(momenta[at[i]]).as("momentum %s", at[i]).isEqualTo(momentum[i], within(1e-6));
            }
            assertThat(watcher.rates.stream().map(list -> list.get(0)).toList())
                    .isEqualTo(Arrays.stream(rates).boxed().toList());
            assertThat(watcher.momenta).isEqualTo(Arrays.stream(momenta).boxed().toList());
        }
    }

    @Test
    void theShapeOfACycleCanBeChosen() {
        try (Learner learner = twenty()) {
            History history = learner.fitOneCycle(
                    2, .01, FitOptions.weightDecay(.3).startOfFall(.5).divisors(10, 100));
            assertThat(history.rates()[0]).isEqualTo(.001, within(1e-12));
            assertThat(history.rates()[10]).isEqualTo(.01, within(1e-12));
            assertThat(history.momenta()[10]).isEqualTo(.85, within(1e-12));
            assertThat(history.rates()[19]).isEqualTo(.01 / 100, within(3e-4)).isGreaterThan(.01 / 100);
            assertThat(watcher.decays).containsOnly(.3);
        }
    }

    @Test
    void fitFlatCosFollowsTheSchedule() {
        try (Learner learner = twenty()) {
            double[] rates =
                    learner.fitFlatCos(2, Rates.of(.01), FitOptions.defaults()).rates();
            assertThat(Arrays.copyOf(rates, 16)).containsOnly(.01);
            assertThat(rates[17]).isEqualTo(.00654512, within(1e-8));
            assertThat(rates[19]).isEqualTo(9.55005e-4, within(1e-9));
            assertThat(watcher.momenta).containsOnly(.9);
        }
    }

    @Test
    void fitSgdrRestarts() {
        try (Learner learner = twenty()) {
            History history = learner.fitSgdr(3, 1, 2, Rates.of(.01), FitOptions.defaults());
            assertThat(history.epochs()).hasSize(1 + 2 + 4);
            double[] rates = history.rates();
            for (int start : new int[] {0, 10, 30}) {
                assertThat(rates[start]).as("batch %s", start).isEqualTo(.01, within(1e-9));
            }
            assertThat(rates[5]).isEqualTo(.005, within(1e-9));
            assertThat(rates[20]).isEqualTo(.005, within(1e-9));
            assertThat(rates[50]).isEqualTo(.005, within(1e-9));
            assertThat(rates[69]).isLessThan(1e-4);
        }
    }

    @Test
    void fineTuneTrainsTheHeadAndThenEverything() {
        try (Learner learner =
                Toy.builder().groups(Toy::bodyAndHead).callbacks(watcher).build()) {
            History history = learner.fineTune(2, 2e-3, FitOptions.weightDecay(.05));

            assertThat(history.epochs()).hasSize(3);
            int frozen = Toy.BATCHES;
            assertThat(watcher.trainable.get(frozen - 1)).containsExactly("2.weight", "2.bias", "4.weight", "4.bias");
            assertThat(watcher.trainable.get(frozen))
                    .containsExactly("0.weight", "0.bias", "2.weight", "2.bias", "4.weight", "4.bias");
            assertThat(trainable(learner)).hasSize(6);
            // slice(rate) is a tenth for all but the last; one cycle from rate / 25
            assertThat(watcher.rates.get(0).get(0)).isEqualTo(2e-4 / 25, within(1e-15));
            assertThat(watcher.rates.get(0).get(1)).isEqualTo(2e-3 / 25, within(1e-15));
            // then slice(rate / 2 / 100, rate / 2), from a fifth, falling after 30 %
            assertThat(watcher.rates.get(frozen).get(0)).isEqualTo(1e-5 / 5, within(1e-15));
            assertThat(watcher.rates.get(frozen).get(1)).isEqualTo(1e-3 / 5, within(1e-15));
            assertThat(watcher.rates.get(frozen + 3).get(1)).isEqualTo(1e-3, within(1e-15));
            assertThat(watcher.decays).containsOnly(.05);
        }
    }

    @Test
    void theShapeGivenToFineTuneIsThatOfItsSecondPart() {
        try (Learner learner =
                Toy.builder().groups(Toy::bodyAndHead).callbacks(watcher).build()) {
            learner.fineTune(2, 2e-3, FitOptions.defaults().startOfFall(.5).divisors(4, 1e5));
            double highest = watcher.rates.subList(0, Toy.BATCHES).stream()
                    .mapToDouble(rates -> rates.get(1))
                    .max()
                    .orElseThrow();
            assertThat(watcher.rates.get(Toy.BATCHES - 1).get(1)).isEqualTo(highest); // it still rises
            assertThat(watcher.rates.get(0).get(1)).isEqualTo(2e-3 / 25, within(1e-15));
            assertThat(watcher.rates.get(Toy.BATCHES).get(1)).isEqualTo(1e-3 / 4, within(1e-15));
            assertThat(watcher.rates.get(2 * Toy.BATCHES).get(1)).isEqualTo(1e-3, within(1e-15));
        }
    }

    @Test
    void freezingKeepsNormalisationTrainableUnlessToldOtherwise() {
        try (Learner learner = Toy.builder().groups(Toy::bodyAndHead).build();
                Learner strict =
                        Toy.builder().groups(Toy::bodyAndHead).trainNorm(false).build()) {
            learner.freeze();
            strict.freeze();
            assertThat(learner.frozenTo()).isEqualTo(1);
            assertThat(trainable(learner)).containsExactly("2.weight", "2.bias", "4.weight", "4.bias");
            assertThat(trainable(strict)).containsExactly("4.weight", "4.bias");

            for (Learner each : List.of(learner, strict)) {
                Map<String, Object> before = Toy.weights(each);
                each.fit(1, .01);
                Map<String, Object> after = Toy.weights(each);
                before.forEach((name, bits) -> {
                    boolean changes = trainable(each).contains(name) || name.startsWith("2.running");
                    assertThat(!after.get(name).equals(bits)).as(name).isEqualTo(changes);
                });
            }
            learner.unfreeze();
            assertThat(learner.frozenTo()).isZero();
            assertThat(trainable(learner)).hasSize(6);
            learner.freezeTo(-1);
            assertThat(learner.frozenTo()).isEqualTo(1);
            learner.freezeTo(0);
            assertThat(trainable(learner)).hasSize(6);
        }
    }

    /** Batch norm in front of its activation, where both are one operation, behind a frozen layer. */
    @Test
    void whatStaysTrainableIsTrainedAsIfNothingWereFrozen() {
        for (boolean trainsNorm : new boolean[] {true, false}) {
            try (Learner frozen = normalised(trainsNorm);
                    Learner free = normalised(trainsNorm)) {
                Map<String, Object> before = Toy.weights(frozen);
                assertThat(Toy.weights(free)).isEqualTo(before);
                frozen.freeze();
                frozen.fit(1, .1);
                free.fit(1, .1);
                Map<String, Object> after = Toy.weights(frozen);
                Map<String, Object> expected = Toy.weights(free);
                for (String name : before.keySet()) {
                    boolean trained = name.startsWith("3.")
                            || name.startsWith("1.running")
                            || (trainsNorm && name.startsWith("1."));
                    assertThat(after.get(name))
                            .as(name)
                            .isEqualTo(trained ? expected.get(name) : before.get(name))
                            .isNotEqualTo(trained ? before.get(name) : expected.get(name));
                }
            }
        }
    }

    /** Trains on a single batch: afterwards what is frozen makes a difference. */
    private static Learner normalised(boolean trainsNorm) {
        DataLoader one = DataLoader.of(Toy.items(8, 1)).batchSize(8).build();
        return Learner.of(
                        DataLoaders.trainingOnly(one),
                        Sequential.of(
                                Linear.of(Toy.FEATURES, 8).withoutBias(),
                                BatchNorm1d.of(8),
                                Activation.relu(),
                                Linear.of(8, 3)))
                .optimizer(Optimizer.sgd())
                .groups(model -> {
                    List<Layer> layers = List.copyOf(model.children().values());
                    return List.of(layers.subList(0, 3), layers.subList(3, 4));
                })
                .trainNorm(trainsNorm)
                .silent()
                .build();
    }

    @Test
    void freezingMakesTheOptimizerStartAnew() {
        try (Learner learner = Toy.builder().groups(Toy::bodyAndHead).build()) {
            learner.fit(1, .01);
            assertThat(learner.updater().counters().write()).contains("5");
            learner.freeze();
            assertThat(learner.updater().counters().write()).doesNotContain("5");
        }
    }

    @Test
    void freezingOutOfRangeIsRefused() {
        try (Learner two = Toy.builder().groups(Toy::bodyAndHead).build();
                Learner one = Toy.learner()) {
            assertThatThrownBy(() -> two.freezeTo(2))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessageContaining("2 parameter groups, received freezeTo(2)");
            assertThatThrownBy(() -> two.freezeTo(-3)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(one::freeze)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("more than one parameter group");
            assertThatThrownBy(() -> one.fineTune(1, .01, FitOptions.defaults()))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void discriminativeRatesReachTheirGroups() {
        try (Learner learner = Toy.builder()
                .optimizer(Optimizer.sgd())
                .groups(model -> {
                    List<Layer> layers = List.copyOf(model.children().values());
                    return List.of(layers.subList(0, 1), layers.subList(1, 4), layers.subList(4, 5));
                })
                .callbacks(watcher)
                .build()) {
            learner.fit(1, Rates.slice(1e-4, 1e-2), FitOptions.defaults());
            assertThat(watcher.rates.get(0).get(0)).isEqualTo(1e-4, within(1e-15));
            assertThat(watcher.rates.get(0).get(1)).isEqualTo(1e-3, within(1e-15));
            assertThat(watcher.rates.get(0).get(2)).isEqualTo(1e-2, within(1e-15));
            learner.fitOneCycle(1, Rates.slice(1e-2));
            List<Double> first = watcher.rates.get(Toy.BATCHES);
            assertThat(first.get(0)).isEqualTo(1e-3 / 25, within(1e-15));
            assertThat(first.get(2)).isEqualTo(1e-2 / 25, within(1e-15));
            // and what is used is what was recorded: a rate of 0 leaves exactly its group alone
            Map<String, Object> before = Toy.weights(learner);
            learner.fit(1, Rates.list(1e-30, 1e-2, 1e-30), FitOptions.defaults());
            Map<String, Object> after = Toy.weights(learner);
            assertThat(after.get("0.weight")).isEqualTo(before.get("0.weight"));
            assertThat(after.get("2.weight")).isNotEqualTo(before.get("2.weight"));
            assertThat(after.get("4.weight")).isEqualTo(before.get("4.weight"));
        }
    }

    @Test
    void validatesInEvaluationOverTheWholeSet() {
        try (Learner learner =
                Toy.builder().metrics(Metric.accuracy(), Metric.errorRate()).build()) {
            learner.fit(2, .02);
            Map<String, Double> measured = learner.validate();

            assertThat(measured.keySet()).containsExactly("valid_loss", "accuracy", "error_rate");
            Map<String, Double> recorded = learner.history().epochs().get(1).values();
            assertThat(recorded.keySet())
                    .containsExactly("train_loss", "train_loss_mean", "valid_loss", "accuracy", "error_rate");
            measured.forEach((name, value) -> assertThat(recorded).containsEntry(name, value));
            try (Predictions predictions = learner.predictions()) {
                double mean = Arrays.stream(predictions.losses()).average().orElseThrow();
                assertThat(measured.get("valid_loss")).isEqualTo(mean, within(1e-6));
                int[] decided = predictions.decoded().toInts();
                int[] wanted = predictions.targets().orElseThrow().toInts();
                int right = 0;
                for (int i = 0; i < decided.length; i++) {
                    right += decided[i] == wanted[i] ? 1 : 0;
                }
                assertThat(measured.get("accuracy")).isEqualTo((double) right / Toy.VALID, within(1e-12));
            }
            Map<String, Object> before = Toy.state(learner);
            try (DataLoader other = DataLoader.of(Toy.items(7, 9)).batchSize(4).build()) {
                assertThat(learner.validate(other).keySet()).isEqualTo(measured.keySet());
            }
            assertThat(Toy.state(learner)).isEqualTo(before);
        }
    }

    @Test
    void theTrainingLossIsFastaisAverageAndTheMean() {
        try (Learner learner = SyntheticLearner.of()) {
            History history = learner.fit(1, .01);
            double[] losses = history.losses();
            double smoothed = 0;
            for (double loss : losses) {
                smoothed = .98 * smoothed + .02 * loss;
            }
            assertThat(history.last("train_loss")).isEqualTo(smoothed / (1 - Math.pow(.98, 10)), within(1e-12));
            assertThat(history.last("train_loss_mean"))
                    .isEqualTo(Arrays.stream(losses).average().orElseThrow(), within(1e-12));
        }
        Progress progress = new Progress();
        double[] expected = {10, 7.474747, 5.272752}; // fastai-reference 1.7
        double[] losses = {10, 5, 1};
        for (int i = 0; i < losses.length; i++) {
            progress.addBatch(losses[i], 1);
            assertThat(progress.smoothedLoss()).isEqualTo(expected[i], within(1e-6));
        }
    }

    @Test
    void trainsWithoutValidation() {
        DataLoaders training = DataLoaders.trainingOnly(
                DataLoader.of(SyntheticLearner.items(40, 1)).batchSize(10).build());
        try (Learner learner =
                SyntheticLearner.builder(training).metrics(Metric.mae()).build()) {
            History history = learner.fit(2, .01);
            assertThat(history.epochs().get(1).values().keySet()).containsExactly("train_loss", "train_loss_mean");
            assertThatThrownBy(learner::validate)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("no validation items");
            assertThatThrownBy(learner::predictions).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> history.last("valid_loss"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("[train_loss, train_loss_mean], received \"valid_loss\"");
        }
    }

    @Test
    void aTargetOfNumbersMakesRegressionAndOneOfIndicesClassification() {
        try (Learner regression = SyntheticLearner.of();
                Learner classification = Toy.learner();
                Learner own = Toy.builder().loss(Loss.focal(2)).build()) {
            assertThat(regression.loss()).isEqualTo(Loss.mse());
            assertThat(classification.loss()).isEqualTo(Loss.crossEntropy());
            assertThat(own.loss()).isEqualTo(Loss.focal(2));
        }
    }

    @Test
    void printsWhatItIs() {
        try (Learner learner = SyntheticLearner.of()) {
            assertThat(learner.toString())
                    .startsWith("Learner(Linear.of(1, 1)")
                    .contains("mse")
                    .contains("Optimizer.sgd().momentum(0.9)");
            assertThat(learner.defaultRate()).isEqualTo(1e-3);
            assertThat(learner.metrics()).isEmpty();
            assertThat(learner.groups()).hasSize(1);
            assertThat(learner.seed()).isEqualTo(Seed.of(42));
        }
    }

    @Test
    void refusesGroupsThatDoNotHoldEveryParameterOnce() {
        Linear other = Linear.of(1, 1);
        List<Function<Layer, List<List<Layer>>>> wrong = List.of(
                model -> List.of(),
                model -> List.of(List.of()),
                model -> List.of(List.of(model), List.of(model)),
                model -> List.of(List.of(model), List.of(other)),
                model -> List.of(List.of(other)),
                model -> List.of(layers(model).subList(0, 1)),
                model -> List.of(List.of(layers(model).get(0), layers(model).get(0))));
        for (var groups : wrong) {
            Sequential model = Sequential.of(Linear.of(1, 1), Activation.relu(), Linear.of(1, 1));
            DataLoaders data = SyntheticLearner.data();
            assertThatThrownBy(() -> Learner.of(data, model).groups(groups).build())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("every parameter of the model once: it has 4");
            assertThat(LayerTree.params(model).values()).noneMatch(Param::isInitialized);
        }
    }

    private static List<Layer> layers(Layer model) {
        return List.copyOf(model.children().values());
    }

    /** Multiplies by one number twice: two layers with one parameter. */
    private static final class Tied implements Layer {
        private final Param factor = Param.of("factor", Shape.of(1), Init.constant(1), Param.Role.WEIGHT);

        @Override
        public Tensor forward(Pass pass, Tensor... inputs) {
            return inputs[0].times(factor.value()).times(factor.value());
        }

        @Override
        public List<Param> params() {
            return List.of(factor);
        }

        @Override
        public Map<String, Layer> children() {
            return Map.of("again", new Layer() {
                @Override
                public Tensor forward(Pass pass, Tensor... inputs) {
                    return inputs[0].times(factor.value());
                }

                @Override
                public List<Param> params() {
                    return List.of(factor);
                }

                @Override
                public Recipe recipe() {
                    return Recipe.of("Again");
                }
            });
        }

        @Override
        public Recipe recipe() {
            return Recipe.of("Tied");
        }
    }

    @Test
    void aParameterThatLayersShareIsTrainedSavedAndLoadedOnce(@TempDir Path folder) {
        Path file = folder.resolve("tied.safetensors");
        try (Learner learner =
                Learner.of(SyntheticLearner.data(), new Tied()).silent().build()) {
            learner.fit(1, .1);
            assertThat(learner.groups().get(0).params()).hasSize(1);
            assertThat(LayerTree.parameterCount(learner.model())).isEqualTo(1);
            assertThat(learner.summary()).contains("Total params: 1\n");
            Map<String, Object> weights = Toy.weights(learner);
            assertThat(weights).hasSize(2);
            learner.save(file);
            learner.fit(1, .1);
            learner.load(file);
            assertThat(Toy.weights(learner)).isEqualTo(weights);
            learner.export(file);
            try (TrainedModel model = TrainedModel.load(
                    file, LayerRegistry.standard().with("Tied", (settings, children) -> new Tied()))) {
                assertThat(Toy.weights(model.network())).isEqualTo(weights);
            }
        }
    }

    @Test
    void aModelBelongsToOneLearner() {
        Linear model = Linear.of(1, 1);
        DataLoaders data = SyntheticLearner.data();
        try (Learner first = Learner.of(data, model).silent().build();
                Learner second =
                        Learner.of(SyntheticLearner.data(), model).silent().build()) {
            second.fit(1, .1);
            assertThatThrownBy(() -> first.fit(1, .1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("another learner was built on the same model");
            assertThatThrownBy(first::findLearningRate).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void everythingFrozenIsAClearError() {
        try (Learner learner = SyntheticLearner.of()) {
            LayerTree.params(learner.model()).values().forEach(param -> param.trainable(false));
            assertThatThrownBy(() -> learner.fit(1, .1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is everything frozen?");
        }
    }
}
