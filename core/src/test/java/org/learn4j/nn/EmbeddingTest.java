package org.learn4j.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.learn4j.autograd.Tape;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

class EmbeddingTest {
    @ParameterizedTest
    @CsvSource({
        "1, 2",
        "2, 2",
        "3, 3",
        "4, 3",
        "5, 4",
        "7, 5",
        "8, 5",
        "9, 5",
        "10, 6",
        "13, 7",
        "17, 8",
        "24, 9",
        "32, 11",
        "43, 13",
        "53, 15",
        "100, 21",
        "1000, 77",
        "1116, 81",
        "10000, 278",
        "100000, 600"
    })
    void width_follows_fastais_rule(int categories, int width) {
        assertThat(Embedding.sizeRule(categories)).isEqualTo(width);
    }

    @Test
    void starts_normal_of_deviation_one_hundredth_cut_at_two_deviations() {
        try (Layer embedding = Embedding.of(1000, 50).initialize(Seed.of(1))) {
            double[] values = LayerTree.params(embedding).get("weight").value().toDoubles();
            assertThat(Arrays.stream(values).map(Math::abs).max().orElseThrow()).isBetween(0.0195, 0.02);
            assertThat(Arrays.stream(values).average().orElseThrow()).isCloseTo(0, Offset.offset(2e-4));
            double deviation =
                    Math.sqrt(Arrays.stream(values).map(v -> v * v).average().orElseThrow());
            // a normal distribution cut at two deviations has .8796 of them
            assertThat(deviation).isCloseTo(0.008796, Offset.offset(5e-5));
        }
    }

    @Test
    void equals_a_matrix_product_with_one_hot_rows() {
        try (TensorScope scope = TensorScope.open();
                Layer embedding = Embedding.of(3, 2).initialize(Seed.of(1))) {
            Tensor oneHot = Tensor.of(new float[][] {{0, 0, 1}, {1, 0, 0}, {0, 0, 1}});
            Tensor table = LayerTree.params(embedding).get("weight").value();
            assertThat(embedding.predict(Tensor.of(new int[] {2, 0, 2})).toFloats())
                    .isEqualTo(oneHot.matmul(table).toFloats());
        }
    }

    @Test
    void many_tables_equal_single_ones_side_by_side_with_their_gradients() {
        Embeddings together = Embeddings.of(Embedding.of(4, 3), Embedding.of(2, 1), Embedding.of(5, 2));
        try (TensorScope scope = TensorScope.open();
                Layer model = together.initialize(Seed.of(1));
                Tape tape = Tape.open()) {
            Tensor codes = Tensor.of(new int[] {0, 1, 4, 3, 0, 4, 3, 1, 0, 3, 1, 2}, 4, 3);
            Tensor dy = Tensor.randomNormal(Seed.of(2), 4, 6);
            Tensor y = model.call(Pass.evaluation(), codes);
            tape.backward(y, dy);
            int at = 0;
            for (int i = 0; i < 3; i++) {
                Embedding table = together.tables().get(i);
                float[] gradient =
                        table.weight().value().gradient().orElseThrow().toFloats();
                table.weight().value().markGradient(false);
                Tensor single =
                        table.call(Pass.evaluation(), codes.slice(1, i, i + 1).squeeze(1));
                tape.backward(single, dy.slice(1, at, at + table.width()).copy());
                assertThat(y.slice(1, at, at + table.width()).copy().toFloats()).isEqualTo(single.toFloats());
                assertThat(table.weight().value().gradient().orElseThrow().toFloats())
                        .containsExactly(gradient, Offset.offset(1e-6f));
                at += table.width();
            }
            assertThat(together.width()).isEqualTo(at);
        }
    }

    @ParameterizedTest
    @CsvSource({"3, 3", "-1, -1", "2147483647, 2147483647", "-2147483648, -2147483648"})
    void a_code_outside_the_table_is_an_error_with_value_and_place(int code, String named) {
        try (TensorScope scope = TensorScope.open();
                Layer one = Embedding.of(3, 2).initialize(Seed.of(1));
                Layer many =
                        Embeddings.of(Embedding.of(9, 2), Embedding.of(3, 2)).initialize(Seed.of(1))) {
            assertThatThrownBy(() -> one.predict(Tensor.of(new int[] {0, 1, code})))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessageContaining("[0, 3)")
                    .hasMessageContaining("received " + named)
                    .hasMessageContaining("position 2");
            assertThatThrownBy(() -> many.predict(Tensor.of(new int[] {8, 2, 0, code}, 2, 2)))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessageContaining("column 1 in [0, 3), received " + named + " in row 1");
        }
    }

    @Test
    void codes_are_int32_and_nothing_else() {
        try (TensorScope scope = TensorScope.open();
                Layer one = Embedding.of(3, 2).initialize(Seed.of(1));
                Layer many = Embeddings.sized(3, 3).initialize(Seed.of(1))) {
            for (Tensor codes : new Tensor[] {
                Tensor.of(new float[] {0, Float.NaN}, 1, 2),
                Tensor.of(new double[] {0, 1}, 1, 2),
                Tensor.of(new long[] {0, Long.MAX_VALUE}, 1, 2)
            }) {
                for (Layer layer : new Layer[] {one, many}) {
                    assertThatThrownBy(() -> layer.predict(codes))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining("expects codes of type INT32, received " + codes.dtype());
                }
            }
        }
    }

    @Test
    void sizes_are_checked() {
        assertThatThrownBy(() -> Embedding.of(0, 3)).hasMessageContaining("expects at least 1, received 0");
        assertThatThrownBy(() -> Embedding.of(3, -1)).hasMessageContaining("expects at least 1, received -1");
        assertThatThrownBy(Embeddings::of).hasMessageContaining("expects at least 1, received 0");
        assertThatThrownBy(() -> Embedding.sizeRule(0)).isInstanceOf(IllegalArgumentException.class);
        assertThat(Embeddings.sized(1116, 8))
                .hasToString(Embeddings.of(Embedding.of(1116, 81), Embedding.of(8, 5))
                        .toString());
    }
}
