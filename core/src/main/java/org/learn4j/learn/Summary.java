package org.learn4j.learn;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.learn4j.data.Batch;
import org.learn4j.data.BatchStream;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerHooks;
import org.learn4j.nn.LayerTree;
import org.learn4j.nn.Param;
import org.learn4j.nn.Pass;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

/** The table of layers, output shapes and parameters that fastai prints, found by running one batch through the model. */
final class Summary {
    private static final String FORMAT = "%-32s %-20s %12s %-10s%n";

    private Summary() {}

    static String of(Learner learner) {
        StringBuilder text = new StringBuilder();
        text.append(learner.model().getClass().getSimpleName()).append('\n');
        text.append("=".repeat(77)).append('\n');
        text.append(String.format(Locale.ROOT, FORMAT, "Layer (type)", "Output Shape", "Param #", "Trainable"));
        text.append("=".repeat(77)).append('\n');
        long total = 0;
        long trainable = 0;
        for (Row row : rows(learner)) {
            List<Param> params = row.layer.params();
            long count = params.stream().mapToLong(p -> p.shape().elements()).sum();
            long own = params.stream()
                    .filter(Param::isTrainable)
                    .mapToLong(p -> p.shape().elements())
                    .sum();
            total += count;
            trainable += own;
            text.append(String.format(
                    Locale.ROOT,
                    FORMAT,
                    row.path + " (" + row.layer.getClass().getSimpleName() + ")",
                    row.shape.without(0),
                    String.format(Locale.ROOT, "%,d", count),
                    own > 0 ? "True" : "False"));
        }
        text.append("=".repeat(77)).append("\n\n");
        text.append(String.format(Locale.ROOT, "Total params: %,d%n", total));
        text.append(String.format(Locale.ROOT, "Total trainable params: %,d%n", trainable));
        text.append(String.format(Locale.ROOT, "Total non-trainable params: %,d%n%n", total - trainable));
        text.append("Optimizer: ").append(learner.optimizer()).append('\n');
        text.append("Loss function: ").append(learner.loss().name()).append('\n');
        text.append("Callbacks: ");
        text.append(String.join(
                ", ", learner.callbacks().stream().map(Callback::name).toList()));
        return text.append('\n').toString();
    }

    private static List<Row> rows(Learner learner) {
        Map<String, Layer> layers = LayerTree.layers(learner.model());
        List<Row> rows = new ArrayList<>();
        List<LayerHooks.Registration> hooks = new ArrayList<>();
        layers.forEach((path, layer) -> {
            if (layer.children().isEmpty() || !layer.params().isEmpty()) {
                hooks.add(LayerHooks.register(layer, (hooked, inputs, output) -> {
                    rows.add(new Row(path, hooked, output.shape()));
                    return output;
                }));
            }
        });
        try (BatchStream batches = learner.data().train().open(0, 0);
                TensorScope scope = learner.pool().scope()) {
            Batch batch = batches.next();
            if (batch != null) {
                Tensor[] inputs = batch.inputs();
                learner.model().call(Pass.evaluation(), inputs);
            }
        } finally {
            hooks.forEach(LayerHooks.Registration::close);
        }
        return rows;
    }

    /** A layer that ran, and what came out. */
    private record Row(String path, Layer layer, Shape shape) {}
}
