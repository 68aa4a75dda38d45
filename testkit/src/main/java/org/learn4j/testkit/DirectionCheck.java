package org.learn4j.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.NullMarked;
import org.learn4j.autograd.NoGrad;
import org.learn4j.autograd.Tape;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.RandomStream;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

/**
 * Compares the gradient of a whole computation with central differences along random directions, in float64: cheap for any
 * number of parameters.
 *
 * <pre>{@code
 * DirectionCheck.of(() -> model.call(Pass.training(Seed.of(1)), x).sum(), weights).check(10, 1e-4, Seed.of(2));
 * }</pre>
 */
@NullMarked
public final class DirectionCheck {
    private static final double STEP = 1e-6;

    private final Supplier<Tensor> scalar;
    private final List<Tensor> leaves;

    private DirectionCheck(Supplier<Tensor> scalar, List<Tensor> leaves) {
        this.scalar = scalar;
        this.leaves = leaves;
    }

    /** Returns a check of a scalar, the same at every call, that depends on FLOAT64 tensors which require a gradient. */
    public static DirectionCheck of(Supplier<Tensor> scalar, List<Tensor> leaves) {
        for (Tensor leaf : leaves) {
            if (leaf.dtype() != DType.FLOAT64) {
                throw new IllegalArgumentException("Gradients are checked in FLOAT64, received " + leaf.dtype());
            }
        }
        return new DirectionCheck(scalar, List.copyOf(leaves));
    }

    /**
     * Checks so many directions, and leaves the tensors as they were.
     *
     * @throws AssertionError if a slope differs from the difference quotient by more than tolerance times the larger of the two
     */
    public void check(int directions, double tolerance, Seed seed) {
        List<double[]> at = leaves.stream().map(Tensor::toDoubles).toList();
        List<double[]> gradient = gradient();
        double size = norm(gradient);
        for (int d = 0; d < directions; d++) {
            List<double[]> direction = direction(at, seed.fold(d).stream());
            double slope = 0;
            for (int i = 0; i < at.size(); i++) {
                for (int j = 0; j < at.get(i).length; j++) {
                    slope += gradient.get(i)[j] * direction.get(i)[j];
                }
            }
            double quotient = (value(at, direction, STEP) - value(at, direction, -STEP)) / (2 * STEP);
            // a direction almost orthogonal to the gradient has a slope too small to compare digits of
            double scale = Math.max(Math.max(Math.abs(slope), Math.abs(quotient)), 1e-3 * size / Math.sqrt(count(at)));
            if (!(Math.abs(slope - quotient) <= tolerance * scale + 1e-9)) {
                throw new AssertionError("Direction " + d + " of " + seed + ": the gradient says " + slope
                        + ", the difference quotient " + quotient + "; gradient of norm " + size + " in " + count(at)
                        + " variables");
            }
        }
        move(at, at, 0);
    }

    private List<double[]> gradient() {
        leaves.forEach(leaf -> leaf.markGradient(false));
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.open()) {
            tape.backward(scalar.get());
            List<double[]> gradients = new ArrayList<>();
            for (Tensor leaf : leaves) {
                gradients.add(leaf.gradient()
                        .map(Tensor::toDoubles)
                        .orElseGet(() -> new double[Math.toIntExact(leaf.elements())]));
            }
            return gradients;
        } finally {
            leaves.forEach(leaf -> leaf.markGradient(false));
        }
    }

    private static List<double[]> direction(List<double[]> like, RandomStream stream) {
        List<double[]> direction = new ArrayList<>();
        for (double[] values : like) {
            double[] part = new double[values.length];
            for (int i = 0; i < part.length; i++) {
                part[i] = stream.nextGaussian();
            }
            direction.add(part);
        }
        double norm = norm(direction);
        direction.forEach(part -> {
            for (int i = 0; i < part.length; i++) {
                part[i] /= norm;
            }
        });
        return direction;
    }

    private double value(List<double[]> at, List<double[]> direction, double step) {
        move(at, direction, step);
        try (TensorScope scope = TensorScope.open();
                NoGrad noGrad = NoGrad.open()) {
            return scalar.get().item();
        }
    }

    private void move(List<double[]> at, List<double[]> direction, double step) {
        for (int i = 0; i < leaves.size(); i++) {
            double[] moved = at.get(i).clone();
            for (int j = 0; j < moved.length; j++) {
                moved[j] += step * direction.get(i)[j];
            }
            leaves.get(i).set(moved);
        }
    }

    private static double norm(List<double[]> parts) {
        double sum = 0;
        for (double[] part : parts) {
            for (double value : part) {
                sum += value * value;
            }
        }
        return Math.sqrt(sum);
    }

    private static long count(List<double[]> parts) {
        return parts.stream().mapToLong(part -> part.length).sum();
    }
}
