package org.learn4j.nn;

import org.jspecify.annotations.Nullable;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/** A named tensor of a layer that is saved with the weights but not trained, such as a running mean. */
public final class Buffer implements AutoCloseable {
    private final String name;
    private final Shape shape;
    private final Init initial;
    private @Nullable Tensor value;

    private Buffer(String name, Shape shape, Init initial) {
        this.name = name;
        this.shape = shape;
        this.initial = initial;
    }

    /** Returns a buffer without memory, whose elements will start at {@code initial}. */
    public static Buffer of(String name, Shape shape, double initial) {
        return of(name, shape, Init.constant(initial));
    }

    /** Returns a buffer without memory that will start as told. */
    public static Buffer of(String name, Shape shape, Init initial) {
        return new Buffer(name, shape, initial);
    }

    /** Returns the name within its layer. */
    public String name() {
        return name;
    }

    /** Returns the shape. */
    public Shape shape() {
        return shape;
    }

    /** Returns whether the buffer has a value. */
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
            throw new IllegalStateException("The buffer " + name + " " + shape
                    + " has no value yet: call initialize(seed) on the model, load weights, or give the model"
                    + " to a Learner");
        }
        return current;
    }

    /** Sets the initial value, if there is none yet. */
    public void initialize(Seed seed, DType dtype) {
        if (value == null) {
            Tensor fresh = Tensor.uninitialized(dtype, shape).keep();
            try {
                initial.fill(fresh, seed);
            } catch (RuntimeException | Error failure) {
                fresh.close();
                throw failure;
            }
            value = fresh;
        }
    }

    /**
     * Gives the buffer its value, read from a file perhaps. The buffer owns it from now on.
     *
     * @throws IllegalStateException if it has a value already
     * @throws ShapeMismatchException if the shape is another
     */
    public void take(Tensor read) {
        if (value != null) {
            throw new IllegalStateException("The buffer " + name + " " + shape + " has a value already");
        }
        if (!read.shape().equals(shape)) {
            throw new ShapeMismatchException(
                    "The buffer " + name + " has the shape " + shape + ", received a value of " + read.shape());
        }
        value = read.keep();
    }

    /** Frees the memory. */
    @Override
    public void close() {
        if (value != null) {
            value.close();
            value = null;
        }
    }
}
