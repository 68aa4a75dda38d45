package org.learn4j.nn;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What layers that compute another one's weight have in common: parameters that start as the wrapped layer's do, and recipes. */
final class WrappedWeight {
    private WrappedWeight() {}

    /** Returns a start like a parameter's: its value if it has one, else as it would be drawn. */
    static Init like(Param param) {
        return (tensor, seed) -> {
            if (param.isInitialized()) {
                tensor.set(param.value().toDoubles());
            } else {
                param.init().fill(tensor, seed);
            }
        };
    }

    /** Returns a bias that starts like the layer's, or null if it has none. */
    static @Nullable Param bias(HasWeight layer) {
        return layer.bias()
                .map(bias -> Param.of("bias", bias.shape(), like(bias), bias.role()))
                .orElse(null);
    }

    /** Returns the wrapped layer as a recipe's child. */
    static Map<String, Layer> children(HasWeight layer) {
        return Map.of(layer instanceof Linear ? "linear" : "convolution", layer);
    }

    /** Returns the wrapped layer from a recipe's children. */
    static HasWeight layer(Map<String, Layer> children) {
        if (children.size() == 1 && children.get("linear") instanceof Linear linear) {
            return linear;
        }
        if (children.size() == 1 && children.get("convolution") instanceof Conv2d convolution) {
            return convolution;
        }
        throw new IllegalArgumentException("one child, \"linear\" of type Linear or \"convolution\" of type Conv2d,"
                + " received " + children.keySet());
    }
}
