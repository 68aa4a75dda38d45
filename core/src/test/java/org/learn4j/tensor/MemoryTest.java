package org.learn4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.learn4j.testkit.LeavesBehind;

/** Native memory: reused, counted, freed, and missing. */
class MemoryTest {
    @AfterEach
    void disarm() {
        AllocationFaults.disarm();
    }

    // ---- the pool

    @Test
    void a_pool_gives_the_same_blocks_again() {
        try (MemoryPool pool = new MemoryPool()) {
            float expected = step(pool, 0);
            long allocations = TensorMemory.allocations();
            long bytes = TensorMemory.bytesInUse();
            for (int i = 1; i < 1000; i++) {
                assertThat(step(pool, i)).isEqualTo(expected + i);
            }
            assertThat(TensorMemory.allocations()).isEqualTo(allocations);
            assertThat(TensorMemory.bytesInUse()).isEqualTo(bytes);
        }
    }

    private static float step(MemoryPool pool, int number) {
        try (TensorScope scope = pool.scope()) {
            Tensor a = Tensor.range(600).reshape(20, 30);
            Tensor b = a.transpose().plus(number);
            return b.max().toFloats()[0];
        }
    }

    @Test
    void blocks_of_nearly_equal_sizes_are_shared() {
        try (MemoryPool pool = new MemoryPool()) {
            try (TensorScope scope = pool.scope()) {
                Tensor.zeros(10_000);
            }
            long allocations = TensorMemory.allocations();
            for (int size = 9_300; size <= 10_200; size += 100) {
                try (TensorScope scope = pool.scope()) {
                    Tensor.zeros(size);
                }
            }
            assertThat(TensorMemory.allocations() - allocations).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void a_block_is_given_to_one_tensor_at_a_time() {
        try (MemoryPool pool = new MemoryPool();
                TensorScope scope = pool.scope()) {
            Tensor a = Tensor.full(1, 100);
            Tensor view = a.slice(0, 10, 20);
            a.close();
            Tensor b = Tensor.full(2, 100);
            assertThat(view.toFloats()).containsOnly(1);
            view.close();
            Tensor c = Tensor.full(3, 100);
            assertThat(b.toFloats()).containsOnly(2);
            assertThat(c.storage()).isSameAs(a.storage()).isNotSameAs(b.storage());
        }
    }

    @Test
    void what_was_kept_outlives_its_pool() {
        long blocks = TensorMemory.blocksInUse();
        Tensor kept;
        try (MemoryPool pool = new MemoryPool()) {
            try (TensorScope scope = pool.scope()) {
                kept = Tensor.full(5, 10).keep();
                Tensor.zeros(10);
            }
            assertThat(TensorMemory.blocksInUse() - blocks).isEqualTo(2);
        }
        assertThat(TensorMemory.blocksInUse() - blocks).isOne();
        assertThat(kept.toFloats()).containsOnly(5);
        kept.close();
        assertThat(TensorMemory.blocksInUse()).isEqualTo(blocks);
    }

    @Test
    void a_pool_may_close_before_its_scope() {
        long blocks = TensorMemory.blocksInUse();
        MemoryPool pool = new MemoryPool();
        try (TensorScope scope = pool.scope()) {
            Tensor before = Tensor.full(1, 10);
            pool.close();
            Tensor after = Tensor.full(2, 10);
            assertThat(before.toFloats()).containsOnly(1);
            assertThat(after.toFloats()).containsOnly(2);
        }
        pool.close();
        assertThat(TensorMemory.blocksInUse()).isEqualTo(blocks);
    }

    @Test
    void threads_share_a_pool() throws Exception {
        var threads = Executors.newFixedThreadPool(4);
        try (MemoryPool pool = new MemoryPool()) {
            Callable<Boolean> work = () -> {
                for (int i = 0; i < 500; i++) {
                    try (TensorScope scope = pool.scope()) {
                        Tensor a = Tensor.full(i, 50);
                        Tensor b = Tensor.full(-i, 50);
                        for (float value : a.toFloats()) {
                            if (value != i) {
                                return false;
                            }
                        }
                        b.close();
                    }
                }
                return true;
            };
            for (Future<Boolean> result : threads.invokeAll(List.of(work, work, work, work))) {
                assertThat(result.get()).isTrue();
            }
        } finally {
            threads.shutdown();
            assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    // ---- running out

    @Test
    void running_out_of_memory_is_an_exception_with_the_bytes_asked_for_and_in_use() {
        try (Tensor held = Tensor.zeros(1000)) {
            AllocationFaults.failAfter(0, false);
            assertThatExceptionOfType(TensorMemoryException.class)
                    .isThrownBy(() -> Tensor.zeros(250))
                    .withMessageContaining("1000 bytes")
                    .withMessageContaining("in use");
            assertThat(held.toFloats()).containsOnly(0);
            Tensor.zeros(250).close();
        }
    }

    @Test
    void asking_for_more_than_there_is_fails_without_harm() {
        long bytes = TensorMemory.bytesInUse();
        assertThatExceptionOfType(TensorMemoryException.class)
                .isThrownBy(() -> Tensor.uninitialized(DType.FLOAT64, Shape.of(1L << 50)));
        assertThatExceptionOfType(ArithmeticException.class)
                .isThrownBy(() -> Tensor.uninitialized(DType.FLOAT64, Shape.of(1L << 61)));
        assertThat(TensorMemory.bytesInUse()).isEqualTo(bytes);
    }

    @Test
    void any_allocation_of_a_chain_of_operations_may_fail() {
        for (boolean scoped : new boolean[] {true, false}) {
            for (boolean allThatFollow : new boolean[] {false, true}) {
                int failures = 0;
                boolean failed = true;
                for (int k = 0; failed; k++) {
                    long blocks = TensorMemory.blocksInUse();
                    try (Tensor x = Tensor.range(12);
                            Tensor index = Tensor.of(new long[] {1, 0}, 1, 2)) {
                        AllocationFaults.failAfter(k, allThatFollow);
                        failed = chain(x, index, scoped);
                        AllocationFaults.disarm();
                        failures += failed ? 1 : 0;
                        assertThat(x.toFloats()).startsWith(0, 1, 2);
                    }
                    assertThat(TensorScope.isOpen()).isFalse();
                    assertThat(TensorMemory.blocksInUse())
                            .as("after failure " + k)
                            .isEqualTo(blocks);
                }
                assertThat(failures).isGreaterThan(3);
            }
        }
    }

    private static boolean chain(Tensor x, Tensor index, boolean scoped) {
        TensorScope scope = scoped ? TensorScope.open() : null;
        List<Tensor> made = new ArrayList<>();
        try {
            made.add(x.reshape(3, 4));
            Tensor matrix = made.get(0);
            made.add(matrix.transpose());
            made.add(matrix.matmul(made.get(1)));
            made.add(made.get(1).reshape(12));
            made.add(matrix.gather(0, index));
            made.add(Tensor.stack(0, matrix, matrix));
            made.add(matrix.get(1));
            made.add(matrix.matmul(made.get(6)));
            made.add(Tensor.concat(0, x, x));
            made.add(made.get(5).mean(0, 2));
            made.add(matrix.softmax(1));
            return false;
        } catch (TensorMemoryException failure) {
            return true;
        } finally {
            AllocationFaults.disarm();
            if (scope == null) {
                made.forEach(Tensor::close);
            } else {
                scope.close();
            }
        }
    }

    // ---- what was forgotten

    @Test
    @LeavesBehind("memory that the garbage collector finds")
    void a_forgotten_tensor_is_freed_and_taken_off_the_books() throws InterruptedException {
        long bytes = TensorMemory.bytesInUse();
        for (int i = 0; i < 10; i++) {
            Tensor.zeros(10_000);
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (TensorMemory.bytesInUse() > bytes && System.nanoTime() < end) {
            System.gc();
            Thread.sleep(5);
        }
        assertThat(TensorMemory.bytesInUse()).isLessThanOrEqualTo(bytes);
    }
}
