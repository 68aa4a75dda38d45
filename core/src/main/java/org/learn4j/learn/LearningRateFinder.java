package org.learn4j.learn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.learn4j.kernel.Kernels;
import org.learn4j.optim.Hyper;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.schedule.HyperSchedule;
import org.learn4j.schedule.Schedule;
import org.learn4j.tensor.Tensor;

/** Mock training with a learning rate that grows from batch to batch; afterwards everything is as it was. */
final class LearningRateFinder implements Callback {
    private static final double DIVERGED = 4;
    private static final double SMOOTHING = 0.98;

    private final double from;
    private final double to;
    private final int batches;
    private final List<Double> rates = new ArrayList<>();
    private final List<Double> losses = new ArrayList<>();
    private double smoothed;
    private double best = Double.POSITIVE_INFINITY;

    private LearningRateFinder(double from, double to, int batches) {
        if (!(from > 0 && to > from) || Double.isInfinite(to)) {
            throw new IllegalArgumentException(
                    "Learning rates to try grow from a positive number, received " + from + " to " + to);
        }
        if (batches < 2) {
            throw new IllegalArgumentException("At least 2 batches are needed, received " + batches);
        }
        this.from = from;
        this.to = to;
        this.batches = batches;
    }

    static LearningRates run(Learner learner, double from, double to, int batches) {
        LearningRateFinder finder = new LearningRateFinder(from, to, batches);
        int epochBatches = Math.max(1, learner.data().train().batches());
        int epochs = (int) (((long) batches + epochBatches - 1) / epochBatches);
        FitPlan plan = new FitPlan(
                "findLearningRate",
                epochs,
                HyperSchedule.of(
                        List.of(Schedule.constant(from)),
                        Schedule.constant(learner.optimizer().momentum()),
                        Schedule.constant(learner.optimizer().weightDecay())));
        try (Before before = new Before(learner)) {
            try {
                new TrainingLoop(learner, plan, new Progress(), List.of(finder), new History(), Optional.empty()).run();
            } finally {
                before.restore();
            }
        }
        return new LearningRates(batches, numbers(finder.rates), numbers(finder.losses));
    }

    /** Copies of everything training changes. */
    private static final class Before implements AutoCloseable {
        private final Learner learner;
        private final Map<String, Tensor> model = new LinkedHashMap<>();
        private final Map<String, Tensor> optimizer = new LinkedHashMap<>();
        private final Json.Fields counters;
        private final int epochsDone;
        private final long steps;

        Before(Learner learner) {
            this.learner = learner;
            this.counters = learner.updater().counters();
            this.epochsDone = learner.epochsDone();
            this.steps = learner.steps();
            try {
                ModelFile.tensors(learner.model())
                        .forEach((name, tensor) -> model.put(name, tensor.copy().keep()));
                learner.updater()
                        .tensors()
                        .forEach((name, tensor) ->
                                optimizer.put(name, tensor.copy().keep()));
            } catch (RuntimeException | Error failure) {
                close();
                throw failure;
            }
        }

        void restore() {
            ModelFile.tensors(learner.model()).forEach((name, tensor) -> {
                Tensor saved = model.get(name);
                if (saved != null) {
                    Kernels.current().copy(saved, tensor);
                }
            });
            learner.updater().restore(optimizer, JsonPlace.of(counters));
            learner.restoreCounters(epochsDone, steps);
        }

        @Override
        public void close() {
            model.values().forEach(Tensor::close);
            optimizer.values().forEach(Tensor::close);
        }
    }

    private static double[] numbers(List<Double> list) {
        return list.stream().mapToDouble(Double::doubleValue).toArray();
    }

    @Override
    public Stage stage() {
        return Stage.DECIDE;
    }

    @Override
    public void beforeBatch(FitContext context) {
        if (!context.isTraining()) {
            return;
        }
        double rate = from * Math.pow(to / from, (double) rates.size() / batches);
        context.hypers(context.hypers().stream()
                .map(hyper -> new Hyper(rate, hyper.momentum(), hyper.weightDecay()))
                .toList());
        rates.add(rate);
    }

    @Override
    public void afterLoss(FitContext context) {
        if (!context.isTraining()) {
            return;
        }
        double loss = context.loss();
        smoothed = SMOOTHING * smoothed + (1 - SMOOTHING) * loss;
        double average = smoothed / (1 - Math.pow(SMOOTHING, losses.size() + 1.0));
        losses.add(average);
        best = Math.min(best, average);
        // four times the best, as fastai; and sensible for losses below 0
        if (!Double.isFinite(loss) || average - best > (DIVERGED - 1) * Math.abs(best)) {
            context.skipStep();
            context.stop("diverged");
        } else if (losses.size() >= batches) {
            context.stop("all rates tried");
        }
    }
}
