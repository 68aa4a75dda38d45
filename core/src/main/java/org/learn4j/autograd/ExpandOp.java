package org.learn4j.autograd;

import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/** A view in which axes of size 1 repeat, without copying. */
record ExpandOp(Shape target) implements Op {
    @Override
    public Tensor forward(Call call) {
        Tensor x = call.input(0);
        if (!x.shape().broadcast(target).equals(target)) {
            throw new ShapeMismatchException("expand of shape " + x.shape() + " to " + target);
        }
        return Broadcasting.expand(x, target);
    }

    @Override
    public void backward(Call call, Tensor dy) {
        Broadcasting.pass(call, 0, dy);
    }
}
