package org.learn4j.autograd;

import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/** Tensors laid end to end along an axis. */
record ConcatOp(int axis) implements Op {
    @Override
    public Tensor forward(Call call) {
        Tensor first = call.input(0);
        int along = first.shape().axis(axis);
        long size = 0;
        for (int i = 0; i < call.inputs(); i++) {
            Tensor part = call.input(i);
            Checks.sameType(name(), first, part);
            if (part.shape().rank() != first.shape().rank()
                    || !part.shape().without(along).equals(first.shape().without(along))) {
                throw new ShapeMismatchException("concat along axis " + axis + " of shapes " + first.shape() + " and "
                        + part.shape() + ": they differ in another axis");
            }
            size += part.shape().dim(along);
        }
        Tensor out = Tensor.uninitialized(first.dtype(), first.shape().with(along, size), channelsLast(call));
        long at = 0;
        for (int i = 0; i < call.inputs(); i++) {
            Tensor part = call.input(i);
            try (Tensor place = place(out, along, at, part.shape())) {
                call.kernels().copy(part, place);
            }
            at += part.shape().dim(along);
        }
        return out;
    }

    private static boolean channelsLast(Call call) {
        for (int i = 0; i < call.inputs(); i++) {
            if (call.input(i).prefersChannelsLast()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void backward(Call call, Tensor dy) {
        int along = call.input(0).shape().axis(axis);
        long at = 0;
        for (int i = 0; i < call.inputs(); i++) {
            Shape shape = call.input(i).shape();
            if (call.needsGradient(i)) {
                try (Tensor place = place(dy, along, at, shape)) {
                    call.kernels().copy(place, call.gradient(i));
                }
            }
            at += shape.dim(along);
        }
    }

    private static Tensor place(Tensor whole, int axis, long at, Shape shape) {
        return whole.view(shape, whole.strides(), whole.offset() + at * whole.stride(axis));
    }
}
