package org.learn4j.nn;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.learn4j.tensor.Tensor;

/** The hooks registered on layers of this JVM. Without any, running a layer costs one read of a field more. */
public final class LayerHooks {
    private static volatile Map<Layer, List<LayerHook>> hooks = Map.of();

    private LayerHooks() {}

    /** Registers a hook; closing the result removes it, however often it is closed. */
    public static synchronized Registration register(Layer layer, LayerHook hook) {
        Map<Layer, List<LayerHook>> changed = new IdentityHashMap<>(hooks);
        List<LayerHook> list = new ArrayList<>(changed.getOrDefault(layer, List.of()));
        list.add(hook);
        changed.put(layer, List.copyOf(list));
        hooks = changed;
        return () -> remove(layer, hook);
    }

    private static synchronized void remove(Layer layer, LayerHook hook) {
        Map<Layer, List<LayerHook>> changed = new IdentityHashMap<>(hooks);
        List<LayerHook> list = new ArrayList<>(changed.getOrDefault(layer, List.of()));
        list.removeIf(registered -> registered == hook);
        if (list.isEmpty()) {
            changed.remove(layer);
        } else {
            changed.put(layer, List.copyOf(list));
        }
        hooks = changed.isEmpty() ? Map.of() : changed;
    }

    /** Returns how many layers have hooks. */
    public static int hookedLayers() {
        return hooks.size();
    }

    /** Returns whether a layer has hooks, so that it may not be fused with its neighbour. */
    static boolean isHooked(Layer layer) {
        Map<Layer, List<LayerHook>> current = hooks;
        return !current.isEmpty() && current.containsKey(layer);
    }

    static Tensor run(Layer layer, Pass pass, Tensor... inputs) {
        Tensor output = layer.forward(pass, inputs);
        Map<Layer, List<LayerHook>> current = hooks;
        if (!current.isEmpty()) {
            for (LayerHook hook : current.getOrDefault(layer, List.of())) {
                output = hook.after(layer, inputs, output);
            }
        }
        return output;
    }

    /** Removes a hook when closed. */
    @FunctionalInterface
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
