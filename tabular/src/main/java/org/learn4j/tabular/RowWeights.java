package org.learn4j.tabular;

import org.learn4j.data.Batch;
import org.learn4j.learn.Callback;
import org.learn4j.learn.FitContext;
import org.learn4j.learn.TrainStep;
import org.learn4j.tensor.Tensor;

/** Trains on the weighted mean of the rows' losses: Σ wᵢ lᵢ ÷ Σ wᵢ over a batch. */
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
            @Override
            public Tensor loss(FitContext context, Tensor prediction, Batch batch) {
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
}
