package org.learn4j.loss;

import org.learn4j.persist.Json;
import org.learn4j.tensor.Tensor;

/**
 * What training minimises: a number for each item, and the activation and decoding that turn the model's raw output into
 * what a person asks for.
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

    /** Returns name and settings, from which {@link Losses#fromJson} makes an equal loss; custom losses need not be listed. */
    Json.Fields recipe();
}
