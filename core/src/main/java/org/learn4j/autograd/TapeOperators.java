package org.learn4j.autograd;

import org.learn4j.tensor.Binary;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Operators;
import org.learn4j.tensor.Reduction;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.Unary;

/** The arithmetic behind {@link Tensor}'s methods; found by {@link java.util.ServiceLoader}. */
public final class TapeOperators implements Operators {
    /** For the service loader. */
    public TapeOperators() {}

    @Override
    public Tensor unary(Unary function, double alpha, double beta, Tensor x) {
        return Tape.apply(new UnaryOp(function, alpha, beta), x);
    }

    @Override
    public Tensor binary(Binary function, Tensor a, Tensor b) {
        return Tape.apply(new BinaryOp(function), a, b);
    }

    @Override
    public Tensor reduce(Reduction function, Tensor x, boolean keepAxes, int... axes) {
        return Tape.apply(new ReduceOp(function, keepAxes, axes), x);
    }

    @Override
    public Tensor matmul(Tensor a, Tensor b) {
        if (a.shape().rank() == 0 || b.shape().rank() == 0) {
            throw new ShapeMismatchException(
                    "matmul expects vectors or matrices, received shapes " + a.shape() + " and " + b.shape());
        }
        boolean row = a.shape().rank() == 1;
        boolean column = b.shape().rank() == 1;
        if (row) {
            try (Tensor left = a.unsqueeze(0);
                    Tensor product = matmul(left, b)) {
                return product.squeeze(column ? -1 : -2);
            }
        }
        if (column) {
            try (Tensor right = b.unsqueeze(1);
                    Tensor product = matmul(a, right)) {
                return product.squeeze(-1);
            }
        }
        return Tape.apply(new MatmulOp(), a, b);
    }

    @Override
    public Tensor reshape(Tensor x, long... dims) {
        return Tape.apply(ReshapeOp.to(x.shape(), dims), x);
    }

    @Override
    public Tensor permute(Tensor x, int... axes) {
        return Tape.apply(new PermuteOp(axes.clone()), x);
    }

    @Override
    public Tensor expand(Tensor x, Shape shape) {
        return Tape.apply(new ExpandOp(shape), x);
    }

    @Override
    public Tensor slice(Tensor x, int axis, long from, long to, long step) {
        return Tape.apply(SliceOp.of(x.shape(), axis, from, to, step), x);
    }

    @Override
    public Tensor select(Tensor x, int axis, Tensor positions) {
        return Tape.apply(new SelectOp(axis), x, positions);
    }

    @Override
    public Tensor concat(int axis, Tensor... parts) {
        if (parts.length == 0) {
            throw new IllegalArgumentException("concat expects at least one tensor, received none");
        }
        return Tape.apply(new ConcatOp(axis), parts.clone());
    }

    @Override
    public Tensor softmax(Tensor x, int axis, boolean logarithm) {
        return Tape.apply(new SoftmaxOp(axis, logarithm), x);
    }

    @Override
    public Tensor cast(Tensor x, DType dtype) {
        return Tape.apply(new CastOp(dtype), x);
    }

    @Override
    public Tensor copy(Tensor x, boolean channelsLast) {
        return Tape.apply(new CopyOp(channelsLast), x);
    }
}
