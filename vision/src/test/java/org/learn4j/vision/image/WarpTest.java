package org.learn4j.vision.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.learn4j.autograd.PaddingMode;

/** Drawing a picture anew, against the formula of bilinear interpolation in double. */
class WarpTest {
    private static final Homography TILTED = Homography.of(0.9, 0.2, -6, -0.15, 1.1, -3.5, 0.002, -0.003, 1);

    @ParameterizedTest
    @EnumSource(PaddingMode.class)
    void pixels_are_interpolated_where_the_map_looks(PaddingMode padding) {
        // smooth, since positions are rounded to 1/32 pixel
        Image image = TestImages.gradient(23, 17);
        for (Homography map : new Homography[] {TILTED, Homography.affine(0.5, 0.1, -4, 0.2, 0.8, 2)}) {
            Image drawn = image.warp(new Warp(map, 31, 29, padding));
            for (int y = 0; y < 29; y++) {
                for (int x = 0; x < 31; x++) {
                    for (int shift = 0; shift <= 16; shift += 8) {
                        double expected = interpolate(image, map.x(x, y), map.y(x, y), padding, shift);
                        assertThat((double) (drawn.pixel(x, y) >> shift & 0xFF))
                                .as("%s of (%d, %d)", padding, x, y)
                                .isCloseTo(expected, within(padding == PaddingMode.ZEROS ? 5 : 0.9));
                    }
                }
            }
        }
    }

    private static double interpolate(Image image, double x, double y, PaddingMode padding, int shift) {
        int column = (int) Math.floor(x);
        int row = (int) Math.floor(y);
        double u = x - column;
        double v = y - row;
        return (1 - v)
                        * ((1 - u) * value(image, column, row, padding, shift)
                                + u * value(image, column + 1, row, padding, shift))
                + v
                        * ((1 - u) * value(image, column, row + 1, padding, shift)
                                + u * value(image, column + 1, row + 1, padding, shift));
    }

    private static int value(Image image, int x, int y, PaddingMode padding, int shift) {
        int column = place(x, image.width(), padding);
        int row = place(y, image.height(), padding);
        return column < 0 || row < 0 ? 0 : image.pixel(column, row) >> shift & 0xFF;
    }

    /** Walks back into the picture step by step. */
    private static int place(int at, int size, PaddingMode padding) {
        int position = at;
        while (position < 0 || position >= size) {
            switch (padding) {
                case ZEROS -> {
                    return -1;
                }
                case REPLICATE -> position = position < 0 ? 0 : size - 1;
                case REFLECTION -> position = position < 0 ? -position : 2 * (size - 1) - position;
            }
        }
        return position;
    }

    @Test
    void the_map_that_moves_nothing_changes_nothing() {
        Image image = TestImages.noise(9, 5);
        assertThat(image.warp(new Warp(Homography.identity(), 9, 5, PaddingMode.ZEROS)))
                .isEqualTo(image);
    }

    @Test
    void what_shrinks_more_than_twice_is_averaged() {
        // stripes of one pixel: taking single pixels would give black or white
        Image stripes = Image.of(256, 256, (x, y) -> x % 2 == 0 ? 0xFFFFFF : 0);
        Homography map = Homography.scaling(255 / 31.0, 0, 255 / 31.0, 0);
        Image small = stripes.warp(new Warp(map, 32, 32, PaddingMode.REFLECTION));
        for (int x = 0; x < 32; x++) {
            assertThat(small.pixel(x, 16) & 0xFF).isBetween(120, 136);
        }
        Image smooth = TestImages.gradient(512, 256);
        Image eighth =
                smooth.warp(new Warp(Homography.scaling(511 / 63.0, 0, 255 / 31.0, 0), 64, 32, PaddingMode.REPLICATE));
        assertThat(TestImages.difference(eighth, TestImages.gradient(64, 32))).isLessThan(6);
    }

