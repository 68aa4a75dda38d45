package org.learn4j.loss;

import java.util.List;
import java.util.function.BinaryOperator;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Tensor;

/**
 * What training minimises: a number for each item, and the activation and decoding that turn the model's raw output into
 * what a person asks for.
 *
 * <pre>{@code
 * Loss loss = Loss.crossEntropy().labelSmoothing(0.1);
 * Tensor minimised = loss.mean(model.call(pass, x), y);
 * Tensor probabilities = loss.activation(model.predict(x));
 * Loss own = Loss.of("cubic", (prediction, target) -> prediction.minus(target).abs().power(3));
 * }</pre>
 */
public interface Loss {
    /** Returns the name used in tables and files. */
    String name();

    /** Returns one loss an item, of shape [n]; predictions [n] or [n, k], targets as the loss documents. */
    Tensor items(Tensor prediction, Tensor target);

    /** Returns the scalar that training minimises: the mean over items, weighted by class where the loss says so. */
    default Tensor mean(Tensor prediction, Tensor target) {
        return items(prediction, target).mean();
    }

    /** Returns the model's output as probabilities or values; the same tensor where there is nothing to do. */
    default Tensor activation(Tensor prediction) {
        return prediction;
    }

    /** Returns the decision: class indices (INT32) for classification, values for regression. */
    default Tensor decode(Tensor prediction) {
        return activation(prediction);
    }

    /** Returns the decision, as {@link #decode} does, from what {@link #activation} returned, or from a mean of several such. */
    default Tensor decide(Tensor activated) {
        return decode(activated);
    }

    /** Returns name and settings, from which {@link #fromJson} makes an equal loss unless it is one of the user's own. */
    default Json.Fields recipe() {
        return Json.object().with("type", name());
    }

    /**
     * Returns the squared difference. Predictions and targets are [n] or [n, 1], in any combination, or both [n, k]; an item's
     * loss is the mean over its k numbers.
     */
    static Loss mse() {
        return new Mse();
    }

    /** Returns the absolute difference, for shapes as in {@link #mse()}. */
    static Loss l1() {
        return new L1();
    }

    /**
     * Returns half the squared difference up to a difference of {@code delta}, and from there a straight line of slope delta
     * (PyTorch's {@code HuberLoss}), for shapes as in {@link #mse()}.
     */
    static Loss huber(double delta) {
        return new Huber(delta);
    }

    /** Returns the cross entropy of logits [n, c] with class indices [n] INT32. */
    static CrossEntropy crossEntropy() {
        return new CrossEntropy(List.of(), 0);
    }

    /** Returns the cross entropy of independent yes-or-no questions: logits [n] or [n, k], targets from 0 to 1 or 0 and 1. */
    static BinaryCrossEntropy bceWithLogits() {
        return new BinaryCrossEntropy(List.of(), BinaryCrossEntropy.EVEN);
    }

    /** Returns the focal loss of logits [n, c] with class indices [n] INT32; fastai's γ is 2. */
    static Focal focal(double gamma) {
        return new Focal(gamma, List.of());
    }

    /**
     * Returns a loss of the user's own: a function of predictions and targets that gives one number an item, [n]. Its name is
     * saved with a model, the function is not.
     */
    static Loss of(String name, BinaryOperator<Tensor> items) {
        return new CustomLoss(name, items);
    }

    /**
     * Returns the loss that {@link #recipe} described.
     *
     * @throws org.learn4j.persist.ModelFormatException if it is none of this library's or its settings are not valid
     */
    static Loss fromJson(JsonPlace recipe) {
        return LossRecipes.build(recipe);
    }
}
