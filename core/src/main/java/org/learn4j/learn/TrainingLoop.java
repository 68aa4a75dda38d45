package org.learn4j.learn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.learn4j.autograd.Tape;
import org.learn4j.data.Batch;
import org.learn4j.data.BatchStream;
import org.learn4j.data.DataLoader;
import org.learn4j.nn.Pass;
import org.learn4j.optim.Hyper;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

/** The loop: epochs of training batches, each followed by validation. No logging, no saving, no decisions. */
final class TrainingLoop {
    private final Learner learner;
    private final FitPlan plan;
    private final Progress progress;
    private final FitContext context;
    private final Callbacks callbacks;
    private final TrainStep step;
    private final Runnable stepping = this::step;
    private final DataLoader train;
    private final @Nullable DataLoader valid;

    TrainingLoop(
            Learner learner,
            FitPlan plan,
            Progress progress,
            List<Callback> all,
            History history,
            Optional<DataLoader> validates) {
        this.learner = learner;
        this.plan = plan;
        this.progress = progress;
        this.context = new FitContext(learner, plan, history);
        this.callbacks = new Callbacks(all, context);
        this.step = callbacks.wrap(new StandardStep(learner));
        this.train = learner.data().train();
        this.valid = validates.orElse(null);
    }

    void run() {
        train.requireBatches();
        if (valid != null) {
            valid.requireBatches();
        }
        learner.clearGradientsUnlessPending();
        callbacks.around(Callback::beforeFit, this::epochs, Callback::afterFit);
    }

    private void epochs() {
        while (progress.epoch < plan.epochs() && !stopped()) {
            int epoch = progress.epoch;
            progress.startEpoch(epoch, progress.nextBatch);
            context.startEpoch(epoch);
            callbacks.around(Callback::beforeEpoch, this::epoch, Callback::afterEpoch);
        }
    }

    private void epoch() {
        long start = System.nanoTime();
        int batches = train.batches();
        context.startPhase(true, batches);
        if (progress.nextBatch < batches) {
            try (BatchStream stream = train.open(learner.epochsDone(), progress.nextBatch)) {
                for (Batch batch = next(stream); batch != null; batch = next(stream)) {
                    train(batch, batches);
                }
            }
        }
        if (progress.nextBatch < batches) {
            return; // stopped within the epoch: it is not over, and may be resumed
        }
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("train_loss", progress.smoothedLoss());
        values.put("train_loss_mean", progress.meanLoss());
        if (valid != null && !validate(valid, values)) {
            return;
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        History history = context.history();
        history.addEpoch(new History.Epoch(learner.epochsDone(), values, seconds, history.batches()));
        learner.epochDone();
        progress.epoch++;
        progress.nextBatch = 0;
        callbacks.fire(Callback::epochRecorded);
    }

    /** Returns whether validation came to its end. */
    private boolean validate(DataLoader loader, Map<String, Double> values) {
        boolean[] done = new boolean[1];
        Runnable body = () -> new Validation(learner, context, callbacks)
                .run(loader, this::stopped)
                .ifPresent(measured -> {
                    values.putAll(measured);
                    done[0] = true;
                });
        callbacks.around(Callback::beforeValidation, body, Callback::afterValidation);
        return done[0];
    }

    private @Nullable Batch next(BatchStream stream) {
        return stopped() ? null : stream.next(this::stopped);
    }

    private void train(Batch batch, int batches) {
        double done = (context.epoch() + (double) batch.number() / batches) / plan.epochs();
        List<Hyper> hypers = plan.schedule().at(done, learner.groups().size());
        context.startBatch(batch, Pass.trainingDeferred(learner.startStep()), hypers);
        try (TensorScope scope = learner.pool().scope()) {
            callbacks.around(Callback::beforeBatch, stepping, Callback::afterBatch);
        } finally {
            learner.endStep(false);
            context.endBatch();
        }
    }

    private void step() {
        Batch batch = context.batch();
        try (Tape tape = Tape.openReleasing()) {
            context.predicted(tape.retain(step.predict(context, batch)));
            callbacks.fire(Callback::afterPrediction);
            Tensor loss = tape.retain(step.loss(context, context.prediction(), batch));
            context.lost(loss);
            callbacks.fire(Callback::afterLoss);
            if (!context.isStepSkipped()) {
                step.backward(context, loss);
            }
        } catch (RuntimeException refusal) {
            BadBatchNote.addTo(refusal, context);
            throw refusal;
        }
        if (!context.isStepSkipped()) {
            callbacks.fire(Callback::afterBackward);
        }
        boolean skipped = context.isStepSkipped();
        if (!skipped) {
            step.step(context);
            context.pass().commit();
        }
        step.zeroGradients(context);
        record(batch, skipped);
        if (!skipped) {
            callbacks.fire(Callback::afterStep);
        }
    }

    private void record(Batch batch, boolean skipped) {
        Hyper last = context.hypers().get(context.hypers().size() - 1);
        context.history().addBatch(context.loss(), last.rate(), last.momentum());
        if (skipped) {
            progress.skipBatch();
        } else {
            progress.addBatch(context.loss(), batch.size());
        }
        learner.endStep(true);
    }

    private boolean stopped() {
        if (learner.isCancelled()) {
            context.stop("cancelled");
        } else if (Thread.currentThread().isInterrupted()) {
            context.stop("interrupted");
        }
        return context.isStopped();
    }
}
