package org.learn4j.learn;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        int epochs = Math.max(1, (batches + learner.data().train().batches() - 1)
                / Math.max(1, learner.data().train().batches()));
        double decay = learner.optimizer().weightDecay();
        List<Schedule> rates = new ArrayList<>();
        learner.groups().forEach(group -> rates.add(Schedule.constant(from)));
        FitPlan plan = new FitPlan(
                "findLearningRate",
                epochs,
                HyperSchedule.of(
                        rates, Schedule.constant(learner.optimizer().momentum()), Schedule.constant(decay)));
        Map<String, Tensor> saved = new HashMap<>();
        Json.Fields counters = learner.updater().counters();
        int epochsDone = learner.epochsDone();
        long steps = learner.steps();
        Map<String, Tensor> tensors = everything(learner);
        try {
            tensors.forEach((name, tensor) -> saved.put(name, tensor.copy().keep()));
            new TrainingLoop(learner, plan, new Progress(), List.of(finder), new History()).run();
        } finally {
            restore(learner, saved, counters);
            saved.values().forEach(Tensor::close);
            learner.restoreCounters(epochsDone, steps);
        }
        return new LearningRates(batches, numbers(finder.rates), numbers(finder.losses));
    }

    private static Map<String, Tensor> everything(Learner learner) {
        Map<String, Tensor> all = new LinkedHashMap<>();
        all.putAll(ModelFile.prefixed(ModelFile.MODEL, ModelFile.tensors(learner.model())));
        all.putAll(ModelFile.prefixed(ModelFile.OPTIMIZER, learner.updater().tensors()));
        return all;
    }

    private static void restore(Learner learner, Map<String, Tensor> saved, Json.Fields counters) {
        ModelFile.tensors(learner.model()).forEach((name, tensor) -> {
            Tensor before = saved.get(ModelFile.MODEL + name);
            if (before != null) {
                org.learn4j.kernel.Kernels.current().copy(before, tensor);
            }
        });
        Map<String, Tensor> optimizer = new LinkedHashMap<>();
        saved.forEach((name, tensor) -> {
            if (name.startsWith(ModelFile.OPTIMIZER)) {
                optimizer.put(name.substring(ModelFile.OPTIMIZER.length()), tensor);
            }
        });
        learner.updater().restore(optimizer, JsonPlace.of(counters));
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
        if (!Double.isFinite(loss) || average > DIVERGED * best) {
            context.skipStep();
            context.stop("diverged");
        } else if (losses.size() >= batches) {
            context.stop("all rates tried");
        }
    }
}
