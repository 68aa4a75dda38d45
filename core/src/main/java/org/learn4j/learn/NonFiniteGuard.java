package org.learn4j.learn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.learn4j.autograd.NoGrad;
import org.learn4j.data.Batch;
import org.learn4j.nn.LayerHooks;
import org.learn4j.nn.LayerTree;
import org.learn4j.nn.Param;
import org.learn4j.nn.Pass;
import org.learn4j.optim.GradientNorm;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

/**
 * Stops training before a loss or gradient that is not finite changes the weights. On by default (Flux's rule; fastai's
 * TerminateOnNaN looks only afterwards).
 */
final class NonFiniteGuard implements Callback {
    private static final int NAMED_ITEMS = 10;

    @Override
    public Stage stage() {
        return Stage.GUARD;
    }

    @Override
    public void afterLoss(FitContext context) {
        if (context.isTraining() && !Double.isFinite(context.loss()) && !context.isStepSkipped()) {
            throw failure("The loss is " + context.loss(), context);
        }
    }

    @Override
    public void afterBackward(FitContext context) {
        // a sum beyond the largest float is infinite though every gradient is finite: look at each then
        if (!GradientNorm.sumIsFinite(context.learner().groups())) {
            String gradient = firstNonFiniteGradient(context.learner());
            if (gradient != null) {
                throw failure("The gradient of " + gradient + " is not finite, the loss is " + context.loss(), context);
            }
        }
    }

    private static NonFiniteException failure(String what, FitContext context) {
        int[] items = context.batch().items();
        String named = Arrays.toString(Arrays.copyOf(items, Math.min(items.length, NAMED_ITEMS)));
        String where = " in epoch " + context.epoch() + ", batch " + context.batchNumber() + ", items "
                + (items.length > NAMED_ITEMS ? named.replace("]", ", …]") : named) + ", learning rate "
                + context.hypers().get(context.hypers().size() - 1).rate();
        String origin = origin(context);
        return new NonFiniteException(what + where + (origin == null ? "" : "; " + origin), items);
    }

    /**
     * Returns what is the first not to be finite: data, weights, or else a layer's output when the batch is run
     * again.
     */
    private static @Nullable String origin(FitContext context) {
        Batch batch = context.batch();
        Tensor[] inputs = batch.inputs();
        for (int i = 0; i < inputs.length; i++) {
            int row = firstNonFiniteRow(inputs[i]);
            if (row >= 0) {
                return "input " + i + " of item " + batch.items()[row] + " is not finite";
            }
        }
        Optional<Tensor> target = batch.target();
        int row = target.isPresent() ? firstNonFiniteRow(target.get()) : -1;
        if (row >= 0) {
            return "the target of item " + batch.items()[row] + " is not finite";
        }
        for (Map.Entry<String, Param> entry :
                LayerTree.params(context.learner().model()).entrySet()) {
            if (firstNonFinite(entry.getValue().value()) >= 0) {
                return "the weight " + entry.getKey() + " is not finite";
            }
        }
        String layer = firstLayer(context, inputs);
        return layer == null ? null : "the first layer whose output is not finite: " + layer;
    }

    private static @Nullable String firstLayer(FitContext context, Tensor... inputs) {
        Learner learner = context.learner();
        List<String> found = new ArrayList<>();
        List<LayerHooks.Registration> hooks = new ArrayList<>();
        try (TensorScope scope = learner.pool().scope();
                NoGrad noGrad = NoGrad.open()) {
            LayerTree.walk(learner.model(), (path, layer) -> {
                if (layer.children().isEmpty()) {
                    hooks.add(LayerHooks.register(layer, (hooked, given, output) -> {
                        if (found.isEmpty() && firstNonFinite(output) >= 0) {
                            found.add(path + " (" + hooked.getClass().getSimpleName() + ")");
                        }
                        return output;
                    }));
                }
            });
            learner.model().call(Pass.trainingDeferred(learner.stepSeed()), inputs);
        } finally {
            hooks.forEach(LayerHooks.Registration::close);
        }
        return found.isEmpty() ? null : found.get(0);
    }

    /** The first on the way back is the last in the model: from there it spreads to all before. */
    private static @Nullable String firstNonFiniteGradient(Learner learner) {
        String last = null;
        for (Map.Entry<String, Param> entry : LayerTree.params(learner.model()).entrySet()) {
            Tensor gradient = entry.getValue().value().gradientBuffer();
            if (entry.getValue().isTrainable() && gradient != null && firstNonFinite(gradient) >= 0) {
                last = entry.getKey();
            }
        }
        return last;
    }

    private static int firstNonFiniteRow(Tensor tensor) {
        long at = firstNonFinite(tensor);
        return at < 0
                ? -1
                : Math.toIntExact(at / (tensor.elements() / tensor.shape().dim(0)));
    }

    /** Returns the position of the first element that is not finite, or −1. */
    private static long firstNonFinite(Tensor tensor) {
        if (!tensor.dtype().isFloating()) {
            return -1;
        }
        if (tensor.dtype() == DType.FLOAT64) {
            double[] values = tensor.toDoubles();
            for (int i = 0; i < values.length; i++) {
                if (!Double.isFinite(values[i])) {
                    return i;
                }
            }
            return -1;
        }
        float[] values = tensor.toFloats();
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                return i;
            }
        }
        return -1;
    }
}
