package org.learn4j.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.learn4j.kernel.Kernels;
import org.learn4j.tensor.AllocationFaults;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.MemoryPool;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorMemory;
import org.learn4j.tensor.TensorMemoryException;
import org.learn4j.tensor.TensorScope;
import org.learn4j.tensor.Unary;

/** Who holds what memory, and for how long. */
class TapeMemoryTest {
    @AfterEach
    void disarm() {
        AllocationFaults.disarm();
    }

    private static Tensor leaf(double... values) {
        return Tensor.of(values).requireGradient(true);
    }

    // ---- while recording

    @Test
    void an_inner_scope_may_end_before_the_backward_pass() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.open()) {
            Tensor a = leaf(2);
            Tensor b = leaf(3);
            Tensor c = leaf(5);
            Tensor y;
            try (TensorScope inner = TensorScope.open()) {
                Tensor sum = a.plus(b).times(c); // the product needs a + b, which goes with the scope
                y = sum.square().keep();
            }
            overwrite();
            tape.backward(y.sum());
            assertThat(c.gradient().orElseThrow().item()).isEqualTo(2 * 25 * 5);
            assertThat(a.gradient().orElseThrow().item()).isEqualTo(2 * 25 * 5);
            y.close();
        }
    }

    /** Takes and fills the blocks that scopes have given back. */
    private static void overwrite() {
        for (int i = 0; i < 20; i++) {
            Tensor.of(new double[] {Double.NaN});
        }
    }

    @Test
    void results_may_be_closed_before_the_backward_pass() {
        try (Tensor w = leaf(3, 4);
                Tensor v = leaf(1, 2);
                Tape tape = Tape.open()) {
            Tensor loss;
            try (Tensor square = w.square();
                    Tensor product = square.times(v)) {
                loss = product.sum();
            }
            try (loss;
                    Tensor other = Tensor.of(new double[] {Double.NaN, Double.NaN})) {
                tape.backward(loss);
            }
            assertThat(w.gradient().orElseThrow().toDoubles()).containsExactly(6, 16);
            assertThat(v.gradient().orElseThrow().toDoubles()).containsExactly(9, 16);
        }
    }

    @Test
    void gather_has_a_gradient_though_its_positions_are_temporary() {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.open()) {
            Tensor x = leaf(1, 2, 3, 4).requireGradient(true);
            Tensor index = Tensor.of(new long[] {3, 0, 3}, 3);
            Tensor y = x.gather(0, index);
            for (int i = 0; i < 20; i++) {
                Tensor.of(new int[] {77, 77, 77});
            }
            tape.backward(y, Tensor.of(new double[] {1, 10, 100}));
            assertThat(x.gradient().orElseThrow().toDoubles()).containsExactly(10, 0, 0, 101);
        }
    }

    @Test
    void a_closed_tensor_is_refused_by_name_of_its_shape() {
        Tensor closed = leaf(1, 2);
        closed.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> closed.times(2))
                .withMessageContaining("[2]")
                .withMessageContaining("keep()");
    }

    @Test
    void outside_any_scope_operations_leave_only_their_results() {
        long blocks = TensorMemory.blocksInUse();
        try (Tensor x = leaf(1, 2, 3, 4, 5, 6);
                Tensor w = leaf(1, 2, 3);
                Tensor v = Tensor.of(new double[] {1, 2});
                Tensor index = Tensor.of(new int[] {1, 1});
                Tape tape = Tape.open();
                Tensor matrix = x.reshape(2, 3);
                Tensor turned = matrix.transpose();
                Tensor mean = turned.mean(0);
                Tensor product = turned.matmul(v);
                Tensor gathered = matrix.get(1);
                Tensor chosen = turned.select(0, index);
                Tensor stacked = Tensor.stack(0, w, gathered);
                Tensor total = stacked.sum();
                Tensor peak = product.max();
                Tensor row = chosen.sum();
                Tensor spread = mean.sum();
                Tensor first = total.plus(peak);
                Tensor second = first.plus(row);
                Tensor loss = second.plus(spread)) {
            assertThat(TensorMemory.blocksInUse() - blocks)
                    .as("x, w, v, index, and the results that are no views")
                    .isEqualTo(15);
            tape.backward(loss);
            assertThat(TensorMemory.blocksInUse() - blocks)
                    .as("and two gradients")
                    .isEqualTo(17);
        }
        assertThat(TensorMemory.blocksInUse()).isEqualTo(blocks);
    }

    // ---- releasing

    @Test
    void a_releasing_tape_frees_all_results_on_the_way_back() {
        long blocks = TensorMemory.blocksInUse();
        try (Tensor w = Tensor.uninitialized(DType.FLOAT64, Shape.of(1000)).fill(0.1)) {
            w.requireGradient(true);
            try (Tape tape = Tape.openReleasing()) {
                Tensor y = w.tanh();
                Tensor kept = tape.retain(y.sigmoid());
                Tensor loss = kept.square().softmax(0).exp().sum();
                tape.backward(loss);
                assertThat(y.isClosed()).isTrue();
                assertThat(loss.isClosed()).isTrue();
                assertThat(kept.isClosed()).isFalse();
                assertThat(TensorMemory.blocksInUse() - blocks)
                        .as("the leaf, its gradient and what was retained")
                        .isEqualTo(3);
                assertThat(kept.toDoubles()[0]).isEqualTo(1 / (1 + Math.exp(-Math.tanh(0.1))));
                kept.close();
            }
            assertThat(TensorMemory.blocksInUse() - blocks).isEqualTo(2);
        }
        assertThat(TensorMemory.blocksInUse()).isEqualTo(blocks);
    }

    @Test
    void closing_a_tape_frees_what_it_held() {
        long blocks = TensorMemory.blocksInUse();
        Tensor w = leaf(3, 4);
        Tape tape = Tape.open();
        Tensor y = w.square();
        Tensor z = y.softmax(0);
        y.close();
        z.close();
        w.close();
        assertThat(TensorMemory.blocksInUse() - blocks).isEqualTo(3);
        tape.close();
        assertThat(TensorMemory.blocksInUse()).isEqualTo(blocks);
    }

    @Test
    void a_failed_backward_pass_leaves_nothing_behind() {
        long blocks = TensorMemory.blocksInUse();
        for (boolean releasing : new boolean[] {false, true}) {
            try (Tensor w = leaf(3, 4);
                    Tape tape = releasing ? Tape.openReleasing() : Tape.open();
                    Tensor y = w.square();
                    Tensor z = y.tanh();
                    Tensor sum = z.plus(y);
                    Tensor loss = sum.sum()) {
                tape.onGradient(y, g -> {
                    throw new IllegalStateException("a hook fails");
                });
                assertThatIllegalStateException().isThrownBy(() -> tape.backward(loss));
                assertThat(w.gradient()).isEmpty();
            }
            assertThat(TensorMemory.blocksInUse()).isEqualTo(blocks);
        }
    }

    // ---- the memory of gradients

    @Test
    void the_gradient_of_a_leaf_lives_as_long_as_the_leaf() {
        Tensor w = leaf(3);
        try (TensorScope step = TensorScope.open();
                Tape tape = Tape.openReleasing()) {
            tape.backward(w.square().sum());
        }
        Tensor gradient = w.gradient().orElseThrow();
        assertThat(gradient.item()).isEqualTo(6);
        try (TensorScope step = TensorScope.open();
                Tape tape = Tape.openReleasing()) {
            tape.backward(w.square().sum());
        }
        assertThat(w.gradient().orElseThrow()).isSameAs(gradient);
        assertThat(gradient.item()).isEqualTo(12);
        w.close();
        assertThat(gradient.isClosed()).isTrue();
    }

    @Test
    void attached_memory_is_written_and_stays_its_owners() {
        try (Tensor flat = Tensor.zeros(DType.FLOAT64, Shape.of(4))) {
            Tensor w = leaf(3, 5);
            try (Tensor part = flat.view(w.shape(), new long[] {1}, 2)) {
                w.attachGradient(part);
                try (TensorScope step = TensorScope.open();
                        Tape tape = Tape.openReleasing()) {
                    tape.backward(w.square().sum());
                }
                w.close();
                assertThat(part.isClosed()).isFalse();
            }
            assertThat(flat.toDoubles()).containsExactly(0, 0, 6, 10);
        }
    }

    @Test
    void memory_that_does_not_fit_cannot_be_attached() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor w = leaf(3, 5);
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> w.attachGradient(Tensor.of(new double[3])))
                    .withMessageContaining("[2]")
                    .withMessageContaining("[3]");
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> w.attachGradient(Tensor.of(new float[2])))
                    .withMessageContaining("FLOAT32");
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> w.attachGradient(Tensor.of(new double[4]).slice(0, 0, 4, 2)))
                    .withMessageContaining("[2]");
        }
    }

    // ---- training

    /** A small network with every fused operation, its parameters outside any scope. */
    private static final class Network implements AutoCloseable {
        final Tensor table = weights(1, 5, 3);
        final Tensor w1 = weights(2, 8, 7);
        final Tensor b1 = weights(3, 8);
        final Tensor scale = weights(4, 8);
        final Tensor shift = weights(5, 8);
        final Tensor w2 = weights(6, 4, 8);
        final List<Tensor> params = List.of(table, w1, b1, scale, shift, w2);

        private static Tensor weights(int seed, long... dims) {
            return Tensor.randomNormal(Seed.of(seed), dims).requireGradient(true);
        }

        Tensor loss(int step, int rows) {
            float[] x = new float[rows * 4];
            int[] codes = new int[rows];
            for (int i = 0; i < rows; i++) {
                codes[i] = (step + i) % 5;
                x[4 * i] = i - step % 3;
            }
            Tensor embedded = Functional.embeddings(Tensor.of(codes, rows, 1), List.of(table));
            Tensor input = Tensor.concat(1, embedded, Tensor.of(x, rows, 4));
            Tensor hidden = Functional.linear(input, w1, b1, Unary.RELU, 0);
            Tensor normal = Functional.batchNorm(hidden, scale, shift, Tensor.zeros(8), Tensor.zeros(8), 1e-5, true);
            Tensor dropped = Functional.dropout(normal, 0.2, Seed.of(step));
            Tensor logits = Functional.linear(dropped, w2, null, null, 0);
            int[] targets = new int[rows];
            for (int i = 0; i < rows; i++) {
                targets[i] = codes[i] % 4;
            }
            return Functional.crossEntropy(logits, Tensor.of(targets), null, 0.1)
                    .mean();
        }

        void step(MemoryPool pool, int step, int rows) {
            try (TensorScope scope = pool.scope()) {
                try (Tape tape = Tape.openReleasing()) {
                    tape.backward(loss(step, rows));
                }
                for (Tensor param : params) {
                    Kernels.current().scaleAdd(-0.05, param.gradient().orElseThrow(), 1, param);
                    param.markGradient(false);
                }
            }
        }

        int[] bits() {
            return params.stream()
                    .flatMapToInt(param -> {
                        float[] values = param.toFloats();
                        int[] bits = new int[values.length];
                        for (int i = 0; i < bits.length; i++) {
                            bits[i] = Float.floatToRawIntBits(values[i]);
                        }
                        return Arrays.stream(bits);
                    })
                    .toArray();
        }

        @Override
        public void close() {
            params.forEach(Tensor::close);
        }
    }

    @Test
    void a_thousand_training_steps_allocate_nothing_after_the_first_few() {
        try (MemoryPool pool = new MemoryPool();
                Network network = new Network()) {
            for (int step = 0; step < 10; step++) {
                network.step(pool, step, step % 2 == 0 ? 6 : 5);
            }
            long allocations = TensorMemory.allocations();
            long bytes = TensorMemory.bytesInUse();
            long total = Pointer.totalBytes();
            for (int step = 10; step < 1010; step++) {
                network.step(pool, step, step % 2 == 0 ? 6 : 5);
            }
            assertThat(TensorMemory.allocations()).isEqualTo(allocations);
            assertThat(TensorMemory.bytesInUse()).isEqualTo(bytes);
            if (!Kernels.current().name().equals("nd4j")) {
                assertThat(Pointer.totalBytes()).isLessThanOrEqualTo(total);
            }
        }
    }

    @Test
    void training_three_times_gives_the_same_bits() {
        int[] first = train();
        assertThat(train()).isEqualTo(first);
        assertThat(train()).isEqualTo(first);
    }

    private static int[] train() {
        try (MemoryPool pool = new MemoryPool();
                Network network = new Network()) {
            for (int step = 0; step < 30; step++) {
                network.step(pool, step, 6);
            }
            return network.bits();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void any_allocation_of_a_training_step_may_fail(boolean allThatFollow) {
        int failures = 0;
        boolean reached = true;
        for (int k = 0; reached; k++) {
            try (Network network = new Network()) {
                int[] before = network.bits();
                long bytes = TensorMemory.bytesInUse();
                try (MemoryPool pool = new MemoryPool()) {
                    AllocationFaults.failAfter(k, allThatFollow);
                    reached = false;
                    network.step(pool, 0, 6);
                } catch (TensorMemoryException failure) {
                    reached = true;
                    failures++;
                    assertThat(failure).hasMessageContaining("bytes");
                    assertThat(network.bits()).as("weights after failure " + k).isEqualTo(before);
                    assertThat(network.params).noneMatch(Tensor::gradientWritten);
                } finally {
                    AllocationFaults.disarm();
                }
                assertThat(TensorScope.isOpen()).isFalse();
                assertThat(Tape.isRecording()).isFalse();
                assertThat(TensorMemory.bytesInUse() - bytes)
                        .as("after failure " + k + ": gradients at most")
                        .isLessThanOrEqualTo(gradients(network));
                try (MemoryPool pool = new MemoryPool()) {
                    network.step(pool, 1, 6);
                }
            }
        }
        assertThat(failures).isGreaterThan(15);
    }

    private static long gradients(Network network) {
        return network.params.stream()
                .filter(param -> param.gradientBuffer() != null)
                .mapToLong(param -> param.gradientBuffer().storage().bytes())
                .sum();
    }

    @Test
    void a_failed_allocation_names_the_operation_and_what_it_was_given() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor a = Tensor.zeros(20, 300);
            Tensor b = Tensor.zeros(300, 40);
            AllocationFaults.failAfter(0, true);
            assertThatExceptionOfType(TensorMemoryException.class)
                    .isThrownBy(() -> a.matmul(b))
                    .withMessageContaining("Matmul of FLOAT32 [20, 300], FLOAT32 [300, 40]")
                    .withMessageContaining("3200 bytes");
        }
    }

    @Test
    void tapes_on_several_threads_do_not_meet() throws Exception {
        var threads = Executors.newFixedThreadPool(3);
        try {
            List<Callable<int[]>> trainings =
                    List.of(TapeMemoryTest::train, TapeMemoryTest::train, TapeMemoryTest::train);
            int[] alone = train();
            for (var result : threads.invokeAll(trainings)) {
                assertThat(result.get()).isEqualTo(alone);
            }
        } finally {
            threads.shutdown();
            assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
