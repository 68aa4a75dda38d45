package org.learn4j.optim;

import java.util.List;
import org.learn4j.kernel.Kernels;
import org.learn4j.nn.ParamGroup;
import org.learn4j.tensor.Reduction;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.Unary;

/**
 * The length of the gradient over all trainable parameters, and ways to shorten it.
 *
 * <pre>{@code
 * double norm = GradientNorm.clip(learner.groups(), 1.0);     // the norm before clipping
 * }</pre>
 */
public final class GradientNorm {
    private GradientNorm() {}

    /** Returns the Euclidean norm, NaN or infinite if an element is. */
    public static double of(List<ParamGroup> groups) {
        double squares = 0;
        for (ParamGroup group : groups) {
            for (ParamGroup.Run run : group.trainableRuns()) {
                try (Tensor gradients = run.of(group.gradients())) {
                    squares += Kernels.current().sumOfSquares(gradients);
                }
            }
        }
        return Math.sqrt(squares);
    }

    /**
     * Returns whether the gradients' sum is finite, in one pass: it is not if an element is not, and hardly ever is if all
     * are.
     */
    public static boolean sumIsFinite(List<ParamGroup> groups) {
        for (ParamGroup group : groups) {
            for (ParamGroup.Run run : group.trainableRuns()) {
                try (Tensor gradients = run.of(group.gradients());
                        Tensor sum = Tensor.uninitialized(gradients.dtype(), Shape.of(1))) {
                    Kernels.current().reduce(Reduction.SUM, gradients, sum);
                    if (!Double.isFinite(sum.item())) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    /** Multiplies the gradients. */
    public static void scale(List<ParamGroup> groups, double factor) {
        for (ParamGroup group : groups) {
            for (ParamGroup.Run run : group.trainableRuns()) {
                try (Tensor gradients = run.of(group.gradients())) {
                    Kernels.current().unary(Unary.LINEAR, factor, 0, gradients, gradients);
                }
            }
        }
    }

    /**
     * Scales gradients longer than {@code largest} to that length, by PyTorch's {@code largest / (norm + 1e-6)}; a norm
     * that is not finite leaves them alone, for others to find.
     *
     * @return the norm before
     */
    public static double clip(List<ParamGroup> groups, double largest) {
        if (!(largest > 0)) {
            throw new IllegalArgumentException("A largest norm is positive, received " + largest);
        }
        double norm = of(groups);
        if (norm > largest && Double.isFinite(norm)) {
            scale(groups, largest / (norm + 1e-6));
        }
        return norm;
    }
}
