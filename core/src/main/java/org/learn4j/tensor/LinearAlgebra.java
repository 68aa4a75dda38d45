package org.learn4j.tensor;

/** Matrix products. */
public sealed interface LinearAlgebra permits Tensor {
    /** Returns the tensor these methods work on. */
    Tensor self();

    /** Returns the matrix product over the last two axes; leading axes broadcast, vectors are promoted as in PyTorch. */
    default Tensor matmul(Tensor other) {
        return Operators.current().matmul(self(), other);
    }

    /** Returns a view of a matrix with rows and columns exchanged. */
    default Tensor transpose() {
        Shape shape = self().shape();
        if (shape.rank() < 2) {
            throw new ShapeMismatchException("transpose() expects a matrix, received shape " + shape);
        }
        return self().transpose(-2, -1);
    }
}
