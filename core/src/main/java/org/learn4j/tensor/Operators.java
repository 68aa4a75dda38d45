package org.learn4j.tensor;

import java.util.ServiceLoader;

/**
 * The differentiable arithmetic behind {@link Tensor}'s methods. The autograd package provides the one implementation,
 * found by {@link ServiceLoader}; this interface keeps tensors from depending on it.
 */
public interface Operators {
    /** Returns f(x) element by element; parameters α and β as {@link Unary} says. */
    Tensor unary(Unary function, double alpha, double beta, Tensor x);

    /** Returns f(a, b) element by element with broadcasting. */
    Tensor binary(Binary function, Tensor a, Tensor b);

    /** Returns the reduction over the given axes (all if none are given). */
    Tensor reduce(Reduction function, Tensor x, boolean keepAxes, int... axes);

    /** Returns the matrix product of the last two axes, batches broadcast as in PyTorch. */
    Tensor matmul(Tensor a, Tensor b);

    /** Returns the same elements in another shape; one dimension may be −1. */
    Tensor reshape(Tensor x, long... dims);

    /** Returns a view with axes reordered. */
    Tensor permute(Tensor x, int... axes);

    /** Returns a view in which axes of size 1 are repeated without copying. */
    Tensor expand(Tensor x, Shape shape);

    /** Returns a view of every {@code step}-th element from {@code from} (inclusive) to {@code to} (exclusive). */
    Tensor slice(Tensor x, int axis, long from, long to, long step);

    /** Returns the chosen positions along an axis, copied; positions may repeat. */
    Tensor select(Tensor x, int axis, Tensor positions);

    /** Returns the tensors laid end to end along an axis. */
    Tensor concat(int axis, Tensor... parts);

    /** Returns softmax or its logarithm along an axis. */
    Tensor softmax(Tensor x, int axis, boolean logarithm);

    /** Returns the elements as another type. */
    Tensor cast(Tensor x, DType dtype);

    /** Returns a dense copy: channels last, for which x has four axes, or row-major. */
    Tensor copy(Tensor x, boolean channelsLast);

    /** Returns the implementation. */
    static Operators current() {
        return Holder.INSTANCE;
    }

    /** Loads the implementation at first use. */
    final class Holder {
        private static final Operators INSTANCE = ServiceLoader.load(Operators.class, Operators.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No tensor operators on the class path: learn4j-core is"
                        + " incomplete, its META-INF/services entry is missing"));

        private Holder() {}
    }
}
