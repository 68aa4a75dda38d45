package org.learn4j.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleFunction;
import org.learn4j.optim.Hyper;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;

/**
 * The schedules of a fit: learning rate by parameter group, momentum and weight decay for all (fastai's
 * ParamScheduler).
 *
 * <pre>{@code
 * HyperSchedule plan = HyperSchedule.of(
 *         Rates.slice(1e-4, 1e-2), 3, Schedule::oneCycle, Schedule.oneCycleMomentum(), Schedule.constant(.01));
 * plan.at(.25, 3);       // three Hypers with rates 1e-4, 1e-3 and 1e-2, momentum .85
 * }</pre>
 *
 * @param rates one schedule a group, or one for all
 * @param momentum SGD's momentum or Adam's β₁
 * @param weightDecay weight decay
 */
public record HyperSchedule(List<Schedule> rates, Schedule momentum, Schedule weightDecay) {
    /** Copies the rates. */
    public HyperSchedule {
        rates = List.copyOf(rates);
        if (rates.isEmpty()) {
            throw new IllegalArgumentException("At least one rate schedule is expected, received none");
        }
    }

    /** Returns the schedules of a fit. */
    public static HyperSchedule of(List<Schedule> rates, Schedule momentum, Schedule weightDecay) {
        return new HyperSchedule(rates, momentum, weightDecay);
    }

    /** Returns the schedules of a fit in which every group's rate has the same shape: a schedule made from its rate. */
    public static HyperSchedule of(
            Rates rates, int groups, DoubleFunction<Schedule> shape, Schedule momentum, Schedule weightDecay) {
        return of(Arrays.stream(rates.forGroups(groups)).mapToObj(shape).toList(), momentum, weightDecay);
    }

    /** Returns every group's hyper-parameters at a position. */
    public List<Hyper> at(double position, int groups) {
        if (rates.size() != 1 && rates.size() != groups) {
            throw new IllegalArgumentException("One rate schedule a parameter group is expected: there are " + groups
                    + " groups, received " + rates.size() + " schedules");
        }
        double beta = momentum.at(position);
        double decay = weightDecay.at(position);
        List<Hyper> hypers = new ArrayList<>(groups);
        for (int i = 0; i < groups; i++) {
            hypers.add(new Hyper(rates.get(rates.size() == 1 ? 0 : i).at(position), beta, decay));
        }
        return hypers;
    }

    /** Returns the schedules as JSON. */
    public Json.Fields toJson() {
        return Json.object()
                .with("rates", Json.array(rates.stream().map(Schedule::toJson).toList()))
                .with("momentum", momentum.toJson())
                .with("weightDecay", weightDecay.toJson());
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws org.learn4j.persist.ModelFormatException if it is something else
     */
    public static HyperSchedule fromJson(JsonPlace place) {
        place.allow("rates", "momentum", "weightDecay");
        List<Schedule> rates = new ArrayList<>();
        place.get("rates").items().forEach(rate -> rates.add(Schedule.fromJson(rate)));
        if (rates.isEmpty()) {
            throw place.get("rates").expected("at least one schedule");
        }
        return new HyperSchedule(
                rates, Schedule.fromJson(place.get("momentum")), Schedule.fromJson(place.get("weightDecay")));
    }
}
