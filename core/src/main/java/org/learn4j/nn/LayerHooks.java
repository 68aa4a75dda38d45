package org.learn4j.nn;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.learn4j.tensor.Tensor;

/** The hooks registered on layers of this JVM. Without any, running a layer costs one read of a field more. */
public final class LayerHooks {
    private static volatile Map<Layer, List<Registered>> hooks = Map.of();

    private LayerHooks() {}

    /** Registers a hook; closing the result removes it, however often it is closed. */
    public static synchronized Registration register(Layer layer, LayerHook hook) {
        Registered own = new Registered(layer, hook);
        Map<Layer, List<Registered>> changed = new IdentityHashMap<>(hooks);
        List<Registered> list = new ArrayList<>(changed.getOrDefault(layer, List.of()));
        list.add(own);
        changed.put(layer, List.copyOf(list));
        hooks = changed;
        return own;
    }

    private static synchronized void remove(Layer layer, Registered own) {
        Map<Layer, List<Registered>> changed = new IdentityHashMap<>(hooks);
        List<Registered> list = new ArrayList<>(changed.getOrDefault(layer, List.of()));
        list.removeIf(registered -> registered == own);
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
        Map<Layer, List<Registered>> current = hooks;
        return !current.isEmpty() && current.containsKey(layer);
    }

    static Tensor run(Layer layer, Pass pass, Tensor... inputs) {
        Tensor output = layer.forward(pass, inputs);
        Map<Layer, List<Registered>> current = hooks;
        if (!current.isEmpty()) {
            for (Registered registered : current.getOrDefault(layer, List.of())) {
                output = registered.hook.after(layer, inputs, output);
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

    /** One registration: the same hook may be registered again, and each is removed by itself. */
    private static final class Registered implements Registration {
        private final Layer layer;
        private final LayerHook hook;

        Registered(Layer layer, LayerHook hook) {
            this.layer = layer;
            this.hook = hook;
        }

        @Override
        public void close() {
            remove(layer, this);
        }
    }
}
