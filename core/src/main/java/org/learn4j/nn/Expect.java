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

    /** Returns the only input, images. */
    static Tensor images(Layer layer, Tensor... inputs) {
        Tensor x = one(layer, inputs);
        if (x.shape().rank() != 4) {
            throw input(layer, "[n, c, h, w]", x.shape());
        }
        return x;
    }

    /** Checks that groups divide the numbers of channels. */
    static void groups(String layer, int groups, int inputs, int outputs) {
        if (groups < 1 || inputs % groups != 0 || outputs % groups != 0) {
            throw new IllegalArgumentException(layer + " expects a number of groups that divides its " + inputs
                    + " inputs and " + outputs + " outputs, received " + groups);
        }
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
