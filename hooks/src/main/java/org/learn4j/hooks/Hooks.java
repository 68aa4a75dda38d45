package org.learn4j.hooks;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.learn4j.nn.Layer;
import org.learn4j.tensor.Tensor;

/**
 * Hooks on many layers, closed together.
 *
 * <pre>{@code
 * try (Hooks hooks = Hooks.outputs(model.children().values())) {
 *     model.predict(x);
 *     hooks.stored().forEach(activations -> System.out.println(activations.shape()));
 * }
 * }</pre>
 *
 * <p>Each holds memory as a single {@link Hook} does; {@link #bytes()} is the sum.
 */
public final class Hooks implements Iterable<Hook>, AutoCloseable {
    private final List<Hook> hooks;

    private Hooks(List<Hook> hooks) {
        this.hooks = List.copyOf(hooks);
    }

    /** Keeps the latest output of each layer. */
    public static Hooks outputs(Iterable<? extends Layer> layers) {
        return on(layers, Hook::output);
    }

    /** Keeps the latest gradient with respect to the output of each layer. */
    public static Hooks gradients(Iterable<? extends Layer> layers) {
        return on(layers, Hook::gradient);
    }

    /** Opens a hook of any kind on each layer; if one cannot be, none stays. */
    public static Hooks on(Iterable<? extends Layer> layers, Function<Layer, Hook> kind) {
        List<Hook> made = new ArrayList<>();
        try {
            for (Layer layer : layers) {
                made.add(kind.apply(layer));
            }
        } catch (RuntimeException | Error failure) {
            made.forEach(Hook::close);
            throw failure;
        }
        return new Hooks(made);
    }

    /** Returns how many hooks there are. */
    public int size() {
        return hooks.size();
    }

    /** Returns a hook by its layer's place in the order given. */
    public Hook get(int index) {
        return hooks.get(index);
    }

    @Override
    public Iterator<Hook> iterator() {
        return hooks.iterator();
    }

    /**
     * Returns what the latest pass left at each layer.
     *
     * @throws IllegalStateException if a hook has stored nothing
     */
    public List<Tensor> stored() {
        return hooks.stream().map(Hook::stored).toList();
    }

    /** Returns how many bytes of native memory the stored tensors take together. */
    public long bytes() {
        return hooks.stream().mapToLong(Hook::bytes).sum();
    }

    /** Removes all hooks and frees what they stored. Calling it again does nothing. */
    @Override
    public void close() {
        hooks.forEach(Hook::close);
    }
}
