package org.learn4j.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.learn4j.autograd.Tape;
import org.learn4j.persist.Json;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

class SequentialTest {
    @Test
    void prints_the_expression_that_makes_it() {
        Sequential model = Sequential.of(Linear.of(784, 50), Activation.relu(), Linear.of(50, 10));
        assertThat(model).hasToString("""
            Sequential.of(
              Linear.of(784, 50),  // 39,250 parameters
              Activation.relu(),
              Linear.of(50, 10)  // 510 parameters
            )  // 39,760 parameters\
            """);
    }

    @Test
    void prints_containers_inside_containers() {
        Sequential model = Sequential.of()
                .then(
                        "body",
                        Residual.of(Sequential.of(Linear.of(3, 3), BatchNorm1d.of(3)))
                                .activation(Activation.relu()))
                .then("columns", Embeddings.of(Embedding.of(4, 2), Embedding.of(1, 1)))
                .then("head", Linear.of(3, 1).withoutBias());
        assertThat(model).hasToString("""
            Sequential.of().then("body",
              Residual.of(
                Sequential.of(
                  Linear.of(3, 3),  // 12 parameters
                  BatchNorm1d.of(3)  // 6 parameters
                )  // 18 parameters
              ).activation(Activation.relu())  // 18 parameters
            ).then("columns",
              Embeddings.of(
                Embedding.of(4, 2),  // 8 parameters
                Embedding.of(1, 1)  // 1 parameter
              )  // 9 parameters
            ).then("head",
              Linear.of(3, 1).withoutBias()  // 3 parameters
            )  // 30 parameters\
            """);
        assertThat(Sequential.of()).hasToString("Sequential.of()");
    }

    @Test
    void names_parameters_as_pytorch_does() {
        Sequential model = Sequential.of(Linear.of(2, 3), BatchNorm1d.of(3)).then("head", Linear.of(3, 1));
        assertThat(LayerTree.params(model).keySet())
                .containsExactly("0.weight", "0.bias", "1.weight", "1.bias", "head.weight", "head.bias");
        assertThat(LayerTree.buffers(model).keySet()).containsExactly("1.running_mean", "1.running_var");
        assertThat(LayerTree.params(Embeddings.sized(3, 4)).keySet()).containsExactly("0.weight", "1.weight");
        assertThat(LayerTree.params(WeightNorm.of(Linear.of(2, 3))).keySet())
                .containsExactly("weight_v", "weight_g", "bias");
        assertThat(LayerTree.parameterCount(model)).isEqualTo(2 * 3 + 3 + 6 + 3 + 1);
    }

    @Test
    void refuses_names_that_are_taken_or_would_break_paths() {
        Sequential model = Sequential.of(Linear.of(2, 3));
        assertThatThrownBy(() -> model.then("0", Flatten.of())).hasMessageContaining("\"0\" twice");
        for (String name : List.of("", "a.b", "a b", "../x")) {
            assertThatThrownBy(() -> model.then(name, Flatten.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("received \"" + name + "\"");
        }
        assertThat(model.then(Flatten.of()).children().keySet()).containsExactly("0", "1");
    }

    @Test
    void an_empty_one_passes_its_input_on() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor x = Tensor.ones(2);
            assertThat(Sequential.of().predict(x)).isSameAs(x);
        }
    }

    @Test
    void errors_name_the_layers_path_and_both_shapes() {
        Sequential inner = Sequential.of(Activation.tanh(), Linear.of(4, 5));
        try (TensorScope scope = TensorScope.open();
                Layer model =
                        Sequential.of(Linear.of(2, 3), Activation.relu(), inner).initialize(Seed.of(1));
                Layer residual = Sequential.of()
                        .then("block", Residual.of(Linear.of(3, 2)))
                        .initialize(Seed.of(1))) {
            assertThatThrownBy(() -> model.predict(Tensor.ones(8, 2)))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessage("Layer 2.1: Linear with weight [5, 4] expects input of shape [n, 4], received [8, 3]");
            assertThatThrownBy(() -> model.predict(Tensor.ones(8, 7)))
                    .hasMessage("Layer 0: Linear with weight [3, 2] expects input of shape [n, 2], received [8, 7]");
            assertThatThrownBy(() -> residual.predict(Tensor.ones(8, 3)))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessageStartingWith(
                            "Layer block: Residual expects its inner layer to give shape [8, 3], received [8, 2]");
            assertThatThrownBy(() -> residual.predict(Tensor.ones(8, 4)))
                    .hasMessageStartingWith("Layer block.inner: Linear with weight [2, 3] expects");
        }
    }

