package org.learn4j.vision.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.learn4j.tensor.Seed;
import org.learn4j.vision.image.Homography;
import org.learn4j.vision.image.Image;

/** fastai's get_transforms, and how pictures are framed. */
class AugmentationsTest {
    private static final Image WIDE = Image.of(60, 40, (x, y) -> x << 16 | y);

    @ParameterizedTest
    @CsvSource({
        "CROP,60,40,20,20,30x20+5+0",
        "CROP,40,60,20,20,20x30+0+5",
        "PAD,60,40,20,20,20x13-0-3",
        "SQUISH,60,40,20,10,20x10+0+0",
        "CROP,60,40,60,40,60x40+0+0",
        "CROP,1,1,4,4,4x4+0+0",
        "PAD,3,1,6,6,6x2-0-2"
    })
    void pictures_are_framed(ResizeMethod method, int sw, int sh, int w, int h, String expected) {
        Framing framing = Framing.of(method, sw, sh, w, h, 0.5, 0.5);
        String sign = method == ResizeMethod.PAD ? "-" : "+";
        assertThat(framing.frameWidth() + "x" + framing.frameHeight() + sign + Math.abs(framing.left()) + sign
                        + Math.abs(framing.top()))
                .isEqualTo(expected);
    }

    @Test
    void validation_shows_the_middle() {
        Homography map = Augmentations.none()
                .validationPlan(WIDE, 20, 20, ResizeMethod.CROP)
                .map();
        // a frame of 30 x 20, corners on the corners of 60 x 40; columns 5 to 24 of it
        assertThat(map.x(0, 0)).isCloseTo(5 * 59 / 29.0, within(1e-9));
        assertThat(map.x(19, 0)).isCloseTo(24 * 59 / 29.0, within(1e-9));
        assertThat(map.y(0, 0)).isCloseTo(0, within(1e-9));
        assertThat(map.y(0, 19)).isCloseTo(39, within(1e-9));
    }

    @Test
    void the_same_seed_draws_the_same_and_another_does_not() {
        Augmentations standard = Augmentations.standard();
        for (int i = 0; i < 5; i++) {
            Homography first = map(standard, i);
            assertThat(map(standard, i)).isEqualTo(first);
            assertThat(map(standard, i + 100)).isNotEqualTo(first);
        }
    }

    private static Homography map(Augmentations augmentations, int seed) {
        return augmentations
                .plan(Seed.of(seed), WIDE, 20, 20, ResizeMethod.CROP)
                .map();
    }

    private static boolean lit(Augmentations augmentations, int seed) {
        return augmentations
                .plan(Seed.of(seed), WIDE, 20, 20, ResizeMethod.CROP)
                .isLit();
    }

    @Test
    void standard_flips_half_and_lights_most() {
        int n = 2000;
        long flipped = IntStream.range(0, n)
                .filter(i -> {
                    Homography map =
                            map(Augmentations.standard().maxRotate(0).maxZoom(1).maxWarp(0), i);
                    return map.x(19, 10) < map.x(0, 10);
                })
                .count();
        long lit = IntStream.range(0, n)
                .filter(i -> lit(Augmentations.standard(), i))
                .count();
        assertThat(flipped / (double) n).isCloseTo(0.5, within(0.04));
        // brightness or contrast or both
        assertThat(lit / (double) n).isCloseTo(1 - 0.25 * 0.25, within(0.02));
    }

    @Test
    void rotations_and_zooms_stay_in_their_ranges_and_come_with_their_probability() {
        int n = 2000;
        double steepest = 0;
        int turned = 0;
        for (int i = 0; i < n; i++) {
            Homography map = Augmentations.none()
                    .maxRotate(20)
                    .affineProbability(0.6)
                    .plan(Seed.of(i), Image.of(40, 40, (x, y) -> 0), 40, 40, ResizeMethod.CROP)
                    .map();
            double angle = Math.toDegrees(Math.atan2(map.at(1, 0), map.at(0, 0)));
            steepest = Math.max(steepest, Math.abs(angle));
            turned += angle != 0 ? 1 : 0;
        }
        assertThat(steepest).isBetween(19.0, 20.0);
        assertThat(turned / (double) n).isCloseTo(0.6, within(0.04));
        double largest = 0;
        for (int i = 0; i < n; i++) {
            Homography map = map(Augmentations.none().maxZoom(1.3).affineProbability(1), i);
            largest = Math.max(largest, 59 / 29.0 / map.at(0, 0));
        }
        assertThat(largest).isBetween(1.29, 1.3 + 1e-9);
    }

    @Test
    void crops_are_at_random_places() {
        long left = IntStream.range(0, 500)
                .filter(i -> map(Augmentations.none().randomCrop(true), i).x(0, 0) < 1)
                .count();
        // 11 places, each equally likely
        assertThat(left / 500.0).isCloseTo(1 / 11.0, within(0.05));
    }

    @Test
    void settings_do_not_change_what_they_are_made_from() {
        Augmentations standard = Augmentations.standard();
        Homography before = map(standard, 7);
        assertThat(standard.with(Transform.randomResizedCrop(0.25)).magnification())
                .isEqualTo(2);
        assertThat(standard.flipVertically(true).maxWarp(0.4).magnification()).isEqualTo(1);
        assertThat(map(standard, 7)).isEqualTo(before);
    }
}
