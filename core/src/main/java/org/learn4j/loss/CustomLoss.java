package org.learn4j.loss;

import java.util.function.BinaryOperator;
import org.learn4j.persist.Json;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/** A loss of the user's own. */
record CustomLoss(String name, BinaryOperator<Tensor> function) implements Loss {
    static final String TYPE = "custom";

    @Override
    public Tensor items(Tensor prediction, Tensor target) {
        Tensor items = function.apply(prediction, target);
        Shape expected =
                prediction.shape().slice(0, Math.min(1, prediction.shape().rank()));
        if (!items.shape().equals(expected)) {
            throw new ShapeMismatchException(
                    "The loss " + name + " expects its function to give one number an item, shape "
                            + expected + ", received " + items.shape() + " for predictions " + prediction.shape()
                            + " and targets "
                            + target.shape());
        }
        return items;
    }

    @Override
    public Json.Fields recipe() {
        return Json.object().with("type", TYPE).with("name", name);
    }
}
