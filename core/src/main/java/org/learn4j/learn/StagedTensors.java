package org.learn4j.learn;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.learn4j.persist.ModelFormatException;
import org.learn4j.persist.SafeTensors;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/** Tensors read from a file, so that nothing is changed by a file that turns out not to be readable to its end. */
final class StagedTensors implements AutoCloseable {
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    private StagedTensors() {}

    /** Reads the tensors whose names start with a prefix, which is taken off. */
    static StagedTensors of(SafeTensors file, String prefix) {
        StagedTensors staged = new StagedTensors();
        try {
            for (String name : file.names()) {
                if (name.startsWith(prefix)) {
                    Tensor tensor = Tensor.uninitialized(file.dtype(name), Shape.of(file.shape(name)))
                            .keep();
                    staged.tensors.put(name.substring(prefix.length()), tensor);
                    file.read(name, tensor.bytes());
                }
            }
            return staged;
        } catch (RuntimeException | Error failure) {
            staged.close();
            throw failure;
        }
    }

    Map<String, Tensor> all() {
        return tensors;
    }

    Tensor get(String name) {
        return found(name, tensors.get(name));
    }

    /** Returns a tensor that is the caller's from now on. */
    Tensor take(String name) {
        return found(name, tensors.remove(name));
    }

    private static Tensor found(String name, @Nullable Tensor tensor) {
        if (tensor == null) {
            throw new ModelFormatException(ModelFormatException.Reason.MISSING, "the tensor " + name + " is not there");
        }
        return tensor;
    }

    @Override
    public void close() {
        tensors.values().forEach(Tensor::close);
        tensors.clear();
    }
}
