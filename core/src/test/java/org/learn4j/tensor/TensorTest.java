package org.learn4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Making tensors, and reading and writing their elements from Java. */
class TensorTest {
    private TensorScope scope;

    @BeforeEach
    void open() {
        scope = TensorScope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @Test
    void tensors_are_made_of_arrays_in_row_major_order() {
        assertThat(Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3))
                .hasToString("Tensor[2, 3] FLOAT32 [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]");
        assertThat(Tensor.of(new double[] {1, 2})).hasToString("Tensor[2] FLOAT64 [1.0, 2.0]");
        assertThat(Tensor.of(new int[] {1, 2}, 2, 1)).hasToString("Tensor[2, 1] INT32 [[1], [2]]");
        assertThat(Tensor.of(new long[] {Long.MIN_VALUE}).toLongs()).containsExactly(Long.MIN_VALUE);
        assertThat(Tensor.of(new float[][] {{1, 2}, {3, 4}}).toFloats()).containsExactly(1, 2, 3, 4);
        assertThat(Tensor.of(new float[0][]).shape()).isEqualTo(Shape.of(0, 0));
        assertThat(Tensor.scalar(3)).hasToString("Tensor[] FLOAT32 3.0");
        assertThat(Tensor.zeros(2).toFloats()).containsExactly(0, 0);
        assertThat(Tensor.ones(0, 3).toFloats()).isEmpty();
        assertThat(Tensor.full(2.5, 1, 2).toFloats()).containsExactly(2.5f, 2.5f);
        assertThat(Tensor.range(3).toFloats()).containsExactly(0, 1, 2);
    }

    @Test
    void arrays_that_do_not_fill_the_shape_are_refused_with_both_numbers() {
        assertThatExceptionOfType(ShapeMismatchException.class)
                .isThrownBy(() -> Tensor.of(new float[5], 2, 3))
                .withMessageContaining("[2, 3]")
                .withMessageContaining("6")
                .withMessageContaining("5");
        assertThatExceptionOfType(ShapeMismatchException.class)
                .isThrownBy(() -> Tensor.of(new float[][] {{1, 2}, {3}}))
                .withMessageContaining("row 1");
        assertThatExceptionOfType(ShapeMismatchException.class)
                .isThrownBy(() -> Tensor.zeros(3).set(1f, 2f))
                .withMessageContaining("[3]");
    }

    /** Every type in every layout, written and read as every Java type. */
    @TestFactory
    Stream<DynamicTest> elements_are_written_and_read_in_any_type_and_layout() {
        return Stream.of(DType.values())
                .flatMap(dtype -> Stream.of("in order", "turned", "spread", "offset", "a scalar", "empty", "repeated")
                        .map(layout ->
                                DynamicTest.dynamicTest(dtype + " " + layout, () -> writeAndRead(dtype, layout))));
    }

    private static void writeAndRead(DType dtype, String layout) {
        try (TensorScope inner = TensorScope.open()) {
            Tensor tensor = layout(dtype, layout);
            int count = Math.toIntExact(tensor.elements());
            double[] doubles = new double[count];
            float[] floats = new float[count];
            int[] ints = new int[count];
            long[] longs = new long[count];
            for (int i = 0; i < count; i++) {
                int value = layout.equals("repeated") ? 7 : 3 * i + 1;
                doubles[i] = value;
                floats[i] = value;
                ints[i] = value;
                longs[i] = value;
            }
            for (int how = 0; how < 4; how++) {
                tensor.fill(99);
                Tensor same = switch (how) {
                    case 0 -> tensor.set(doubles);
                    case 1 -> tensor.set(floats);
                    case 2 -> tensor.set(ints);
                    default -> tensor.set(longs);
                };
                assertThat(same).isSameAs(tensor);
                assertThat(tensor.toDoubles()).containsExactly(doubles);
                assertThat(tensor.toFloats()).containsExactly(floats);
                assertThat(tensor.toInts()).containsExactly(ints);
                assertThat(tensor.toLongs()).containsExactly(longs);
            }
            if (count == 1) {
                assertThat(tensor.item()).isEqualTo(doubles[0]);
            }
        }
    }

    private static Tensor layout(DType dtype, String layout) {
        return switch (layout) {
            case "in order" -> Tensor.zeros(dtype, Shape.of(2, 3, 4));
            case "turned" -> Tensor.zeros(dtype, Shape.of(4, 3, 2)).view(Shape.of(2, 3, 4), new long[] {1, 2, 6}, 0);
            case "spread" -> Tensor.zeros(dtype, Shape.of(100)).view(Shape.of(2, 3), new long[] {40, 7}, 5);
            case "offset" -> Tensor.zeros(dtype, Shape.of(100)).view(Shape.of(80), new long[] {1}, 13);
            case "a scalar" -> Tensor.zeros(dtype, Shape.of(9)).view(Shape.scalar(), new long[0], 8);
            case "empty" -> Tensor.zeros(dtype, Shape.of(2, 0, 3));
            default -> Tensor.zeros(dtype, Shape.of(3)).view(Shape.of(4), new long[] {0}, 2);
        };
    }

