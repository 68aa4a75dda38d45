package org.learn4j.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.learn4j.plot.ColorMap;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

class HeatMapTest {
    private static final HeatMap MAP = HeatMap.of(2, 3, -1, 0, 1, 3, 2, 1);

    private static void values(HeatMap map, float... expected) {
        assertThat(map.values()).containsExactly(expected, Offset.offset(1e-6f));
    }

    @Test
    void numbers_lie_row_by_row() {
        assertThat(MAP.rows()).isEqualTo(2);
        assertThat(MAP.columns()).isEqualTo(3);
        assertThat(MAP.at(1, 0)).isEqualTo(3);
        assertThat(MAP).hasToString("HeatMap of 2 × 3 from -1.0 to 3.0");
        assertThatThrownBy(() -> MAP.at(0, 3)).hasMessageContaining("3 columns");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HeatMap.of(2, 2, 1, 2, 3))
                .withMessageContaining("2 × 2 and 3 numbers");
        assertThatIllegalArgumentException().isThrownBy(() -> HeatMap.of(0, 2));
    }

    @Test
    void it_is_scaled_in_two_ways() {
        values(MAP.normalized(), 0, .25f, .5f, 1, .75f, .5f);
        values(MAP.positive(), 0, 0, 1, 3, 2, 1);
        values(MAP.positive().overMaximum(), 0, 0, 1 / 3f, 1, 2 / 3f, 1 / 3f);
        values(HeatMap.of(1, 2, 5, 5).normalized(), 0, 0);
        values(HeatMap.of(1, 2, -5, -4).overMaximum(), 0, 0);
    }

    @Test
    void the_hottest_place_is_the_middle_of_its_cell_in_the_picture() {
        assertThat(MAP.hottest(300, 100)).isEqualTo(new HeatMap.Point(50, 75));
        assertThat(HeatMap.of(1, 1, 7).hottest(10, 20)).isEqualTo(new HeatMap.Point(5, 10));
    }

    @Test
    void it_is_resized_between_the_middles_of_cells() {
        values(HeatMap.of(1, 2, 0, 1).resized(1, 4), 0, .25f, .75f, 1);
        values(HeatMap.of(2, 1, 0, 4).resized(4, 1), 0, 1, 3, 4);
        values(MAP.resized(2, 3), MAP.values());
        values(HeatMap.of(1, 1, 3).resized(2, 2), 3, 3, 3, 3);
        values(HeatMap.of(1, 4, 0, 1, 2, 3).resized(1, 2), .5f, 2.5f);
        assertThatIllegalArgumentException().isThrownBy(() -> MAP.resized(0, 3));
    }

    @Test
    void it_covers_a_picture_in_magma() {
        BufferedImage picture = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
        picture.setRGB(0, 0, 0xFFFFFF);
        picture.setRGB(1, 0, 0x0000FF);
        HeatMap map = HeatMap.of(1, 2, 0, 8);
        BufferedImage whole = map.over(picture, 1);
        assertThat(whole.getRGB(0, 0) & 0xFFFFFF).isEqualTo(ColorMap.magma().rgb(0));
        assertThat(whole.getRGB(1, 0) & 0xFFFFFF).isEqualTo(ColorMap.magma().rgb(1));
        assertThat(map.over(picture, 0).getRGB(1, 0) & 0xFFFFFF).isEqualTo(0x0000FF);
        int over = map.over(picture).getRGB(0, 0);
        assertThat(over >> 16 & 255)
                .isCloseTo((int) (.4 * 255 + .6 * (ColorMap.magma().rgb(0) >> 16)), Offset.offset(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> map.over(picture, 1.5))
                .withMessageContaining("1.5");
    }

    @Test
    void the_channel_mean_is_that_of_one_picture() {
        try (Tensor activations = Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 10}, 1, 2, 2, 2);
                Tensor batch = Tensor.zeros(2, 2, 2, 2)) {
            values(HeatMap.channelMean(activations), 3, 4, 5, 7);
            try (Tensor single = activations.viewAs(Shape.of(2, 2, 2))) {
                values(HeatMap.channelMean(single), 3, 4, 5, 7);
            }
            assertThatThrownBy(() -> HeatMap.channelMean(batch)).hasMessageContaining("[2, 2, 2, 2]");
        }
    }
}
