package org.learn4j.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.persist.ModelFormatException;
import org.learn4j.testkit.Golden;

class ScheduleTest {
    private static final double TOLERANCE = 1e-14;

    static Stream<Golden.Case> golden() {
        return Golden.load("schedules").stream();
    }

    @ParameterizedTest
    @MethodSource("golden")
    void hasTheGoldenValues(Golden.Case c) {
        boolean counted = c.inputs().containsKey("iteration");
        double[] positions = c.input(counted ? "iteration" : "position").data();
        double length = counted ? c.number("iterations") : 1;
        for (String output : c.outputs().keySet()) {
            Schedule schedule = schedule(c, output);
            double[] expected = c.output(output).data();
            for (int i = 0; i < expected.length; i++) {
                assertThat(schedule.at(positions[i] / length))
                        .as("%s of %s at %s", output, c.name(), positions[i])
                        .isCloseTo(expected[i], within(TOLERANCE));
            }
        }
    }

    private static Schedule schedule(Golden.Case c, String output) {
        boolean momentum = output.equals("mom");
        return switch (c.text("schedule")) {
            case "linear" -> Schedule.linear(c.number("start"), c.number("end"));
            case "cosine" -> Schedule.cosine(c.number("start"), c.number("end"));
            case "exponential" -> Schedule.exponential(c.number("start"), c.number("end"));
            case "polynomial" -> Schedule.polynomial(c.number("start"), c.number("end"), c.number("power"));
            case "one_cycle_v1" -> {
                double rise = c.number("warmup_iterations") / c.number("iterations");
                double high = c.number("mom_high");
                yield momentum
                        ? Schedule.oneCycleMomentum(high, c.number("mom_low"), high, rise)
                        : Schedule.oneCycle(c.number("lr_max"), c.number("div"), c.number("final_div"), rise);
            }
            case "one_cycle_v2" -> {
                double rise = c.number("pct_start");
                double[] momenta = c.numbers("moms");
                yield momentum
                        ? Schedule.oneCycleMomentum(momenta[0], momenta[1], momenta[2], rise)
                        : Schedule.oneCycle(c.number("lr_max"), c.number("div"), c.number("div_final"), rise);
            }
            case "flat_cos" -> Schedule.flatCos(c.number("lr"), c.number("div_final"), c.number("pct_start"));
            case "sgdr" -> Schedule.sgdr(c.number("lr_max"), c.integer("n_cycles"), c.integer("cycle_mult"));
            default -> throw new AssertionError(c.text("schedule"));
        };
    }

    @ParameterizedTest
    @CsvSource({
        "0, 4e-4, .95",
        "2, .00371672, .915451",
        "5, .01, .85",
        "10, .00750003, .875",
        "15, .00250008, .925",
        "19, 1.09361e-4, .948907"
    })
    void hasTheOneCycleThatFastaiDocuments(int iteration, double rate, double momentum) {
        assertThat(Schedule.oneCycle(.01).at(iteration / 20.0)).isCloseTo(rate, within(1e-8));
        assertThat(Schedule.oneCycleMomentum().at(iteration / 20.0)).isCloseTo(momentum, within(1e-6));
    }

    @ParameterizedTest
    @CsvSource({"15, .01", "17, .00654512", "19, 9.55005e-4"})
    void hasTheFlatCosineThatFastaiDocuments(int iteration, double rate) {
        assertThat(Schedule.flatCos(.01).at(iteration / 20.0)).isCloseTo(rate, within(1e-8));
    }

    /** T10: v1's phases are counted in whole iterations; its schedule is v2's with the share rounded down. */
    @ParameterizedTest
    @CsvSource({"0, 4e-4", "15, .0052", "30, .01", "50, .00811746", "65, .00500002", "99, 5.07465e-6"})
    void hasTheOneCycleOfVersionOne(int iteration, double rate) {
        Schedule v1 = Schedule.oneCycle(.01, 25, 25e4, Math.floor(.3 * 100) / 100);
        assertThat(v1.at(iteration / 100.0)).isCloseTo(rate, within(1e-8));
    }

