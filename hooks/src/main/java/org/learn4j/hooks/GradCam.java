package org.learn4j.hooks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.learn4j.autograd.Tape;
import org.learn4j.hooks.HeatMap.Activations;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerHooks;
import org.learn4j.nn.LayerTree;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

/**
 * Where a network looks when it names a class: a layer's channels, each weighted by the mean over places of the gradient of the
 * class's output (Grad-CAM; Selvaraju et al. 2017).
 *
 * <pre>{@code
 * HeatMap map = GradCam.of(model, "body.7").map(x, classes.indexOf("Maine_Coon"));
 * List<HeatMap> both = GradCam.of(model, "body.7").maps(x, 243, 282);
 * }</pre>
 *
 * <p>Works for any network and any layer in it whose output is [1, channels, rows, columns], usually the last one that has
 * places. The pass is an evaluation. Only what comes after the layer is gone back through, and no gradient reaches any
 * parameter, so that training goes on afterwards as if nothing had been. Thread-safe.
 */
public final class GradCam {
    private enum Variant {
        SUM_RELU,
        MEAN,
        PLUS_PLUS
    }

    private final Layer model;
    private final Layer layer;
    private final Variant variant;

    private GradCam(Layer model, Layer layer, Variant variant) {
        this.model = model;
        this.layer = layer;
        this.variant = variant;
    }

    /** Looks at a layer of a model: the sum over channels, negative numbers replaced by 0. */
    public static GradCam of(Layer model, Layer layer) {
        return new GradCam(model, layer, Variant.SUM_RELU);
    }

    /**
     * Looks at the layer at a path.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static GradCam of(Layer model, String path) {
        return of(model, LayerTree.at(model, path));
    }

    /**
     * Takes the mean over channels and keeps negative numbers, as the fast.ai lesson does: the same picture where the default's
     * is not cut off at 0, on another scale.
     */
    public GradCam meanWithoutRelu() {
        return new GradCam(model, layer, Variant.MEAN);
    }

    /**
     * Weights the positive gradients of each channel by how much each place contributes (Grad-CAM++; Chattopadhay et al. 2018),
     * which covers several objects of one class better. The factor that all weights share is left out.
     */
    public GradCam plusPlus() {
        return new GradCam(model, layer, Variant.PLUS_PLUS);
    }

    /**
     * Returns the map of the class with the greatest output.
     *
     * @param input one picture, [1, channels, height, width]
     */
    public HeatMap map(Tensor input) {
        return explain(input, seen -> seen.map(seen.greatest()));
    }

    /**
     * Returns the map of a class.
     *
     * @param input one picture, [1, channels, height, width]
     * @param target the class, from 0
     * @throws IllegalArgumentException if there is no such class, the layer does not run exactly once in the model, or the
     *     class's output does not depend on it
     * @throws ShapeMismatchException if the model's output is not [1, classes] or the layer's not [1, channels, rows, columns]
     */
    public HeatMap map(Tensor input, int target) {
        return maps(input, target).get(0);
    }

    /** Returns the maps of several classes, for one pass forward. */
    public List<HeatMap> maps(Tensor input, int... targets) {
        return explain(input, seen -> Arrays.stream(targets).mapToObj(seen::map).toList());
    }

    private <T> T explain(Tensor input, Function<Explained, T> question) {
        try (TensorScope scope = TensorScope.open();
                Tape tape = Tape.openWatching()) {
            List<Tensor> seen = new ArrayList<>();
            Tensor output;
            try (LayerHooks.Registration hook = LayerHooks.register(layer, (hooked, inputs, activations) -> {
                if (Tape.current() != tape) {
                    return activations; // another thread's pass
                }
                seen.add(tape.watch(activations.detach()));
                return seen.get(seen.size() - 1);
            })) {
                output = model.predict(input);
            }
            check(tape, seen.size(), output);
            return question.apply(new Explained(tape, seen.get(0), output));
        }
    }

    private void check(Tape tape, int runs, Tensor output) {
        if (runs != 1) {
            throw new IllegalArgumentException("Grad-CAM looks at a layer that runs once in a pass of the model, and "
                    + layer + (runs == 0 ? " did not run" : " ran " + runs + " times"));
        }
        if (output.shape().rank() != 2 || output.shape().dim(0) != 1) {
            throw new ShapeMismatchException(
                    "Grad-CAM expects one picture and a model whose output is [1, classes], received an output of "
                            + output.shape());
        }
        if (!tape.recorded(output)) {
            throw new IllegalArgumentException("The model's output does not depend on " + layer);
        }
    }

    /** One pass: the layer's output as the tape sees it, and the model's. */
    private final class Explained {
        private final Tape tape;
        private final Tensor activations;
        private final Tensor output;

        Explained(Tape tape, Tensor activations, Tensor output) {
            this.tape = tape;
            this.activations = activations;
            this.output = output;
        }

        int greatest() {
            float[] outputs = output.toFloats();
            int greatest = 0;
            for (int i = 1; i < outputs.length; i++) {
                if (outputs[i] > outputs[greatest]) {
                    greatest = i;
                }
            }
            return greatest;
        }

        HeatMap map(int target) {
            int classes = Math.toIntExact(output.shape().dim(1));
            if (target < 0 || target >= classes) {
                throw new IllegalArgumentException(
                        "The model tells " + classes + " classes apart, numbered from 0; received class " + target);
            }
            float[] one = new float[classes];
            one[target] = 1;
            activations.markGradient(false);
            tape.backward(output, Tensor.zeros(output.dtype(), output.shape()).set(one));
            Activations seen = Activations.of(activations);
            Activations gradients = Activations.of(activations.gradient().orElseThrow());
            return switch (variant) {
                case SUM_RELU -> seen.weighted(gradients.means()).positive();
                case MEAN -> seen.weighted(overChannels(gradients.means()));
                case PLUS_PLUS ->
                    seen.weighted(plusPlusWeights(seen, gradients)).positive();
            };
        }
    }

    private static double[] overChannels(double... weights) {
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= weights.length;
        }
        return weights;
    }

    /** Σ α·ReLU(g) over places, with α = g² / (2 g² + g³ Σ A). */
    private static double[] plusPlusWeights(Activations seen, Activations gradients) {
        int places = seen.places();
        double[] weights = new double[seen.channels()];
        for (int channel = 0; channel < weights.length; channel++) {
            double sum = 0;
            for (int place = 0; place < places; place++) {
                sum += seen.values()[channel * places + place];
            }
            for (int place = 0; place < places; place++) {
                double g = gradients.values()[channel * places + place];
                double divisor = 2 * g * g + g * g * g * sum;
                if (g > 0 && divisor != 0) {
                    weights[channel] += g * g / divisor * g;
                }
            }
        }
        return weights;
    }
}
