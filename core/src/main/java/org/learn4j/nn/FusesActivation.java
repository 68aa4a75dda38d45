package org.learn4j.nn;

import org.learn4j.tensor.Tensor;

/** A layer that can compute the activation after it in the same operation; {@link Sequential} asks for it. */
interface FusesActivation {
    /** Returns whether it can do so with this one. */
    boolean fuses(Activation activation);

    /** Returns the activation of the layer's output. */
    Tensor forward(Pass pass, Activation activation, Tensor input);
}
