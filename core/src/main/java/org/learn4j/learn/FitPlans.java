package org.learn4j.learn;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import org.learn4j.optim.Optimizer;
import org.learn4j.schedule.HyperSchedule;
import org.learn4j.schedule.Rates;
import org.learn4j.schedule.Schedule;

/** Turns a verb's arguments into a plan: a rate schedule for each group, momentum and weight decay. */
final class FitPlans {
    private final int groups;
    private final Optimizer optimizer;
    private final FitOptions options;

    FitPlans(int groups, Optimizer optimizer, FitOptions options) {
        this.groups = groups;
        this.optimizer = optimizer;
        this.options = options;
    }

    static FitPlan none() {
        return new FitPlan(
                "validate",
                1,
                HyperSchedule.of(List.of(Schedule.constant(0)), Schedule.constant(0), Schedule.constant(0)));
    }

    FitPlan constant(int epochs, Rates rates) {
        return plan("fit", epochs, rates, Schedule::constant, Schedule.constant(optimizer.momentum()));
    }

    FitPlan oneCycle(String name, int epochs, Rates rates, double div, double divFinal, double start) {
        double rise = options.startOr(start);
        double first = options.divOr(div);
        double last = options.divFinalOr(divFinal);
        return plan(
                name,
                epochs,
                rates,
                max -> Schedule.oneCycle(max, first, last, rise),
                Schedule.oneCycleMomentum(.95, .85, .95, rise));
    }

    FitPlan flatCos(int epochs, Rates rates) {
        return plan(
                "fitFlatCos",
                epochs,
                rates,
                max -> Schedule.flatCos(max, options.divFinalOr(1e5), options.startOr(.75)),
                Schedule.constant(optimizer.momentum()));
    }

    FitPlan sgdr(int cycles, int length, int multiplier, Rates rates) {
        long epochs = 0;
        long cycle = length;
        for (int i = 0; i < cycles && epochs <= Integer.MAX_VALUE; i++, cycle *= multiplier) {
            epochs += cycle;
        }
        if (epochs > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("A fit has at most " + Integer.MAX_VALUE + " epochs, received " + cycles
                    + " cycles from a length of " + length + ", each " + multiplier + " times the one before");
        }
        return plan(
                "fitSgdr",
                (int) epochs,
                rates,
                max -> Schedule.sgdr(max, cycles, multiplier),
                Schedule.constant(optimizer.momentum()));
    }

    private FitPlan plan(String name, int epochs, Rates rates, DoubleFunction<Schedule> shape, Schedule momentum) {
        List<Schedule> schedules = new ArrayList<>();
        for (double rate : rates.forGroups(groups)) {
            schedules.add(shape.apply(rate));
        }
        double decay = options.weightDecay().orElse(optimizer.weightDecay());
        return new FitPlan(name, epochs, HyperSchedule.of(schedules, momentum, Schedule.constant(decay)));
    }
}
