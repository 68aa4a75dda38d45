package org.learn4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.learn4j.tensor.Binary;
import org.learn4j.tensor.Reduction;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;
import org.learn4j.tensor.Unary;

/** What threads keep for oneDNN: bounded, reused, and steady while the same work repeats. */
class OneDnnContextTest {
    private static final Kernels KERNELS = new OneDnnKernels(() -> {
        throw new AssertionError("the reference kernels were asked for help");
    });

    private static void run(Runnable work) {
        Thread thread = new Thread(work);
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        thread.setUncaughtExceptionHandler((which, failure) -> failures.add(failure));
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void keepsABoundedNumberOfPrimitives() {
        run(() -> {
            try (TensorScope scope = TensorScope.open()) {
                for (int n = 1; n <= OneDnnContext.CAPACITY + 200; n++) {
                    Tensor x = Tensor.ones(n);
                    KERNELS.unary(Unary.SQUARE, 0, 0, x, x);
                    assertThat(x.toFloats()[n - 1]).isEqualTo(1);
                    x.close();
                }
                assertThat(OneDnnContext.current().plans()).isEqualTo(OneDnnContext.CAPACITY);
            }
        });
    }

    @Test
    void compilesOnceWhateverTheNumbersAndAddresses() {
        run(() -> {
            try (TensorScope scope = TensorScope.open()) {
                int before = 0;
                for (int step = 0; step < 20; step++) {
                    Tensor p = Tensor.ones(100);
                    Tensor m = Tensor.ones(100);
                    KERNELS.scaleAdd(0.1 + step, m, 0.9 / (step + 1), p);
                    KERNELS.averageSquare(0.9 - step * 0.01, m, p);
                    KERNELS.adaptiveStep(p, m, m, 1 + step, 1e-5 * step, 1e-3 * step, 1 - 1e-3 * step);
                    KERNELS.unary(Unary.LINEAR, step, step + 1, m, p);
                    KERNELS.sumOfSquares(p);
                    int now = OneDnnContext.current().plans();
                    assertThat(now).isEqualTo(step == 0 ? now : before);
                    before = now;
                }
            }
        });
    }

    @Test
    void newThreadsTakeOverWhatEndedOnesLeft() {
        run(() -> square(3));
        int contexts = OneDnnContext.count();
        for (int i = 0; i < 10; i++) {
            run(() -> square(3));
        }
        assertThat(OneDnnContext.count()).isEqualTo(contexts);
    }

    @Test
    void threadsWorkAtTheSameTime() throws InterruptedException {
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int size = 5 + t;
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 200; i++) {
                    square(size + i % 3);
                }
            });
            thread.setUncaughtExceptionHandler((which, failure) -> failures.add(failure));
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
    }

    private static void square(int size) {
        try (TensorScope scope = TensorScope.open()) {
            Tensor x = Tensor.full(2, size, size);
            Tensor y = Tensor.zeros(size, size);
            Tensor sum = Tensor.zeros(1, size);
            KERNELS.matmul(x, x, y);
            KERNELS.reduce(Reduction.SUM, y, sum);
            assertThat(y.toFloats()).containsOnly(4f * size);
            assertThat(sum.toFloats()).containsOnly(4f * size * size);
        }
    }

    @Test
    void allocatesNoNativeMemoryWhileWorkRepeats() {
        try (TensorScope scope = TensorScope.open()) {
            Tensor x = Tensor.ones(64, 100);
            Tensor weight = Tensor.ones(50, 100);
            Tensor bias = Tensor.ones(50);
            Tensor y = Tensor.ones(64, 50);
            Tensor wide = Tensor.ones(64, 200);
            Tensor gaps = wide.view(x.shape(), new long[] {200, 2}, 0);
            Tensor column = Tensor.ones(64, 1);
            Tensor row = Tensor.ones(1, 100);
            Runnable step = () -> {
                KERNELS.linear(x, weight, bias, Unary.RELU, 0, y);
                KERNELS.matmul(y, weight, x);
                KERNELS.reduce(Reduction.SUM, x, row);
                KERNELS.binary(Binary.DIVIDE, column, x, x);
                KERNELS.copy(gaps, x);
                KERNELS.softmax(x, 1, true, x);
                KERNELS.dropout(x, 0.5, 1, x);
                KERNELS.dropout(x, 0.01, 1, x);
                KERNELS.batchNorm(
                        x, row.viewAs(org.learn4j.tensor.Shape.of(100)), vector(), 1e-5, true, vector(), vector(), x);
            };
            for (int i = 0; i < 20; i++) {
                step.run();
            }
            long before = Pointer.totalBytes();
            for (int i = 0; i < 2000; i++) {
                step.run();
            }
            assertThat(Pointer.totalBytes()).isEqualTo(before);
        }
    }

    private final Tensor vector = Tensor.ones(100);

    private Tensor vector() {
        return vector;
    }
}
