package org.learn4j.nn;

import java.util.List;
import java.util.Map;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Tensor;

/**
 * A function with parameters: the open interface every layer, block and network implements. A network is a layer of layers.
 *
 * <pre>{@code
 * final class Scale implements Layer {
 *     private final Param factor = Param.of("factor", Shape.of(1), Init.ones(), Param.Role.WEIGHT);
 *     public Tensor forward(Pass pass, Tensor... inputs) { return inputs[0].times(factor.value()); }
 *     public List<Param> params() { return List.of(factor); }
 *     public Recipe recipe() { return Recipe.of("Scale"); }
 * }
 * }</pre>
 *
 * <p>Callers use {@link #call}, which runs hooks; implementations provide {@link #forward}. A layer holds native memory from
 * {@link #initialize} until {@link #close}. Forward passes may run on several threads at once; training may not.
 */
public interface Layer extends AutoCloseable {
    /** Computes the output from one or more inputs; how, may depend on whether the pass trains. */
    Tensor forward(Pass pass, Tensor... inputs);

    /** Returns this layer's own trainable tensors, not its children's. */
    default List<Param> params() {
        return List.of();
    }

    /** Returns this layer's own state that is saved but not trained, such as running statistics. */
    default List<Buffer> buffers() {
        return List.of();
    }

    /** Returns the layers inside this one by name, in the order they run. */
    default Map<String, Layer> children() {
        return Map.of();
    }

    /** Returns what it takes to build this layer again: its type's name and settings, without weights. */
    Recipe recipe();

    /** Runs {@link #forward} and the hooks registered on this layer. */
    default Tensor call(Pass pass, Tensor... inputs) {
        return LayerHooks.run(this, pass, inputs);
    }

    /** Returns the output in an evaluation pass: dropout off, running statistics used. */
    default Tensor predict(Tensor... inputs) {
        return call(Pass.evaluation(), inputs);
    }

    /** Gives all parameters that have no value yet their initial one; which numbers are drawn depends on seed and path alone. */
    default Layer initialize(Seed seed) {
        return initialize(seed, DType.FLOAT32);
    }

    /** {@link #initialize(Seed)} with parameters of a given floating-point type. */
    default Layer initialize(Seed seed, DType dtype) {
        LayerTree.walk(this, (path, layer) -> {
            Seed own = seed.fold(path);
            layer.params().forEach(param -> param.initialize(own.fold(param.name()), dtype));
            layer.buffers().forEach(buffer -> buffer.initialize(own.fold(buffer.name()), dtype));
        });
        return this;
    }

    /** Frees the memory of all parameters and buffers, the children's too. Calling it again does nothing. */
    @Override
    default void close() {
        LayerTree.walk(this, (path, layer) -> {
            layer.params().forEach(Param::close);
            layer.buffers().forEach(Buffer::close);
        });
    }
}
