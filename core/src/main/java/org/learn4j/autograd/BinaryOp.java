package org.learn4j.autograd;

import org.learn4j.kernel.Kernels;
import org.learn4j.tensor.Binary;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.Unary;

/** A function of two elements, with broadcasting. */
record BinaryOp(Binary function) implements Op {
    @Override
    public String name() {
        return function.name().toLowerCase(java.util.Locale.ROOT);
    }

    @Override
    public Tensor forward(Call call) {
        Tensor a = call.input(0);
        Tensor b = call.input(1);
        Checks.sameType(name(), a, b);
        Tensor out = output(a, b, a.shape().broadcast(b.shape()));
        call.kernels().binary(function, a, b, out);
        return out;
    }

    /** Images stay channels last, whichever of the two they are. */
    static Tensor output(Tensor a, Tensor b, Shape shape) {
        if (shape.equals(a.shape()) && a.prefersChannelsLast()) {
            return Tensor.like(a);
        }
        return shape.equals(b.shape()) ? Tensor.like(b) : Tensor.uninitialized(a.dtype(), shape);
    }

    @Override
    public void backward(Call call, Tensor dy) {
        switch (function) {
            case ADD -> {
                passReduced(call, 0, dy);
                passReduced(call, 1, dy);
            }
            case SUBTRACT -> {
                passReduced(call, 0, dy);
                if (call.needsGradient(1)) {
                    try (Tensor negative = empty(dy)) {
                        call.kernels().unary(Unary.LINEAR, -1, 0, dy, negative);
                        passReduced(call, 1, negative);
                    }
                }
            }
            case MULTIPLY -> {
                writeProduct(call, 0, dy, call.input(1));
                writeProduct(call, 1, dy, call.input(0));
            }
            case DIVIDE -> divide(call, dy);
            case MAXIMUM -> choose(call, dy, call.input(0), call.input(1));
            case MINIMUM -> choose(call, dy, call.input(1), call.input(0));
            case EQUAL, GREATER_OR_EQUAL -> {
                passZero(call, 0);
                passZero(call, 1);
            }
        }
    }

    private void divide(Call call, Tensor dy) {
        Kernels kernels = call.kernels();
        try (Tensor overB = empty(dy)) {
            kernels.binary(Binary.DIVIDE, dy, call.input(1), overB);
            if (call.needsGradient(1)) {
                try (Tensor product = empty(dy)) {
                    kernels.binary(Binary.MULTIPLY, overB, call.output(), product);
                    kernels.unary(Unary.LINEAR, -1, 0, product, product);
                    passReduced(call, 1, product);
                }
            }
            passReduced(call, 0, overB);
        }
    }

    /** The gradient goes to input 0 where {@code larger ≥ smaller}, to input 1 elsewhere. */
    private void choose(Call call, Tensor dy, Tensor larger, Tensor smaller) {
        Kernels kernels = call.kernels();
        try (Tensor first = empty(dy);
                Tensor second = empty(dy)) {
            kernels.binary(Binary.GREATER_OR_EQUAL, larger, smaller, first);
            kernels.unary(Unary.LINEAR, -1, 1, first, second);
            kernels.binary(Binary.MULTIPLY, first, dy, first);
            kernels.binary(Binary.MULTIPLY, second, dy, second);
            passReduced(call, 0, first);
            passReduced(call, 1, second);
        }
    }

    private static void writeProduct(Call call, int index, Tensor dy, Tensor factor) {
        if (!call.needsGradient(index)) {
            return;
        }
        if (call.input(index).shape().equals(dy.shape())) {
            call.kernels().binary(Binary.MULTIPLY, dy, factor, call.gradient(index));
        } else {
            try (Tensor product = empty(dy)) {
                call.kernels().binary(Binary.MULTIPLY, dy, factor, product);
                passReduced(call, index, product);
            }
        }
    }

    private static void passReduced(Call call, int index, Tensor gradient) {
        if (call.needsGradient(index)) {
            Broadcasting.pass(call, index, gradient);
        }
    }

    private static void passZero(Call call, int index) {
        if (call.needsGradient(index)) {
            call.kernels().fill(0, call.gradient(index));
        }
    }

    private static Tensor empty(Tensor like) {
        return Tensor.like(like);
    }
}
