package org.learn4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.NullMarked;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/**
 * Golden values as tensors, and tensors against golden values: within 1e-9 in float64, {@code 1e-6 + 1e-5·|expected|} in float32.
 *
 * <pre>{@code
 * Tensor y = layer.predict(GoldenTensors.of(DType.FLOAT32, c.input("x")));
 * GoldenTensors.assertClose(c, "y", y);
 * }</pre>
 */
@NullMarked
public final class GoldenTensors {
    private GoldenTensors() {}

    /** Returns a tensor of these numbers. */
    public static Tensor of(DType type, Golden.Array array) {
        return Tensor.uninitialized(type, Shape.of(array.shape())).set(array.data());
    }

    /** Checks shape and numbers of a result against an output of a case. */
    public static void assertClose(Golden.Case c, String output, Tensor received) {
        Golden.Array expected = c.output(output);
        assertThat(received.shape()).as(c + " " + output).isEqualTo(Shape.of(expected.shape()));
        boolean exact = received.dtype() == DType.FLOAT64;
        double absolute = exact ? 1e-10 : c.number("float32_atol", 1e-6);
        double relative = exact ? 1e-9 : 1e-5;
        double[] values = received.toDoubles();
        for (int i = 0; i < values.length; i++) {
            double wanted = expected.data()[i];
            if (!(Math.abs(values[i] - wanted) <= absolute + relative * Math.abs(wanted))) {
                throw new AssertionError(c + " " + output + "[" + i + "] in " + received.dtype() + ": expected "
                        + wanted + ", received " + values[i]);
            }
        }
    }
}
