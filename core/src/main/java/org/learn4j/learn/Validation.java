package org.learn4j.learn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.learn4j.data.Batch;
import org.learn4j.data.BatchStream;
import org.learn4j.data.DataLoader;
import org.learn4j.metric.Metric;
import org.learn4j.nn.Pass;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

/** Loss and metrics over a whole data set, in evaluation and without gradients. */
final class Validation {
    private final Learner learner;

    Validation(Learner learner) {
        this.learner = learner;
    }

    /** Returns {@code valid_loss} (the mean over items) and every metric by name. */
    Map<String, Double> run(DataLoader loader, FitContext context, Callbacks callbacks) {
        List<Metric.Accumulator> accumulators = new ArrayList<>();
        for (Metric metric : learner.metrics()) {
            accumulators.add(metric.start());
        }
        double[] sums = new double[2];
        context.startPhase(false, loader.batches());
        try (BatchStream batches = loader.open(0, 0)) {
            for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
                context.startBatch(batch, Pass.evaluation(), context.hypers());
                callbacks.around(Callback::beforeBatch, () -> evaluate(context, callbacks, accumulators, sums), Callback::afterBatch);
                context.endBatch();
            }
        }
        context.startPhase(true, loader.batches());
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("valid_loss", sums[1] == 0 ? Double.NaN : sums[0] / sums[1]);
        for (int i = 0; i < accumulators.size(); i++) {
            values.put(learner.metrics().get(i).name(), accumulators.get(i).value());
        }
        return values;
    }

    private void evaluate(
            FitContext context, Callbacks callbacks, List<Metric.Accumulator> accumulators, double... sums) {
        Batch batch = context.batch();
        Tensor target = batch.requireTarget();
        try (TensorScope scope = learner.pool().scope()) {
            context.predicted(learner.model().call(context.pass(), batch.inputs()));
            callbacks.fire(Callback::afterPrediction);
            context.lost(learner.loss().mean(context.prediction(), target));
            callbacks.fire(Callback::afterLoss);
            sums[0] += context.loss() * batch.size();
            sums[1] += batch.size();
            Tensor activated = learner.loss().activation(context.prediction());
            for (int i = 0; i < accumulators.size(); i++) {
                accumulators.get(i).update(activated, target);
            }
        }
    }
}