    static Stream<Layer> fusedPairs() {
        return Stream.of(
                Sequential.of(Linear.of(5, 4), Activation.relu()),
                Sequential.of(Linear.of(5, 4).withoutBias(), Activation.tanh()),
                Sequential.of(Linear.of(5, 4), Activation.sigmoid()),
                Sequential.of(Linear.of(5, 4), Activation.leakyRelu(0.3)),
                Sequential.of(WeightNorm.of(Linear.of(5, 4)), Activation.relu()),
                Sequential.of(BatchNorm1d.of(5), Activation.relu()));
    }

    @ParameterizedTest
    @MethodSource("fusedPairs")
    void computes_a_pair_in_one_operation_with_the_same_result(Layer model) {
        try (model;
                TensorScope scope = TensorScope.open()) {
            model.initialize(Seed.of(3));
            List<Layer> layers = List.copyOf(model.children().values());
            for (boolean training : new boolean[] {true, false}) {
                Run fused = run(model, training);
                List<Tensor> seen = new ArrayList<>();
                Run hookedFirst;
                Run hookedSecond;
                try (LayerHooks.Registration first = hook(layers.get(0), seen)) {
                    hookedFirst = run(model, training);
                }
                try (LayerHooks.Registration second = hook(layers.get(1), seen)) {
                    hookedSecond = run(model, training);
                }
                assertThat(hookedFirst.operations).isEqualTo(fused.operations + 1);
                assertThat(hookedSecond.operations).isEqualTo(fused.operations + 1);
                assertThat(seen).hasSize(2);
                assertThat(seen.get(0).min().item()).as("before the activation").isLessThan(0);
                for (Run hooked : List.of(hookedFirst, hookedSecond)) {
                    for (int i = 0; i < fused.values.size(); i++) {
                        assertThat(fused.values.get(i)).containsExactly(hooked.values.get(i), Offset.offset(2e-6f));
                    }
                }
            }
        }
        assertThat(LayerHooks.hookedLayers()).isZero();
    }

    @Test
    void leaves_alone_what_cannot_be_fused() {
        try (TensorScope scope = TensorScope.open();
                Layer gelu = Sequential.of(Linear.of(5, 4), Activation.gelu()).initialize(Seed.of(3));
                Layer norm = Sequential.of(BatchNorm1d.of(5), Activation.tanh()).initialize(Seed.of(3))) {
            assertThat(run(gelu, true).operations).isEqualTo(2 + 2);
            assertThat(run(norm, true).operations).isEqualTo(2 + 2);
        }
    }

    private static LayerHooks.Registration hook(Layer layer, List<Tensor> seen) {
        return LayerHooks.register(layer, (hooked, inputs, output) -> {
            seen.add(output);
            return output;
        });
    }

    private record Run(List<float[]> values, int operations) {}

    private static Run run(Layer model, boolean training) {
        try (Tape tape = Tape.open()) {
            Tensor x = Tensor.randomNormal(Seed.of(4), 7, 5).requireGradient(true);
            Pass pass = training ? Pass.training(Seed.of(5)) : Pass.evaluation();
            Tensor y = model.call(pass, x);
            LayerTree.params(model).values().forEach(param -> param.value().markGradient(false));
            tape.backward(y.square().sum());
            List<float[]> values = new ArrayList<>(
                    List.of(y.toFloats(), x.gradient().orElseThrow().toFloats()));
            LayerTree.params(model)
                    .values()
                    .forEach(param ->
                            values.add(param.value().gradient().orElseThrow().toFloats()));
            return new Run(values, tape.size());
        }
    }

