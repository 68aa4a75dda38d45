package org.learn4j.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.learn4j.autograd.Tape;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

class BatchNorm1dTest {
    private static double[] running(Layer layer, String name) {
        return LayerTree.buffers(layer).get(name).value().toDoubles();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1, 0.7, 1})
    void momentum_is_the_weight_of_the_new_batch_and_the_running_variance_unbiased(double momentum) {
        try (TensorScope scope = TensorScope.open();
                Layer norm = BatchNorm1d.of(2).momentum(momentum).initialize(Seed.of(1))) {
            double mean = 0;
            double variance = 1;
            for (int batch = 0; batch < 3; batch++) {
                int n = 2 + 3 * batch;
                Tensor x = Tensor.randomNormal(Seed.of(batch), n, 2).linear(3, -5);
                norm.call(Pass.training(Seed.of(1)), x);
                double[] column = x.slice(1, 0, 1).toDoubles();
                double batchMean = java.util.Arrays.stream(column).average().orElseThrow();
                double unbiased = java.util.Arrays.stream(column)
                                .map(value -> (value - batchMean) * (value - batchMean))
                                .sum()
                        / (n - 1);
                mean = (1 - momentum) * mean + momentum * batchMean;
                variance = (1 - momentum) * variance + momentum * unbiased;
                assertThat(running(norm, "running_mean")[0]).isCloseTo(mean, Offset.offset(1e-4));
                assertThat(running(norm, "running_var")[0]).isCloseTo(variance, Offset.offset(1e-4));
            }
        }
    }

    @Test
    void statistics_of_sequences_run_over_rows_and_positions() {
        try (TensorScope scope = TensorScope.open();
                Layer norm = BatchNorm1d.of(2).momentum(1).initialize(Seed.of(1));
                Layer flat = BatchNorm1d.of(2).momentum(1).initialize(Seed.of(1))) {
            Tensor x = Tensor.randomNormal(Seed.of(2), 3, 2, 4);
            Tensor y = norm.call(Pass.training(Seed.of(1)), x);
            Tensor rows =
                    flat.call(Pass.training(Seed.of(1)), x.permute(0, 2, 1).reshape(12, 2));
            assertThat(y.permute(0, 2, 1).copy().toFloats()).containsExactly(rows.toFloats(), Offset.offset(1e-5f));
            for (String name : new String[] {"running_mean", "running_var"}) {
                assertThat(running(norm, name)).containsExactly(running(flat, name), Offset.offset(1e-5));
            }
        }
    }

    @Test
    void a_pass_that_defers_changes_leaves_no_trace_until_it_is_committed() {
        try (TensorScope scope = TensorScope.open();
                Layer norm = BatchNorm1d.of(2).initialize(Seed.of(1));
                Layer direct = BatchNorm1d.of(2).initialize(Seed.of(1))) {
            Tensor x = Tensor.randomNormal(Seed.of(2), 8, 2);
            Pass pass = Pass.trainingDeferred(Seed.of(3));
            try (Tape tape = Tape.openReleasing()) {
                tape.backward(norm.call(pass, x).square().sum());
            }
            assertThat(running(norm, "running_mean")).containsExactly(0, 0);
            assertThat(running(norm, "running_var")).containsExactly(1, 1);
            pass.commit();
            direct.call(Pass.training(Seed.of(3)), x);
            assertThat(running(norm, "running_mean")).isEqualTo(running(direct, "running_mean"));
            assertThat(running(norm, "running_var")).isEqualTo(running(direct, "running_var"));
            norm.predict(x);
            assertThat(running(norm, "running_mean")).isEqualTo(running(direct, "running_mean"));
        }
    }

    @Test
    void recording_does_not_follow_the_running_averages() {
        try (TensorScope scope = TensorScope.open();
                Layer norm = BatchNorm1d.of(2).initialize(Seed.of(1));
                Tape tape = Tape.open()) {
            norm.call(Pass.training(Seed.of(3)), Tensor.randomNormal(Seed.of(2), 8, 2));
            assertThat(tape.size()).isEqualTo(1);
        }
    }

    @Test
    void one_row_or_none_in_training_is_an_error_that_names_the_layer() {
        try (TensorScope scope = TensorScope.open();
                Layer model = Sequential.of(Linear.of(3, 2), BatchNorm1d.of(2)).initialize(Seed.of(1))) {
            for (int rows = 0; rows < 2; rows++) {
                Tensor x = Tensor.ones(rows, 3);
                assertThatThrownBy(() -> model.call(Pass.training(Seed.of(1)), x))
                        .isInstanceOf(ShapeMismatchException.class)
                        .hasMessageContaining("Layer 1: BatchNorm in training expects more than one value per channel")
                        .hasMessageContaining("[" + rows + ", 2]");
            }
            assertThat(running(model, "1.running_mean")).containsExactly(0, 0);
            assertThat(model.predict(Tensor.ones(1, 3)).toFloats()).doesNotContain(Float.NaN);
        }
    }

    @Test
    void a_constant_column_gives_the_bias() {
        try (TensorScope scope = TensorScope.open();
                Layer norm = BatchNorm1d.of(1).initialize(Seed.of(1))) {
            LayerTree.params(norm).get("bias").value().fill(0.25);
            Tensor y = norm.call(Pass.training(Seed.of(1)), Tensor.full(1000, 5, 1));
            assertThat(y.toFloats()).containsOnly(0.25f);
        }
    }

    @Test
    void checks_its_settings_and_prints_those_that_differ() {
        assertThatThrownBy(() -> BatchNorm1d.of(0)).hasMessageContaining("expects at least 1, received 0");
        assertThatThrownBy(() -> BatchNorm1d.of(3).momentum(1.1)).hasMessageContaining("[0, 1], received 1.1");
        assertThatThrownBy(() -> BatchNorm1d.of(3).epsilon(0)).hasMessageContaining("above 0, received 0.0");
        assertThat(BatchNorm1d.of(3)).hasToString("BatchNorm1d.of(3)");
        assertThat(BatchNorm1d.of(3).epsilon(1e-3).momentum(0.01))
                .hasToString("BatchNorm1d.of(3).momentum(0.01).epsilon(0.001)");
    }
}
