package org.learn4j.nn;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.learn4j.tensor.Tensor;

/** A layer that applies a weight, and perhaps adds a bias, which another layer can compute for it. */
interface HasWeight extends Layer, FusesActivation {
    /** Returns the weight. */
    Param weight();

    /** Returns the bias, unless the layer has none. */
    Optional<Param> bias();

    /** Computes the layer's output with a given weight and bias, and the activation after it if there is one. */
    Tensor apply(Tensor x, Tensor weight, @Nullable Tensor bias, @Nullable Activation activation);
}
