package org.learn4j.nn;

import org.learn4j.tensor.Tensor;

/** Sees a layer's inputs and output after its forward pass; what it returns flows on, usually the output itself. */
@FunctionalInterface
public interface LayerHook {
    /** Called after the layer has run. The tensors live as long as the step; keep a copy of what must outlive it. */
    Tensor after(Layer layer, Tensor[] inputs, Tensor output);
}