    @Test
    void hooks_may_replace_what_flows_on() {
        try (TensorScope scope = TensorScope.open()) {
            Activation relu = Activation.relu();
            Layer model = Sequential.of(Flatten.of(), relu, Flatten.of());
            List<Tensor[]> received = new ArrayList<>();
            try (LayerHooks.Registration registration = LayerHooks.register(relu, (layer, inputs, output) -> {
                received.add(inputs);
                return output.times(2);
            })) {
                assertThat(model.predict(Tensor.of(new float[] {-1, 3})).toFloats())
                        .containsExactly(0, 6);
                registration.close();
            }
            assertThat(received).hasSize(1);
            assertThat(received.get(0)[0].toFloats()).containsExactly(-1, 3);
            assertThat(model.predict(Tensor.of(new float[] {-1, 3})).toFloats()).containsExactly(0, 3);
        }
    }

    @Test
    void a_hook_registered_twice_runs_twice_and_each_registration_ends_by_itself() {
        try (TensorScope scope = TensorScope.open()) {
            Layer model = Flatten.of();
            LayerHook doubling = (layer, inputs, output) -> output.times(2);
            LayerHooks.Registration first = LayerHooks.register(model, doubling);
            LayerHooks.Registration second = LayerHooks.register(model, doubling);
            Tensor one = Tensor.of(new float[] {1}, 1, 1);
            assertThat(model.predict(one).item()).isEqualTo(4);
            first.close();
            first.close();
            assertThat(model.predict(one).item()).isEqualTo(2);
            second.close();
            assertThat(model.predict(one).item()).isEqualTo(1);
        }
    }

    @Test
    void hooks_see_single_tables_of_embeddings() {
        Embeddings columns = Embeddings.of(Embedding.of(4, 2), Embedding.of(3, 1));
        try (TensorScope scope = TensorScope.open();
                Layer model = columns.initialize(Seed.of(2))) {
            Tensor codes = Tensor.of(new int[] {3, 0, 1, 2}, 2, 2);
            float[] together = model.predict(codes).toFloats();
            List<Tensor> seen = new ArrayList<>();
            try (LayerHooks.Registration hook = hook(columns.tables().get(1), seen)) {
                assertThat(model.predict(codes).toFloats()).isEqualTo(together);
            }
            assertThat(seen).hasSize(1);
            assertThat(seen.get(0).toFloats()).containsExactly(together[2], together[5]);
        }
    }

    @Test
    void the_first_layer_receives_all_inputs() {
        Layer sum = new Layer() {
            @Override
            public Tensor forward(Pass pass, Tensor... inputs) {
                return inputs[0].plus(inputs[1]);
            }

            @Override
            public Recipe recipe() {
                return Recipe.of("Sum");
            }
        };
        try (TensorScope scope = TensorScope.open()) {
            Layer model = Sequential.of(sum, Activation.relu());
            assertThat(model.predict(Tensor.ones(2), Tensor.range(2)).toFloats())
                    .containsExactly(1, 2);
            Layer built = LayerRegistry.standard()
                    .with("Sum", (settings, children) -> sum)
                    .build(model.recipe());
            assertThat(built.children().get("0")).isSameAs(sum);
            assertThat(built.recipe())
                    .isEqualTo(new Recipe(
                            "Sequential",
                            Json.object(),
                            Map.of("0", sum.recipe(), "1", Activation.relu().recipe())));
        }
    }

    @Test
    void several_threads_may_evaluate_one_model() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (TensorScope scope = TensorScope.open();
                Layer model = Sequential.of(
                                Linear.of(6, 9), Activation.relu(), BatchNorm1d.of(9), Dropout.of(0.5), Linear.of(9, 2))
                        .initialize(Seed.of(1))) {
            List<Future<float[]>> answers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                int number = i;
                answers.add(threads.submit(() -> predictAlone(model, number)));
            }
            for (int i = 0; i < 200; i++) {
                assertThat(answers.get(i).get()).isEqualTo(predictAlone(model, i));
            }
        } finally {
            threads.shutdownNow();
            assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static float[] predictAlone(Layer model, int number) {
        try (TensorScope own = TensorScope.open()) {
            return model.predict(Tensor.randomNormal(Seed.of(number), 1 + number % 5, 6))
                    .toFloats();
        }
    }
}
