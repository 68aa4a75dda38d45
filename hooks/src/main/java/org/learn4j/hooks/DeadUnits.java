package org.learn4j.hooks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.learn4j.autograd.NoGrad;
import org.learn4j.data.Batch;
import org.learn4j.data.BatchStream;
import org.learn4j.data.DataLoader;
import org.learn4j.nn.Activation;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerHooks;
import org.learn4j.nn.LayerTree;
import org.learn4j.nn.Pass;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

/**
 * The units of a network that never fire: whose output is not above 0 for any item of a loader, at any place. Behind a ReLU no
 * gradient reaches them, so that they stay dead.
 *
 * <pre>{@code
 * System.out.println(DeadUnits.of(learner.model(), learner.data().train()));
 * }</pre>
 *
 * @param rows the layers looked at, in the order in which they ran
 */
public record DeadUnits(List<Row> rows) {
    /**
     * A layer's units.
     *
     * @param path its path
     * @param units how many it has: the size of its output's second axis
     * @param dead those that never fired, in ascending order
     */
    public record Row(String path, int units, List<Integer> dead) {}

    /** Copies the rows. */
    public DeadUnits {
        rows = List.copyOf(rows);
    }

    /**
     * Runs a loader's items through a model, in evaluation.
     *
     * @param paths the layers to look at; every {@link Activation} if there are none
     */
    public static DeadUnits of(Layer model, DataLoader loader, String... paths) {
        Map<String, Layer> layers = new LinkedHashMap<>();
        for (String path : paths) {
            layers.put(path, LayerTree.at(model, path));
        }
        if (paths.length == 0) {
            LayerTree.walk(model, (path, layer) -> {
                if (layer instanceof Activation) {
                    layers.put(path, layer);
                }
            });
        }
        Map<String, boolean[]> fired = new LinkedHashMap<>();
        List<LayerHooks.Registration> hooks = new ArrayList<>();
        Thread thread = Thread.currentThread();
        try (DataLoader ordered = loader.inOrder();
                BatchStream batches = ordered.open(0, 0);
                NoGrad noGrad = NoGrad.open()) {
            layers.forEach((path, layer) -> hooks.add(LayerHooks.register(layer, (hooked, inputs, output) -> {
                if (Thread.currentThread() == thread) {
                    mark(path, output, fired);
                }
                return output;
            })));
            for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
                try (TensorScope scope = TensorScope.open()) {
                    model.call(Pass.evaluation(), batch.inputs());
                }
            }
        } finally {
            hooks.forEach(LayerHooks.Registration::close);
        }
        List<Row> rows = new ArrayList<>();
        fired.forEach((path, units) -> rows.add(new Row(
                path,
                units.length,
                IntStream.range(0, units.length)
                        .filter(unit -> !units[unit])
                        .boxed()
                        .toList())));
        return new DeadUnits(rows);
    }

    private static void mark(String path, Tensor output, Map<String, boolean[]> fired) {
        Shape shape = output.shape();
        if (shape.rank() < 2) {
            throw new IllegalArgumentException(
                    "Units are counted along an output's second axis, received " + shape + " from layer " + path);
        }
        int units = Math.toIntExact(shape.dim(1));
        boolean[] seen = fired.computeIfAbsent(path, first -> new boolean[units]);
        boolean last = output.isChannelsLast(); // then they are read in the order of memory, which is faster
        float[] values = (last ? output.permute(0, 2, 3, 1) : output).toFloats();
        long places = last ? 1 : shape.elements() / Math.max(1, shape.dim(0) * units);
        for (int i = 0; i < values.length; i++) {
            if (values[i] > 0) {
                seen[(int) (i / places % units)] = true;
            }
        }
    }

    /** Returns how many units are dead in all layers together. */
    public int count() {
        return rows.stream().mapToInt(row -> row.dead.size()).sum();
    }

    /** Returns a line for each layer. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Row row : rows) {
            text.append(row.path)
                    .append(": ")
                    .append(row.dead.size())
                    .append(" of ")
                    .append(row.units)
                    .append(" units never fire");
            text.append(row.dead.isEmpty() ? "" : " " + row.dead).append('\n');
        }
        return text.toString();
    }
}
