package org.learn4j.hooks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.learn4j.autograd.NoGrad;
import org.learn4j.hooks.HeatMap.Activations;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerHooks;
import org.learn4j.nn.LayerTree;
import org.learn4j.nn.Linear;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

/**
 * The class activation map: a layer's channels, each weighted as the last linear layer weights it for a class (Zhou et al.
 * 2016). The mean of the map is then the class's output, but for the bias; so this is exact where it applies: to networks that
 * end in average pooling and one linear layer. Whether this one does is checked by computing the outputs from the maps.
 *
 * <pre>{@code
 * HeatMap map = Cam.of(model, "body").map(x, 3);
 * }</pre>
 *
 * <p>For other heads, such as fastai's, see {@link GradCam}. Thread-safe.
 */
public final class Cam {
    private static final double TOLERANCE = 1e-3;

    private final Layer model;
    private final Layer layer;
    private final Linear linear;

    private Cam(Layer model, Layer layer, Linear linear) {
        this.model = model;
        this.layer = layer;
        this.linear = linear;
    }

    /**
     * Looks at a layer of a model, the last one before the pooling.
     *
     * @throws IllegalArgumentException if the model has no linear layer
     */
    public static Cam of(Layer model, Layer layer) {
        Linear linear = last(model);
        if (linear == null) {
            throw new IllegalArgumentException(
                    "A class activation map needs a model that ends in a linear layer, and this"
                            + " has none; use GradCam");
        }
        return new Cam(model, layer, linear);
    }

    /** Looks at the layer at a path. */
    public static Cam of(Layer model, String path) {
        return of(model, LayerTree.at(model, path));
    }

    private static @Nullable Linear last(Layer model) {
        Linear last = null;
        for (Layer layer : LayerTree.layers(model).values()) {
            last = layer instanceof Linear linear ? linear : last;
        }
        return last;
    }

    /**
     * Returns the map of a class.
     *
     * @param input one picture, [1, channels, height, width]
     * @param target the class, from 0
     * @throws IllegalArgumentException if there is no such class, or if the model's outputs are not what average pooling and
     *     its last linear layer make of the layer's channels
     */
    public HeatMap map(Tensor input, int target) {
        if (target < 0 || target >= linear.outputs()) {
            throw new IllegalArgumentException("The model tells " + linear.outputs()
                    + " classes apart, numbered from 0; received class " + target);
        }
        try (TensorScope scope = TensorScope.open();
                NoGrad noGrad = NoGrad.open()) {
            List<Activations> seen = new ArrayList<>();
            Thread thread = Thread.currentThread();
            double[] outputs;
            try (LayerHooks.Registration hook = LayerHooks.register(layer, (hooked, inputs, output) -> {
                if (Thread.currentThread() == thread) {
                    seen.add(Activations.of(output));
                }
                return output;
            })) {
                outputs = model.predict(input).toDoubles();
            }
            if (seen.size() != 1) {
                throw refusal(layer + " ran " + seen.size() + " times");
            }
            double[] weights = linear.weight().value().toDoubles();
            check(seen.get(0), weights, outputs);
            return seen.get(0).weighted(row(weights, target));
        }
    }

    private double[] row(double[] weights, int target) {
        return Arrays.copyOfRange(weights, target * linear.inputs(), (target + 1) * linear.inputs());
    }

    private void check(Activations seen, double[] weights, double... outputs) {
        if (seen.channels() != linear.inputs() || outputs.length != linear.outputs()) {
            throw refusal("the layer has " + seen.channels() + " channels and the model " + outputs.length
                    + " outputs, where " + linear + " is");
        }
        double[] biases =
                linear.bias().map(bias -> bias.value().toDoubles()).orElseGet(() -> new double[outputs.length]);
        double[] means = seen.means();
        double size = 1;
        for (double output : outputs) {
            size = Math.max(size, Math.abs(output));
        }
        for (int i = 0; i < outputs.length; i++) {
            double expected = biases[i];
            for (int channel = 0; channel < means.length; channel++) {
                expected += weights[i * means.length + channel] * means[channel];
            }
            if (!(Math.abs(expected - outputs[i]) <= TOLERANCE * size)) {
                throw refusal(String.format(
                        Locale.ROOT, "that would give class %d %.4f, and it has %.4f", i, expected, outputs[i]));
            }
        }
    }

    private static IllegalArgumentException refusal(String reason) {
        return new IllegalArgumentException(
                "A class activation map needs a model that averages the layer's channels over"
                        + " places and weights them with one linear layer: " + reason + "; use GradCam");
    }
}