    @Test
    void writing_a_view_touches_nothing_beside_it() {
        Tensor memory = Tensor.zeros(4, 5);
        memory.slice(0, 1, 3).slice(1, 0, 5, 2).fill(7);
        memory.get(3).slice(0, 1, 3).set(8f, 9f);
        assertThat(memory.toFloats()).containsExactly(0, 0, 0, 0, 0, 7, 0, 7, 0, 7, 7, 0, 7, 0, 7, 0, 8, 9, 0, 0);
    }

    @Test
    void long_tensors_are_filled_to_the_end() {
        float[] values = Tensor.full(1.5, 10_001).toFloats();
        for (float value : values) {
            assertThat(value).isEqualTo(1.5f);
        }
        Tensor part =
                Tensor.zeros(10_001).view(Shape.of(5000), new long[] {1}, 3).fill(2);
        assertThat(part.toFloats()).containsOnly(2).hasSize(5000);
    }

    @Test
    void sixty_four_bits_survive() {
        long[] values = {Long.MAX_VALUE, Long.MIN_VALUE, (1L << 53) + 1};
        assertThat(Tensor.of(values).toLongs()).containsExactly(values);
        assertThat(Tensor.of(values, 3, 1).transpose().toLongs()).containsExactly(values);
        assertThatExceptionOfType(ArithmeticException.class)
                .isThrownBy(() -> Tensor.of(values).toInts());
        double precise = 1 + Math.ulp(1.0);
        assertThat(Tensor.of(new double[] {precise}).item()).isEqualTo(precise);
    }

    @ParameterizedTest
    @CsvSource({
        "1.0, 1.0", "-2.5, -2.5", "1.00390625, 1.0", "1.01171875, 1.015625", "1.0039064, 1.0078125",
                "3.3895314E38, 3.3895314E38",
        "3.4028235E38, Infinity", "1e-45, 0.0", "-0.0, -0.0", "Infinity, Infinity", "-Infinity, -Infinity", "NaN, NaN",
        "1.1754944E-38, 1.1754944E-38"
    })
    void bfloat16_rounds_to_nearest_and_ties_to_even(float value, float rounded) {
        assertThat(Tensor.zeros(DType.BFLOAT16, Shape.scalar()).set(value).toFloats())
                .containsExactly(rounded);
    }

    @Test
    void a_nan_of_any_payload_stays_a_nan_in_bfloat16() {
        float nan = Float.intBitsToFloat(0x7F800001);
        assertThat(Tensor.zeros(DType.BFLOAT16, Shape.of(2)).set(nan, -nan).toFloats())
                .containsOnly(Float.NaN);
    }

    @Test
    void bytes_are_unsigned() {
        assertThat(Tensor.zeros(DType.UINT8, Shape.of(3)).set(0, 200, 255).toInts())
                .containsExactly(0, 200, 255);
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void bytes_of_a_contiguous_tensor_are_its_memory_little_endian(DType dtype) {
        Tensor tensor = Tensor.zeros(dtype, Shape.of(3)).set(1, 2, 3);
        Tensor last = tensor.view(Shape.of(2), new long[] {1}, 1);
        assertThat(tensor.bytes().remaining()).isEqualTo(3 * dtype.bytes());
        assertThat(last.bytes().remaining()).isEqualTo(2 * dtype.bytes());
        if (!dtype.isFloating()) {
            assertThat(last.bytes().get(0)).isEqualTo((byte) 2);
            last.bytes().put(0, (byte) 9);
            assertThat(tensor.toInts()).containsExactly(1, 9, 3);
        }
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> Tensor.zeros(dtype, Shape.of(2, 2)).transpose().bytes())
                .withMessageContaining("strides [1, 2]");
    }

    @Test
    void the_address_is_aligned_and_follows_the_offset() {
        Tensor tensor = Tensor.zeros(5);
        assertThat(tensor.address() % 64).isZero();
        assertThat(tensor.slice(0, 3, 5).address()).isEqualTo(tensor.address() + 12);
    }

    @Test
    void an_item_is_the_only_one() {
        assertThat(Tensor.of(new long[] {7}, 1, 1).item()).isEqualTo(7);
        assertThatExceptionOfType(ShapeMismatchException.class)
                .isThrownBy(() -> Tensor.zeros(2).item())
                .withMessageContaining("[2]");
        assertThatExceptionOfType(ShapeMismatchException.class)
                .isThrownBy(() -> Tensor.zeros(0).item());
    }

    @Test
    void long_tensors_and_closed_ones_print_their_shape_alone() {
        assertThat(Tensor.zeros(1001)).hasToString("Tensor[1001] FLOAT32");
        Tensor closed = Tensor.zeros(2);
        closed.close();
        assertThat(closed).hasToString("Tensor[2] FLOAT32 (closed)");
    }

