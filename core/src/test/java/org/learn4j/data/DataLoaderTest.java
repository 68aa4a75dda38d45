package org.learn4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.learn4j.data.LoaderData.Content;
import org.learn4j.tensor.AllocationFaults;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorMemory;
import org.learn4j.tensor.TensorMemoryException;

/** Which items come in which batch. */
class DataLoaderTest {
    private static final List<Integer> ORDER =
            List.of(19, 11, 0, 16, 3, 15, 1, 7, 18, 13, 4, 8, 12, 5, 17, 14, 2, 9, 6, 10);

    @AfterEach
    void disarm() {
        AllocationFaults.disarm();
    }

    private static DataLoader.Builder loader(int items) {
        return DataLoader.of(LoaderData.items(items));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 4})
    void batches_are_the_same_whatever_the_number_of_workers(int workers) {
        try (DataLoader alone = loader(53)
                        .batchSize(5)
                        .shuffle(Seed.of(7))
                        .dropLast(false)
                        .workers(0)
                        .build();
                DataLoader loader = loader(53)
                        .batchSize(5)
                        .shuffle(Seed.of(7))
                        .dropLast(false)
                        .workers(workers)
                        .build()) {
            for (int epoch = 0; epoch < 4; epoch++) {
                List<Content> batches = LoaderData.epoch(loader, epoch, 0);
                assertThat(batches).isEqualTo(LoaderData.epoch(alone, epoch, 0)).allMatch(Content::isConsistent);
                assertThat(batches.stream().flatMap(batch -> batch.items().stream()))
                        .containsExactlyInAnyOrderElementsOf(
                                IntStream.range(0, 53).boxed().toList());
                assertThat(batches.stream().map(Content::number))
                        .containsExactlyElementsOf(
                                IntStream.range(0, 11).boxed().toList());
            }
        }
    }

    @Test
    void the_order_follows_from_seed_and_epoch_alone() {
        try (DataLoader loader = loader(20).batchSize(20).shuffle(Seed.of(7)).build();
                DataLoader again = loader(20).batchSize(20).shuffle(Seed.of(7)).build();
                DataLoader other = loader(20).batchSize(20).shuffle(Seed.of(8)).build()) {
            List<Content> third = LoaderData.epoch(loader, 3, 0);
            assertThat(LoaderData.epoch(loader, 4, 0)).isNotEqualTo(third);
            assertThat(LoaderData.epoch(loader, 3, 0)).isEqualTo(third);
            assertThat(LoaderData.epoch(again, 3, 0)).isEqualTo(third);
            assertThat(LoaderData.epoch(other, 3, 0)).isNotEqualTo(third);
            assertThat(third.get(0).items())
                    .as("the order of a seed never changes")
                    .containsExactlyElementsOf(ORDER);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void an_epoch_may_start_at_any_batch(int workers) {
        try (DataLoader loader = loader(23)
                .batchSize(4)
                .shuffle(Seed.of(7))
                .dropLast(false)
                .workers(workers)
                .build()) {
            List<Content> whole = LoaderData.epoch(loader, 2, 0);
            for (int from = 0; from <= loader.batches(); from++) {
                assertThat(LoaderData.epoch(loader, 2, from)).isEqualTo(whole.subList(from, whole.size()));
            }
            for (int wrong : new int[] {-1, loader.batches() + 1}) {
                assertThatExceptionOfType(IndexOutOfBoundsException.class)
                        .isThrownBy(() -> loader.open(2, wrong))
                        .withMessageContaining(String.valueOf(wrong));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "10, 4, false, 3, 2",
        "10, 4, true, 2, 4",
        "8, 4, false, 2, 4",
        "8, 4, true, 2, 4",
        "3, 4, false, 1, 3",
        "1, 1, true, 1, 1",
        "10, 2147483647, false, 1, 10"
    })
    void the_last_batch_is_kept_or_dropped(int items, int size, boolean drop, int batches, int lastSize) {
        try (DataLoader loader = loader(items).batchSize(size).dropLast(drop).build()) {
            assertThat(loader.batches()).isEqualTo(batches);
            List<Content> contents = LoaderData.epoch(loader, 0, 0);
            assertThat(contents).hasSize(batches).allMatch(Content::isConsistent);
            assertThat(contents.get(batches - 1).items()).hasSize(lastSize);
        }
    }

    @Test
    void a_shuffled_loader_drops_a_last_batch_that_is_not_full_and_one_in_order_keeps_it() {
        try (DataLoader shuffled = loader(10).batchSize(4).shuffle(Seed.of(1)).build();
                DataLoader ordered = loader(10).batchSize(4).build();
                DataLoader back = shuffled.inOrder()) {
            assertThat(shuffled.batches()).isEqualTo(2);
            assertThat(ordered.batches()).isEqualTo(3);
            assertThat(LoaderData.epoch(ordered, 5, 0).get(2).items()).containsExactly(8, 9);
            assertThat(LoaderData.epoch(back, 0, 0)).isEqualTo(LoaderData.epoch(ordered, 0, 0));
        }
    }

    @Test
    void an_epoch_without_batches_is_an_error_that_says_why() {
        try (DataLoader loader = loader(3).batchSize(4).dropLast(true).build();
                DataLoader empty = loader(0).build()) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> loader.open(0, 0))
                    .withMessageContaining("3 items make no full batch of 4")
                    .withMessageContaining("at most 3");
            assertThatIllegalStateException().isThrownBy(() -> empty.open(0, 0)).withMessageContaining("no items");
        }
    }

    @Test
    void only_the_chosen_items_come_in_their_order() {
        try (DataLoader loader = loader(10).items(7, 2, 2, 5).batchSize(3).build()) {
            assertThat(loader.size()).isEqualTo(4);
            List<Content> contents = LoaderData.epoch(loader, 0, 0);
            assertThat(contents.get(0).items()).containsExactly(7, 2, 2);
            assertThat(contents.get(1).items()).containsExactly(5);
            assertThat(contents).allMatch(Content::isConsistent);
        }
        for (int wrong : new int[] {10, -1}) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> loader(10).items(wrong))
                    .withMessageContaining(String.valueOf(wrong));
        }
    }

    @Test
    void weighted_items_are_drawn_in_proportion() {
        double[] weights = {0, 1, 2, 0, 5, 0};
        try (DataLoader loader =
                loader(6).batchSize(6).shuffle(Seed.of(3)).weights(weights).build()) {
            int[] counts = new int[6];
            int epochs = 4000;
            for (int epoch = 0; epoch < epochs; epoch++) {
                for (int item : loader.order(epoch)) {
                    counts[item]++;
                }
            }
            int draws = 6 * epochs;
            double chiSquare = 0;
            for (int item = 0; item < 6; item++) {
                double expected = draws * weights[item] / 8;
                if (expected == 0) {
                    assertThat(counts[item]).as("items of weight 0").isZero();
                } else {
                    chiSquare += Math.pow(counts[item] - expected, 2) / expected;
                }
            }
            assertThat(chiSquare).isLessThan(13.8); // 0.1 % of χ² with two degrees of freedom
            assertThat(LoaderData.epoch(loader, 0, 0)).allMatch(Content::isConsistent);
        }
    }

    @Test
    void weights_that_make_no_sense_are_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> loader(2).shuffle(Seed.of(1)).weights(1).build())
                .withMessageContaining("2 items")
                .withMessageContaining("1");
        for (double[] wrong : new double[][] {
            {0, 0}, {1, -1}, {Double.NaN, 1}, {1, Double.POSITIVE_INFINITY}, {Double.MAX_VALUE, Double.MAX_VALUE}
        }) {
            assertThatIllegalArgumentException()
                    .as(Arrays.toString(wrong))
                    .isThrownBy(
                            () -> loader(2).shuffle(Seed.of(1)).weights(wrong).build());
        }
        assertThatIllegalStateException()
                .isThrownBy(() -> loader(2).weights(1, 1).build())
                .withMessageContaining("shuffle");
    }

    @Test
    void settings_that_make_no_sense_are_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> loader(2).batchSize(0))
                .withMessageContaining("0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> loader(2).workers(-1))
                .withMessageContaining("-1");
    }

    // ---- memory

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void later_epochs_allocate_nothing(int workers) {
        long bytes = TensorMemory.bytesInUse();
        try (DataLoader loader =
                loader(101).batchSize(8).dropLast(false).workers(workers).build()) {
            LoaderData.epoch(loader, 0, 0);
            long allocations = TensorMemory.allocations();
            for (int epoch = 1; epoch < 20; epoch++) {
                LoaderData.epoch(loader, epoch, 0);
            }
            assertThat(TensorMemory.allocations()).isEqualTo(allocations);
        }
        assertThat(TensorMemory.bytesInUse()).isEqualTo(bytes);
    }

    @Test
    void a_closed_loader_holds_nothing_and_can_be_used_again() {
        long bytes = TensorMemory.bytesInUse();
        DataLoader loader = loader(10).batchSize(4).build();
        List<Content> first = LoaderData.epoch(loader, 0, 0);
        loader.close();
        loader.close();
        assertThat(TensorMemory.bytesInUse()).isEqualTo(bytes);
        assertThat(LoaderData.epoch(loader, 0, 0)).isEqualTo(first);
        loader.close();
    }

    @Test
    void closing_a_loader_ends_the_epoch_that_is_open() {
        DataLoader loader = loader(100).batchSize(4).workers(2).build();
        BatchStream batches = loader.open(0, 0);
        Tensor input = Objects.requireNonNull(batches.next()).inputs()[0];
        loader.close();
        assertThat(input.isClosed()).isTrue();
        assertThatIllegalStateException().isThrownBy(batches::next).withMessageContaining("closed");
        batches.close();
    }

    @Test
    void any_allocation_for_an_epoch_may_fail_and_the_loader_stays_usable() {
        try (DataLoader loader = loader(10).batchSize(4).workers(1).build()) {
            long blocks = TensorMemory.blocksInUse();
            int failures = 0;
            for (int k = 0; k < 4; k++) {
                AllocationFaults.failAfter(k, true);
                assertThatExceptionOfType(TensorMemoryException.class).isThrownBy(() -> loader.open(0, 0));
                AllocationFaults.disarm();
                assertThat(TensorMemory.blocksInUse()).isEqualTo(blocks);
                failures++;
            }
            assertThat(failures).isEqualTo(4);
            assertThat(LoaderData.epoch(loader, 0, 0)).hasSize(3).allMatch(Content::isConsistent);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void data_that_changes_from_epoch_to_epoch_is_told_the_epoch(int workers) {
        Dataset changing = new Dataset() {
            @Override
            public int size() {
                return 6;
            }

            @Override
            public List<Field> inputs() {
                return List.of(Field.floats("x", 1));
            }

            @Override
            public Optional<Field> target() {
                return Optional.empty();
            }

            @Override
            public void write(int item, int row, List<Slot> inputs, Optional<Slot> target) {
                throw new AssertionError("asked without an epoch");
            }

            @Override
            public void write(int epoch, int item, int row, List<Slot> inputs, Optional<Slot> target) {
                inputs.get(0).set(row, 100f * epoch + item);
            }
        };
        try (DataLoader loader =
                DataLoader.of(changing).batchSize(3).workers(workers).build()) {
            for (int epoch : new int[] {7, 0}) {
                try (BatchStream batches = loader.open(epoch, 1)) {
                    Batch batch = Objects.requireNonNull(batches.next());
                    assertThat(batch.inputs()[0].toFloats())
                            .containsExactly(100 * epoch + 3, 100 * epoch + 4, 100 * epoch + 5);
                }
            }
        }
    }
}
