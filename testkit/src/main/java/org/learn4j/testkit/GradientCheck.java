package org.learn4j.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.IntStream;
import org.learn4j.autograd.Tape;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.RandomStream;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

/**
 * Checks gradients against central differences in FLOAT64, for every output and every input that is a number, then in
 * FLOAT32 against FLOAT64. Each is computed in several positions in a graph: with inputs that are leaves and that are
 * results, used elsewhere before and after, wanted alone or together, from gradients in any strides, on tapes that keep
 * and that free what they recorded.
 *
 * <pre>{@code
 * GradientCheck.of("softplus", x -> x[0].apply(Unary.SOFTPLUS)).seed(7).check(Tensor.of(new double[] {-1, .5, 3}));
 * }</pre>
 *
 * <p>Inputs keep their strides but not their memory. They should lie 1e-3 or more from kinks.
 */
public final class GradientCheck {
    private static final double STEP = 1e-6;
    private static final int JACOBIAN_INPUTS = 256;
    private static final int JACOBIAN_OUTPUTS = 64;
    private static final int DIRECTIONS = 5;

    private final String name;
    private final Computation computation;
    private final long seed;
    private final int[] constants;

    private GradientCheck(String name, Computation computation, long seed, int... constants) {
        this.name = name;
        this.computation = computation;
        this.seed = seed;
        this.constants = constants;
    }

    /** What is checked: a function of tensors, the same at every call. */
    @FunctionalInterface
    public interface Computation {
        /** Returns the output, which may have any shape. */
        Tensor apply(Tensor... inputs);
    }

    /** Returns a check of a function, named in messages. */
    public static GradientCheck of(String name, Computation computation) {
        return new GradientCheck(name, computation, 1);
    }

    /** Returns this check with another seed for the directions and the gradients of the output. */
    public GradientCheck seed(long number) {
        return new GradientCheck(name, computation, number, constants);
    }

    /** Returns this check without the gradients of some inputs, given by number. Whole numbers have none anyway. */
    public GradientCheck constant(int... inputs) {
        return new GradientCheck(name, computation, seed, inputs.clone());
    }

    /**
     * Checks the gradients: differences from FLOAT64 central ones of at most 1e-7 + 1e-5 of their size, FLOAT32 from FLOAT64
     * of at most 1e-5 + 1e-3.
     *
     * @return how many gradients were computed and compared
     * @throws AssertionError naming the function, shapes, seed and worst element
     */
    public int check(Tensor... inputs) {
        try (TensorScope scope = TensorScope.open()) {
            Point point = point(DType.FLOAT64, inputs);
            int outputs = Math.toIntExact(output(point).length);
            Numbers numbers = new Numbers(Seed.of(seed).stream());
            int compared = point.size() <= JACOBIAN_INPUTS
                    ? checkJacobian(point, outputs, numbers)
                    : checkDirections(point, numbers.signed(outputs), numbers);
            GradientPositions positions = new GradientPositions(this, point, numbers);
            compared += positions.check(point, 1e-11, 1e-9);
            compared += positions.check(point(DType.FLOAT32, inputs), 1e-5, 1e-3);
            return compared;
        }
    }

    // ---- against central differences

    private int checkJacobian(Point point, int outputs, Numbers numbers) {
        double[][] jacobian = new double[point.size()][];
        for (int i = 0; i < jacobian.length; i++) {
            double[] direction = new double[jacobian.length];
            direction[i] = 1;
            jacobian[i] = difference(point, direction);
        }
        List<double[]> weightings = new ArrayList<>();
        for (int i = 0; outputs <= JACOBIAN_OUTPUTS && i < outputs; i++) {
            double[] one = new double[outputs];
            one[i] = 1;
            weightings.add(one);
        }
        weightings.add(numbers.signed(outputs));
        weightings.add(numbers.signed(outputs));
        for (double[] weights : weightings) {
            double[] received = gradient(point, weights);
            double[] expected = new double[received.length];
            double[] allowed = new double[received.length];
            double weight = Arrays.stream(weights).map(Math::abs).sum();
            for (int i = 0; i < expected.length; i++) {
                expected[i] = dot(jacobian[i], weights);
                double size = 0;
                for (int j = 0; j < outputs; j++) {
                    size += Math.abs(jacobian[i][j] * weights[j]);
                }
                allowed[i] = 1e-7 * weight + 1e-5 * size;
            }
            compare(point, "central differences", received, expected, allowed);
        }
        return weightings.size();
    }

    private int checkDirections(Point point, double[] weights, Numbers numbers) {
        double[] gradient = gradient(point, weights);
        double scale = Math.max(1, Math.abs(dot(output(point), weights)));
        for (int i = 0; i < DIRECTIONS; i++) {
            double[] direction = numbers.signed(point.size());
            double expected = derivative(point, direction, weights);
            double received = dot(gradient, direction);
            compare(
                    point,
                    "the central difference along direction " + i,
                    new double[] {received},
                    new double[] {expected},
                    new double[] {1e-7 * scale + 1e-5 * Math.abs(expected)});
        }
        return DIRECTIONS;
    }

    private double derivative(Point point, double[] direction, double... weights) {
        return dot(difference(point, direction), weights);
    }

    /** Returns the central difference of every output for a step along a direction. */
    private double[] difference(Point point, double... direction) {
        double size = 1;
        for (int i = 0; i < direction.length; i++) {
            size = direction[i] == 0 ? size : Math.max(size, Math.abs(point.values[i]));
        }
        double step = STEP * size;
        double[] above = output(point.moved(direction, step));
        double[] below = output(point.moved(direction, -step));
        point.moved(direction, 0);
        for (int i = 0; i < above.length; i++) {
            above[i] = (above[i] - below[i]) / (2 * step);
        }
        return above;
    }

