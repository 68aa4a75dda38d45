package org.learn4j.hooks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.learn4j.autograd.NoGrad;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerHooks;
import org.learn4j.nn.LayerTree;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

/**
 * The shapes of what comes out of every layer, found by one evaluation pass (fastai's model_sizes).
 *
 * <pre>{@code
 * System.out.println(LayerSizes.ofImage(body, 3, 224, 224));
 * int features = (int) LayerSizes.ofImage(body, 3, 64, 64).output().dim(1);
 * }</pre>
 *
 * @param rows every layer that ran, in the order in which they were done; the last is the model itself
 */
public record LayerSizes(List<Row> rows) {
    /**
     * A layer and what came out of it.
     *
     * @param path its path, empty for the model itself
     * @param layer the layer
     * @param shape the shape of its output
     */
    public record Row(String path, Layer layer, Shape shape) {}

    /** Copies the rows. */
    public LayerSizes {
        rows = List.copyOf(rows);
    }

    /** Runs inputs through a model. */
    public static LayerSizes of(Layer model, Tensor... inputs) {
        List<Row> rows = new ArrayList<>();
        List<LayerHooks.Registration> hooks = new ArrayList<>();
        Thread thread = Thread.currentThread();
        try (TensorScope scope = TensorScope.open();
                NoGrad noGrad = NoGrad.open()) {
            LayerTree.walk(
                    model,
                    (path, layer) -> hooks.add(LayerHooks.register(layer, (hooked, in, output) -> {
                        if (Thread.currentThread() == thread) {
                            rows.add(new Row(path, hooked, output.shape()));
                        }
                        return output;
                    })));
            model.predict(inputs);
        } finally {
            hooks.forEach(LayerHooks.Registration::close);
        }
        return new LayerSizes(rows);
    }

    /** Runs one picture of noise from −1 to 1 through a model. */
    public static LayerSizes ofImage(Layer model, int channels, int height, int width) {
        try (Tensor noise = Tensor.randomUniform(Seed.of(0), -1, 1, 1, channels, height, width)) {
            return of(model, noise);
        }
    }

    /** Returns the shape of what comes out of the model. */
    public Shape output() {
        return rows.get(rows.size() - 1).shape;
    }

    /**
     * Returns the shape of what came out of a layer when it last ran.
     *
     * @throws IllegalArgumentException if no layer at this path has run
     */
    public Shape at(String path) {
        return rows.stream()
                .filter(row -> row.path.equals(path))
                .reduce((first, last) -> last)
                .orElseThrow(() -> new IllegalArgumentException("No layer \"" + path + "\" has run, only "
                        + rows.stream().map(Row::path).toList()))
                .shape;
    }

    /** Returns a line for each layer without children. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Row row : rows) {
            if (row.layer.children().isEmpty()) {
                text.append(String.format(
                        Locale.ROOT,
                        "%-40s %s%n",
                        row.path + " (" + row.layer.getClass().getSimpleName() + ")",
                        row.shape));
            }
        }
        return text.toString();
    }
}
