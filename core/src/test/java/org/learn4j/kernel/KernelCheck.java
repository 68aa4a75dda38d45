package org.learn4j.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/**
 * One test of one implementation: makes tensors that lie in guarded memory, calls the kernel twice and says whether the
 * result is right, the same both times, and the only thing that changed.
 */
final class KernelCheck {
    private static final int GUARD = 7;

    final Kernels kernels;
    final DType dtype;
    private final Random random;
    private final List<Guarded> memory = new ArrayList<>();

    KernelCheck(Kernels kernels, DType dtype, long seed) {
        this.kernels = kernels;
        this.dtype = dtype;
        this.random = new Random(seed);
    }

    /** Returns a check that guards nothing yet and draws other numbers. */
    KernelCheck fresh() {
        return new KernelCheck(kernels, dtype, random.nextLong());
    }

    /** How a tensor lies in memory. */
    enum Layout {
        /** Row-major, at a multiple of 64 bytes. */
        ALIGNED,
        /** Row-major, at an odd place. */
        OFFSET,
        /** Column-major: the first axis is the fastest. */
        TRANSPOSED,
        /** The axis of channels, which is the second, is the fastest: N×C×H×W over NHWC memory. */
        CHANNELS_LAST,
        /** Row-major with gaps between the elements and between the rows. */
        GAPS,
        /** The first axis that has several places repeats one of them: stride 0. */
        REPEATED;

        long[] strides(Shape shape) {
            long[] strides = shape.strides();
            long step = 1;
            switch (this) {
                case TRANSPOSED -> {
                    for (int i = 0; i < strides.length; i++) {
                        strides[i] = step;
                        step *= Math.max(1, shape.dim(i));
                    }
                }
                case CHANNELS_LAST -> {
                    for (int i = strides.length - 1; i >= 0 && strides.length > 2; i--) {
                        strides[i] = i == 1 ? 1 : step * shape.dim(1);
                        step *= i == 1 ? 1 : shape.dim(i);
                    }
                }
                case GAPS -> {
                    step = 2;
                    for (int i = strides.length - 1; i >= 0; i--) {
                        strides[i] = step;
                        step = step * Math.max(1, shape.dim(i)) + 1;
                    }
                }
                case REPEATED -> {
                    for (int i = 0; i < strides.length; i++) {
                        if (shape.dim(i) > 1) {
                            strides[i] = 0;
                            break;
                        }
                    }
                }
                default -> {}
            }
            return strides;
        }
    }

    /** A block of memory and the tensor that lies in it. */
    private record Guarded(Tensor block, Tensor tensor) {}

    // ---- inputs

