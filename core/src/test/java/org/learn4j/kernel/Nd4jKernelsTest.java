package org.learn4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.learn4j.kernel.KernelCheck.Layout.ALIGNED;
import static org.learn4j.kernel.KernelCheck.Layout.GAPS;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.learn4j.tensor.Binary;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Reduction;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorMemory;
import org.learn4j.tensor.TensorScope;
import org.learn4j.tensor.Unary;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What is particular to the reference: its memory, its silence, its name. */
class Nd4jKernelsTest {
    private final Kernels kernels = new Nd4jKernels();
    private TensorScope scope;

    @BeforeEach
    void open() {
        scope = TensorScope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @Test
    void isNamed() {
        assertThat(kernels.name()).isEqualTo("nd4j");
        assertThat(kernels.describe()).matches("ND4J 1\\.\\S+ on CpuBackend, \\d+ threads, BLAS \\w+ with 1");
        KernelsProvider provider = new Nd4jKernelsProvider();
        assertThat(provider.name()).isEqualTo("nd4j");
        assertThat(provider.priority()).isEqualTo(10);
        assertThat(provider.computes(DType.FLOAT64)).isTrue();
        assertThat(provider.computes(DType.INT32)).isFalse();
    }

    /**
     * Temporary arrays are closed by the call that made them and do not wait for the garbage collector. One array left behind
     * by each call makes 25 MB each time; the Java heap may grow meanwhile, but not again and again.
     */
    @TestFactory
    Stream<DynamicTest> memoryDoesNotGrow() {
        return steps().entrySet().stream()
                .map(step -> DynamicTest.dynamicTest(step.getKey(), () -> {
                    step.getValue().run();
                    long tensors = TensorMemory.bytesInUse();
                    long grown = Long.MAX_VALUE;
                    for (int attempt = 0; attempt < 3 && grown > 15; attempt++) {
                        long before = Pointer.physicalBytes();
                        for (int i = 0; i < 25; i++) {
                            step.getValue().run();
                        }
                        grown = (Pointer.physicalBytes() - before) >> 20;
                    }
                    assertThat(TensorMemory.bytesInUse()).isEqualTo(tensors);
                    assertThat(grown).as("MB that the process grew by").isLessThanOrEqualTo(15);
                }));
    }

    @Test
    void printsNothing() {
        PrintStream standard = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            steps().values().forEach(Runnable::run);
        } finally {
            System.setOut(standard);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    /** Why the kernels cut matrices out as tensors: should this fail with a newer ND4J, they need not. */
    @Test
    void sliceOfAViewIsEmpty() {
        INDArray all = Nd4j.zeros(DataType.FLOAT, 46);
        INDArray view = Nd4j.create(all.data(), new long[] {3, 2, 5}, new long[] {10, 5, 1}, 16, 'c', DataType.FLOAT);
        assertThat(view.slice(0).shape()).containsExactly(2, 5);
        assertThat(view.slice(2).isEmpty()).isTrue();
    }

    /** Calls on matrices of 1 MB. */
    private Map<String, Runnable> steps() {
        KernelCheck check = new KernelCheck(kernels, DType.FLOAT32, 3);
        int n = 512;
        Tensor x = check.input(GAPS, n, n);
        Tensor y = check.input(ALIGNED, n, n);
        Tensor out = check.output(n, n);
        Tensor scale = check.between(ALIGNED, 0.5, 1, n);
        Tensor mean = check.output(n);
        Tensor variance = check.output(n);
        Tensor targets = check.input(ALIGNED, check.integers(n, n), n);
        Tensor codes = check.input(ALIGNED, check.integers(n, 30), n, 1);
        Tensor table = check.input(ALIGNED, 30, n);
        Tensor row = mean.viewAs(Shape.of(1, n));
        Tensor cube = y.viewAs(Shape.of(1, n, n));
        Tensor cubeOut = out.viewAs(Shape.of(1, n, n));
        Map<String, Runnable> steps = new LinkedHashMap<>();
        for (Unary f : Unary.values()) {
            steps.put(f + "", () -> kernels.unary(f, 0.5, 1, x, out));
            steps.put(f + " gradient", () -> kernels.unaryGradient(f, 0.5, 1, x, y, out));
        }
        steps.put("add", () -> kernels.binary(Binary.ADD, x, scale, out));
        steps.put("equal", () -> kernels.binary(Binary.EQUAL, x, scale, out));
        steps.put("sum", () -> kernels.reduce(Reduction.SUM, x, row));
        steps.put("copy", () -> kernels.copy(x, out));
        steps.put("matmul", () -> kernels.matmul(x, y, out));
        steps.put("linear", () -> kernels.linear(x, y, scale, Unary.RELU, 0, out));
        steps.put("softmax", () -> kernels.softmax(x, 1, true, out));
        steps.put("softmax gradient", () -> kernels.softmaxGradient(y, 1, true, x, out));
        steps.put("loss", () -> kernels.negativeLogLikelihood(x, targets, scale, 0.1, mean));
        steps.put("loss gradient", () -> kernels.crossEntropyGradient(x, targets, scale, 0.1, scale, out));
        steps.put("batchNorm", () -> kernels.batchNorm(x, scale, scale, 1e-5, true, mean, variance, out));
        steps.put("inference", () -> kernels.batchNormInference(x, scale, scale, 1e-5, true, scale, scale, out));
        steps.put(
                "batchNorm gradient",
                () -> kernels.batchNormGradient(
                        x, y, scale, scale, 1e-5, true, false, scale, scale, y, out, mean, variance));
        steps.put("layerNorm", () -> kernels.layerNorm(x, scale, scale, 1e-5, mean, variance, out));
        steps.put(
                "layerNorm gradient",
                () -> kernels.layerNormGradient(x, scale, 1e-5, scale, scale, y, out, mean, variance));
        steps.put("dropout", () -> kernels.dropout(x, 0.3, 5, out));
        steps.put("select", () -> kernels.select(cube, targets, cubeOut));
        steps.put("select gradient", () -> kernels.selectGradient(cube, targets, cubeOut));
        steps.put("embeddings", () -> kernels.embeddings(List.of(table), codes, out));
        steps.put("embeddings gradient", () -> kernels.embeddingsGradient(x, codes, List.of(table)));
        steps.put("scaleAdd", () -> kernels.scaleAdd(0.5, y, 0.5, out));
        steps.put("averageSquare", () -> kernels.averageSquare(0.5, y, out));
        steps.put("adaptiveStep", () -> kernels.adaptiveStep(y, out, out, 1, 1e-5, 0.1, 1));
        steps.put("sumOfSquares", () -> kernels.sumOfSquares(y));
        return steps;
    }
}
