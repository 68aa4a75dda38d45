package org.learn4j.hooks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.learn4j.autograd.NoGrad;
import org.learn4j.learn.Callback;
import org.learn4j.learn.FitContext;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerHooks;
import org.learn4j.nn.LayerTree;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

/**
 * Looks at layers' outputs during a fit, in training and validation alike (fastai's HookCallback). The hooks are there from the
 * fit's beginning to its end, whatever happens in it; nothing is stored.
 *
 * <pre>{@code
 * learner.fit(1, Rates.of(1e-3), FitOptions.defaults().callbacks(HookCallback.of((context, path, output) -> {
 *     System.out.println(path + " " + output.shape());
 * })));
 * }</pre>
 */
public final class HookCallback implements Callback {
    private final Observer observer;
    private final List<String> paths;
    private final List<LayerHooks.Registration> registrations = new ArrayList<>();

    private HookCallback(Observer observer, List<String> paths) {
        this.observer = observer;
        this.paths = paths;
    }

    /** Sees a layer's output. */
    @FunctionalInterface
    public interface Observer {
        /** Called after a layer has run. The tensor lives as long as the step; no tape records what is done with it. */
        void see(FitContext context, String path, Tensor output);
    }

    /** Looks at every layer that has parameters of its own. */
    public static HookCallback of(Observer observer) {
        return new HookCallback(observer, List.of());
    }

    /** Looks at the layers at these paths instead, such as {@code layer4.1.conv2}. */
    public HookCallback on(String... layers) {
        return new HookCallback(observer, List.of(layers));
    }

    /** Returns the layers a callback would look at in a model, by path. */
    static Map<String, Layer> chosen(Layer model, List<String> paths) {
        Map<String, Layer> chosen = new LinkedHashMap<>();
        if (paths.isEmpty()) {
            LayerTree.walk(model, (path, layer) -> {
                if (!layer.params().isEmpty()) {
                    chosen.put(path, layer);
                }
            });
        } else {
            paths.forEach(path -> chosen.put(path, LayerTree.at(model, path)));
        }
        return chosen;
    }

    @Override
    public void beforeFit(FitContext context) {
        Thread fitting = Thread.currentThread();
        chosen(context.learner().model(), paths)
                .forEach((path, layer) -> registrations.add(LayerHooks.register(layer, (hooked, inputs, output) -> {
                    if (Thread.currentThread() == fitting) { // others may predict with the same model
                        show(context, path, output);
                    }
                    return output;
                })));
    }

    private void show(FitContext context, String path, Tensor output) {
        try (NoGrad noGrad = NoGrad.open();
                TensorScope scope = TensorScope.open()) {
            observer.see(context, path, output);
        }
    }

    @Override
    public void afterFit(FitContext context) {
        registrations.forEach(LayerHooks.Registration::close);
        registrations.clear();
    }
}
