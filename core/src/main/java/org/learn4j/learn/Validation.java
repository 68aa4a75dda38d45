package org.learn4j.learn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.learn4j.autograd.NoGrad;
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
    private final FitContext context;
    private final Callbacks callbacks;
    private final List<Metric> metrics;
    private final List<Metric.Accumulator> accumulators = new ArrayList<>();
    private double lossSum;
    private long lossCount;

    Validation(Learner learner, FitContext context, Callbacks callbacks) {
        this.learner = learner;
        this.context = context;
        this.callbacks = callbacks;
        this.metrics = learner.metrics();
        for (Metric metric : metrics) {
            accumulators.add(metric.start());
        }
    }

    /** Returns {@code valid_loss} (the mean over items) and every metric by name; nothing if stopped before the end. */
    Optional<Map<String, Double>> run(DataLoader loader, BooleanSupplier stopped) {
        context.startPhase(false, loader.batches());
        Runnable evaluating = this::evaluate;
        int done = 0;
        try (BatchStream stream = loader.open(0, 0)) {
            for (Batch batch = next(stream, stopped); batch != null; batch = next(stream, stopped)) {
                context.startBatch(batch, Pass.evaluation(), context.hypers());
                try (TensorScope scope = learner.pool().scope()) {
                    callbacks.around(Callback::beforeBatch, evaluating, Callback::afterBatch);
                } finally {
                    context.endBatch();
                }
                done++;
            }
        }
        return done < loader.batches() ? Optional.empty() : Optional.of(values());
    }

    private static @Nullable Batch next(BatchStream stream, BooleanSupplier stopped) {
        return stopped.getAsBoolean() ? null : stream.next(stopped);
    }

    private Map<String, Double> values() {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("valid_loss", lossCount == 0 ? Double.NaN : lossSum / lossCount);
        for (int i = 0; i < accumulators.size(); i++) {
            values.put(metrics.get(i).name(), accumulators.get(i).value());
        }
        return values;
    }

    private void evaluate() {
        Batch batch = context.batch();
        Tensor target = batch.requireTarget();
        try (NoGrad noGrad = NoGrad.open()) {
            context.predicted(learner.model().call(context.pass(), batch.inputs()));
            callbacks.fire(Callback::afterPrediction);
            context.lost(learner.loss().mean(context.prediction(), target));
            callbacks.fire(Callback::afterLoss);
            lossSum += context.loss() * batch.size();
            lossCount += batch.size();
            if (!accumulators.isEmpty()) {
                Tensor activated = learner.loss().activation(context.prediction());
                for (int i = 0; i < accumulators.size(); i++) {
                    accumulators.get(i).update(activated, target);
                }
            }
        } catch (RuntimeException refusal) {
            BadBatchNote.addTo(refusal, context);
            throw refusal;
        }
    }
}
