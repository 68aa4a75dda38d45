package org.learn4j.learn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.learn4j.autograd.NoGrad;
import org.learn4j.data.Batch;
import org.learn4j.data.BatchStream;
import org.learn4j.data.DataLoader;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerHooks;
import org.learn4j.nn.LayerTree;
import org.learn4j.nn.Param;
import org.learn4j.nn.Pass;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.TensorScope;

/**
 * The table of layers, output shapes and parameters that fastai prints, found by running one batch through the model.
 */
final class Summary {
    private static final String ROW = "%-32s %-20s %12s %-10s\n";

    private Summary() {}

    static String of(Learner learner) {
        String line = "=".repeat(77) + "\n";
        StringBuilder text = new StringBuilder();
        text.append(learner.model().getClass().getSimpleName()).append('\n');
        text.append(line)
                .append(String.format(Locale.ROOT, ROW, "Layer (type)", "Output Shape", "Param #", "Trainable"));
        text.append(line);
        Set<Layer> counted = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Row row : rows(learner)) {
            List<Param> params = counted.add(row.layer) ? row.layer.params() : List.of();
            text.append(String.format(
                    Locale.ROOT,
                    ROW,
                    row.path + " (" + row.layer.getClass().getSimpleName() + ")",
                    row.shape.rank() == 0 ? row.shape : row.shape.without(0),
                    String.format(Locale.ROOT, "%,d", count(params)),
                    trainable(params)));
        }
        List<Param> all =
                LayerTree.params(learner.model()).values().stream().distinct().toList();
        long total = count(all);
        long trained = count(all.stream().filter(Param::isTrainable).toList());
        text.append(line).append('\n');
        text.append(String.format(Locale.ROOT, "Total params: %,d\n", total));
        text.append(String.format(Locale.ROOT, "Total trainable params: %,d\n", trained));
        text.append(String.format(Locale.ROOT, "Total non-trainable params: %,d\n\n", total - trained));
        text.append("Optimizer: ").append(learner.optimizer()).append('\n');
        text.append("Loss function: ").append(learner.loss().name()).append('\n');
        List<String> callbacks =
                learner.callbacks().stream().map(Callback::name).toList();
        return text.append("Callbacks: ")
                .append(String.join(", ", callbacks))
                .append('\n')
                .toString();
    }

    private static long count(List<Param> params) {
        return params.stream().mapToLong(param -> param.shape().elements()).sum();
    }

    private static String trainable(List<Param> params) {
        return params.isEmpty() ? "" : params.stream().anyMatch(Param::isTrainable) ? "True" : "False";
    }

    private static List<Row> rows(Learner learner) {
        List<Row> rows = new ArrayList<>();
        List<LayerHooks.Registration> hooks = new ArrayList<>();
        try (DataLoader loader = learner.data().train().inOrder();
                BatchStream batches = loader.open(0, 0);
                TensorScope scope = learner.pool().scope();
                NoGrad noGrad = NoGrad.open()) {
            LayerTree.walk(learner.model(), (path, layer) -> {
                if (layer.children().isEmpty() || !layer.params().isEmpty()) {
                    hooks.add(LayerHooks.register(layer, (hooked, inputs, output) -> {
                        rows.add(new Row(path, hooked, output.shape()));
                        return output;
                    }));
                }
            });
            Batch batch = batches.next();
            if (batch != null) {
                learner.model().call(Pass.evaluation(), batch.inputs());
            }
        } finally {
            hooks.forEach(LayerHooks.Registration::close);
        }
        return rows;
    }

    /** A layer that ran, and what came out. */
    private record Row(String path, Layer layer, Shape shape) {}
}
