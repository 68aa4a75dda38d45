package org.learn4j.learn;

import org.learn4j.data.DataLoaders;
import org.learn4j.data.Field;
import org.learn4j.loss.Loss;

/**
 * The loss that a target's type suggests: class indices make classification, numbers regression. Never the other way
 * round.
 */
final class DefaultLoss {
    private DefaultLoss() {}

    static Loss of(DataLoaders data) {
        Field target = data.train()
                .dataset()
                .target()
                .orElseThrow(() ->
                        new IllegalArgumentException("A learner needs data with targets; this data set has none"));
        return target.dtype().isFloating() ? Loss.mse() : Loss.crossEntropy();
    }
}
