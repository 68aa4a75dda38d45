package org.learn4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.learn4j.data.LoaderData.Content;
import org.learn4j.tensor.Seed;

class SplitterTest {
    private static void assertEveryItemOnce(Split split, int size) {
        assertThat(IntStream.concat(IntStream.of(split.train()), IntStream.of(split.valid()))
                        .sorted())
                .containsExactlyElementsOf(IntStream.range(0, size).boxed().toList());
    }

    @Test
    void a_random_share_is_rounded_down_and_follows_from_the_seed() {
        Split split = Splitter.randomly(0.2, Seed.of(42)).split(104);
        assertThat(split.valid()).hasSize(20);
        assertEveryItemOnce(split, 104);
        assertThat(Splitter.randomly(0.2, Seed.of(42)).split(104).valid()).containsExactly(split.valid());
        assertThat(Splitter.randomly(0.2, Seed.of(43)).split(104).valid()).isNotEqualTo(split.valid());
        assertThat(split.valid()).isSorted();
        assertThat(split.train()).isSorted();
    }

    @Test
    void the_last_share_is_the_end() {
        Split split = Splitter.last(0.3).split(10);
        assertThat(split.train()).containsExactly(0, 1, 2, 3, 4, 5, 6);
        assertThat(split.valid()).containsExactly(7, 8, 9);
    }

    @Test
    void items_are_chosen_by_number_or_condition() {
        Split chosen = Splitter.items(3, 1, 3).split(5);
        assertThat(chosen.valid()).containsExactly(1, 3);
        assertThat(chosen.train()).containsExactly(0, 2, 4);
        assertThat(Splitter.where(item -> item % 2 == 1).split(5).valid()).containsExactly(1, 3);
        for (int wrong : new int[] {-1, 5}) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> Splitter.items(wrong).split(5))
                    .withMessageContaining(String.valueOf(wrong));
        }
    }

    @Test
    void a_condition_that_changes_its_mind_still_puts_every_item_on_one_side() {
        AtomicInteger calls = new AtomicInteger();
        assertEveryItemOnce(
                Splitter.where(item -> calls.getAndIncrement() % 3 == 0).split(50), 50);
        assertThat(calls).hasValue(50);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1, 2, Double.NaN})
    void a_share_lies_between_nothing_and_all(double wrong) {
        assertThatIllegalArgumentException().isThrownBy(() -> Splitter.randomly(wrong, Seed.of(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> Splitter.last(wrong));
    }

    @Test
    void no_items_split_into_nothing() {
        assertEveryItemOnce(Splitter.randomly(0.5, Seed.of(1)).split(0), 0);
        assertEveryItemOnce(Splitter.last(0.5).split(0), 0);
        assertThat(Splitter.randomly(0, Seed.of(1)).split(3).valid()).isEmpty();
    }

    // ---- the pair of loaders

    @Test
    void one_data_set_is_split_into_a_shuffled_and_an_ordered_loader() {
        try (DataLoaders data =
                DataLoaders.of(LoaderData.items(50)).batchSize(8).seed(3).build()) {
            assertThat(data.train().size()).isEqualTo(40);
            DataLoader valid = data.valid().orElseThrow();
            assertThat(valid.size()).isEqualTo(10);
            assertThat(LoaderData.epoch(valid, 0, 0)).hasSize(2).isEqualTo(LoaderData.epoch(valid, 1, 0));
            assertThat(LoaderData.epoch(data.train(), 0, 0))
                    .hasSize(5)
                    .isNotEqualTo(LoaderData.epoch(data.train(), 1, 0))
                    .allMatch(Content::isConsistent);
        }
    }

    @Test
    void two_data_sets_are_not_split() {
        try (DataLoaders data = DataLoaders.of(LoaderData.items(6), LoaderData.items(4))
                .batchSize(2)
                .validBatchSize(4)
                .workers(0)
                .build()) {
            assertThat(data.train().batches()).isEqualTo(3);
            assertThat(data.valid().orElseThrow().batches()).isOne();
        }
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        DataLoaders.of(LoaderData.items(6), LoaderData.items(4)).split(Splitter.last(0.5)))
                .withMessageContaining("nothing to split");
    }

    @Test
    void without_validation_items_there_is_no_validation_loader() {
        try (DataLoaders data =
                DataLoaders.of(LoaderData.items(6)).split(Splitter.items()).build()) {
            assertThat(data.valid()).isEmpty();
            assertThat(data.train().size()).isEqualTo(6);
        }
    }

    @Test
    void weights_belong_to_the_training_items() {
        try (DataLoaders data = DataLoaders.of(LoaderData.items(6))
                .split(Splitter.items(0, 1))
                .batchSize(4)
                .weights(0, 0, 1, 0)
                .build()) {
            assertThat(LoaderData.epoch(data.train(), 0, 0).get(0).items()).containsExactly(4, 4, 4, 4);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> DataLoaders.of(LoaderData.items(6)).weights(1, 1).build());
    }
}
