package org.learn4j.vision.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.learn4j.autograd.PaddingMode;
import org.learn4j.tensor.Seed;
import org.learn4j.vision.image.Homography;
import org.learn4j.vision.image.Image;

/** What each transform does, and that all of them are drawn at once. */
class TransformTest {
    private static final Image DOTS = Image.of(5, 5, (x, y) -> 10 * y + x);

    private static AugmentationPlan plan(int width, int height) {
        Framing whole = new Framing(width, height, 0, 0);
        return new AugmentationPlan(width, height, width, height, whole, PaddingMode.REFLECTION);
    }

    @Test
    void positive_degrees_turn_counter_clockwise() {
        AugmentationPlan plan = plan(5, 5);
        Movements.rotate(plan, 90);
        Image turned = plan.draw(DOTS);
        assertThat(turned.pixel(3, 1)).isEqualTo(DOTS.pixel(3, 3));
        assertThat(turned.pixel(0, 0)).isEqualTo(DOTS.pixel(4, 0));
    }

    @Test
    void turning_keeps_proportions_of_pictures_that_are_not_square() {
        Image wide = Image.of(41, 21, (x, y) -> 0);
        AugmentationPlan plan = plan(41, 21);
        Movements.rotate(plan, 30);
        Homography map = plan.map();
        double length = Math.hypot(map.x(30, 10) - map.x(20, 10), map.y(30, 10) - map.y(20, 10));
        double height = Math.hypot(map.x(20, 10) - map.x(20, 0), map.y(20, 10) - map.y(20, 0));
        // lengths are those of whole pixels but for the half ones at the edges
        assertThat(length).isCloseTo(10, within(0.3));
        assertThat(height).isCloseTo(10, within(0.3));
        assertThat(plan.draw(wide)).isEqualTo(wide);
    }

    @Test
    void flipping_exchanges_left_and_right() {
        AugmentationPlan plan = plan(5, 5);
        Transform.flip().draw(Seed.of(1).stream(), plan);
        assertThat(plan.draw(DOTS)).isEqualTo(Image.of(5, 5, (x, y) -> DOTS.pixel(4 - x, y)));
    }

