package org.learn4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorMemory;
import org.learn4j.tensor.TensorScope;
import org.learn4j.tensor.Unary;

/** What is particular to the reference: its memory, its silence, its name. */
class Nd4jKernelsTest {
    private final Kernels kernels = new Nd4jKernels();

    @Test
    void isNamed() {
        assertThat(kernels.name()).isEqualTo("nd4j");
        assertThat(kernels.describe()).startsWith("ND4J ").contains("threads", "BLAS").doesNotContain("\n");
        KernelsProvider provider = new Nd4jKernelsProvider();
        assertThat(provider.name()).isEqualTo("nd4j");
        assertThat(provider.priority()).isEqualTo(10);
        assertThat(provider.computes(DType.FLOAT64)).isTrue();
        assertThat(provider.computes(DType.INT32)).isFalse();
    }

    /** Temporary arrays are closed by the call that made them and do not wait for the garbage collector. */
    @Test
    void memoryDoesNotGrow() {
        step();
        long tensors = TensorMemory.bytesInUse();
        long before = Pointer.totalBytes();
        for (int i = 0; i < 20; i++) {
            step();
        }
        assertThat(TensorMemory.bytesInUse()).isEqualTo(tensors);
        assertThat(Pointer.totalBytes() - before).as("bytes of native memory").isLessThan(1 << 20);
    }

    @Test
    void printsNothing() {
        PrintStream standard = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            step();
        } finally {
            System.setOut(standard);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @SuppressWarnings("try")
    private void step() {
        try (TensorScope scope = TensorScope.open()) {
            KernelCheck check = new KernelCheck(kernels, DType.FLOAT32, 3);
            Tensor x = check.input(KernelCheck.Layout.TRANSPOSED, 256, 300);
            Tensor weight = check.input(KernelCheck.Layout.OFFSET, 200, 300);
            Tensor bias = check.input(KernelCheck.Layout.OFFSET, 200);
            Tensor hidden = check.output(256, 200);
            Tensor normal = check.output(256, 200);
            Tensor mean = check.output(200);
            Tensor variance = check.output(200);
            Tensor codes = check.input(KernelCheck.Layout.OFFSET, check.integers(256, 30), 256, 1);
            Tensor table = check.input(KernelCheck.Layout.OFFSET, 30, 200);
            kernels.linear(x, weight, bias, Unary.RELU, 0, hidden);
            kernels.batchNorm(hidden, bias, bias, 1e-5, true, mean, variance, normal);
            kernels.batchNormGradient(
                    hidden, normal, bias, bias, 1e-5, true, false, mean, variance, normal, normal, mean, variance);
            kernels.softmax(hidden, 1, true, normal);
            kernels.dropout(normal, 0.3, 5, normal);
            kernels.embeddingsGradient(normal, codes, List.of(table));
            kernels.matmul(normal, weight, check.output(256, 300));
            assertThat(kernels.sumOfSquares(normal)).isPositive();
        }
    }
}
