package org.learn4j.tabular;

import org.learn4j.autograd.NoGrad;
import org.learn4j.data.Batch;
import org.learn4j.learn.Callback;
import org.learn4j.learn.FitContext;
import org.learn4j.learn.TrainStep;
import org.learn4j.tensor.Tensor;

/** Trains on the weighted mean of the rows' losses: Σ wᵢ lᵢ ÷ Σ wᵢ over a batch. Validation losses are plain means. */
final class RowWeights implements Callback {
    private final double[] weights;

    RowWeights(double... weights) {
        this.weights = weights;
    }

    @Override
    public Stage stage() {
        return Stage.PREPARE;
    }

    @Override
    public TrainStep wrap(TrainStep step) {
        return new TrainStep.Wrapper(step) {
            private boolean checked;

            @Override
            public Tensor loss(FitContext context, Tensor prediction, Batch batch) {
                if (!checked) {
                    try (NoGrad noGrad = NoGrad.open()) {
                        requirePlainLoss(context, prediction, batch, super.loss(context, prediction, batch));
                    }
                    checked = true;
                }
                int[] rows = batch.items();
                double sum = 0;
                for (int row : rows) {
                    sum += weights[row];
                }
                float[] shares = new float[rows.length];
                for (int i = 0; i < rows.length; i++) {
                    shares[i] = sum == 0 ? 0 : (float) (weights[rows[i]] / sum);
                }
                return context.learner()
                        .loss()
                        .items(prediction, batch.requireTarget())
                        .times(Tensor.of(shares))
                        .sum();
            }
        };
    }

    /** Refuses a loss that another callback computes, such as mixup's: it would be lost without a word. */
    private static void requirePlainLoss(FitContext context, Tensor prediction, Batch batch, Tensor inner) {
        double plain =
                context.learner().loss().mean(prediction, batch.requireTarget()).toDoubles()[0];
        if (Double.compare(plain, inner.toDoubles()[0]) != 0) {
            throw new IllegalStateException(
                    "Row weights do not go together with a callback that computes the loss itself,"
                            + " such as MixUp; draw rows by weight instead: sampleWeights");
        }
    }
}
