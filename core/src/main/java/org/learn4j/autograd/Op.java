package org.learn4j.autograd;

import org.learn4j.tensor.Tensor;

/**
 * A differentiable operation: how to compute it and how its gradient flows back. An open interface; a new operation is a
 * record of its settings.
 *
 * <pre>{@code
 * record Double() implements Op {
 *     public Tensor forward(Call call) { return call.input(0).times(2); }
 *     public void backward(Call call, Tensor dy) {
 *         Kernels.current().unary(Unary.LINEAR, 2, 0, dy, call.gradient(0));
 *     }
 * }
 * Tensor y = Tape.apply(new Double(), x);
 * }</pre>
 */
public interface Op {
    /** Returns the name for error messages and profiles. */
    default String name() {
        return OpNames.of(getClass());
    }

    /** Checks the inputs' shapes and computes the output, a new tensor or a view of an input. */
    Tensor forward(Call call);

    /**
     * Writes the gradients of the inputs that need one, given that of the output; {@code dy} may have any strides.
     */
    void backward(Call call, Tensor dy);
}
