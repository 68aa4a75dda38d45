/**
 * Weights that others trained: read from a safetensors or a PyTorch file into a layer, with a report of what did not fit,
 * and fetched from the network where a program asks for it, never otherwise.
 */
@NullMarked
package org.learn4j.weights;

import org.jspecify.annotations.NullMarked;
