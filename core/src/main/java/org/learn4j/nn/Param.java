package org.learn4j.nn;

import org.jspecify.annotations.Nullable;
import org.learn4j.kernel.Kernels;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/** A named trainable tensor of a layer. It has no memory until it is initialised or loaded. */
public final class Param implements AutoCloseable {
    /** What a parameter is for: decides about weight decay and about freezing. */
    public enum Role {
        /** Weights of linear maps, convolutions and embeddings. */
        WEIGHT,
        /** Biases. */
        BIAS,
        /** Scale and shift of normalisation layers; stay trainable in frozen groups. */
        NORM
    }

    private final String name;
    private final Shape shape;
    private final Init init;
    private final Role role;
    private @Nullable Tensor value;
    private boolean trainable = true;

    private Param(String name, Shape shape, Init init, Role role) {
        this.name = name;
        this.shape = shape;
        this.init = init;
        this.role = role;
    }

    /** Returns a parameter without memory. */
    public static Param of(String name, Shape shape, Init init, Role role) {
        return new Param(name, shape, init, role);
    }

    /** Returns the name within its layer, such as {@code weight}. */
    public String name() {
        return name;
    }

    /** Returns the shape. */
    public Shape shape() {
        return shape;
    }

    /** Returns the role. */
    public Role role() {
        return role;
    }

    Init init() {
        return init;
    }

    /** Returns whether the parameter has a value. */
    public boolean isInitialized() {
        return value != null;
    }

    /**
     * Returns the value.
     *
     * @throws IllegalStateException if it has none yet
     */
    public Tensor value() {
        Tensor current = value;
        if (current == null) {
            throw new IllegalStateException("The parameter " + name + " " + shape
                    + " has no value yet: call initialize(seed) on the model, load weights, or give the model"
                    + " to a Learner");
        }
        return current;
    }

    /** Draws the initial value, if there is none yet. */
    public void initialize(Seed seed, DType dtype) {
        if (value == null) {
            Tensor fresh = Tensor.uninitialized(dtype, shape).keep();
            try {
                init.fill(fresh, seed);
            } catch (RuntimeException | Error failure) {
                fresh.close();
                throw failure;
            }
            adopt(fresh);
        }
    }

    /**
     * Gives the parameter its value, read from a file perhaps, instead of drawing one. The parameter owns it from now on.
     *
     * @throws IllegalStateException if it has a value already
     * @throws ShapeMismatchException if the shape is another
     */
    public void take(Tensor read) {
        if (value != null) {
            throw new IllegalStateException("The parameter " + name + " " + shape + " has a value already");
        }
        if (!read.shape().equals(shape)) {
            throw new ShapeMismatchException(
                    "The parameter " + name + " has the shape " + shape + ", received a value of " + read.shape());
        }
        adopt(read.keep());
    }

    /** Moves the value into memory provided by the caller, which gradients are written beside. The old memory is freed. */
    public void moveTo(Tensor memory, Tensor gradient) {
        Tensor old = value();
        Kernels.current().copy(old, memory);
        close();
        adopt(memory);
        memory.attachGradient(gradient);
    }

    private void adopt(Tensor tensor) {
        value = tensor;
        tensor.requireGradient(trainable);
    }

    /** Returns whether training changes the parameter. */
    public boolean isTrainable() {
        return trainable;
    }

    /** Lets training change the parameter, or freezes it. */
    public void trainable(boolean changes) {
        trainable = changes;
        if (value != null) {
            value.requireGradient(changes);
        }
    }

    /** Frees the memory. */
    @Override
    public void close() {
        if (value != null) {
            Tensor gradient = value.gradientBuffer();
            if (gradient != null) {
                gradient.close();
            }
            value.close();
            value = null;
        }
    }

    @Override
    public String toString() {
        return name + shape;
    }
}
