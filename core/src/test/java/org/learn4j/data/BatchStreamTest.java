package org.learn4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.learn4j.data.LoaderData.Content;
import org.learn4j.data.LoaderData.Special;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

/** Workers ahead of the caller: what happens when they fail, wait, or are stopped. */
@Timeout(60)
class BatchStreamTest {
    private static DataLoader loader(Dataset dataset, int workers) {
        return DataLoader.of(dataset).batchSize(3).workers(workers).build();
    }

    private static Batch next(BatchStream batches) {
        return Objects.requireNonNull(batches.next());
    }

    private static Stream<Thread> workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("learn4j-loader"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 4})
    void an_item_that_cannot_be_read_fails_its_batch_with_the_cause_after_those_before_it(int workers) {
        IllegalArgumentException cause = new IllegalArgumentException("a broken picture");
        Dataset dataset = new Special(LoaderData.items(30), 13, () -> {
            throw cause;
        });
        for (int round = 0; round < 20; round++) {
            try (DataLoader loader = loader(dataset, workers);
                    BatchStream batches = loader.open(0, 0)) {
                for (int i = 0; i < 4; i++) {
                    assertThat(Content.of(next(batches)).isConsistent()).isTrue();
                }
                for (int again = 0; again < 2; again++) {
                    assertThatIllegalStateException()
                            .isThrownBy(batches::next)
                            .withMessageContaining("Batch 4")
                            .withMessageContaining("item 13")
                            .withMessageContaining("a broken picture")
                            .withCause(cause);
                }
            }
            assertThat(workers()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void an_error_in_a_worker_is_not_lost(int workers) {
        Dataset dataset = new Special(LoaderData.items(3), 1, () -> {
            throw new StackOverflowError("deep");
        });
        try (DataLoader loader = loader(dataset, workers);
                BatchStream batches = loader.open(0, 0)) {
            assertThatIllegalStateException().isThrownBy(batches::next).withCauseInstanceOf(StackOverflowError.class);
        }
    }

    @Test
    void after_a_failure_another_epoch_can_be_opened() {
        AtomicInteger failures = new AtomicInteger();
        Dataset dataset = new Special(LoaderData.items(9), 4, () -> {
            if (failures.getAndIncrement() == 0) {
                throw new IllegalStateException("once");
            }
        });
        try (DataLoader loader = loader(dataset, 2)) {
            try (BatchStream batches = loader.open(0, 0)) {
                next(batches);
                assertThatIllegalStateException().isThrownBy(batches::next);
            }
            assertThat(LoaderData.epoch(loader, 0, 0)).hasSize(3).allMatch(Content::isConsistent);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void closing_early_leaves_no_threads(int workers) {
        try (DataLoader loader = loader(LoaderData.items(3000), workers)) {
            for (int used = 0; used < 20; used++) {
                try (BatchStream batches = loader.open(0, 0)) {
                    for (int i = 0; i < used; i++) {
                        next(batches);
                    }
                    assertThat(workers().allMatch(Thread::isDaemon)).isTrue();
                }
                assertThat(workers()).isEmpty();
            }
        }
    }

    @Test
    void closing_waits_for_the_item_being_read_alone_and_does_not_interrupt_it() throws InterruptedException {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger interrupted = new AtomicInteger();
        Dataset dataset = new Special(LoaderData.items(30), 4, () -> {
            reading.countDown();
            try {
                goOn.await();
            } catch (InterruptedException stop) {
                interrupted.incrementAndGet();
            }
        });
        AtomicInteger later = new AtomicInteger();
        Dataset counting = new Special(dataset, 5, later::incrementAndGet);
        try (DataLoader loader = loader(counting, 1)) {
            BatchStream batches = loader.open(0, 0);
            reading.await();
            Thread closing = new Thread(batches::close);
            closing.start();
            closing.join(50);
            assertThat(closing.isAlive()).isTrue();
            goOn.countDown();
            closing.join();
        }
        assertThat(interrupted).hasValue(0);
        assertThat(later).as("items after the one that was being read").hasValue(0);
    }

    @Test
    void a_batch_is_valid_until_the_next_one_is_asked_for() {
        try (DataLoader loader = loader(LoaderData.items(9), 1);
                BatchStream batches = loader.open(0, 0)) {
            Tensor first = next(batches).inputs()[0];
            assertThat(first.toFloats()).startsWith(0, 1, 10);
            Batch second = next(batches);
            assertThat(first.isClosed()).isTrue();
            assertThat(second.size()).isEqualTo(3);
        }
    }

    @Test
    void the_memory_of_a_batch_in_use_is_not_filled_again() throws InterruptedException {
        try (DataLoader loader = loader(LoaderData.items(300), 4);
                BatchStream batches = loader.open(0, 0)) {
            for (int i = 0; i < 100; i++) {
                Batch batch = next(batches);
                Content before = Content.of(batch);
                if (i % 10 == 0) {
                    TimeUnit.MILLISECONDS.sleep(2); // workers fill what they may
                }
                assertThat(Content.of(batch)).isEqualTo(before);
                assertThat(before.isConsistent()).isTrue();
            }
            assertThat(batches.next()).isNull();
            assertThat(batches.next()).isNull();
        }
    }

    @Test
    void a_batch_does_not_go_with_the_scope_it_was_asked_for_in() {
        try (DataLoader loader = loader(LoaderData.items(9), 1);
                BatchStream batches = loader.open(0, 0)) {
            Batch batch;
            try (TensorScope scope = TensorScope.open()) {
                batch = next(batches);
            }
            assertThat(Content.of(batch).isConsistent()).isTrue();
        }
    }

    @Test
    void an_interrupt_while_waiting_is_remembered_and_no_batch_is_lost() throws InterruptedException {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Dataset dataset = new Special(LoaderData.items(9), 4, () -> {
            reading.countDown();
            awaitQuietly(goOn);
        });
        try (DataLoader loader = loader(dataset, 1)) {
            Thread consumer = Thread.currentThread();
            Thread interrupter = new Thread(() -> {
                awaitQuietly(reading);
                consumer.interrupt();
                goOn.countDown();
            });
            interrupter.start();
            try (BatchStream batches = loader.open(0, 0)) {
                next(batches);
                assertThat(Content.of(next(batches)).isConsistent()).isTrue();
                assertThat(Content.of(next(batches)).isConsistent()).isTrue();
                assertThat(batches.next()).isNull();
            }
            assertThat(Thread.interrupted()).isTrue();
            interrupter.join();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void an_interrupted_thread_closes_a_stream_all_the_same() {
        try (DataLoader loader = loader(LoaderData.items(3000), 2)) {
            BatchStream batches = loader.open(0, 0);
            next(batches);
            Thread.currentThread().interrupt();
            batches.close();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(workers()).isEmpty();
        }
    }

    @Test
    void one_epoch_is_open_at_a_time() {
        try (DataLoader loader = loader(LoaderData.items(9), 1)) {
            BatchStream first = loader.open(0, 0);
            assertThatIllegalStateException()
                    .isThrownBy(() -> loader.open(1, 0))
                    .withMessageContaining("open already");
            first.close();
            first.close();
            try (BatchStream second = loader.open(1, 0)) {
                first.close();
                assertThatIllegalStateException().isThrownBy(() -> loader.open(2, 0));
                assertThat(next(second).number()).isZero();
            }
        }
    }

    @Test
    void a_closed_stream_gives_nothing() {
        try (DataLoader loader = loader(LoaderData.items(9), 1)) {
            BatchStream batches = loader.open(0, 0);
            batches.close();
            assertThatIllegalStateException().isThrownBy(batches::next).withMessageContaining("closed");
        }
    }

    @Test
    void closing_from_another_thread_wakes_one_that_waits() throws InterruptedException {
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch reading = new CountDownLatch(1);
        Dataset dataset = new Special(LoaderData.items(9), 0, () -> {
            reading.countDown();
            awaitQuietly(goOn);
        });
        try (DataLoader loader = loader(dataset, 1)) {
            BatchStream batches = loader.open(0, 0);
            Thread closing = new Thread(() -> {
                awaitQuietly(reading);
                batches.close();
            });
            closing.start();
            assertThatIllegalStateException().isThrownBy(batches::next).withMessageContaining("closed");
            goOn.countDown();
            closing.join();
        }
    }

    @Test
    void many_workers_and_many_epochs_give_every_batch_once() {
        try (DataLoader loader = DataLoader.of(LoaderData.items(200))
                .batchSize(3)
                .shuffle(Seed.of(5))
                .dropLast(false)
                .workers(4)
                .build()) {
            for (int epoch = 0; epoch < 50; epoch++) {
                assertThat(LoaderData.epoch(loader, epoch, 0)).hasSize(67).allMatch(Content::isConsistent);
            }
        }
    }
}
