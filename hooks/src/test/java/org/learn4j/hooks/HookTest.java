package org.learn4j.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.learn4j.autograd.Tape;
import org.learn4j.learn.Learner;
import org.learn4j.nn.Activation;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerHooks;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Pass;
import org.learn4j.nn.Sequential;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorMemory;
import org.learn4j.tensor.TensorScope;

class HookTest {
    private final Linear first = Linear.of(2, 3);
    private final Activation relu = Activation.relu();
    private final Linear last = Linear.of(3, 2);
    private final Sequential model = Sequential.of(first, relu, last);

    HookTest() {
        model.initialize(Seed.of(1));
    }

    @AfterEach
    void free() {
        model.close();
    }

    private static Tensor input() {
        return Tensor.of(new float[] {1, 2, -3, 4}, 2, 2);
    }

    /** Runs forward and backward from one output. */
    private void pass(Tensor x, boolean releasing) {
        try (TensorScope scope = TensorScope.open();
                Tape tape = releasing ? Tape.openReleasing() : Tape.open()) {
            Tensor y = model.call(Pass.training(Seed.of(1)), x);
            tape.backward(y.square().sum());
        }
    }

    @Test
    void an_output_outlives_its_step_until_the_hook_is_closed() {
        try (Tensor x = input();
                Hook hook = Hook.output(first)) {
            assertThat(hook.hasStored()).isFalse();
            float[] expected;
            try (TensorScope scope = TensorScope.open()) {
                model.predict(x);
                expected = first.forward(Pass.evaluation(), x).toFloats();
            }
            Tensor stored = hook.stored();
            assertThat(stored.toFloats()).containsExactly(expected);
            assertThat(hook.bytes()).isEqualTo(2 * 3 * 4);
            hook.close();
            hook.close();
            assertThat(stored.isClosed()).isTrue();
            assertThat(hook.bytes()).isZero();
            assertThat(LayerHooks.hookedLayers()).isZero();
        }
    }

