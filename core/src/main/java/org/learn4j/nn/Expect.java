package org.learn4j.nn;

import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/** What layers check of their settings and inputs: messages say what was expected and what was received. */
final class Expect {
    private Expect() {}

    /** Returns the only input. */
    static Tensor one(Layer layer, Tensor... inputs) {
        if (inputs.length != 1) {
            throw new IllegalArgumentException(
                    layer.getClass().getSimpleName() + " expects one input, received " + inputs.length);
        }
        return inputs[0];
    }

    /** Returns a size of 1 or more. */
    static int positive(String what, int size) {
        if (size < 1) {
            throw new IllegalArgumentException(what + " expects at least 1, received " + size);
        }
        return size;
    }

    /** Returns a number above 0. */
    static double positive(String what, double number) {
        if (!(number > 0 && number < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(what + " expects a number above 0, received " + number);
        }
        return number;
    }

    /** Returns the exception for an input of another shape than the layer takes. */
    static ShapeMismatchException input(Layer layer, String expected, Shape received) {
        return new ShapeMismatchException(layer + " expects input of shape " + expected + ", received " + received);
    }
}
