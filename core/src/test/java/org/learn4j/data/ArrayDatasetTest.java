package org.learn4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

class ArrayDatasetTest {
    private static Batch whole(Dataset dataset, DataLoader loader) {
        BatchStream batches = loader.open(0, 0);
        Batch batch = Objects.requireNonNull(batches.next());
        assertThat(batch.size()).isEqualTo(dataset.size());
        return batch;
    }

    @Test
    void rows_with_classes_become_a_matrix_and_a_vector() {
        ArrayDataset dataset = ArrayDataset.of(new float[][] {{1, 2}, {3, 4}, {5, 6}}, new int[] {0, 1, 0})
                .classes("no", "yes");
        assertThat(dataset.classes()).containsExactly("no", "yes");
        try (DataLoader loader = DataLoader.of(dataset).build()) {
            Batch batch = whole(dataset, loader);
            assertThat(batch.inputs()).hasSize(1);
            assertThat(batch.inputs()[0]).hasToString("Tensor[3, 2] FLOAT32 [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]");
            assertThat(batch.target().orElseThrow()).hasToString("Tensor[3] INT32 [0, 1, 0]");
            assertThat(batch.items()).containsExactly(0, 1, 2);
        }
    }

    @Test
    void several_inputs_keep_their_order_and_shapes() {
        ArrayDataset dataset = ArrayDataset.ofSize(2)
                .input(Field.ints("categories", 3), 1, 2, 3, 4, 5, 6)
                .input(Field.floats("pixels", 2, 2), 1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f)
                .target(Field.floats("price"), 10f, 20f);
        assertThat(dataset.inputs()).extracting(Field::name).containsExactly("categories", "pixels");
        try (DataLoader loader = DataLoader.of(dataset).build()) {
            Batch batch = whole(dataset, loader);
            assertThat(batch.inputs()[0].toInts()).containsExactly(1, 2, 3, 4, 5, 6);
            assertThat(batch.inputs()[1].shape()).isEqualTo(Shape.of(2, 2, 2));
            assertThat(batch.requireTarget().shape()).isEqualTo(Shape.of(2));
            assertThat(batch.requireTarget().toFloats()).containsExactly(10, 20);
        }
    }

    @Test
    void data_without_labels_has_batches_without_targets() {
        ArrayDataset dataset = ArrayDataset.ofSize(2).input(Field.floats("x"), 1f, 2f);
        try (DataLoader loader = DataLoader.of(dataset).build()) {
            Batch batch = whole(dataset, loader);
            assertThat(batch.target()).isEmpty();
            assertThatIllegalStateException().isThrownBy(batch::requireTarget).withMessageContaining("none");
        }
    }

    @Test
    void arrays_that_do_not_fit_are_refused() {
        assertThatExceptionOfType(ShapeMismatchException.class)
                .isThrownBy(() -> ArrayDataset.ofSize(2).input(Field.floats("x", 3), 1f, 2f))
                .withMessageContaining("x")
                .withMessageContaining("2 x 3")
                .withMessageContaining("received 2");
        assertThatExceptionOfType(ShapeMismatchException.class)
                .isThrownBy(() -> ArrayDataset.of(new float[][] {{1}, {1, 2}}, new int[2]))
                .withMessageContaining("row 1");
        assertThatExceptionOfType(ShapeMismatchException.class)
                .isThrownBy(() -> ArrayDataset.of(new float[][] {{1}}, new int[2]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ArrayDataset.ofSize(1).input(Field.ints("codes"), 1f))
                .withMessageContaining("INT32")
                .withMessageContaining("FLOAT32");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ArrayDataset.ofSize(-1))
                .withMessageContaining("-1");
    }

    // ---- the memory of a field

    @Test
    void a_slot_is_written_row_by_row_in_the_fields_type() {
        try (Slot floats = new Slot(Field.floats("x", 2), 3);
                Slot ints = new Slot(Field.ints("y"), 3);
                Slot bytes = new Slot(new Field("z", DType.UINT8, Shape.of(2)), 3)) {
            floats.set(1, new float[] {9, 1, 2, 9}, 1);
            floats.set(0, 1, 7f);
            floats.set(0, 0, 6f);
            floats.set(2, new float[] {3, 4}, 0);
            ints.set(2, 5);
            ints.set(0, new int[] {8, 9}, 1);
            ints.set(1, 0);
            bytes.row(1).put((byte) 200).put((byte) 1);
            try (Tensor allFloats = floats.rows(3);
                    Tensor allInts = ints.rows(3);
                    Tensor twoRows = bytes.rows(2);
                    Tensor none = floats.rows(0)) {
                assertThat(allFloats.toFloats()).containsExactly(6, 7, 1, 2, 3, 4);
                assertThat(allInts.toInts()).containsExactly(9, 0, 5);
                assertThat(twoRows.toInts()).endsWith(200, 1);
                assertThat(none.shape()).isEqualTo(Shape.of(0, 2));
            }
        }
    }

    @Test
    void a_slot_refuses_what_does_not_belong_in_a_row() {
        try (Slot slot = new Slot(Field.floats("x", 2), 3)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> slot.set(0, new int[2], 0))
                    .withMessageContaining("x")
                    .withMessageContaining("FLOAT32");
            for (Runnable wrong : List.<Runnable>of(
                    () -> slot.set(0, 1f),
                    () -> slot.set(0, 2, 1f),
                    () -> slot.set(0, -1, 1f),
                    () -> slot.set(3, new float[2], 0),
                    () -> slot.set(-1, new float[2], 0),
                    () -> slot.set(0, new float[2], 1),
                    () -> slot.row(3))) {
                assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(wrong::run);
            }
        }
    }

    @Test
    void a_data_set_of_ones_own_writes_into_the_batch() {
        Dataset squares = new Dataset() {
            @Override
            public int size() {
                return 4;
            }

            @Override
            public List<Field> inputs() {
                return List.of(Field.floats("square", 1));
            }

            @Override
            public Optional<Field> target() {
                return Optional.empty();
            }

            @Override
            public void write(int item, int row, List<Slot> inputs, Optional<Slot> target) {
                inputs.get(0).set(row, (float) item * item);
            }
        };
        assertThat(squares.classes()).isEmpty();
        try (DataLoader loader = DataLoader.of(squares).build()) {
            assertThat(whole(squares, loader).inputs()[0].toFloats()).containsExactly(0, 1, 4, 9);
        }
    }
}