    @Test
    void a_square_has_eight_symmetries() {
        Set<Image> all = new HashSet<>();
        for (int number = 0; number < 8; number++) {
            AugmentationPlan plan = plan(5, 5);
            Movements.dihedral(plan, number);
            Image image = plan.draw(DOTS);
            assertThat(image.pixel(2, 2)).isEqualTo(DOTS.pixel(2, 2));
            all.add(image);
        }
        assertThat(all).hasSize(8);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "1,1", "0.25,0.5"})
    void zooming_keeps_its_point(double x, double y) {
        AugmentationPlan plan = plan(101, 51);
        plan.move(Movements.zoom(2, x, y));
        assertThat(plan.map().x(100 * x, 50 * y)).isCloseTo(100 * x, within(1e-9));
        assertThat(plan.map().y(100 * x, 50 * y)).isCloseTo(50 * y, within(1e-9));
        assertThat(plan.map().x(100 * x + 2, 0) - plan.map().x(100 * x, 0)).isCloseTo(1, within(1e-9));
    }

    @Test
    void corners_move_outwards() {
        AugmentationPlan plan = plan(101, 101);
        // the picture's upper left corner, (0, 0), moves out by a fifth of the half: to (-10, -10)
        plan.move(Movements.corners(0.2, 0.2, 0, 0, 0, 0, 0, 0));
        Homography map = plan.map();
        assertThat(map.x(-10, -10)).isCloseTo(0, within(1e-9));
        assertThat(map.y(-10, -10)).isCloseTo(0, within(1e-9));
        assertThat(map.x(100, 0)).isCloseTo(100, within(1e-9));
        assertThat(map.y(0, 100)).isCloseTo(100, within(1e-9));
        for (int side = 0; side < 4; side++) {
            AugmentationPlan tilted = plan(101, 101);
            tilted.move(Movements.tilt(side, 0.5));
            // a point on the side that is tilted comes from further inside
            double[][] ends = {{100, 0}, {0, 0}, {0, 100}, {0, 0}};
            double inner =
                    side < 2 ? tilted.map().y(ends[side][0], 0) : tilted.map().x(0, ends[side][1]);
            assertThat(inner).isCloseTo(50 - 50 / 1.5, within(1e-9));
        }
    }

    @Test
    void squishing_squeezes_one_way() {
        AugmentationPlan across = plan(101, 101);
        across.move(Movements.squish(0.5, 0.5, 0.5));
        assertThat(across.map().x(100, 3) - across.map().x(0, 3)).isCloseTo(50, within(1e-9));
        assertThat(across.map().y(3, 100) - across.map().y(3, 0)).isCloseTo(100, within(1e-9));
        AugmentationPlan down = plan(101, 101);
        down.move(Movements.squish(2, 0.5, 0));
        assertThat(down.map().y(3, 0)).isCloseTo(0, within(1e-9));
        assertThat(down.map().y(3, 100)).isCloseTo(50, within(1e-9));
    }

    @Test
    void light_is_changed_between_black_and_white() {
        AugmentationPlan plan = plan(5, 5);
        plan.light(1, Math.log(0.6 / 0.4));
        plan.light(1.25, 0);
        float[] numbers = new float[75];
        Image grey = Image.of(5, 5, (x, y) -> x == 0 ? 0 : x == 1 ? 0xFFFFFF : 0x336699);
        grey.write(plan.table(new double[] {0.1, 0.2, 0.3}, new double[] {1, 2, 4}), 3, numbers);
        assertThat(numbers[0]).isCloseTo(-0.1f, within(1e-5f));
        assertThat(numbers[3]).isCloseTo(0.9f, within(1e-5f));
        double[] levels = {0x33 / 255.0, 0x66 / 255.0, 0x99 / 255.0};
        double[] mean = {0.1, 0.2, 0.3};
        double[] deviation = {1, 2, 4};
        for (int c = 0; c < 3; c++) {
            double odds = Math.log(levels[c] / (1 - levels[c]));
            double lit = 1 / (1 + Math.exp(-1.25 * (odds + Math.log(1.5))));
            assertThat((double) numbers[6 + c]).isCloseTo((lit - mean[c]) / deviation[c], within(1e-6));
        }
    }

    @Test
    void what_is_rendered_is_lit() {
        AugmentationPlan plan = plan(5, 5);
        Image grey = Image.of(5, 5, (x, y) -> 0x404080);
        assertThat(plan.render(grey)).isEqualTo(grey);
        plan.light(2, 0);
        // log-odds of 64/255 doubled: 64²/(64² + 191²); of 128/255: 128²/(128² + 127²)
        assertThat(plan.render(grey).pixel(2, 2)).isEqualTo(0x1A1A80 + (Math.round(255f * 16384 / 32513) - 0x80));
    }

    @Test
    void colours_change_but_greys_do_not() {
        Image grey = Image.of(4, 1, (x, y) -> 0x010101 * 60 * x);
        assertThat(Colours.turnHue(grey, 0.3)).isEqualTo(grey);
        assertThat(Colours.saturate(grey, 0.5).pixel(2, 0) & 0xFF).isBetween(119, 121);
        Image red = Image.of(1, 1, (x, y) -> 0xFF0000);
        assertThat(Colours.turnHue(red, 1 / 3.0).pixel(0, 0)).isEqualTo(0x00FF00);
        assertThat(Colours.turnHue(red, -1 / 3.0).pixel(0, 0)).isEqualTo(0x0000FF);
        assertThat(Colours.turnHue(red, 1).pixel(0, 0)).isEqualTo(0xFF0000);
        Image pale = Colours.saturate(Image.of(1, 1, (x, y) -> 0xC86432), 0.5);
        assertThat((pale.pixel(0, 0) >> 16) - (pale.pixel(0, 0) & 0xFF)).isBetween(40, 100);
        assertThat(Colours.saturate(Image.of(1, 1, (x, y) -> 0xC86432), 1).pixel(0, 0))
                .isEqualTo(0xC86432);
    }

    @Test
    void holes_are_black_and_noise_is_noise() {
        AugmentationPlan plan = plan(40, 30);
        Image white = Image.of(40, 30, (x, y) -> 0xFFFFFF);
        Transform.cutout(1, 10).draw(Seed.of(4).stream(), plan);
        Image cut = plan.draw(white);
        long black = IntStream.range(0, 1200)
                .filter(i -> cut.pixel(i % 40, i / 40) == 0)
                .count();
        assertThat(black).isBetween(25L, 100L);
        AugmentationPlan erased = plan(40, 30);
        Transform.erase(0.2, 0.2, 0.5, 1).draw(Seed.of(5).stream(), erased);
        float[] numbers = new float[3600];
        erased.finish(numbers, 3);
        long changed = IntStream.range(0, 3600).filter(i -> numbers[i] != 0).count();
        assertThat(changed / 3.0).isCloseTo(240, within(30.0));
    }

    @Test
    void parts_cover_a_share_of_the_area() {
        for (int i = 0; i < 50; i++) {
            AugmentationPlan plan = new AugmentationPlan(
                    200, 100, 32, 32, Framing.of(ResizeMethod.CROP, 200, 100, 32, 32, 0.5, 0.5), PaddingMode.ZEROS);
            Transform.randomResizedCrop(0.1).draw(Seed.of(i).stream(), plan);
            Homography map = plan.map();
            double left = map.x(0, 0);
            double right = map.x(31, 31);
            double top = map.y(0, 0);
            double bottom = map.y(31, 31);
            assertThat(left).isGreaterThanOrEqualTo(-1e-9);
            assertThat(right).isLessThanOrEqualTo(199 + 1e-9);
            assertThat(top).isGreaterThanOrEqualTo(-1e-9);
            assertThat(bottom).isLessThanOrEqualTo(99 + 1e-9);
            assertThat((right - left) * (bottom - top) / 20_000).isBetween(0.09, 1.0);
            assertThat((right - left) / (bottom - top)).isBetween(0.72, 1.4);
        }
    }

    @Test
    void jitter_moves_by_at_most_its_size() {
        AugmentationPlan plan = plan(101, 101);
        Movements.jitter(plan, 0.04, 9);
        Image ramp = Image.of(101, 101, (x, y) -> 2 * x << 16 | 2 * y);
        Image moved = plan.draw(ramp);
        int most = 0;
        for (int i = 10; i < 90; i++) {
            most = Math.max(most, Math.abs((moved.pixel(i, 50) >> 16) - 2 * i));
        }
        assertThat(most).isBetween(2, 5);
    }

    @Test
    void own_changes_keep_the_size() {
        AugmentationPlan plan = plan(5, 5);
        Transform.of(image -> image.crop(0, 0, 4, 5)).draw(Seed.of(1).stream(), plan);
        assertThatIllegalStateException().isThrownBy(() -> plan.draw(DOTS)).withMessageContaining("4 x 5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plan.draw(Image.of(3, 3, (x, y) -> 0)))
                .withMessageContaining("5 x 5");
    }

    @Test
    void what_makes_no_sense_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Transform.rotate(-1))
                .withMessageContaining("-1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Transform.zoom(0, 2))
                .withMessageContaining("0.0 to 2.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Transform.brightness(1))
                .withMessageContaining("[0, 1)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Transform.flip().withProbability(1.5))
                .withMessageContaining("1.5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Transform.randomResizedCrop(0))
                .withMessageContaining("0.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Transform.cutout(0, 3))
                .withMessageContaining("0 of 3");
    }
}
