package org.learn4j.kernel;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.learn4j.kernel.KernelCheck.Layout.ALIGNED;
import static org.learn4j.kernel.KernelCheck.Layout.GAPS;
import static org.learn4j.kernel.KernelCheck.Layout.REPEATED;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

/** The suite notices what a kernel must not do. */
class KernelConformanceCheckTest {
    private final KernelCheck check = new KernelCheck(new Nd4jKernels(), DType.FLOAT32, 1);
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
    void writesBeforeTheOutput() {
        Tensor out = check.output(2, 3);
        Tensor before = out.view(Shape.of(1), new long[] {1}, out.offset() - 1);
        assertThatThrownBy(() -> check.call(() -> before.fill(1), out)).hasMessageContaining("Element 6 of the memory");
    }

    @Test
    void writesIntoAGap() {
        Tensor out = check.output(GAPS, 2, 3);
        Tensor gap = out.view(Shape.of(1), new long[] {1}, out.offset() + 1);
        assertThatThrownBy(() -> check.call(() -> gap.fill(1), out)).hasMessageContaining("was changed");
    }

    @Test
    void writesToAnInput() {
        Tensor x = check.input(REPEATED, 2, 3);
        Tensor out = check.output(2, 3);
        assertThatThrownBy(() -> check.call(
                        () -> x.view(Shape.of(3), new long[] {1}, x.offset()).fill(1), out))
                .hasMessageContaining("was changed");
    }

    @Test
    void givesOtherBitsTheSecondTime() {
        Tensor out = check.output(2, 3);
        AtomicInteger calls = new AtomicInteger();
        assertThatThrownBy(() -> check.call(() -> out.fill(calls.incrementAndGet()), out))
                .hasMessageContaining("same bits from a second call");
        assertThatCode(() -> check.call(() -> out.fill(1), out)).doesNotThrowAnyException();
    }

    @Test
    void isNotClose() {
        Tensor out = check.input(ALIGNED, new double[] {1, 2}, 2);
        assertThatCode(() -> check.close("", out, new double[] {1.00001, 2})).doesNotThrowAnyException();
        assertThatThrownBy(() -> check.close("", out, new double[] {1.001, 2})).hasMessageContaining("element 0");
        assertThatThrownBy(() -> check.close("", out, new double[] {1, Double.NaN}))
                .hasMessageContaining("element 1");
        out.fill(Double.NaN);
        assertThatThrownBy(() -> check.close("", out, new double[] {1, 2})).hasMessageContaining("is NaN");
    }
}
