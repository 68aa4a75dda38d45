package org.learn4j.hooks;

import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.learn4j.autograd.NoGrad;
import org.learn4j.autograd.Tape;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerHook;
import org.learn4j.nn.LayerHooks;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

/**
 * Code that runs whenever a layer has run: it keeps what came out or the gradient that comes back, or replaces them. Until it
 * is closed; so open it in a {@code try}.
 *
 * <pre>{@code
 * try (Hook activations = Hook.output(body); Hook gradients = Hook.gradient(body)) {
 *     ...                                          // a forward and a backward pass
 *     Tensor a = activations.stored();             // [n, 512, 11, 11]
 *     Tensor g = gradients.stored();               // the same shape
 * }
 * }</pre>
 *
 * <p><b>Memory.</b> A hook that stores holds a copy of one tensor, the latest pass's, which outlives the step: {@link #bytes()}
 * says how much. The copy belongs to the hook: the next pass overwrites it (the memory is reused while the shape stays the
 * same), and {@link #close} frees it. A hook on a large layer that nobody closes keeps that much native memory for as long as
 * the program runs.
 *
 * <p>Hooks that store change no bit of what the model computes. A layer may run on several threads; the latest pass of any is
 * kept. If a layer runs several times in one pass, its last output and the gradient of its first are kept.
 */
public final class Hook implements AutoCloseable {
    private final Layer layer;
    private final String what;
    private final @Nullable StoredTensor store;
    private final LayerHooks.Registration registration;

    private Hook(Layer layer, String what, @Nullable StoredTensor store, LayerHook hook) {
        this.layer = layer;
        this.what = what;
        this.store = store;
        this.registration = LayerHooks.register(layer, hook);
    }

    /** Keeps the layer's latest output. */
    public static Hook output(Layer layer) {
        return output(layer, output -> output);
    }

    /**
     * Keeps what a function makes of the layer's output, for instance {@code activations -> activations.mean(2, 3)}: less
     * memory than the whole of it. The function is not recorded on a tape and changes nothing.
     */
    public static Hook output(Layer layer, UnaryOperator<Tensor> function) {
        StoredTensor store = new StoredTensor();
        return new Hook(layer, "output", store, (hooked, inputs, output) -> {
            keep(store, function, output);
            return output;
        });
    }

    /** Keeps the latest gradient of what a backward pass starts from, with respect to the layer's output. */
    public static Hook gradient(Layer layer) {
        return gradient(layer, gradient -> gradient);
    }

    /** Keeps what a function makes of that gradient. */
    public static Hook gradient(Layer layer, UnaryOperator<Tensor> function) {
        StoredTensor store = new StoredTensor();
        return new Hook(
                layer,
                "gradient",
                store,
                (hooked, inputs, output) -> onGradient(output, gradient -> {
                    keep(store, function, gradient);
                    return gradient;
                }));
    }

    /** Runs code after the layer; what it returns flows on in place of the layer's output. Nothing is stored. */
    public static Hook replaceOutput(Layer layer, LayerHook hook) {
        return new Hook(layer, "output", null, hook);
    }

    /**
     * Runs a function on the gradient with respect to the layer's output; what it returns, of the same shape and type, flows
     * on in place of it. Nothing is stored.
     */
    public static Hook replaceGradient(Layer layer, UnaryOperator<Tensor> function) {
        return new Hook(layer, "gradient", null, (hooked, inputs, output) -> onGradient(output, function));
    }

    /**
     * Has a function called with the gradient of an output; returns the tensor to go on with. Where nothing before the layer
     * is to be trained the tape does not know the output, so that it is made to start there.
     */
    private static Tensor onGradient(Tensor output, UnaryOperator<Tensor> function) {
        Tape tape = Tape.current();
        if (tape == null || !output.dtype().isFloating()) {
            return output;
        }
        Tensor followed = output;
        if (!tape.recorded(output)) {
            int[] axes = IntStream.range(0, output.shape().rank()).toArray();
            followed = tape.watch(output.detach()).permute(axes); // a recorded view
        }
        tape.onGradient(followed, function);
        return followed;
    }

    private static void keep(StoredTensor store, UnaryOperator<Tensor> function, Tensor value) {
        try (NoGrad noGrad = NoGrad.open();
                TensorScope scope = TensorScope.open()) {
            store.store(function.apply(value));
        }
    }

    /** Returns the layer. */
    public Layer layer() {
        return layer;
    }

    /** Returns whether there is something stored: a pass has come by since the hook was opened, and it is not closed. */
    public boolean hasStored() {
        return store != null && store.latest().isPresent();
    }

    /**
     * Returns what the latest pass left. The tensor belongs to this hook and changes with the next pass; copy it to keep it
     * beyond that.
     *
     * @throws IllegalStateException if there is nothing: no pass yet, a closed hook, or one that stores nothing
     */
    public Tensor stored() {
        if (store == null) {
            throw new IllegalStateException("This hook replaces the " + what + " of " + layer + " and stores nothing");
        }
        return store.latest()
                .orElseThrow(() -> new IllegalStateException("No " + what + " of " + layer + " is stored: "
                        + (what.equals("output")
                                ? "the layer has not run since the hook was opened"
                                : "no backward pass on a tape came through the layer since the hook was opened")
                        + ", or the hook was closed"));
    }

    /** Returns how many bytes of native memory the stored tensor takes; 0 if there is none. */
    public long bytes() {
        return store == null ? 0 : store.bytes();
    }

    /** Frees the stored tensor, and goes on to watch. */
    public void clear() {
        if (store != null) {
            store.discard();
        }
    }

    /** Removes the hook and frees what it stored. Calling it again does nothing. */
    @Override
    public void close() {
        registration.close();
        if (store != null) {
            store.close();
        }
    }

    @Override
    public String toString() {
        return "Hook on the " + what + " of " + layer;
    }
}
