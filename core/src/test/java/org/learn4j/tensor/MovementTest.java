package org.learn4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The same elements arranged differently, as in PyTorch. */
class MovementTest {
    private TensorScope scope;
    private Tensor t;

    @BeforeEach
    void open() {
        scope = TensorScope.open();
        t = Tensor.range(24).reshape(2, 3, 4);
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private static void assertIs(Tensor tensor, Shape shape, double... values) {
        assertThat(tensor.shape()).isEqualTo(shape);
        assertThat(tensor.toDoubles()).containsExactly(values);
    }

    @Test
    void reshaping_reads_in_row_major_order() {
        assertIs(t.reshape(-1, 12).get(1).slice(0, 0, 2), Shape.of(2), 12, 13);
        assertIs(Tensor.range(6).reshape(2, 3).transpose().reshape(-1), Shape.of(6), 0, 3, 1, 4, 2, 5);
        assertIs(Tensor.range(1).reshape(), Shape.scalar(), 0);
        assertIs(Tensor.zeros(0, 3).reshape(3, -1), Shape.of(3, 0));
        assertIs(t.flatten(1).get(0), Shape.of(12), 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        assertThatExceptionOfType(ShapeMismatchException.class)
                .isThrownBy(() -> t.reshape(5, -1))
                .withMessageContaining("[2, 3, 4]")
                .withMessageContaining("[5, -1]");
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> t.reshape(-1, -1));
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> t.reshape(-2, -12));
    }

    @Test
    void reshaping_what_lies_in_order_shares_memory() {
        t.reshape(24).set(new float[24]);
        assertThat(t.toFloats()).containsOnly(0);
        assertThat(t.reshape(4, 6).storage()).isSameAs(t.storage());
        assertThat(t.transpose().reshape(24).storage()).isNotSameAs(t.storage());
    }

