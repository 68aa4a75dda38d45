package org.learn4j.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.learn4j.autograd.Tape;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.persist.ModelFormatException;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

class LossTest {
    static Stream<Loss> all() {
        return Stream.of(
                Loss.mse(),
                Loss.l1(),
                Loss.huber(0.75),
                Loss.crossEntropy(),
                Loss.crossEntropy().classWeights(1, 2.5, 0).labelSmoothing(0.1),
                Loss.bceWithLogits(),
                Loss.bceWithLogits().positiveWeights(1, 2, 3).threshold(0.25),
                Loss.focal(2),
                Loss.focal(0.5).classWeights(1, 2, 3));
    }

    static Stream<Loss> regression() {
        return Stream.of(Loss.mse(), Loss.l1(), Loss.huber(1));
    }

    static Stream<Loss> classification() {
        return Stream.of(
                Loss.crossEntropy(),
                Loss.crossEntropy().classWeights(1, 2, 3),
                Loss.crossEntropy().labelSmoothing(0.1),
                Loss.crossEntropy().classWeights(1, 2, 3).labelSmoothing(0.1),
                Loss.focal(2),
                Loss.focal(0));
    }

    @ParameterizedTest
    @MethodSource("all")
    void comes_back_from_its_recipe(Loss loss) {
        Json.Fields recipe = loss.recipe();
        Loss copy = Loss.fromJson(JsonPlace.of(Json.parse(recipe.write())));
        assertThat(copy).isEqualTo(loss);
        assertThat(copy.recipe().write()).isEqualTo(recipe.write());
        assertThat(recipe.values().get("type")).isEqualTo(Json.of(loss.name()));
        assertThatThrownBy(() -> Loss.fromJson(JsonPlace.of(recipe.with("unheardOf", 1))))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("unheardOf");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "{\"type\":\"java.lang.Runtime\"}",
                "{\"type\":\"huber\"}",
                "{\"type\":\"huber\",\"delta\":0}",
                "{\"type\":\"huber\",\"delta\":\"NaN\"}",
                "{\"type\":\"crossEntropy\",\"classWeights\":[-1],\"labelSmoothing\":0}",
                "{\"type\":\"crossEntropy\",\"classWeights\":[\"NaN\"],\"labelSmoothing\":0}",
                "{\"type\":\"crossEntropy\",\"classWeights\":[],\"labelSmoothing\":1}",
                "{\"type\":\"bceWithLogits\",\"positiveWeights\":[],\"threshold\":1}",
                "{\"type\":\"focal\",\"gamma\":-1,\"classWeights\":[]}",
                "{\"type\":\"custom\",\"name\":\"mine\"}",
                "{\"type\":\"custom\"}"
            })
    void a_recipe_that_is_not_valid_yields_only_a_format_exception(String json) {
        assertThatThrownBy(() -> Loss.fromJson(JsonPlace.of(Json.parse(json))))
                .isInstanceOf(ModelFormatException.class);
    }

    @Test
    void a_function_of_the_users_own_is_a_loss() {
        Loss loss = Loss.of(
                "cubic", (prediction, target) -> prediction.minus(target).abs().power(3));
        try (TensorScope scope = TensorScope.open()) {
            Tensor p = Tensor.of(new float[] {1, 2});
            Tensor t = Tensor.of(new float[] {3, 1});
            assertThat(loss.items(p, t).toFloats()).containsExactly(8, 1);
            assertThat(loss.mean(p, t).item()).isEqualTo(4.5);
            assertThat(loss.decode(p)).isSameAs(p);
            assertThat(loss.name()).isEqualTo("cubic");
            assertThatThrownBy(() -> Loss.fromJson(JsonPlace.of(loss.recipe())))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("cubic");
            Loss scalar = Loss.of(
                    "scalar",
                    (prediction, target) -> prediction.minus(target).abs().mean());
            assertThatThrownBy(() -> scalar.mean(p, t))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessageContaining("one number an item, shape [2], received []");
        }
    }

    @Test
    void calculated_by_hand() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor logits = Tensor.of(new double[] {1, 2, 3}, 1, 3);
            Tensor last = Tensor.of(new int[] {2});
            Tensor first = Tensor.of(new int[] {0});
            Offset<Double> digits = Offset.offset(5e-7);
            assertThat(Loss.crossEntropy().mean(logits, last).item()).isCloseTo(0.407606, digits);
            assertThat(Loss.crossEntropy()
                            .labelSmoothing(0.1)
                            .mean(logits, last)
                            .item())
                    .isCloseTo(0.507606, digits);
            assertThat(Loss.focal(2).mean(logits, last).item()).isCloseTo(0.0456778, digits);
            assertThat(Loss.crossEntropy()
                            .labelSmoothing(0.1)
                            .mean(logits, first)
                            .item())
                    .isCloseTo(2.307606, digits);
            assertThat(Loss.focal(2).mean(logits, first).item()).isCloseTo(1.993605, digits);
        }
    }

    // ---- shapes

    @ParameterizedTest
    @MethodSource("regression")
    void a_column_and_a_vector_are_the_same_and_never_become_a_square(Loss loss) {
        try (TensorScope scope = TensorScope.open()) {
            Tensor p = Tensor.randomNormal(Seed.of(1), 5);
            Tensor t = Tensor.randomNormal(Seed.of(2), 5);
            float[] items = loss.items(p, t).toFloats();
            double mean = loss.mean(p, t).item();
            for (Tensor prediction : List.of(p, p.reshape(5, 1))) {
                for (Tensor target : List.of(t, t.reshape(5, 1))) {
                    assertThat(loss.items(prediction, target).shape().dims()).containsExactly(5);
                    assertThat(loss.items(prediction, target).toFloats()).isEqualTo(items);
                    assertThat(loss.mean(prediction, target).item()).isEqualTo(mean);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("regression")
    void several_outputs_are_averaged_per_item(Loss loss) {
        try (TensorScope scope = TensorScope.open()) {
            Tensor p = Tensor.randomNormal(Seed.of(1), 4, 3);
            Tensor t = Tensor.randomNormal(Seed.of(2), 4, 3);
            Tensor items = loss.items(p, t);
            float[] flat = loss.items(p.reshape(12), t.reshape(12))
                    .reshape(4, 3)
                    .mean(1)
                    .toFloats();
            assertThat(items.toFloats()).containsExactly(flat, Offset.offset(1e-6f));
            assertThat(loss.mean(p, t).item()).isCloseTo(items.mean().item(), Offset.offset(1e-6));
            assertThat(loss.items(p.reshape(2, 2, 3), t.reshape(2, 2, 3))
                            .shape()
                            .dims())
                    .containsExactly(2);
        }
    }

    @ParameterizedTest
    @MethodSource("regression")
    void shapes_that_do_not_belong_together_are_an_error_with_both(Loss loss) {
        try (TensorScope scope = TensorScope.open()) {
            long[][][] pairs = {
                {{5, 1}, {4, 1}}, {{5}, {4}}, {{5, 2}, {5}}, {{5, 2}, {5, 1}}, {{5}, {1, 5}}, {{5}, {5, 5}}, {{}, {}}
            };
            for (long[][] pair : pairs) {
                Tensor p = Tensor.ones(pair[0]);
                Tensor t = Tensor.ones(pair[1]);
                assertThatThrownBy(() -> loss.mean(p, t))
                        .isInstanceOf(ShapeMismatchException.class)
                        .hasMessageContaining(loss.name() + " expects")
                        .hasMessageContaining(p.shape().toString())
                        .hasMessageContaining("received " + t.shape());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("classification")
    void classification_checks_shapes_and_types(Loss loss) {
        try (TensorScope scope = TensorScope.open()) {
            Tensor logits = Tensor.ones(4, 3);
            Tensor classes = Tensor.of(new int[4]);
            assertThat(loss.items(logits, classes.reshape(4, 1)).shape().dims()).containsExactly(4);
            for (Tensor wrong : List.of(
                    Tensor.of(new int[3]),
                    Tensor.of(new int[8], 4, 2),
                    Tensor.of(new int[1]).squeeze(0))) {
                assertThatThrownBy(() -> loss.mean(logits, wrong))
                        .isInstanceOf(ShapeMismatchException.class)
                        .hasMessageContaining("[4, 3]")
                        .hasMessageContaining("received " + wrong.shape());
            }
            assertThatThrownBy(() -> loss.mean(Tensor.ones(4), classes)).isInstanceOf(ShapeMismatchException.class);
            for (Tensor wrong : List.of(Tensor.full(Double.NaN, 4), Tensor.of(new long[] {0, 1, 2, Long.MAX_VALUE}))) {
                assertThatThrownBy(() -> loss.mean(logits, wrong))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("expects class indices of type INT32, received " + wrong.dtype());
            }
        }
    }

    @Test
    void weights_belong_to_classes_one_each() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor classes = Tensor.of(new int[4]);
            for (Loss loss : List.of(
                    Loss.crossEntropy().classWeights(1, 2), Loss.focal(1).classWeights(1, 2))) {
                assertThatThrownBy(() -> loss.mean(Tensor.ones(4, 3), classes))
                        .isInstanceOf(ShapeMismatchException.class)
                        .hasMessageContaining("[4, 3]")
                        .hasMessageContaining("received 2");
            }
            assertThatThrownBy(
                            () -> Loss.bceWithLogits().positiveWeights(1, 2).mean(Tensor.ones(4, 3), Tensor.ones(4, 3)))
                    .isInstanceOf(ShapeMismatchException.class);
            assertThatThrownBy(() -> Loss.crossEntropy().classWeights(1, -2))
                    .hasMessageContaining("received [1.0, -2.0]");
        }
    }

    // ---- values out of range (R11)

    @ParameterizedTest
    @CsvSource({"3", "-1", "2147483647", "-2147483648"})
    void a_class_outside_the_logits_is_an_error_with_value_and_place(int label) {
        try (TensorScope scope = TensorScope.open()) {
            for (Loss loss : classification().toList()) {
                for (Tensor target :
                        List.of(Tensor.of(new int[] {0, 2, label, 1}), Tensor.of(new int[] {0, 2, label, 1}, 4, 1))) {
                    for (boolean mean : new boolean[] {true, false}) {
                        assertThatThrownBy(() -> {
                                    Tensor logits = Tensor.ones(4, 3);
                                    Tensor result = mean ? loss.mean(logits, target) : loss.items(logits, target);
                                })
                                .isInstanceOf(IndexOutOfBoundsException.class)
                                .hasMessageContaining("targets in [0, 3), received " + label + " at position 2");
                    }
                }
            }
        }
    }

    @Test
    void targets_that_are_no_numbers_or_no_probabilities_are_errors_with_value_and_place() {
        try (TensorScope scope = TensorScope.open()) {
            for (DType type : List.of(DType.FLOAT32, DType.FLOAT64)) {
                for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
                    Tensor target = Tensor.zeros(type, org.learn4j.tensor.Shape.of(3, 2))
                            .set(0, 1, 0, 1, bad, 0);
                    Tensor prediction = Tensor.zeros(type, target.shape());
                    for (Loss loss : Stream.concat(regression(), Stream.of(Loss.bceWithLogits()))
                            .toList()) {
                        assertThatThrownBy(() -> loss.mean(prediction, target))
                                .isInstanceOf(IllegalArgumentException.class)
                                .hasMessageContaining(loss.name() + " expects")
                                .hasMessageContaining("received " + bad + " at position 4");
                    }
                }
            }
            for (Tensor target : List.of(
                    Tensor.of(new float[] {0, 2}), Tensor.of(new int[] {1, 2}), Tensor.of(new long[] {0, Long.MAX_VALUE
                    }))) {
                assertThatThrownBy(() -> Loss.bceWithLogits().mean(Tensor.zeros(2), target))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("targets in [0.0, 1.0], received ")
                        .hasMessageContaining("at position 1");
            }
            assertThatThrownBy(() -> Loss.mse().mean(Tensor.of(new int[2]), Tensor.zeros(2)))
                    .hasMessageContaining("floating-point predictions, received INT32");
        }
    }

    @Test
    void settings_are_checked_where_they_are_made() {
        assertThatThrownBy(() -> Loss.huber(0)).hasMessage("huber expects a delta above 0, received 0.0");
        assertThatThrownBy(() -> Loss.huber(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Loss.focal(-1)).hasMessageContaining("received -1.0");
        assertThatThrownBy(() -> Loss.crossEntropy().labelSmoothing(1)).hasMessageContaining("[0, 1), received 1.0");
        assertThatThrownBy(() -> Loss.bceWithLogits().threshold(0)).hasMessageContaining("received 0.0");
        assertThatThrownBy(() -> Loss.bceWithLogits().positiveWeights(Double.NaN))
                .isInstanceOf(IllegalArgumentException.class);
    }

    // ---- edge sizes (R07)

    @Test
    void edge_sizes_give_a_result_or_a_documented_exception_but_never_nan() {
        try (TensorScope scope = TensorScope.open()) {
            for (Loss loss : regression().toList()) {
                assertThat(loss.mean(Tensor.ones(1), Tensor.ones(1)).item()).isZero();
                assertThat(loss.items(Tensor.ones(0, 1), Tensor.ones(0)).shape().dims())
                        .containsExactly(0);
                assertThatThrownBy(() -> loss.mean(Tensor.ones(0), Tensor.ones(0)))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            for (Loss loss : List.of(
                    Loss.crossEntropy(), Loss.crossEntropy().labelSmoothing(0.1), Loss.focal(2), Loss.focal(0.5))) {
                assertThat(loss.mean(Tensor.full(-7, 1, 1), Tensor.of(new int[1]))
                                .item())
                        .as("one class")
                        .isZero();
                assertThat(loss.items(Tensor.ones(0, 3), Tensor.of(new int[0]))
                                .shape()
                                .dims())
                        .containsExactly(0);
                assertThatThrownBy(() -> loss.mean(Tensor.ones(0, 3), Tensor.of(new int[0])))
                        .isInstanceOf(IllegalArgumentException.class);
            }
            assertThat(Loss.bceWithLogits()
                            .mean(Tensor.zeros(1, 1), Tensor.of(new int[] {1}))
                            .item())
                    .isCloseTo(Math.log(2), Offset.offset(1e-6));
        }
    }

    @Test
    void a_batch_of_weightless_classes_has_loss_and_gradient_zero() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.open()) {
            Tensor logits = Tensor.randomNormal(Seed.of(1), 2, 3).requireGradient(true);
            Tensor mean = Loss.crossEntropy().classWeights(0, 1, 1).mean(logits, Tensor.of(new int[2]));
            assertThat(mean.item()).isZero();
            tape.backward(mean);
            assertThat(logits.gradient().orElseThrow().toFloats()).containsOnly(0);
        }
    }

    // ---- stability (R10)

    @Test
    void extreme_logits_give_finite_losses_and_the_limits_as_gradients() {
        try (TensorScope scope = TensorScope.open()) {
            for (Loss loss :
                    List.of(Loss.crossEntropy(), Loss.focal(2), Loss.focal(0.1), Loss.focal(0), Loss.focal(5))) {
                for (double size : new double[] {1e4, 50, 1e30}) {
                    Tensor logits =
                            Tensor.of(new float[] {(float) size, (float) -size, (float) -size, (float) size}, 2, 2);
                    float[] right = gradient(loss, logits, Tensor.of(new int[] {0, 1}));
                    assertThat(right).containsExactly(new float[4], Offset.offset(1e-5f));
                    float[] wrong = gradient(loss, logits, Tensor.of(new int[] {1, 0}));
                    assertThat(wrong).containsExactly(new float[] {0.5f, -0.5f, -0.5f, 0.5f}, Offset.offset(1e-5f));
                }
            }
            for (Loss loss : List.of(Loss.bceWithLogits(), Loss.bceWithLogits().positiveWeights(1))) {
                for (double size : new double[] {1e4, 50, 1e30}) {
                    Tensor logits = Tensor.of(new float[] {(float) size, (float) -size});
                    float[] right = gradient(loss, logits, Tensor.of(new int[] {1, 0}));
                    assertThat(right).containsExactly(new float[2], Offset.offset(1e-5f));
                    float[] wrong = gradient(loss, logits, Tensor.of(new int[] {0, 1}));
                    assertThat(wrong).containsExactly(new float[] {0.5f, -0.5f}, Offset.offset(1e-5f));
                }
            }
        }
    }

    private static float[] gradient(Loss loss, Tensor prediction, Tensor target) {
        try (Tape tape = Tape.open()) {
            Tensor leaf = prediction.copy().requireGradient(true);
            Tensor mean = loss.mean(leaf, target);
            assertThat(mean.item()).isFinite();
            assertThat(loss.items(leaf, target).toFloats()).doesNotContain(Float.NaN, Float.POSITIVE_INFINITY);
            tape.backward(mean);
            return leaf.gradient().orElseThrow().toFloats();
        }
    }

    // ---- identities (R06)

    @Test
    void identities_hold_in_500_random_cases() {
        for (int i = 0; i < 500; i++) {
            Seed seed = Seed.of(i);
            var stream = seed.stream();
            int n = 1 + stream.nextInt(9);
            try (TensorScope scope = TensorScope.open()) {
                Tensor logits = Tensor.randomNormal(seed.fold("logits"), n, 3).times(4);
                Tensor numbers = Tensor.randomNormal(seed.fold("numbers"), n, 3);
                int[] labels = new int[n];
                for (int j = 0; j < n; j++) {
                    labels[j] = stream.nextInt(3);
                }
                Tensor classes = Tensor.of(labels);
                Tensor order = Tensor.of(stream.permutation(n));
                for (Loss loss : Stream.concat(regression(), classification()).toList()) {
                    Tensor target = loss instanceof RegressionLoss ? numbers : classes;
                    String what = loss + " " + seed;
                    Tensor items = loss.items(logits, target);
                    double mean = loss.mean(logits, target).item();
                    // a doubled batch has the same mean
                    Tensor doubled = loss.mean(Tensor.concat(0, logits, logits), Tensor.concat(0, target, target));
                    assertThat(doubled.item()).as(what).isCloseTo(mean, Offset.offset(1e-5 * (1 + mean)));
                    // a shuffled batch has shuffled losses
                    assertThat(loss.items(logits.select(0, order), target.select(0, order))
                                    .toFloats())
                            .as(what)
                            .containsExactly(items.select(0, order).toFloats(), Offset.offset(1e-5f));
                    assertThat(items.min().item()).as(what).isGreaterThan(-1e-5);
                }
                same(Loss.focal(0), Loss.crossEntropy(), logits, classes);
                same(Loss.crossEntropy().classWeights(2, 2, 2), Loss.crossEntropy(), logits, classes);
                same(
                        Loss.crossEntropy().classWeights(1, 1, 1).labelSmoothing(0.2),
                        Loss.crossEntropy().labelSmoothing(0.2),
                        logits,
                        classes);
                // two classes and one question are the same model
                Tensor question = logits.slice(1, 0, 1).copy();
                Tensor two = Tensor.concat(1, Tensor.zeros(n, 1), question);
                for (int j = 0; j < n; j++) {
                    labels[j] %= 2;
                }
                double asClasses =
                        Loss.crossEntropy().mean(two, Tensor.of(labels)).item();
                double asQuestion =
                        Loss.bceWithLogits().mean(question, Tensor.of(labels)).item();
                assertThat(asQuestion).isCloseTo(asClasses, Offset.offset(1e-5 * (1 + asClasses)));
                assertThat(Loss.bceWithLogits().decode(question).toInts())
                        .isEqualTo(Loss.crossEntropy().decode(two).toInts());
                // far from its corner huber is l1 less half a delta, near it half of mse
                Tensor p = logits.reshape(3 * n);
                Tensor t = numbers.reshape(3 * n);
                same(
                        Loss.huber(1e6),
                        Loss.of("half", (a, b) -> Loss.mse().items(a, b).times(0.5)),
                        p,
                        t);
                assertThat(Loss.huber(1e-4).mean(p, t).over(1e-4).item())
                        .isCloseTo(Loss.l1().mean(p, t).item(), Offset.offset(1e-3));
            }
        }
    }

    private static void same(Loss one, Loss other, Tensor prediction, Tensor target) {
        double expected = other.mean(prediction, target).item();
        assertThat(one.mean(prediction, target).item()).isCloseTo(expected, Offset.offset(1e-5 * (1 + expected)));
    }

    // ---- activation and decision

    @Test
    void activation_and_decision_belong_to_the_loss() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor logits = Tensor.of(new float[][] {{1, 3, 2}, {5, 5, -1}, {-9, -8, -7}});
            for (Loss loss : List.of(Loss.crossEntropy(), Loss.focal(2))) {
                assertThat(loss.activation(logits).sum(1).toFloats())
                        .containsExactly(new float[] {1, 1, 1}, Offset.offset(1e-6f));
                assertThat(loss.decode(logits).dtype()).isEqualTo(DType.INT32);
                assertThat(loss.decode(logits).toInts())
                        .as("the first among equals")
                        .containsExactly(1, 0, 2);
                assertThatThrownBy(() -> loss.decode(Tensor.ones(3)))
                        .isInstanceOf(ShapeMismatchException.class)
                        .hasMessageContaining("[3]");
            }
            Tensor questions = Tensor.of(new float[] {-2, 0, 0.1f, 3}, 2, 2);
            assertThat(Loss.bceWithLogits().activation(questions).toFloats())
                    .containsExactly(new float[] {0.1192029f, 0.5f, 0.5249792f, 0.9525741f}, Offset.offset(1e-6f));
            assertThat(Loss.bceWithLogits().decode(questions).toInts()).containsExactly(0, 0, 1, 1);
            assertThat(Loss.bceWithLogits().threshold(0.9).decode(questions).toInts())
                    .containsExactly(0, 0, 0, 1);
            assertThat(Loss.bceWithLogits().threshold(0.1).decode(questions).toInts())
                    .containsExactly(1, 1, 1, 1);
            assertThat(Loss.bceWithLogits().decode(questions).shape().dims()).containsExactly(2, 2);
            assertThat(Loss.mse().activation(questions)).isSameAs(questions);
            assertThat(Loss.mse().decode(questions)).isSameAs(questions);
        }
    }

    @Test
    void the_mean_squared_error_of_a_column_takes_three_operations() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.open()) {
            Tensor prediction = Tensor.randomNormal(Seed.of(1), 64, 1).requireGradient(true);
            Loss.mse().mean(prediction, Tensor.ones(64));
            assertThat(tape.size()).isEqualTo(3);
        }
    }

    @Test
    void targets_of_other_types_are_converted() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor p = Tensor.of(new float[] {1, 2, 3});
            for (Tensor t : List.of(
                    Tensor.of(new int[] {0, 2, 5}), Tensor.of(new long[] {0, 2, 5}), Tensor.of(new double[] {0, 2, 5
                    }))) {
                assertThat(Loss.mse().items(p, t).toFloats()).containsExactly(1, 0, 4);
            }
        }
    }
}
