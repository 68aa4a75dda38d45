package org.learn4j.plot;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ColorMapTest {
    private static void check(ColorMap map, double value, int red, int green, int blue) {
        int rgb = map.rgb(value);
        assertThat(rgb >> 16).isCloseTo(red, Offset.offset(2));
        assertThat(rgb >> 8 & 255).isCloseTo(green, Offset.offset(2));
        assertThat(rgb & 255).isCloseTo(blue, Offset.offset(2));
    }

    @Test
    void magma_meets_its_published_colours() {
        check(ColorMap.magma(), 0, 0, 0, 4);
        check(ColorMap.magma(), .25, 81, 18, 124);
        check(ColorMap.magma(), .5, 183, 55, 121);
        check(ColorMap.magma(), .75, 252, 137, 97);
        check(ColorMap.magma(), 1, 252, 253, 191);
    }

    @Test
    void blues_meets_its_published_colours() {
        check(ColorMap.blues(), 0, 247, 251, 255);
        check(ColorMap.blues(), .5, 107, 174, 214);
        check(ColorMap.blues(), 1, 8, 48, 107);
    }

    @Test
    void magma_gets_brighter_all_the_way() {
        double before = -1;
        for (int i = 0; i <= 64; i++) {
            int rgb = ColorMap.magma().rgb(i / 64.0);
            double brightness = .299 * (rgb >> 16) + .587 * (rgb >> 8 & 255) + .114 * (rgb & 255);
            assertThat(brightness).isGreaterThan(before);
            before = brightness;
        }
    }

    @Test
    void what_is_outside_is_held_at_the_ends_and_nan_is_grey() {
        ColorMap map = ColorMap.magma();
        assertThat(map.rgb(-3)).isEqualTo(map.rgb(0));
        assertThat(map.rgb(Double.POSITIVE_INFINITY)).isEqualTo(map.rgb(1));
        assertThat(map.rgb(Double.NaN)).isEqualTo(0x808080);
    }
}
