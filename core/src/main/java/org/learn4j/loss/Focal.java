package org.learn4j.loss;

import java.util.List;
import org.learn4j.autograd.Functional;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Tensor;

/**
 * {@code (1 − p)^γ · ce} with p the probability of the right class (Lin et al. 2017): items the model is sure of count less.
 * Logits [n, c], class indices [n] INT32. With class weights, ce is the weighted cross entropy and p = e^−ce, as in fastai;
 * the mean is the plain one.
 *
 * <pre>{@code
 * Loss loss = Loss.focal(2).classWeights(1, 5);
 * }</pre>
 *
 * @param gamma how much sure items are played down, 0 or more; 0 makes it cross entropy
 * @param classWeights a factor for each class; none if empty
 */
public record Focal(double gamma, List<Double> classWeights) implements Loss {
    /** Far below what matters, far above where a power has no finite slope: an item of probability 1 has gradient 0. */
    private static final double LEAST = 1e-30;

    /** Checks the settings. */
    public Focal {
        if (!(gamma >= 0 && gamma < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("focal expects a gamma of 0 or more, received " + gamma);
        }
        classWeights = ClassWeights.checked("focal", classWeights);
    }

    /** Returns this loss with a factor for each class. */
    public Focal classWeights(double... weights) {
        return new Focal(gamma, ClassWeights.of(weights));
    }

    @Override
    public String name() {
        return "focal";
    }

    @Override
    public Tensor items(Tensor logits, Tensor target) {
        Tensor classes = Targets.classes(name(), logits, target);
        Tensor loss = Functional.crossEntropy(logits, classes, ClassWeights.tensor(name(), classWeights, logits), 0);
        Tensor doubt = loss.negate().exp().linear(-1, 1).clamp(LEAST, 1);
        return doubt.power(gamma).times(loss);
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
                .with("gamma", gamma)
                .with("classWeights", LossRecipes.decimals(classWeights));
    }

    static Loss build(JsonPlace recipe) {
        recipe.allow("type", "gamma", "classWeights");
        return new Focal(recipe.get("gamma").finite(), LossRecipes.decimals(recipe.get("classWeights")));
    }
}