    @Test
    void every_use_of_a_closed_tensor_is_refused() {
        Tensor closed = Tensor.zeros(2, 2);
        closed.close();
        closed.close();
        assertThat(closed.isClosed()).isTrue();
        Stream.<Runnable>of(
                        closed::toFloats,
                        closed::toDoubles,
                        closed::toInts,
                        closed::toLongs,
                        () -> closed.fill(1),
                        () -> closed.set(1f, 2f, 3f, 4f),
                        closed::bytes,
                        closed::array,
                        closed::detach,
                        closed::hold,
                        closed::keep,
                        closed::requireGradientBuffer,
                        () -> closed.viewAs(Shape.of(4)),
                        () -> closed.reshape(4),
                        closed::transpose,
                        () -> closed.plus(1),
                        () -> Tensor.ones(2, 2).plus(closed),
                        () -> Tensor.concat(0, Tensor.ones(2, 2), closed))
                .forEach(use -> assertThatIllegalStateException()
                        .isThrownBy(use::run)
                        .withMessageContaining("[2, 2]")
                        .withMessageContaining("closed"));
    }

    @Test
    void views_keep_the_memory_that_their_tensor_gave_up() {
        long blocks = TensorMemory.blocksInUse();
        Tensor tensor = Tensor.of(new float[] {1, 2, 3}).keep();
        Tensor view = tensor.slice(0, 1, 3).keep();
        tensor.close();
        assertThat(view.toFloats()).containsExactly(2, 3);
        assertThat(TensorMemory.blocksInUse()).isGreaterThanOrEqualTo(blocks);
        view.close();
    }

    @Test
    void a_view_needs_the_number_of_elements_that_there_are() {
        assertThat(Tensor.zeros(2, 3).viewAs(Shape.of(3, 2)).shape()).isEqualTo(Shape.of(3, 2));
        assertThatExceptionOfType(ShapeMismatchException.class)
                .isThrownBy(() -> Tensor.zeros(2, 3).viewAs(Shape.of(5)))
                .withMessageContaining("[5]")
                .withMessageContaining("[2, 3]");
        assertThatExceptionOfType(ShapeMismatchException.class)
                .isThrownBy(() -> Tensor.zeros(2, 3).transpose().viewAs(Shape.of(6)));
    }

    @Test
    void contiguous_means_row_major_without_gaps_whatever_the_strides_of_single_elements() {
        Tensor tensor = Tensor.zeros(2, 3);
        assertThat(tensor.isContiguous()).isTrue();
        assertThat(tensor.transpose().isContiguous()).isFalse();
        assertThat(tensor.slice(0, 0, 1).isContiguous()).isTrue();
        assertThat(tensor.slice(1, 0, 1).isContiguous()).isFalse();
        assertThat(tensor.slice(0, 0, 1).transpose().isContiguous()).isTrue();
        assertThat(tensor.slice(0, 0, 0).transpose().isContiguous()).isTrue();
        assertThat(Tensor.zeros(1, 3).expand(2, 3).isContiguous()).isFalse();
    }

    @Test
    void random_tensors_follow_from_their_seed() {
        float[] first = Tensor.randomNormal(Seed.of(3), 4, 5).toFloats();
        assertThat(Tensor.randomNormal(Seed.of(3), 4, 5).toFloats()).containsExactly(first);
        assertThat(Tensor.randomNormal(Seed.of(4), 4, 5).toFloats()).isNotEqualTo(first);
        assertThat(Tensor.randomNormal(Seed.of(3)).shape()).isEqualTo(Shape.scalar());
        for (float value : Tensor.randomUniform(Seed.of(3), -2, 5, 1000).toFloats()) {
            assertThat(value).isGreaterThanOrEqualTo(-2).isLessThan(5);
        }
        // so narrow that rounding to float would give the upper end
        for (float value : Tensor.randomUniform(Seed.of(3), 1, 1 + 1e-7, 100).toFloats()) {
            assertThat(value).isLessThan((float) (1 + 1e-7));
        }
    }

    @Test
    void stacking_needs_tensors_of_one_shape() {
        Tensor rows = Tensor.stack(0, Tensor.of(new float[] {1, 2}), Tensor.of(new float[] {3, 4}));
        assertThat(rows).hasToString("Tensor[2, 2] FLOAT32 [[1.0, 2.0], [3.0, 4.0]]");
        Tensor columns = Tensor.stack(-1, Tensor.of(new float[] {1, 2}), Tensor.of(new float[] {3, 4}));
        assertThat(columns).hasToString("Tensor[2, 2] FLOAT32 [[1.0, 3.0], [2.0, 4.0]]");
        assertThatIllegalArgumentException().isThrownBy(() -> Tensor.stack(0));
        assertThatExceptionOfType(ShapeMismatchException.class)
                .isThrownBy(() -> Tensor.stack(0, Tensor.zeros(2), Tensor.zeros(3)))
                .withMessageContaining("[2]")
                .withMessageContaining("[3]");
    }
}
