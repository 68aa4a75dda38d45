package org.learn4j.loss;

import java.util.List;
import org.learn4j.autograd.Functional;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Tensor;

/**
 * {@code −log softmax(logits)} at the right class: logits [n, c], class indices [n] (or [n, 1]) INT32. The activation is
 * softmax, the decision the class with the largest logit.
 *
 * <p>With class weights the mean divides by the sum of the weights of the batch's targets. With smoothing ε an item's loss is
 * {@code ε/c · Σ(−log p) + (1 − ε) · nll}, fastai's form: weights apply to the second part only.
 *
 * <pre>{@code
 * Loss loss = Loss.crossEntropy().classWeights(1, 5).labelSmoothing(0.1);
 * }</pre>
 *
 * @param classWeights a factor for each class; none if empty
 * @param labelSmoothing how much of each target is spread over all classes, from 0 to below 1
 */
public record CrossEntropy(List<Double> classWeights, double labelSmoothing) implements Loss {
    /** Checks the settings. */
    public CrossEntropy {
        classWeights = ClassWeights.checked("crossEntropy", classWeights);
        if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
            throw new IllegalArgumentException(
                    "crossEntropy expects label smoothing in [0, 1), received " + labelSmoothing);
        }
    }

    /** Returns this loss with a factor for each class. */
    public CrossEntropy classWeights(double... weights) {
        return new CrossEntropy(ClassWeights.of(weights), labelSmoothing);
    }

    /** Returns this loss with smoothed targets; fastai's ε is 0.1. */
    public CrossEntropy labelSmoothing(double epsilon) {
        return new CrossEntropy(classWeights, epsilon);
    }

    @Override
    public String name() {
        return "crossEntropy";
    }

    @Override
    public Tensor items(Tensor logits, Tensor target) {
        Tensor classes = Targets.classes(name(), logits, target);
        if (classWeights.isEmpty()) {
            return Functional.crossEntropy(logits, classes, null, labelSmoothing);
        }
        Tensor weighted = weighted(logits, classes);
        return labelSmoothing == 0 ? weighted : smoothed(weighted, spread(logits, classes));
    }

    @Override
    public Tensor mean(Tensor logits, Tensor target) {
        if (classWeights.isEmpty()) {
            return items(logits, target).mean();
        }
        Tensor classes = Targets.classes(name(), logits, target);
        Tensor sum = weighted(logits, classes).sum();
        double total = 0;
        for (int label : classes.toInts()) {
            total += classWeights.get(label);
        }
        Tensor mean = total == 0 ? sum : sum.over(total);
        return labelSmoothing == 0
                ? mean
                : smoothed(mean, spread(logits, classes).mean());
    }

    private Tensor weighted(Tensor logits, Tensor classes) {
        return Functional.crossEntropy(logits, classes, ClassWeights.tensor(name(), classWeights, logits), 0);
    }

    /** Returns the cross entropy with targets spread over all classes. */
    private static Tensor spread(Tensor logits, Tensor classes) {
        return Functional.crossEntropy(logits, classes, null, 1);
    }

    private Tensor smoothed(Tensor sharp, Tensor spread) {
        return sharp.times(1 - labelSmoothing).plus(spread.times(labelSmoothing));
    }

    @Override
    public Tensor activation(Tensor logits) {
        return logits.softmax(-1);
    }

    @Override
    public Tensor decode(Tensor logits) {
        return Decisions.largest(logits);
    }

    @Override
    public Json.Fields recipe() {
        return Json.object()
                .with("type", name())
                .with("classWeights", LossRecipes.decimals(classWeights))
                .with("labelSmoothing", labelSmoothing);
    }

    static Loss build(JsonPlace recipe) {
        recipe.allow("type", "classWeights", "labelSmoothing");
        return new CrossEntropy(
                LossRecipes.decimals(recipe.get("classWeights")),
                recipe.get("labelSmoothing").finite());
    }
}
