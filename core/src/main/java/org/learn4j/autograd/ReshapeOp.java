package org.learn4j.autograd;

import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/** The same elements in another shape: a view where they lie in order, else a copy. One dimension may be −1. */
record ReshapeOp(Shape target) implements Op {
    static ReshapeOp to(Shape from, long... dims) {
        long[] resolved = dims.clone();
        long known = 1;
        int open = -1;
        for (int i = 0; i < dims.length; i++) {
            if (dims[i] == -1 && open < 0) {
                open = i;
            } else {
                known *= dims[i];
            }
        }
        if (open >= 0) {
            resolved[open] = known == 0 ? 0 : from.elements() / known;
            known *= resolved[open];
        }
        if (known != from.elements()) {
            throw new ShapeMismatchException(
                    "reshape of " + from + " (" + from.elements() + " elements) to " + java.util.Arrays.toString(dims));
        }
        return new ReshapeOp(Shape.of(resolved));
    }

    @Override
    public Tensor forward(Call call) {
        Tensor x = call.input(0);
        if (x.isContiguous()) {
            return x.viewAs(target);
        }
        try (Tensor dense = Checks.contiguous(call, x)) {
            return dense.viewAs(target);
        }
    }

    @Override
    public void backward(Call call, Tensor dy) {
        try (Tensor dense = Checks.contiguous(call, dy)) {
            call.passView(0, dense.viewAs(call.input(0).shape()));
        }
    }
}
