package org.learn4j.loss;

import java.util.List;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.Unary;

/**
 * Cross entropy of independent yes-or-no questions: logits [n], [n, 1] or [n, k]; targets of that shape from 0 to 1, or whole
 * numbers 0 and 1. An item's loss is the mean over its questions. The activation is the sigmoid; the decision is 1 where it
 * exceeds the threshold, else 0.
 *
 * <pre>{@code
 * Loss loss = Loss.bceWithLogits().positiveWeights(3).threshold(0.4);
 * }</pre>
 *
 * @param positiveWeights a factor for the yes answers, one for all questions or one for each; none if empty
 * @param threshold the probability above which the decision is yes
 */
public record BinaryCrossEntropy(List<Double> positiveWeights, double threshold) implements Loss {
    static final double EVEN = 0.5;

    /** Checks the settings. */
    public BinaryCrossEntropy {
        positiveWeights = ClassWeights.checked("bceWithLogits", positiveWeights);
        if (!(threshold > 0 && threshold < 1)) {
            throw new IllegalArgumentException(
                    "bceWithLogits expects a threshold between 0 and 1, received " + threshold);
        }
    }

    /** Returns this loss with a factor for the yes answers: one for all questions or one for each. */
    public BinaryCrossEntropy positiveWeights(double... weights) {
        return new BinaryCrossEntropy(ClassWeights.of(weights), threshold);
    }

    /** Returns this loss with another probability above which the decision is yes. */
    public BinaryCrossEntropy threshold(double probability) {
        return new BinaryCrossEntropy(positiveWeights, probability);
    }

    @Override
    public String name() {
        return "bceWithLogits";
    }

    @Override
    public Tensor items(Tensor logits, Tensor target) {
        return Targets.perItem(each(logits, target));
    }

    @Override
    public Tensor mean(Tensor logits, Tensor target) {
        return each(logits, target).mean();
    }

    /** {@code (1 − t)·x + (1 + (w − 1)·t) · log(1 + e^−x)}, which overflows for no x. */
    private Tensor each(Tensor logits, Tensor target) {
        Tensor yes = Targets.like(name(), logits, target, 0, 1);
        Tensor unlikely = logits.negate().apply(Unary.SOFTPLUS);
        if (positiveWeights.size() == 1) {
            unlikely = unlikely.times(yes.linear(positiveWeights.get(0) - 1, 1));
        } else {
            Tensor weights = ClassWeights.tensor(name(), positiveWeights, logits);
            unlikely = weights == null
                    ? unlikely
                    : unlikely.times(weights.minus(1).times(yes).plus(1));
        }
        return yes.linear(-1, 1).times(logits).plus(unlikely);
    }

    @Override
    public Tensor activation(Tensor logits) {
        return logits.sigmoid();
    }

    @Override
    public Tensor decode(Tensor logits) {
        return Decisions.above(Math.log(threshold / (1 - threshold)), logits);
    }

    @Override
    public Tensor decide(Tensor probabilities) {
        return Decisions.above(threshold, probabilities);
    }

    @Override
    public Json.Fields recipe() {
        return Json.object()
                .with("type", name())
                .with("positiveWeights", LossRecipes.decimals(positiveWeights))
                .with("threshold", threshold);
    }

    static Loss build(JsonPlace recipe) {
        recipe.allow("type", "positiveWeights", "threshold");
        return new BinaryCrossEntropy(
                LossRecipes.decimals(recipe.get("positiveWeights")),
                recipe.get("threshold").finite());
    }
}
