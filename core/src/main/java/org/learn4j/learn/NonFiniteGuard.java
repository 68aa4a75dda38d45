package org.learn4j.learn;

import java.util.Arrays;
import java.util.Optional;
import org.learn4j.kernel.Kernels;
import org.learn4j.nn.LayerHooks;
import org.learn4j.nn.LayerTree;
import org.learn4j.nn.Param;
import org.learn4j.nn.ParamGroup;
import org.learn4j.nn.Pass;
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
        if (context.isTraining() && !Double.isFinite(context.loss())) {
            throw new NonFiniteException("The loss is " + context.loss() + where(context) + "; " + culprit(context));
        }
    }

    @Override
    public void afterBackward(FitContext context) {
        for (ParamGroup group : context.learner().groups()) {
            if (!Double.isFinite(Kernels.current().sumOfSquares(group.gradients()))) {
                firstNonFiniteGradient(context.learner())
                        .ifPresent(name -> {
                            throw new NonFiniteException("The gradient of " + name + " is not finite" + where(context)
                                    + ", the loss is " + context.loss());
                        });
            }
        }
    }

    private static String where(FitContext context) {
        int[] items = context.batch().items();
        String named = Arrays.toString(Arrays.copyOf(items, Math.min(items.length, NAMED_ITEMS)));
        return " in epoch " + context.epoch() + ", batch " + context.batchNumber() + ", items "
                + (items.length > NAMED_ITEMS ? named.replace("]", ", …]") : named) + ", learning rate "
                + context.hypers().get(context.hypers().size() - 1).rate();
    }

    /** Runs the batch again and watches which layer is first to give something that is not finite. */
    private static String culprit(FitContext context) {
        Learner learner = context.learner();
        for (int i = 0; i < context.batch().inputs().length; i++) {
            if (!isFinite(context.batch().inputs()[i])) {
                return "input " + i + " of the batch is not finite";
            }
        }
        Optional<String> param = LayerTree.params(learner.model()).entrySet().stream()
                .filter(entry -> !isFinite(entry.getValue().value()))
                .map(java.util.Map.Entry::getKey)
                .findFirst();
        if (param.isPresent()) {
            return "the weight " + param.get() + " is not finite";
        }
        return "the first layer whose output is not finite: " + firstLayer(context, learner);
    }

    private static String firstLayer(FitContext context, Learner learner) {
        String[] first = new String[1];
        var registrations = LayerTree.layers(learner.model()).entrySet().stream()
                .filter(entry -> entry.getValue().children().isEmpty())
                .map(entry -> LayerHooks.register(entry.getValue(), (layer, inputs, output) -> {
                    if (first[0] == null && !isFinite(output)) {
                        first[0] = entry.getKey() + " (" + layer.getClass().getSimpleName() + ")";
                    }
                    return output;
                }))
                .toList();
        try (TensorScope scope = TensorScope.open()) {
            learner.model().call(Pass.trainingDeferred(learner.stepSeed()), context.batch().inputs());
        } finally {
            registrations.forEach(LayerHooks.Registration::close);
        }
        return first[0] == null ? "none, the loss itself" : first[0];
    }

    private static boolean isFinite(Tensor tensor) {
        if (!tensor.dtype().isFloating()) {
            return true;
        }
        for (float value : tensor.toFloats()) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    private static Optional<String> firstNonFiniteGradient(Learner learner) {
        return LayerTree.params(learner.model()).entrySet().stream()
                .filter(entry -> entry.getValue().isTrainable() && !isFinite(gradient(entry.getValue())))
                .map(java.util.Map.Entry::getKey)
                .findFirst();
    }

    private static Tensor gradient(Param param) {
        Tensor gradient = param.value().gradientBuffer();
        return gradient == null ? param.value() : gradient;
    }
}
