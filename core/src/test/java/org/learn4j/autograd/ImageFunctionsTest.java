package org.learn4j.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.learn4j.kernel.Window;
import org.learn4j.tensor.Binary;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Reduction;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

/** Functions of images beyond what the kernels' tests and the gradient tests say: values, layouts, errors. */
class ImageFunctionsTest {
    private static final Offset<Double> NEAR = Offset.offset(1e-5);

    private TensorScope scope;

    @BeforeEach
    void open() {
        scope = TensorScope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private static Tensor image(long... dims) {
        return Tensor.randomNormal(Seed.of(3), dims);
    }

    // ---- the lesson's kernel

    @Test
    void a_kernel_made_by_hand_finds_edges() {
        Tensor image = Tensor.of(
                new float[] {
                    0, 0, 1, 1, //
                    0, 0, 1, 1, //
                    0, 0, 1, 1
                },
                3,
                4);
        Tensor kernel = Tensor.of(new float[] {-1, 0, 1, -1, 0, 1, -1, 0, 1}, 3, 3);
        Tensor edges = Functional.conv2d(image, kernel);
        assertThat(edges.shape()).isEqualTo(Shape.of(1, 2));
        assertThat(edges.toFloats()).containsExactly(3, 3);
    }

    @Test
    void a_kernel_of_two_axes_sees_every_channel_and_one_of_four_gives_channels() {
        Tensor photo = image(3, 5, 6);
        Tensor kernel = image(3, 3);
        Tensor one = Functional.conv2d(photo, kernel);
        assertThat(one.shape()).isEqualTo(Shape.of(1, 3, 4));
        Tensor sum = Functional.conv2d(photo.reduceKeeping(Reduction.SUM, 0), kernel);
        assertThat(one.toDoubles()).containsExactly(sum.toDoubles(), NEAR);
        Tensor several = Functional.conv2d(photo.unsqueeze(0), image(7, 3, 2, 2));
        assertThat(several.shape()).isEqualTo(Shape.of(1, 7, 4, 5));
        assertThat(Functional.conv2d(photo, image(3, 3, 3)).shape()).isEqualTo(Shape.of(1, 3, 4));
    }

    // ---- pooling

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 3", "5, 7", "4, 2", "8, 9", "3, 1"})
    void adaptive_pooling_takes_the_shares_that_pytorch_takes(int rows, int columns) {
        Tensor x = image(2, 3, 5, 7);
        double[] pixels = x.toDoubles();
        double[] means = new double[2 * 3 * rows * columns];
        double[] greatest = new double[means.length];
        Arrays.fill(greatest, Double.NEGATIVE_INFINITY);
        for (int i = 0; i < means.length; i++) {
            int row = i / columns % rows;
            int column = i % columns;
            int top = (int) Math.floor(row * 5.0 / rows);
            int bottom = (int) Math.ceil((row + 1) * 5.0 / rows);
            int left = (int) Math.floor(column * 7.0 / columns);
            int right = (int) Math.ceil((column + 1) * 7.0 / columns);
            for (int r = top; r < bottom; r++) {
                for (int c = left; c < right; c++) {
                    double pixel = pixels[(i / columns / rows * 5 + r) * 7 + c];
                    means[i] += pixel / ((bottom - top) * (right - left));
                    greatest[i] = Math.max(greatest[i], pixel);
                }
            }
        }
        assertThat(Functional.adaptiveAveragePool(x, rows, columns).toDoubles()).containsExactly(means, NEAR);
        assertThat(Functional.adaptiveMaxPool(x, rows, columns).toDoubles()).containsExactly(greatest, NEAR);
    }

    @ParameterizedTest
    @CsvSource({
        "5, 2, 2, 0, false, 2",
        "5, 2, 2, 0, true, 3",
        "6, 3, 2, 1, true, 4",
        "4, 2, 3, 0, true, 2",
        "3, 2, 3, 1, true, 2"
    })
    void ceiling_adds_a_place_that_starts_inside(
            int size, int kernel, int stride, int padding, boolean ceiling, int expected) {
        Window window = Window.of(kernel).stride(stride).padding(padding);
        assertThat(Functional.maxPool(image(1, 1, size, size), window, ceiling).shape())
                .isEqualTo(Shape.of(1, 1, expected, expected));
    }

    @Test
    void of_equal_greatest_pixels_the_first_gets_the_gradient() {
        Tensor x = Tensor.ones(1, 1, 2, 2).requireGradient(true);
        try (Tape tape = Tape.open()) {
            tape.backward(Functional.maxPool(x, Window.of(2), false).sum());
        }
        assertThat(x.gradient().orElseThrow().toFloats()).containsExactly(1, 0, 0, 0);
    }

    // ---- padding and sizes

    @Test
    void what_lies_beyond_the_edge() {
        Tensor row = Tensor.of(new float[] {1, 2, 3}, 1, 1, 1, 3);
        assertThat(Functional.pad(row, PaddingMode.REFLECTION, 0, 0, 2, 1).toFloats())
                .containsExactly(3, 2, 1, 2, 3, 2);
        assertThat(Functional.pad(row, PaddingMode.REPLICATE, 1, 0, 2, 1).toFloats())
                .containsExactly(1, 1, 1, 2, 3, 3, 1, 1, 1, 2, 3, 3);
        assertThat(Functional.pad(row, PaddingMode.ZEROS, 0, 1, 1, 0).toFloats())
                .containsExactly(0, 1, 2, 3, 0, 0, 0, 0);
        assertThatThrownBy(() -> Functional.pad(row, PaddingMode.REFLECTION, 1, 0, 0, 0))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("REFLECTION")
                .hasMessageContaining("at least 2")
                .hasMessageContaining("[1, 1, 1, 3]");
    }

    @Test
    void resized_images_have_pytorchs_values() {
        Tensor row = Tensor.of(new float[] {1, 2, 4}, 1, 1, 1, 3);
        assertThat(Functional.resizeNearest(row, 2, 5).toFloats()).containsExactly(1, 1, 2, 2, 4, 1, 1, 2, 2, 4);
        assertThat(Functional.resizeBilinear(row, 1, 6).toDoubles())
                .containsExactly(new double[] {1, 1.25, 1.75, 2.5, 3.5, 4}, NEAR);
        assertThat(Functional.resizeBilinear(row, 1, 2).toDoubles()).containsExactly(new double[] {1.25, 3.5}, NEAR);
    }

    @Test
    void channels_become_squares_of_pixels() {
        Tensor x = Tensor.range(8).reshape(1, 8, 1, 1);
        assertThat(Functional.pixelShuffle(x, 2).reshape(8).toFloats()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
        Tensor wide = Tensor.range(8).reshape(1, 4, 1, 2);
        assertThat(Functional.pixelShuffle(wide, 2).toFloats()).containsExactly(0, 2, 1, 3, 4, 6, 5, 7);
    }

    // ---- layouts

    @Test
    void what_follows_from_images_that_lie_channels_last_lies_so_too() {
        Tensor x = image(2, 3, 5, 4).toChannelsLast();
        Tensor weight = image(6, 3, 3, 3);
        Tensor channels = image(3, 1, 1);
        Tensor mean = Tensor.zeros(3);
        Tensor variance = Tensor.zeros(3);
        List<Function<Tensor, Tensor>> functions = List.of(
                Tensor::relu,
                y -> y.plus(1),
                y -> y.plus(y),
                y -> y.times(channels),
                y -> channels.times(y),
                y -> y.plus(image(2, 3, 5, 4)),
                y -> image(2, 3, 5, 4).plus(y),
                y -> Functional.dropout(y, 0.3, Seed.of(1)),
                y -> Functional.batchNorm(y, Tensor.ones(3), Tensor.zeros(3), mean, variance, 1e-5, true),
                y -> Functional.addRelu(y, image(2, 3, 5, 4)),
                y -> Functional.conv2d(y, weight, null, Window.of(3).padding(1)),
                y -> Functional.maxPool(y, Window.of(2), false),
                y -> Functional.averagePool(y, Window.of(2), false, true),
                y -> Functional.adaptiveAveragePool(y, 4, 3),
                y -> Functional.pad(y, PaddingMode.REFLECTION, 1, 1, 1, 1),
                y -> Tensor.concat(1, y, image(2, 2, 5, 4)),
                y -> y.slice(1, 0, 2).relu(),
                y -> y.select(0, Tensor.of(new int[] {1, 1, 0})),
                y -> y.to(DType.FLOAT64),
                y -> Functional.resizeBilinear(y, 7, 9));
        for (int i = 0; i < functions.size(); i++) {
            Tensor y = functions.get(i).apply(x);
            assertThat(y.isChannelsLast()).as("function %s", i).isTrue();
            assertThat(y.isContiguous()).as("function %s", i).isFalse();
            Tensor plain = functions.get(i).apply(x.toContiguous());
            if (i != 7) {
                assertThat(y.toDoubles()).as("function %s", i).containsExactly(plain.toDoubles(), NEAR);
            }
        }
    }

    @Test
    void row_major_images_stay_row_major_until_a_convolution() {
        Tensor x = image(2, 3, 5, 4);
        assertThat(x.relu().isContiguous()).isTrue();
        assertThat(x.plus(image(3, 1, 1)).isContiguous()).isTrue();
        assertThat(Functional.conv2d(x, image(2, 3, 1, 1), null, Window.of(1)).isChannelsLast())
                .isTrue();
    }

    @Test
    void flattened_images_have_the_order_of_row_major_ones() {
        Tensor x = image(2, 3, 2, 2);
        assertThat(x.toChannelsLast().reshape(2, 12).toFloats())
                .containsExactly(x.reshape(2, 12).toFloats());
        Tensor pooled = Functional.adaptiveAveragePool(x.toChannelsLast(), 1, 1);
        Tensor flat = pooled.reshape(2, 3);
        assertThat(flat.storage()).as("no copy where there is one pixel").isSameAs(pooled.storage());
    }

    @Test
    void gradients_lie_like_what_they_belong_to() {
        Tensor x = image(2, 3, 4, 4).toChannelsLast().requireGradient(true);
        boolean[] channelsLast = new boolean[2];
        try (Tape tape = Tape.open()) {
            Tensor y = x.relu();
            Tensor z = y.times(y);
            tape.onGradient(y, gradient -> {
                channelsLast[0] = gradient.isChannelsLast();
                return gradient;
            });
            tape.onGradient(z, gradient -> {
                channelsLast[1] = gradient.isChannelsLast();
                return gradient;
            });
            Tensor plain = z.reshape(2, 48).reshape(2, 3, 4, 4);
            tape.backward(z.plus(plain).sum());
        }
        assertThat(channelsLast[0]).isTrue();
        assertThat(x.gradient().orElseThrow().isChannelsLast()).isTrue();
        double[] expected =
                Arrays.stream(x.toDoubles()).map(v -> v > 0 ? 4 * v : 0).toArray();
        assertThat(x.gradient().orElseThrow().toDoubles()).containsExactly(expected, NEAR);
    }

    /** The gradient of dropout drops what the forward pass dropped, even if it arrives in another order. */
    @Test
    void dropout_of_channels_last_images_has_its_gradient_in_the_same_places() {
        Tensor x = Tensor.ones(2, 3, 4, 5).toChannelsLast().requireGradient(true);
        Tensor dropped;
        try (Tape tape = Tape.open()) {
            Tensor y = Functional.dropout(x.times(1), 0.5, Seed.of(9));
            dropped = y.detach();
            tape.backward(y.reshape(2, 60).sum());
        }
        assertThat(x.gradient().orElseThrow().toFloats()).containsExactly(dropped.toFloats());
    }

    @ParameterizedTest
    @EnumSource(Binary.class)
    void elements_meet_whatever_their_order(Binary function) {
        Tensor a = image(2, 3, 4, 5);
        Tensor b = Tensor.randomUniform(Seed.of(2), 1, 2, 2, 3, 4, 5);
        double[] expected = Tape.apply(new BinaryOp(function), a, b).toDoubles();
        for (Tensor first : List.of(a, a.toChannelsLast())) {
            for (Tensor second : List.of(b, b.toChannelsLast())) {
                assertThat(Tape.apply(new BinaryOp(function), first, second).toDoubles())
                        .containsExactly(expected, NEAR);
            }
        }
    }

    // ---- errors

    @Test
    void errors_say_what_was_expected_and_received() {
        Tensor x = image(2, 3, 4, 4);
        assertThatThrownBy(() -> Functional.conv2d(x, image(8, 3, 5, 5), null, Window.of(5)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("[2, 3, 4, 4]")
                .hasMessageContaining("window of 5")
                .hasMessageContaining("height is at least 5")
                .hasMessageContaining("received 4");
        assertThatThrownBy(() -> Functional.conv2d(x, image(8, 2, 3, 3), null, Window.of(3)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("[8, 2, 3, 3]")
                .hasMessageContaining("[n, 2, h, w]")
                .hasMessageContaining("[2, 3, 4, 4]");
        assertThatThrownBy(() -> Functional.conv2d(x, image(8, 3, 3, 3), image(7), Window.of(3)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("bias")
                .hasMessageContaining("[8]");
        assertThatThrownBy(() -> Functional.conv2d(x, image(8, 3, 3, 3), null, Window.of(5)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("[8, 3, 3, 3]");
        assertThatThrownBy(() -> Functional.maxPool(x, Window.of(2).padding(2), false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("half");
        assertThatThrownBy(() -> Functional.maxPool(image(3, 4, 4), Window.of(2), false))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("[3, 4, 4]");
        assertThatThrownBy(() -> Functional.maxPool(image(1, 3, 0, 4), Window.of(2), false))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("height");
        assertThatThrownBy(() -> Functional.conv2d(image(4), image(3, 3)))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("[4]");
        assertThatThrownBy(() -> Functional.pixelShuffle(x, 2))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("multiple of 4");
        assertThatThrownBy(() -> Functional.transposedConv2d(
                        image(1, 2, 1, 1), image(2, 3, 1, 1), null, Window.of(1).padding(1), 1, 0, 0))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("less padding");
        assertThatThrownBy(() -> image(3, 4).toChannelsLast())
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessageContaining("[3, 4]");
    }
}