    double[] numbers(int count, double from, double to) {
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = from + (to - from) * random.nextDouble();
        }
        return numbers;
    }

    int[] integers(int count, int bound) {
        int[] integers = new int[count];
        for (int i = 0; i < count; i++) {
            integers[i] = random.nextInt(bound);
        }
        return integers;
    }

    /** Returns random numbers from [−2, 2). */
    Tensor input(Layout layout, long... dims) {
        return between(layout, -2, 2, dims);
    }

    /** Returns random numbers from [from, to). */
    Tensor between(Layout layout, double from, double to, long... dims) {
        return place(layout, dtype, dims).set(numbers(ReferenceFormulas.count(dims), from, to));
    }

    Tensor input(Layout layout, double[] values, long... dims) {
        return place(layout, dtype, dims).set(values);
    }

    Tensor input(Layout layout, int[] values, long... dims) {
        return place(layout, DType.INT32, dims).set(values);
    }

    /** Returns memory to write, full of NaN. */
    Tensor output(long... dims) {
        return output(Layout.OFFSET, dims);
    }

    Tensor output(Layout layout, long... dims) {
        return place(layout, dtype, dims);
    }

    /** Returns memory to write that is row-major or, where there are four axes, channels last too. */
    Tensor dense(long... dims) {
        return output(dims.length == 4 && random.nextBoolean() ? Layout.CHANNELS_LAST : Layout.OFFSET, dims);
    }

    /** Returns a tensor amid memory that nothing may change or use: NaN, or an odd number. */
    Tensor place(Layout layout, DType type, long... dims) {
        Shape shape = Shape.of(dims);
        long[] strides = layout.strides(shape);
        long offset = layout == Layout.ALIGNED ? 64 / type.bytes() : GUARD;
        long length = offset + GUARD;
        for (int i = 0; i < dims.length; i++) {
            length += Math.max(0, dims[i] - 1) * strides[i];
        }
        length += shape.elements() > 0 ? 1 : 0;
        Tensor block = Tensor.uninitialized(type, Shape.of(length)).fill(type.isFloating() ? Double.NaN : 77);
        Tensor tensor = block.view(shape, strides, offset);
        memory.add(new Guarded(block, tensor));
        return tensor;
    }

    // ---- the call

    /**
     * Calls a kernel twice from the same state. Only the elements of the tensors named may change, and both calls have to
     * leave the same bits in them; there they stay.
     */
    void call(Runnable kernel, Tensor... written) {
        List<byte[]> before = contents();
        kernel.run();
        List<byte[]> after = contents();
        for (int i = 0; i < memory.size(); i++) {
            unchanged(before.get(i), after.get(i), memory.get(i), written);
            memory.get(i).block().bytes().put(before.get(i));
        }
        kernel.run();
        List<byte[]> again = contents();
        for (int i = 0; i < memory.size(); i++) {
            assertThat(Arrays.equals(again.get(i), after.get(i)))
                    .as(
                            "%s gets the same bits from a second call",
                            memory.get(i).tensor().shape())
                    .isTrue();
        }
    }

    private List<byte[]> contents() {
        List<byte[]> contents = new ArrayList<>();
        for (Guarded guarded : memory) {
            contents.add(bytes(guarded.block()));
        }
        return contents;
    }

    /** Returns a contiguous tensor's bits. */
    static byte[] bytes(Tensor tensor) {
        ByteBuffer buffer = tensor.bytes();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static void unchanged(byte[] before, byte[] after, Guarded guarded, Tensor... written) {
        if (Arrays.equals(before, after)) {
            return;
        }
        Tensor tensor = guarded.tensor();
        int width = tensor.dtype().bytes();
        boolean[] allowed = new boolean[after.length / width];
        if (Arrays.asList(written).contains(tensor)) {
            allow(allowed, tensor.shape(), tensor.strides(), 0, tensor.offset());
        }
        for (int i = 0; i < after.length; i++) {
            if (before[i] != after[i] && !allowed[i / width]) {
                fail(
                        "Element %s of the memory around or in %s%s at %s was changed",
                        i / width, tensor.shape(), Arrays.toString(tensor.strides()), tensor.offset());
            }
        }
    }

    private static void allow(boolean[] allowed, Shape shape, long[] strides, int axis, long at) {
        if (axis == shape.rank()) {
            allowed[(int) at] = true;
            return;
        }
        for (long i = 0; i < shape.dim(axis); i++) {
            allow(allowed, shape, strides, axis + 1, at + i * strides[axis]);
        }
    }

    // ---- the result

    /** Compares with what is right to rtol 1e-4 and atol 1e-5 (FLOAT64: 1e-10 both). */
    void close(String what, Tensor actual, double[] expected) {
        close(what, actual, expected, 1);
    }

    /** Compares, with the absolute tolerance multiplied by the magnitude of what was added up. */
    void close(String what, Tensor actual, double[] expected, double magnitude) {
        double relative = actual.dtype() == DType.FLOAT64 ? 1e-10 : 1e-4;
        double absolute = (actual.dtype() == DType.FLOAT64 ? 1e-10 : 1e-5) * Math.max(1, magnitude);
        double[] values = actual.toDoubles();
        assertThat(values.length).as(what).isEqualTo(expected.length);
        for (int i = 0; i < values.length; i++) {
            double value = values[i];
            double right = actual.dtype() == DType.FLOAT32 ? (float) expected[i] : expected[i];
            boolean same = Double.compare(value, right) == 0
                    || Math.abs(value - right) <= absolute + relative * Math.abs(right);
            if (!same) {
                fail("%s: element %s of %s is %s, expected %s", what, i, actual.shape(), value, right);
            }
        }
    }
}