    @Test
    void a_step_that_frees_what_it_used_leaves_what_was_stored() {
        try (Tensor x = input();
                Hook activations = Hook.output(relu);
                Hook gradients = Hook.gradient(relu)) {
            pass(x, true);
            assertThat(activations.stored().shape().dims()).containsExactly(2, 3);
            assertThat(gradients.stored().shape().dims()).containsExactly(2, 3);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_gradient_is_that_of_the_layer_s_output(boolean releasing) {
        try (Tensor x = input();
                Hook outputs = Hook.output(last);
                Hook ends = Hook.gradient(last);
                Hook middles = Hook.gradient(relu)) {
            pass(x, releasing);
            float[] y = outputs.stored().toFloats();
            float[] w = last.weight().value().toFloats();
            for (int i = 0; i < 4; i++) {
                assertThat(ends.stored().toFloats()[i]).isEqualTo(2 * y[i]);
            }
            for (int row = 0; row < 2; row++) {
                for (int unit = 0; unit < 3; unit++) {
                    float expected = 2 * y[2 * row] * w[unit] + 2 * y[2 * row + 1] * w[3 + unit];
                    assertThat(middles.stored().toFloats()[3 * row + unit]).isCloseTo(expected, Offset.offset(1e-5f));
                }
            }
        }
    }

    @Test
    void the_gradient_of_a_frozen_layer_s_output_is_known_too() {
        List.of(first, last).forEach(layer -> layer.params().forEach(param -> param.trainable(false)));
        try (Tensor x = input();
                Hook gradients = Hook.gradient(first)) {
            pass(x, true);
            assertThat(gradients.stored().shape().dims()).containsExactly(2, 3);
            assertThat(first.weight().value().gradient()).isEmpty();
        }
    }

    @Test
    void a_function_may_store_less_than_the_whole() {
        try (Tensor x = input();
                Hook means = Hook.output(first, output -> output.mean(0));
                Hook norms = Hook.gradient(first, gradient -> gradient.square().sum())) {
            pass(x, false);
            assertThat(means.stored().shape().dims()).containsExactly(3);
            assertThat(means.bytes()).isEqualTo(12);
            assertThat(norms.stored().item()).isPositive();
        }
    }

    @Test
    void a_function_may_replace_what_flows_on() {
        try (TensorScope scope = TensorScope.open();
                Hook zero = Hook.replaceOutput(relu, (layer, inputs, output) -> output.times(0))) {
            float[] bias = last.bias().orElseThrow().value().toFloats();
            assertThat(model.predict(input()).toFloats()).containsExactly(bias[0], bias[1], bias[0], bias[1]);
            assertThatIllegalStateException().isThrownBy(zero::stored).withMessageContaining("stores nothing");
            assertThat(zero.bytes()).isZero();
        }
    }

    @Test
    void a_function_may_replace_the_gradient_that_flows_back() {
        try (Tensor x = input()) {
            pass(x, false);
            float[] plain = first.weight().value().gradient().orElseThrow().toFloats();
            first.weight().value().markGradient(false);
            try (Hook doubled = Hook.replaceGradient(relu, gradient -> gradient.times(2))) {
                pass(x, true);
                assertThat(doubled).hasToString("Hook on the gradient of Activation.relu()");
            }
            float[] twice = first.weight().value().gradient().orElseThrow().toFloats();
            for (int i = 0; i < plain.length; i++) {
                assertThat(twice[i]).isCloseTo(2 * plain[i], Offset.offset(1e-4f));
            }
        }
    }

    @Test
    void the_next_pass_overwrites_in_the_same_memory_unless_the_shape_changes() {
        try (Tensor x = input();
                Tensor single = Tensor.of(new float[] {5, 6}, 1, 2);
                Hook hook = Hook.output(first)) {
            pass(x, true);
            Tensor stored = hook.stored();
            float[] before = stored.toFloats();
            try (TensorScope scope = TensorScope.open()) {
                model.predict(x.times(2));
            }
            assertThat(hook.stored()).isSameAs(stored);
            assertThat(stored.toFloats()).isNotEqualTo(before);
            pass(single, true);
            assertThat(hook.stored().shape().dims()).containsExactly(1, 3);
            assertThat(stored.isClosed()).isTrue();
            hook.clear();
            assertThat(hook.hasStored()).isFalse();
            pass(single, true);
            assertThat(hook.hasStored()).isTrue();
        }
    }

    @Test
    void nothing_stored_says_why() {
        try (Hook output = Hook.output(first);
                Hook gradient = Hook.gradient(first);
                Tensor x = input()) {
            assertThatIllegalStateException()
                    .isThrownBy(output::stored)
                    .withMessageContaining("No output of Linear.of(2, 3) is stored: the layer has not run");
            try (TensorScope scope = TensorScope.open()) {
                model.predict(x);
            }
            assertThatIllegalStateException().isThrownBy(gradient::stored).withMessageContaining("no backward pass");
        }
    }

    @Test
    void an_exception_inside_a_hooked_pass_leaves_nothing_behind() {
        long before = TensorMemory.bytesInUse();
        try (Tensor x = input()) {
            assertThatThrownBy(() -> {
                        try (Hook stored = Hook.output(first);
                                Hook broken = Hook.replaceOutput(relu, (layer, inputs, output) -> {
                                    throw new IllegalStateException("broken");
                                })) {
                            pass(x, true);
                        }
                    })
                    .hasMessage("broken");
            assertThatThrownBy(() -> {
                        try (Hook stored = Hook.gradient(last);
                                Hook broken = Hook.replaceGradient(relu, gradient -> {
                                    throw new IllegalStateException("broken on the way back");
                                })) {
                            pass(x, true);
                        }
                    })
                    .hasMessage("broken on the way back");
            assertThatThrownBy(() -> {
                        try (Hook broken = Hook.gradient(relu, gradient -> gradient.matmul(gradient))) {
                            pass(x, true);
                        }
                    })
                    .hasMessageContaining("matmul");
            assertThat(LayerHooks.hookedLayers()).isZero();
            assertThat(Tape.isRecording()).isFalse();
            first.weight().value().markGradient(false);
            pass(x, true);
            assertThat(first.weight().value().gradient()).isPresent();
        }
        model.close();
        assertThat(TensorMemory.bytesInUse()).isLessThanOrEqualTo(before);
    }

    @Test
    void ten_thousand_hooks_one_after_the_other_leave_memory_flat() {
        try (Tensor x = input()) {
            pass(x, true);
            long bytes = TensorMemory.bytesInUse();
            long blocks = TensorMemory.blocksInUse();
            for (int i = 0; i < 10_000; i++) {
                try (Hook hook = i % 2 == 0 ? Hook.output(first) : Hook.gradient(relu)) {
                    if (i % 100 < 2) {
                        pass(x, true);
                        assertThat(hook.bytes()).isEqualTo(24);
                    }
                }
            }
            assertThat(TensorMemory.bytesInUse()).isEqualTo(bytes);
            assertThat(TensorMemory.blocksInUse()).isEqualTo(blocks);
            assertThat(LayerHooks.hookedLayers()).isZero();
        }
    }

    @Test
    void steps_with_a_hook_allocate_nothing_once_they_run() {
        Sequential net = Nets.rows();
        try (Learner learner = Nets.learner(net);
                Hook hook = Hook.output(net.children().get("4"))) {
            learner.fit(2, 1e-3);
            long allocations = TensorMemory.allocations();
            learner.fit(1, 1e-3);
            assertThat(TensorMemory.allocations() - allocations)
                    .isLessThanOrEqualTo(2); // the last validation batch is smaller
            assertThat(hook.hasStored()).isTrue();
        }
    }

    @Test
    void training_with_hooks_on_every_layer_gives_the_same_bits() {
        Sequential plain = Nets.rows();
        Sequential hooked = Nets.rows();
        try (Learner one = Nets.learner(plain);
                Learner two = Nets.learner(hooked)) {
            one.fit(3, 1e-2);
            List<Layer> layers = List.copyOf(hooked.children().values());
            try (Hooks outputs = Hooks.outputs(layers);
                    Hooks gradients = Hooks.gradients(layers)) {
                two.fit(3, 1e-2);
                assertThat(outputs.stored()).hasSize(14);
                assertThat(gradients.bytes()).isPositive();
            }
            assertThat(two.history().losses()).containsExactly(one.history().losses());
            assertThat(Nets.bits(hooked)).isEqualTo(Nets.bits(plain));
        }
    }

    @Test
    void a_layer_may_run_on_several_threads() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (Hook hook = Hook.output(first)) {
            List<Future<?>> runs = IntStream.range(0, 4)
                    .<Future<?>>mapToObj(thread -> threads.submit(() -> {
                        for (int i = 0; i < 200; i++) {
                            try (TensorScope scope = TensorScope.open()) {
                                model.predict(Tensor.ones(1 + (thread + i) % 3, 2));
                            }
                        }
                    }))
                    .toList();
            for (Future<?> run : runs) {
                run.get();
            }
            assertThat(hook.stored().shape().dim(1)).isEqualTo(3);
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void hooks_over_many_layers_open_and_close_together() {
        try (Tensor x = input();
                Hooks hooks = Hooks.outputs(model.children().values())) {
            assertThat(LayerHooks.hookedLayers()).isEqualTo(3);
            pass(x, true);
            assertThat(hooks.stored()).extracting(Tensor::elements).containsExactly(6L, 6L, 4L);
            assertThat(hooks.bytes()).isEqualTo(16 * 4);
            assertThat(hooks.get(1).layer()).isSameAs(relu);
            assertThat(hooks).hasSize(hooks.size());
            hooks.close();
            hooks.close();
            assertThat(LayerHooks.hookedLayers()).isZero();
        }
        assertThatThrownBy(() -> Hooks.on(List.of(first, last), layer -> {
                    if (layer == last) {
                        throw new IllegalArgumentException("not this one");
                    }
                    return Hook.output(layer);
                }))
                .hasMessage("not this one");
        assertThat(LayerHooks.hookedLayers()).isZero();
    }
}
