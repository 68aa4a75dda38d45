package org.learn4j.learn;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    TrainingLoop(Learner learner, FitPlan plan, Progress progress, List<Callback> all, History history) {
        this.learner = learner;
        this.plan = plan;
        this.progress = progress;
        this.context = new FitContext(learner, plan, history);
        this.callbacks = new Callbacks(all, context);
        this.step = callbacks.wrap(new StandardStep(learner));
    }

    FitContext context() {
        return context;
    }

    void run() {
        learner.clearGradientsUnlessPending();
        callbacks.around(Callback::beforeFit, this::epochs, Callback::afterFit);
    }

    private void epochs() {
        for (int epoch = progress.epoch; epoch < plan.epochs() && !stopped(); epoch++) {
            progress.startEpoch(epoch, epoch == progress.epoch ? progress.nextBatch : 0);
            context.startEpoch(epoch);
            callbacks.around(Callback::beforeEpoch, this::epoch, Callback::afterEpoch);
        }
    }

    private void epoch() {
        long start = System.nanoTime();
        DataLoader loader = learner.data().train();
        context.startPhase(true, loader.batches());
        if (progress.nextBatch < loader.batches()) {
            try (BatchStream batches = loader.open(learner.epochsDone(), progress.nextBatch)) {
                for (Batch batch = batches.next(); batch != null; batch = stopped() ? null : batches.next()) {
                    train(batch, loader.batches());
                }
            }
        }
        if (progress.nextBatch < loader.batches()) {
            return; // stopped within the epoch: it is not over, and may be resumed
        }
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("train_loss", progress.smoothedLoss());
        values.put("train_loss_mean", progress.meanLoss());
        Optional<DataLoader> valid = learner.data().valid();
        if (valid.isPresent()) {
            callbacks.around(
                    Callback::beforeValidation,
                    () -> values.putAll(new Validation(learner).run(valid.get(), context, callbacks)),
                    Callback::afterValidation);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        History history = context.history();
        history.addEpoch(new History.Epoch(learner.epochsDone(), values, seconds, history.batches()));
        learner.epochDone();
        progress.epoch++;
        progress.nextBatch = 0;
        callbacks.fire(Callback::epochRecorded);
    }

    private void train(Batch batch, int batches) {
        double done = (context.epoch() + (double) batch.number() / batches) / plan.epochs();
        List<Hyper> hypers = plan.schedule().at(done, learner.groups().size());
        context.startBatch(batch, Pass.trainingDeferred(learner.nextStepSeed()), hypers);
        callbacks.around(Callback::beforeBatch, this::step, Callback::afterBatch);
        context.endBatch();
    }

    private void step() {
        Batch batch = context.batch();
        try (TensorScope scope = learner.pool().scope()) {
            try (Tape tape = Tape.openReleasing()) {
                context.predicted(tape.retain(step.predict(context, batch)));
                callbacks.fire(Callback::afterPrediction);
                Tensor loss = tape.retain(step.loss(context, context.prediction(), batch));
                context.lost(loss);
                callbacks.fire(Callback::afterLoss);
                step.backward(context, loss);
            }
            callbacks.fire(Callback::afterBackward);
            context.pass().commit();
            if (!context.stepSkipped()) {
                step.step(context);
            }
            step.zeroGradients(context);
            Hyper last = context.hypers().get(context.hypers().size() - 1);
            context.history().addBatch(context.loss(), last.rate(), last.momentum());
            progress.addBatch(context.loss(), batch.size());
            callbacks.fire(Callback::afterStep);
        }
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
