package org.learn4j.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.learn4j.tensor.Tensor;

class OcclusionTest {
    private static final int HEIGHT = 12;
    private static final int WIDTH = 10;

    /** Two outputs: the sum of the first channel, and minus that of the second. */
    private final Nets.Function sums =
            new Nets.Function("Sums", x -> x.sum(2, 3).times(Tensor.of(new float[] {1, -1}, 1, 2)));

    private static Tensor picture() {
        float[] values = new float[2 * HEIGHT * WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(i);
        }
        return Tensor.of(values, 1, 2, HEIGHT, WIDTH);
    }

    @Test
    void a_number_is_how_far_the_output_falls_when_its_patch_is_covered() {
        try (Tensor picture = picture()) {
            float[] values = picture.toFloats();
            for (int target = 0; target < 2; target++) {
                HeatMap map = Occlusion.of(sums).patch(4).stride(2).fill(.5).map(picture, target);
                assertThat(map.rows()).isEqualTo(5);
                assertThat(map.columns()).isEqualTo(4);
                for (int row = 0; row < 5; row++) {
                    for (int column = 0; column < 4; column++) {
                        double fall = 0;
                        for (int y = 2 * row; y < 2 * row + 4; y++) {
                            for (int x = 2 * column; x < 2 * column + 4; x++) {
                                fall += values[(target * HEIGHT + y) * WIDTH + x] - .5;
                            }
                        }
                        assertThat(map.at(row, column))
                                .isCloseTo((float) (target == 0 ? fall : -fall), Offset.offset(1e-4f));
                    }
                }
            }
        }
    }

    @Test
    void what_does_not_fit_is_refused() {
        try (Tensor picture = picture()) {
            assertThatThrownBy(() -> Occlusion.of(sums).map(picture, 0)).hasMessageContaining("32 × 32");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Occlusion.of(sums).patch(4).map(picture, 2))
                    .withMessageContaining("received class 2");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Occlusion.of(sums).patch(0));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Occlusion.of(sums).stride(0));
        }
    }
}