    static Stream<Schedule> schedules() {
        return Stream.of(
                Schedule.constant(.1),
                Schedule.linear(.1, 0),
                Schedule.cosine(0, .1),
                Schedule.exponential(1e-7, 10),
                Schedule.polynomial(1, 0, 2.5),
                Schedule.oneCycle(1e-3),
                Schedule.flatCos(1e-3),
                Schedule.sgdr(.1, 4, 2),
                Schedule.sgdr(.1, 3, 1),
                Schedule.linear(0, 1).then(.1, Schedule.constant(1).then(.5, Schedule.cosine(1, 0))));
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void comesBackFromItsJsonInEveryBit(Schedule schedule) {
        Schedule back =
                Schedule.fromJson(JsonPlace.of(Json.parse(schedule.toJson().write())));
        assertThat(back).isEqualTo(schedule);
        for (int i = 0; i <= 1000; i++) {
            assertThat(back.at(i / 1000.0)).isEqualTo(schedule.at(i / 1000.0)).isFinite();
        }
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void staysAtItsEndsOutsideOfTraining(Schedule schedule) {
        assertThat(schedule.at(-.5)).isEqualTo(schedule.at(0));
        assertThat(schedule.at(1 + 1e-9)).isEqualTo(schedule.at(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void restartsExactlyWhereACycleStarts(int multiplier) {
        for (int cycles = 2; cycles <= 12; cycles++) {
            int epochs = 0;
            List<Integer> starts = new ArrayList<>();
            for (int cycle = 0, length = 1; cycle < cycles; cycle++, length *= multiplier) {
                starts.add(epochs);
                epochs += length;
            }
            Schedule schedule = Schedule.sgdr(.1, cycles, multiplier);
            for (int start : starts) {
                assertThat(schedule.at((double) start / epochs)).isCloseTo(.1, within(1e-9));
            }
        }
    }

    @Test
    void joinsSchedulesByTheirShares() {
        Schedule schedule = Schedule.combine(
                new double[] {.1, .2, .7}, Schedule.constant(1), Schedule.linear(1, 2), Schedule.constant(3));
        assertThat(schedule.at(.05)).isEqualTo(1);
        assertThat(schedule.at(.2)).isCloseTo(1.5, within(1e-12));
        assertThat(schedule.at(.1 + .2)).isEqualTo(3);
        assertThat(schedule.at(1)).isEqualTo(3);
    }

    @Test
    void acceptsSharesThatSumToOneButForRounding() {
        double third = 1.0 / 3;
        Schedule.combine(new double[] {third, third, third}, parts(3));
        double[] tenths = new double[10];
        Arrays.fill(tenths, .1);
        Schedule.combine(tenths, parts(10));
        assertThatThrownBy(() -> Schedule.combine(new double[] {.5, .5 + 1e-8}, parts(2)))
                .hasMessageContaining("Shares sum to 1");
    }

    private static Schedule[] parts(int count) {
        return Stream.generate(() -> Schedule.constant(1)).limit(count).toArray(Schedule[]::new);
    }

    @Test
    void aPartWithoutAShareIsSkipped() {
        assertThat(Schedule.oneCycle(.01, 25, 1e5, 0).at(0)).isEqualTo(.01);
        assertThat(Schedule.flatCos(.01, 1e5, 1).at(.999)).isEqualTo(.01);
        assertThat(Schedule.flatCos(.01, 1e5, 1).at(1)).isEqualTo(1e-7);
    }

    @Test
    void refusesWhatMakesNoSchedule() {
        assertThatThrownBy(() -> Schedule.exponential(0, 1)).hasMessageContaining("received 0.0 and 1.0");
        assertThatThrownBy(() -> Schedule.linear(Double.NaN, 1)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> Schedule.polynomial(0, 1, 0)).hasMessageContaining("received 0.0");
        assertThatThrownBy(() -> Schedule.oneCycle(1, 0, 1e5, .25)).hasMessageContaining("received 0.0 and 100000.0");
        assertThatThrownBy(() -> Schedule.oneCycle(1, 25, 1e5, 1.5)).hasMessageContaining("[1.5, -0.5]");
        assertThatThrownBy(() -> Schedule.sgdr(1, 0, 2)).hasMessageContaining("received 0 and 2");
        assertThatThrownBy(() -> Schedule.combine(new double[] {1}, parts(2)))
                .hasMessageContaining("1 shares and 2 schedules");
    }

    @Test
    void refusesFilesThatNameSomethingElse() {
        for (String json : List.of(
                "{\"type\":\"lambda\"}",
                "{\"type\":\"linear\",\"start\":1,\"end\":2}",
                "{\"type\":\"linear\",\"start\":1,\"end\":2,\"power\":1,\"class\":\"x\"}",
                "{\"type\":\"exponential\",\"start\":-1.0,\"end\":2.0,\"power\":1.0}",
                "{\"type\":\"combined\",\"shares\":[0.5],\"parts\":[]}",
                "{\"type\":\"combined\",\"shares\":[\"NaN\"],\"parts\":[{\"type\":\"linear\"}]}",
                "[]")) {
            assertThatThrownBy(() -> Schedule.fromJson(JsonPlace.of(Json.parse(json))))
                    .as(json)
                    .isInstanceOf(ModelFormatException.class);
        }
        assertThatThrownBy(() -> Schedule.fromJson(JsonPlace.of(Json.object().with("type", "lambda"))))
                .hasMessageContaining("one of [constant, linear, cosine, exponential, polynomial, combined]");
    }
}