    @Test
    void unsqueeze_is_none_in_brackets() {
        Tensor row = Tensor.range(3);
        assertThat(row.unsqueeze(0).shape()).as("t[None]").isEqualTo(Shape.of(1, 3));
        assertThat(row.unsqueeze(1).shape()).as("t[:, None]").isEqualTo(Shape.of(3, 1));
        assertThat(row.unsqueeze(-1).shape()).isEqualTo(Shape.of(3, 1));
        assertThat(row.unsqueeze(-2).shape()).isEqualTo(Shape.of(1, 3));
        assertThat(Tensor.scalar(2).unsqueeze(0).shape()).isEqualTo(Shape.of(1));
        assertIs(row.unsqueeze(1).plus(row.unsqueeze(0)), Shape.of(3, 3), 0, 1, 2, 1, 2, 3, 2, 3, 4);
        for (int axis : new int[] {2, -3}) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> row.unsqueeze(axis))
                    .withMessageContaining("[3]");
        }
        assertThat(row.unsqueeze(0).squeeze(0).shape()).isEqualTo(row.shape());
        assertThatExceptionOfType(ShapeMismatchException.class)
                .isThrownBy(() -> t.squeeze(1))
                .withMessageContaining("[2, 3, 4]");
    }

    @Test
    void axes_change_places() {
        assertIs(Tensor.range(6).reshape(2, 3).transpose(), Shape.of(3, 2), 0, 3, 1, 4, 2, 5);
        assertThat(t.permute(2, 0, 1).shape()).isEqualTo(Shape.of(4, 2, 3));
        assertThat(t.permute(-1, 0, 1).get(1).get(1).toDoubles()).containsExactly(13, 17, 21);
        assertThat(t.transpose(0, -1).shape()).isEqualTo(Shape.of(4, 3, 2));
        assertThat(t.transpose(1, 1).toDoubles()).containsExactly(t.toDoubles());
        assertThatIllegalArgumentException().isThrownBy(() -> t.permute(0, 1)).withMessageContaining("[2, 3, 4]");
        assertThatIllegalArgumentException().isThrownBy(() -> t.permute(0, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> t.permute(0, 1, -2));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> t.permute(0, 1, 3));
        assertThatExceptionOfType(ShapeMismatchException.class)
                .isThrownBy(() -> Tensor.range(3).transpose())
                .withMessageContaining("[3]");
    }

    @Test
    void slices_have_steps_and_count_from_the_end() {
        Tensor row = Tensor.range(10);
        assertIs(row.slice(0, 2, 5), Shape.of(3), 2, 3, 4);
        assertIs(row.slice(0, -3, -1), Shape.of(2), 7, 8);
        assertIs(row.slice(0, -3, 10), Shape.of(3), 7, 8, 9);
        assertIs(row.slice(0, 1, 10, 4), Shape.of(3), 1, 5, 9);
        assertIs(row.slice(0, 0, 10, Long.MAX_VALUE), Shape.of(1), 0);
        assertIs(row.slice(0, 4, 4), Shape.of(0));
        assertIs(row.slice(0, 10, 10), Shape.of(0));
        assertIs(t.slice(-1, 1, 4, 2).slice(1, 2, 3).slice(0, 1, 2), Shape.of(1, 1, 2), 21, 23);
        for (long[] wrong : new long[][] {{0, 11, 1}, {5, 4, 1}, {-11, 3, 1}, {0, 3, 0}, {3, 0, -1}}) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> row.slice(0, wrong[0], wrong[1], wrong[2]))
                    .withMessageContaining("[10]");
        }
    }

    @Test
    void one_position_is_taken_as_in_brackets() {
        assertIs(t.get(1).get(-1), Shape.of(4), 20, 21, 22, 23);
        assertIs(t.get(-2).get(0).get(3), Shape.scalar(), 3);
        for (long position : new long[] {2, -3}) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> t.get(position))
                    .withMessageContaining("[2, 3, 4]");
        }
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> Tensor.scalar(1).get(0));
    }

    @Test
    void views_of_views_share_the_memory_they_all_come_from() {
        t.get(1).slice(0, 0, 3, 2).transpose().fill(-1);
        assertThat(t.toDoubles())
                .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, -1, -1, -1, -1, 16, 17, 18, 19, -1, -1, -1, -1);
    }

    @Test
    void positions_are_chosen_and_may_repeat() {
        Tensor chosen = t.select(1, Tensor.of(new int[] {2, 0, 2}));
        assertThat(chosen.shape()).isEqualTo(Shape.of(2, 3, 4));
        assertThat(chosen.get(0).get(0).toDoubles()).containsExactly(8, 9, 10, 11);
        assertThat(chosen.get(1).get(1).toDoubles()).containsExactly(12, 13, 14, 15);
        assertThat(t.select(0, Tensor.of(new int[0])).shape()).isEqualTo(Shape.of(0, 3, 4));
        for (int wrong : new int[] {3, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> t.select(1, Tensor.of(new int[] {0, wrong})))
                    .withMessageContaining(String.valueOf(wrong))
                    .withMessageContaining("position 1");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> t.select(1, Tensor.of(new float[] {0})))
                .withMessageContaining("FLOAT32");
        assertThatExceptionOfType(ShapeMismatchException.class)
                .isThrownBy(() -> t.select(1, Tensor.of(new int[4], 2, 2)))
                .withMessageContaining("[2, 2]");
    }

    @Test
    void positions_of_another_type_can_be_selected() {
        assertThat(Tensor.of(new long[] {1, 1L << 60, 3})
                        .select(0, Tensor.of(new int[] {1, 1}))
                        .toLongs())
                .containsExactly(1L << 60, 1L << 60);
        assertThat(Tensor.zeros(DType.UINT8, Shape.of(3))
                        .set(1, 255, 3)
                        .select(0, Tensor.of(new int[] {1}))
                        .toInts())
                .containsExactly(255);
    }

    @Test
    void gather_takes_one_element_an_index() {
        Tensor x = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
        assertIs(x.gather(1, Tensor.of(new int[] {2, 0, 1, 1}, 2, 2)), Shape.of(2, 2), 3, 1, 5, 5);
        assertIs(x.gather(0, Tensor.of(new long[] {1, 0, 1}, 1, 3)), Shape.of(1, 3), 4, 2, 6);
        assertIs(x.transpose().gather(-1, Tensor.of(new int[] {1, 0}, 2, 1)), Shape.of(2, 1), 4, 2);
        assertIs(x.gather(0, Tensor.of(new int[0], 0, 3)), Shape.of(0, 3));
        for (long wrong : new long[] {3, -1, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> x.gather(1, Tensor.of(new long[] {0, wrong}, 2, 1)))
                    .withMessageContaining("[2, 3]")
                    .withMessageContaining(String.valueOf(wrong));
        }
        assertThatExceptionOfType(ShapeMismatchException.class)
                .isThrownBy(() -> x.gather(1, Tensor.of(new int[] {0})))
                .withMessageContaining("[2, 3]")
                .withMessageContaining("[1]");
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> x.gather(1, Tensor.of(new int[3], 3, 1)));
    }

    @Test
    void single_positions_repeat_without_a_copy() {
        Tensor column = Tensor.of(new float[] {1, 2}, 2, 1);
        Tensor wide = column.expand(3, 2, 2);
        assertIs(wide, Shape.of(3, 2, 2), 1, 1, 2, 2, 1, 1, 2, 2, 1, 1, 2, 2);
        assertThat(wide.storage()).isSameAs(column.storage());
        assertIs(wide.copy(), Shape.of(3, 2, 2), 1, 1, 2, 2, 1, 1, 2, 2, 1, 1, 2, 2);
        assertThatExceptionOfType(ShapeMismatchException.class)
                .isThrownBy(() -> column.expand(3, 2))
                .withMessageContaining("[2, 1]")
                .withMessageContaining("[3, 2]");
        assertThatExceptionOfType(ShapeMismatchException.class).isThrownBy(() -> column.expand(1));
    }

    @Test
    void tensors_are_laid_end_to_end() {
        Tensor a = Tensor.of(new float[] {1, 2}, 1, 2);
        Tensor b = Tensor.of(new float[] {3, 5, 4, 6}, 2, 2).transpose();
        assertIs(Tensor.concat(0, a, b), Shape.of(3, 2), 1, 2, 3, 4, 5, 6);
        assertIs(Tensor.concat(-1, b, b), Shape.of(2, 4), 3, 4, 3, 4, 5, 6, 5, 6);
        assertThatExceptionOfType(ShapeMismatchException.class)
                .isThrownBy(() -> Tensor.concat(1, a, b))
                .withMessageContaining("[1, 2]")
                .withMessageContaining("[2, 2]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.concat(0, a, a.to(DType.FLOAT64)))
                .withMessageContaining("FLOAT64");
        assertThatIllegalArgumentException().isThrownBy(() -> Tensor.concat(0));
    }

    @Test
    void a_copy_has_memory_of_its_own_in_row_major_order() {
        Tensor copy = t.transpose().copy();
        assertThat(copy.isContiguous()).isTrue();
        copy.fill(0);
        assertThat(t.toDoubles()[23]).isEqualTo(23);
    }

    @Test
    void elements_are_converted_between_types() {
        Tensor x = Tensor.of(new double[] {1.9, -1.9, 0, 200});
        assertThat(x.to(DType.INT32).toInts()).containsExactly(1, -1, 0, 200);
        assertThat(x.to(DType.INT64).toLongs()).containsExactly(1, -1, 0, 200);
        assertThat(x.to(DType.FLOAT32).toFloats()).containsExactly(1.9f, -1.9f, 0, 200);
        assertThat(x.abs().to(DType.UINT8).toInts()).containsExactly(1, 1, 0, 200);
        assertThat(Tensor.of(new float[] {1.01171875f}).to(DType.BFLOAT16).toFloats())
                .containsExactly(1.015625f);
        assertThat(x.to(DType.FLOAT64)).isSameAs(x);
        Tensor turned = Tensor.of(new int[] {1, 2, 3, 4}, 2, 2).transpose().to(DType.FLOAT32);
        assertThat(turned.toFloats()).containsExactly(1, 3, 2, 4);
    }

    @Test
    void operands_that_do_not_fit_are_both_named() {
        Tensor a = Tensor.zeros(2, 3);
        Tensor b = Tensor.zeros(4, 3);
        assertThatExceptionOfType(ShapeMismatchException.class)
                .isThrownBy(() -> a.plus(b))
                .withMessageContaining("[2, 3]")
                .withMessageContaining("[4, 3]");
        assertThatExceptionOfType(ShapeMismatchException.class)
                .isThrownBy(() -> a.matmul(b))
                .withMessageContaining("[2, 3]")
                .withMessageContaining("[4, 3]");
        assertThatExceptionOfType(ShapeMismatchException.class)
                .isThrownBy(() -> a.matmul(Tensor.scalar(1)))
                .withMessageContaining("[2, 3]")
                .withMessageContaining("[]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> a.plus(Tensor.zeros(DType.FLOAT64, Shape.of(3))))
                .withMessageContaining("FLOAT32")
                .withMessageContaining("FLOAT64");
        assertThatIllegalArgumentException().isThrownBy(() -> a.sum(0, -2)).withMessageContaining("[0, -2]");
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> a.sum(2));
    }
}
