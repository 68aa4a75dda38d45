package org.learn4j.tensor;

/** Many elements into one, over the axes named; over all of them when none is named. Reduced axes disappear. */
public sealed interface Reductions permits Tensor {
    /** Returns the tensor these methods work on. */
    Tensor self();

    /** Returns the sum. */
    default Tensor sum(int... axes) {
        return Operators.current().reduce(Reduction.SUM, self(), false, axes);
    }

    /** Returns the mean. */
    default Tensor mean(int... axes) {
        return Operators.current().reduce(Reduction.MEAN, self(), false, axes);
    }

    /** Returns the largest element. */
    default Tensor max(int... axes) {
        return Operators.current().reduce(Reduction.MAX, self(), false, axes);
    }

    /** Returns the smallest element. */
    default Tensor min(int... axes) {
        return Operators.current().reduce(Reduction.MIN, self(), false, axes);
    }

    /** Returns the reduction with the reduced axes kept at size 1. */
    default Tensor reduceKeeping(Reduction function, int... axes) {
        return Operators.current().reduce(function, self(), true, axes);
    }
}
