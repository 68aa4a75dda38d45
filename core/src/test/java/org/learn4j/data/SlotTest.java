package org.learn4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/** The memory of one field in a batch. */
class SlotTest {
    @Test
    void pictures_are_written_channels_last_and_read_channels_first() {
        try (Slot slot = new Slot(Field.image("picture", 3, 2, 4), 5)) {
            float[] pixels = new float[24];
            for (int row = 0; row < 2; row++) {
                for (int i = 0; i < 24; i++) {
                    pixels[i] = 100 * row + i;
                }
                slot.set(row, pixels, 0);
            }
            try (Tensor batch = slot.rows(2)) {
                assertThat(batch.shape()).isEqualTo(Shape.of(2, 3, 2, 4));
                assertThat(batch.strides()).containsExactly(24, 1, 12, 3);
                float[] values = batch.toFloats();
                for (int n = 0, at = 0; n < 2; n++) {
                    for (int c = 0; c < 3; c++) {
                        for (int y = 0; y < 2; y++) {
                            for (int x = 0; x < 4; x++) {
                                assertThat(values[at++]).isEqualTo(100 * n + (y * 4 + x) * 3 + c);
                            }
                        }
                    }
                }
            }
        }
    }

    @Test
    void pictures_of_one_channel_are_row_major_as_well() {
        try (Slot slot = new Slot(Field.image("picture", 1, 2, 2), 2);
                Tensor batch = slot.rows(2)) {
            assertThat(batch.isContiguous()).isTrue();
        }
    }

    @Test
    void only_pictures_have_channels_to_be_last() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Field("x", DType.FLOAT32, Shape.of(3, 4), true))
                .withMessageContaining("x")
                .withMessageContaining("[3, 4]");
    }
}