    private double[] output(Point point) {
        try (TensorScope scope = TensorScope.open()) {
            return computation.apply(point.inputs.clone()).toDoubles();
        }
    }

    /** Returns the gradients of the weighted sum of outputs with respect to all inputs, one after the other. */
    private double[] gradient(Point point, double... weights) {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.open()) {
            point.clear(true);
            Tensor y = apply(point.inputs);
            tape.backward(y, like(y, weights));
            return point.gradients(this);
        }
    }

    // ---- for the positions

    Tensor apply(Tensor... inputs) {
        return computation.apply(inputs.clone());
    }

    static Tensor like(Tensor tensor, double... values) {
        return Tensor.uninitialized(tensor.dtype(), tensor.shape()).set(values);
    }

    void compare(Point point, String how, double[] received, double[] expected, double... allowed) {
        int worst = -1;
        double most = 1;
        for (int i = 0; i < expected.length; i++) {
            double off = received[i] == expected[i] ? 0 : Math.abs(received[i] - expected[i]) / allowed[i];
            if (!(off <= most)) {
                worst = i;
                most = off;
                if (Double.isNaN(off)) {
                    break;
                }
            }
        }
        if (worst >= 0) {
            throw new AssertionError(
                    describe(point) + ": the gradient of " + point.place(worst) + " is " + received[worst]
                            + ", expected " + expected[worst] + " by " + how + ", off by "
                            + Math.abs(received[worst] - expected[worst]) + " where " + allowed[worst] + " is allowed");
        }
    }

    String describe(Point point) {
        StringJoiner inputs = new StringJoiner(", ", name + " of ", ", seed " + seed);
        for (Tensor input : point.inputs) {
            inputs.add(input.dtype() + " " + input.shape()
                    + (input.isContiguous() ? "" : " in strides " + Arrays.toString(input.strides())));
        }
        return inputs.toString();
    }

    private static double dot(double[] a, double... b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private Point point(DType dtype, Tensor... inputs) {
        Tensor[] own = new Tensor[inputs.length];
        List<Integer> varied = new ArrayList<>();
        for (int i = 0; i < inputs.length; i++) {
            int number = i;
            boolean constant =
                    !inputs[i].dtype().isFloating() || IntStream.of(constants).anyMatch(c -> c == number);
            own[i] = inputs[i].dtype().isFloating() ? sameStrides(inputs[i], dtype) : inputs[i].detach();
            if (!constant) {
                varied.add(i);
            }
        }
        return new Point(own, varied.stream().mapToInt(Integer::intValue).toArray());
    }

    /** Returns a copy, rounded to FLOAT32, in other memory with the same strides. */
    private static Tensor sameStrides(Tensor tensor, DType dtype) {
        long last = tensor.offset();
        for (int i = 0; i < tensor.shape().rank(); i++) {
            if (tensor.stride(i) == 0 && tensor.shape().dim(i) > 1) {
                throw new IllegalArgumentException("An input whose elements share memory cannot be varied: " + tensor);
            }
            last += Math.max(0, tensor.shape().dim(i) - 1) * tensor.stride(i);
        }
        Tensor memory = Tensor.uninitialized(dtype, Shape.of(last + 1)).fill(Double.NaN);
        return memory.view(tensor.shape(), tensor.strides(), tensor.offset()).set(tensor.toFloats());
    }

    /** The inputs, and the values of those that vary, one after the other. */
    static final class Point {
        final Tensor[] inputs;
        final int[] varied;
        final double[] values;

        Point(Tensor[] inputs, int... varied) {
            this.inputs = inputs;
            this.varied = varied;
            this.values = IntStream.of(varied)
                    .boxed()
                    .flatMapToDouble(i -> Arrays.stream(inputs[i].toDoubles()))
                    .toArray();
        }

        int size() {
            return values.length;
        }

        Point moved(double[] direction, double step) {
            int at = 0;
            for (int i : varied) {
                double[] moved = new double[Math.toIntExact(inputs[i].elements())];
                for (int j = 0; j < moved.length; j++, at++) {
                    moved[j] = values[at] + step * direction[at];
                }
                inputs[i].set(moved);
            }
            return this;
        }

        /** Asks for the gradients of the inputs that vary, or of none, and forgets those there are. */
        void clear(boolean wanted) {
            for (int i : varied) {
                inputs[i].requireGradient(wanted).markGradient(false);
            }
        }

        double[] gradients(GradientCheck check) {
            return IntStream.of(varied)
                    .boxed()
                    .flatMapToDouble(i -> Arrays.stream(inputs[i]
                            .gradient()
                            .orElseThrow(() -> new AssertionError(check.describe(this) + ": no gradient of input " + i))
                            .toDoubles()))
                    .toArray();
        }

        String place(int number) {
            int rest = number;
            for (int i : varied) {
                int elements = Math.toIntExact(inputs[i].elements());
                if (rest < elements) {
                    long[] position = new long[inputs[i].shape().rank()];
                    long[] strides = inputs[i].shape().strides();
                    for (int d = 0; d < position.length; d++) {
                        position[d] = rest / strides[d];
                        rest %= (int) strides[d];
                    }
                    return "input " + i + " at " + Arrays.toString(position);
                }
                rest -= elements;
            }
            return "all inputs";
        }
    }

    /** Random numbers to weight outputs with. */
    record Numbers(RandomStream stream) {
        /** Returns numbers of both signs, between a half and one and a half in size. */
        double[] signed(int count) {
            double[] numbers = new double[count];
            for (int i = 0; i < count; i++) {
                float size = (float) stream.nextDouble(0.5, 1.5);
                numbers[i] = stream.nextInt(2) == 0 ? size : -size;
            }
            return numbers;
        }
    }
}