    @Test
    void a_displacement_moves_what_the_map_found() {
        Image image = TestImages.noise(16, 16);
        Warp.Displacement right = (row, xs, ys) -> {
            for (int i = 0; i < xs.length; i++) {
                xs[i] += row;
            }
        };
        Image sheared = image.warp(new Warp(Homography.identity(), 16, 16, PaddingMode.REPLICATE, right));
        assertThat(sheared.pixel(2, 5)).isEqualTo(image.pixel(7, 5));
        assertThat(sheared.pixel(14, 9)).isEqualTo(image.pixel(15, 9));
    }

    @Test
    void positions_at_thirtyseconds_are_exact() {
        Image image = TestImages.noise(12, 9);
        Homography map = Homography.affine(0.5, 0, 1.25, 0, 0.75, 0.5);
        Image drawn = image.warp(new Warp(map, 14, 8, PaddingMode.REFLECTION));
        for (int y = 0; y < 8; y++) {
            for (int x = 0; x < 14; x++) {
                double expected = interpolate(image, map.x(x, y), map.y(x, y), PaddingMode.REFLECTION, 8);
                assertThat((double) (drawn.pixel(x, y) >> 8 & 0xFF)).isCloseTo(expected, within(0.6));
            }
        }
    }

    @Test
    void very_long_pictures_are_warped_too() {
        Image strip = Image.of(40_000, 2, (x, y) -> 0x405060);
        Image drawn = strip.warp(new Warp(Homography.scaling(39_999 / 9.0, 0, 1, 0), 10, 2, PaddingMode.REPLICATE));
        assertThat(drawn).isEqualTo(Image.of(10, 2, (x, y) -> 0x405060));
        assertThat(Image.of(2, 40_000, (x, y) -> 0x405060)
                        .warp(new Warp(Homography.identity(), 2, 5, PaddingMode.ZEROS)))
                .isEqualTo(Image.of(2, 5, (x, y) -> 0x405060));
    }

    @Test
    void horizons_and_single_pixels_do_no_harm() {
        Homography horizon = Homography.of(1, 0, 0, 0, 1, 0, -0.25, 0, 1);
        assertThat(TestImages.noise(8, 8)
                        .warp(new Warp(horizon, 8, 8, PaddingMode.REFLECTION))
                        .width())
                .isEqualTo(8);
        Image dot = Image.of(1, 1, (x, y) -> 0x102030);
        assertThat(dot.warp(new Warp(TILTED, 4, 4, PaddingMode.REFLECTION)))
                .isEqualTo(Image.of(4, 4, (x, y) -> 0x102030));
    }

    @Test
    void four_points_make_a_map() {
        double[] from = {0, 0, 10, 0, 10, 10, 0, 10};
        double[] to = {1, 2, 12, 1, 9, 13, -1, 8};
        Homography map = Homography.between(from, to);
        Homography back = Homography.between(to, from);
        for (int i = 0; i < 8; i += 2) {
            assertThat(map.x(from[i], from[i + 1])).isCloseTo(to[i], within(1e-9));
            assertThat(map.y(from[i], from[i + 1])).isCloseTo(to[i + 1], within(1e-9));
        }
        assertThat(back.after(map).x(3, 4)).isCloseTo(3, within(1e-9));
        assertThat(back.after(map).y(3, 4)).isCloseTo(4, within(1e-9));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Homography.between(new double[] {0, 0, 1, 1, 2, 2, 0, 5}, to))
                .withMessageContaining("three of them lie on a line");
    }

    @Test
    void scale_is_the_growth_of_areas() {
        double area = 0;
        double h = 1e-4;
        double ux = (TILTED.x(5 + h, 4) - TILTED.x(5, 4)) / h;
        double uy = (TILTED.y(5 + h, 4) - TILTED.y(5, 4)) / h;
        double vx = (TILTED.x(5, 4 + h) - TILTED.x(5, 4)) / h;
        double vy = (TILTED.y(5, 4 + h) - TILTED.y(5, 4)) / h;
        area = Math.abs(ux * vy - uy * vx);
        assertThat(TILTED.scaleAt(5, 4)).isCloseTo(Math.sqrt(area), within(1e-3));
    }
}
