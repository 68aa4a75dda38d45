package org.learn4j.testkit;

import org.learn4j.tensor.DType;
import org.learn4j.tensor.RandomStream;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/**
 * Seeded random tensors for tests, in FLOAT64. Numbers are distinct multiples of 1/20 shifted by a fraction of that, so that
 * comparisons between them and with 0 are never close.
 *
 * <pre>{@code
 * Cases cases = Cases.of(7);
 * Tensor weights = cases.numbers(3, 4);
 * Tensor turned = Cases.turned(cases.numbers(3, 4));     // the same numbers in column-major memory
 * }</pre>
 */
public final class Cases {
    private static final double STEP = 0.05;

    private final RandomStream stream;

    private Cases(RandomStream stream) {
        this.stream = stream;
    }

    /** Returns cases that follow from a number alone. */
    public static Cases of(long seed) {
        return new Cases(Seed.of(seed).stream());
    }

    /** Returns where the random numbers come from. */
    public RandomStream stream() {
        return stream;
    }

    /** Returns numbers around 0, at least 1/40 from it and 1/20 from each other. */
    public Tensor numbers(long... dims) {
        return grid(0, 0.5, dims);
    }

    /** Returns numbers around 0, at least 1/80 from it, 1/20 from each other and 1/80 from what {@link #numbers} returns. */
    public Tensor otherNumbers(long... dims) {
        return grid(0, 0.25, dims);
    }

    /** Returns numbers of both signs with a size of at least a third. */
    public Tensor awayFromZero(long... dims) {
        return grid(0.3, 0.7, dims);
    }

    /** Returns numbers of at least a third. */
    public Tensor positive(long... dims) {
        Tensor numbers = awayFromZero(dims);
        double[] values = numbers.toDoubles();
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.abs(values[i]);
        }
        return numbers.set(values);
    }

    private Tensor grid(double gap, double shift, long... dims) {
        Shape shape = Shape.of(dims);
        int count = Math.toIntExact(shape.elements());
        int[] order = stream.permutation(Math.max(count, 40));
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            int place = order[i] - order.length / 2;
            values[i] = STEP * (place + shift) + (place < 0 ? -gap : gap);
        }
        return Tensor.uninitialized(DType.FLOAT64, shape).set(values);
    }

    /** Returns INT32 numbers in [0, bound), each equally likely. */
    public Tensor indices(int bound, long... dims) {
        Shape shape = Shape.of(dims);
        int[] values = new int[Math.toIntExact(shape.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = stream.nextInt(bound);
        }
        return Tensor.uninitialized(DType.INT32, shape).set(values);
    }

    // ---- the same numbers in other memory

    /** Returns the same numbers in memory of the opposite order of axes. */
    public static Tensor turned(Tensor tensor) {
        int rank = tensor.shape().rank();
        long[] reversed = new long[rank];
        for (int i = 0; i < rank; i++) {
            reversed[i] = tensor.shape().dim(rank - 1 - i);
        }
        long[] memory = Shape.of(reversed).strides();
        long[] strides = new long[rank];
        for (int i = 0; i < rank; i++) {
            strides[i] = memory[rank - 1 - i];
        }
        return Tensor.uninitialized(tensor.dtype(), Shape.of(reversed))
                .view(tensor.shape(), strides, 0)
                .set(tensor.toDoubles());
    }

    /** Returns the same numbers as images [n, c, h, w] over memory [n, h, w, c]. */
    public static Tensor channelsLast(Tensor tensor) {
        return Tensor.uninitialized(tensor.dtype(), tensor.shape(), true).set(tensor.toDoubles());
    }

    /** Returns the same numbers in every second place of larger memory that holds NaN elsewhere, from the third place on. */
    public static Tensor spread(Tensor tensor) {
        long[] strides = tensor.shape().strides();
        for (int i = 0; i < strides.length; i++) {
            strides[i] *= 2;
        }
        Tensor memory = Tensor.uninitialized(tensor.dtype(), Shape.of(2 * tensor.elements() + 3));
        return memory.fill(tensor.dtype().isFloating() ? Double.NaN : -1)
                .view(tensor.shape(), strides, 3)
                .set(tensor.toDoubles());
    }
}
