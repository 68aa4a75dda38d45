package org.learn4j.tensor;

/** Arithmetic element by element. Shapes broadcast as in PyTorch; every method returns a new tensor. */
public sealed interface Elementwise permits Tensor {
    /** Returns the tensor these methods work on. */
    Tensor self();

    /** Returns this + other. */
    default Tensor plus(Tensor other) {
        return Operators.current().binary(Binary.ADD, self(), other);
    }

    /** Returns this + number. */
    default Tensor plus(double number) {
        return Operators.current().unary(Unary.LINEAR, 1, number, self());
    }

    /** Returns this − other. */
    default Tensor minus(Tensor other) {
        return Operators.current().binary(Binary.SUBTRACT, self(), other);
    }

    /** Returns this − number. */
    default Tensor minus(double number) {
        return plus(-number);
    }

    /** Returns this · other. */
    default Tensor times(Tensor other) {
        return Operators.current().binary(Binary.MULTIPLY, self(), other);
    }

    /** Returns this · number. */
    default Tensor times(double number) {
        return Operators.current().unary(Unary.LINEAR, number, 0, self());
    }

    /** Returns this / other. */
    default Tensor over(Tensor other) {
        return Operators.current().binary(Binary.DIVIDE, self(), other);
    }

    /** Returns this / number. */
    default Tensor over(double number) {
        return times(1 / number);
    }

    /** Returns the larger of this and other. */
    default Tensor maximum(Tensor other) {
        return Operators.current().binary(Binary.MAXIMUM, self(), other);
    }

    /** Returns the smaller of this and other. */
    default Tensor minimum(Tensor other) {
        return Operators.current().binary(Binary.MINIMUM, self(), other);
    }

    /** Returns −this. */
    default Tensor negate() {
        return times(-1);
    }

    /** Returns a · this + b. */
    default Tensor linear(double a, double b) {
        return Operators.current().unary(Unary.LINEAR, a, b, self());
    }

    /** Returns |this|. */
    default Tensor abs() {
        return apply(Unary.ABS);
    }

    /** Returns this². */
    default Tensor square() {
        return apply(Unary.SQUARE);
    }

    /** Returns √this. */
    default Tensor sqrt() {
        return apply(Unary.SQRT);
    }

    /** Returns this to the power of a fixed exponent. */
    default Tensor power(double exponent) {
        return Operators.current().unary(Unary.POWER, exponent, 0, self());
    }

    /** Returns e to the power of this. */
    default Tensor exp() {
        return apply(Unary.EXP);
    }

    /** Returns the natural logarithm. */
    default Tensor log() {
        return apply(Unary.LOG);
    }

    /** Returns max(this, 0). */
    default Tensor relu() {
        return apply(Unary.RELU);
    }

    /** Returns the hyperbolic tangent. */
    default Tensor tanh() {
        return apply(Unary.TANH);
    }

    /** Returns 1 / (1 + e^−this). */
    default Tensor sigmoid() {
        return apply(Unary.SIGMOID);
    }

    /** Returns this limited to [least, greatest]. */
    default Tensor clamp(double least, double greatest) {
        return Operators.current().unary(Unary.CLAMP, least, greatest, self());
    }

    /** Returns one of the functions that take no parameters. */
    default Tensor apply(Unary function) {
        return Operators.current().unary(function, 0, 0, self());
    }

    /** Returns a function with its parameters α and β. */
    default Tensor apply(Unary function, double alpha, double beta) {
        return Operators.current().unary(function, alpha, beta, self());
    }

    /** Returns softmax along an axis. */
    default Tensor softmax(int axis) {
        return Operators.current().softmax(self(), axis, false);
    }

    /** Returns the logarithm of softmax along an axis, computed stably. */
    default Tensor logSoftmax(int axis) {
        return Operators.current().softmax(self(), axis, true);
    }

    /** Returns the elements converted to another type; the same tensor if it has that type. */
    default Tensor to(DType dtype) {
        return self().dtype() == dtype ? self() : Operators.current().cast(self(), dtype);
    }
}
