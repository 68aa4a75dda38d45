package org.learn4j.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.learn4j.optim.Hyper;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.persist.ModelFormatException;

class HyperScheduleTest {
    private final HyperSchedule plan = HyperSchedule.of(
            Rates.slice(1e-4, 1e-2), 3, Schedule::oneCycle, Schedule.oneCycleMomentum(), Schedule.linear(0, .1));

    @Test
    void givesEveryGroupItsRateAndAllOneMomentumAndDecay() {
        List<Hyper> hypers = plan.at(.25, 3);
        assertThat(hypers).hasSize(3).allMatch(hyper -> hyper.momentum() == .85 && hyper.weightDecay() == .025);
        assertThat(hypers.stream().mapToDouble(Hyper::rate).toArray())
                .containsExactly(new double[] {1e-4, 1e-3, 1e-2}, within(1e-15));
    }

    @Test
    void oneRateIsForAllGroups() {
        HyperSchedule one =
                HyperSchedule.of(List.of(Schedule.constant(.1)), Schedule.constant(.9), Schedule.constant(0));
        assertThat(one.at(0, 2)).containsExactly(new Hyper(.1, .9, 0), new Hyper(.1, .9, 0));
    }

    @Test
    void wantsAsManyRatesAsGroups() {
        assertThatThrownBy(() -> plan.at(0, 2)).hasMessageContaining("there are 2 groups, received 3 schedules");
        assertThatThrownBy(() -> HyperSchedule.of(List.of(), Schedule.constant(0), Schedule.constant(0)))
                .hasMessageContaining("received none");
    }

    @Test
    void comesBackFromItsJsonInEveryBit() {
        HyperSchedule back =
                HyperSchedule.fromJson(JsonPlace.of(Json.parse(plan.toJson().write())));
        assertThat(back).isEqualTo(plan);
        for (int i = 0; i <= 100; i++) {
            assertThat(back.at(i / 100.0, 3)).isEqualTo(plan.at(i / 100.0, 3));
        }
    }

    @Test
    void refusesFilesThatHoldSomethingElse() {
        assertThatThrownBy(() -> read(plan.toJson().with("rates", Json.array())))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("$.rates: expected at least one schedule");
        assertThatThrownBy(() -> read(plan.toJson().with("loss", "mse")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("$.loss: unknown field");
    }

    private static HyperSchedule read(Json.Fields json) {
        return HyperSchedule.fromJson(JsonPlace.of(json));
    }
}
