package org.learn4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapeTest {
    /** Reads {@code 2x3}; a point stands for a scalar. */
    private static Shape shape(String text) {
        if (text.equals(".")) {
            return Shape.scalar();
        }
        String[] parts = text.split("x");
        long[] dims = new long[parts.length];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = Long.parseLong(parts[i]);
        }
        return Shape.of(dims);
    }

    @ParameterizedTest
    @CsvSource({
        "., ., .",
        "3, ., 3",
        "2x3, 3, 2x3",
        "2x1, 1x3, 2x3",
        "2x3, 2x3, 2x3",
        "4x1x3, 2x1, 4x2x3",
        "1, 0, 0",
        "0x3, 3, 0x3",
        "2x0, 1x1, 2x0",
        "1x1x1, 1, 1x1x1"
    })
    void shapes_broadcast_as_in_numpy(String a, String b, String both) {
        assertThat(shape(a).broadcast(shape(b))).isEqualTo(shape(both));
        assertThat(shape(b).broadcast(shape(a))).isEqualTo(shape(both));
    }

    @ParameterizedTest
    @CsvSource({"2, 3, -1", "2x3, 3x2, -1", "2x3, 2, -1", "4x3, 2x3, -2", "0, 2, -1", "3x1x2, 2x2x2, -3"})
    void shapes_that_do_not_broadcast_are_both_named_with_the_axis(String a, String b, int axis) {
        assertThatExceptionOfType(ShapeMismatchException.class)
                .isThrownBy(() -> shape(a).broadcast(shape(b)))
                .withMessageContaining(shape(a).toString())
                .withMessageContaining(shape(b).toString())
                .withMessageContaining("axis " + axis);
    }

    @Test
    void axes_count_from_either_end() {
        Shape shape = Shape.of(2, 3, 5);
        assertThat(shape.dim(0)).isEqualTo(2);
        assertThat(shape.dim(-1)).isEqualTo(5);
        assertThat(shape.axis(-3)).isZero();
        assertThat(shape.rank()).isEqualTo(3);
        for (int axis : new int[] {3, -4}) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> shape.dim(axis))
                    .withMessageContaining("[2, 3, 5]");
        }
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> Shape.scalar().dim(0));
    }

    @Test
    void elements_are_the_product_of_the_dimensions() {
        assertThat(Shape.scalar().elements()).isOne();
        assertThat(Shape.of(0).elements()).isZero();
        assertThat(Shape.of(3, 0, 1L << 40, 1L << 40).elements()).isZero();
        assertThat(Shape.of(2, 3, 5).elements()).isEqualTo(30);
        assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> Shape.of(1L << 40, 1L << 40));
    }

    @Test
    void negative_dimensions_are_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(2, -1)).withMessageContaining("[2, -1]");
        assertThatIllegalArgumentException().isThrownBy(() -> Shape.of(2).with(0, -3));
    }

    @Test
    void a_shape_cannot_be_changed() {
        long[] dims = {2, 3};
        Shape shape = Shape.of(dims);
        dims[0] = 7;
        shape.dims()[1] = 7;
        assertThat(shape)
                .isEqualTo(Shape.of(2, 3))
                .hasSameHashCodeAs(Shape.of(2, 3))
                .hasToString("[2, 3]");
        assertThat(shape).isNotEqualTo(Shape.of(2, 3, 1));
    }

    @Test
    void parts_are_replaced_removed_and_joined() {
        Shape shape = Shape.of(2, 3, 5);
        assertThat(shape.with(-1, 7)).isEqualTo(Shape.of(2, 3, 7));
        assertThat(shape.without(1)).isEqualTo(Shape.of(2, 5));
        assertThat(shape.slice(1, 3)).isEqualTo(Shape.of(3, 5));
        assertThat(shape.slice(0, 0).concat(shape)).isEqualTo(shape);
        assertThat(shape.concat(Shape.of(1))).isEqualTo(Shape.of(2, 3, 5, 1));
        assertThat(shape.strides()).containsExactly(15, 5, 1);
        assertThat(Shape.of(2, 0, 3).strides()).containsExactly(3, 3, 1);
    }

    @Test
    void a_mismatch_tells_the_path_of_the_layer_it_happened_in() {
        ShapeMismatchException inner = new ShapeMismatchException("expected [3], received [4]");
        assertThat(inner.at("1").at("head")).hasMessage("Layer head.1: expected [3], received [4]");
    }
}
