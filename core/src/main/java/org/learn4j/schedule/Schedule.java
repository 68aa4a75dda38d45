package org.learn4j.schedule;

import java.util.ArrayList;
import java.util.List;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;

/**
 * A hyper-parameter as a function of progress: position 0 at the start of training, 1 at its end. Values, so that a fit
 * can be saved and continued.
 *
 * <pre>{@code
 * Schedule warmUp = Schedule.cosine(1e-4, 1e-2);
 * Schedule rate = warmUp.then(0.3, Schedule.linear(1e-2, 0));
 * rate.at(0.3);       // 0.01
 * }</pre>
 */
public sealed interface Schedule permits Curve, Combined {
    /** Returns the value at a position, which is limited to [0, 1]. */
    double at(double position);

    /** Returns this schedule over the given share of the positions, and another over the rest. */
    default Schedule then(double share, Schedule next) {
        return combine(new double[] {share, 1 - share}, this, next);
    }

    /** Returns the schedule as JSON, for {@link #fromJson}. */
    Json.Fields toJson();

    /** Returns one value throughout. */
    static Schedule constant(double value) {
        return new Curve(Curve.Kind.CONSTANT, value, value, 1);
    }

    /** Returns a straight line. */
    static Schedule linear(double start, double end) {
        return new Curve(Curve.Kind.LINEAR, start, end, 1);
    }

    /** Returns half a cosine wave: flat at both ends. */
    static Schedule cosine(double start, double end) {
        return new Curve(Curve.Kind.COSINE, start, end, 1);
    }

    /** Returns a geometric progression; both ends are positive. */
    static Schedule exponential(double start, double end) {
        return new Curve(Curve.Kind.EXPONENTIAL, start, end, 1);
    }

    /** Returns {@code start + (end − start) · position^power}. */
    static Schedule polynomial(double start, double end, double power) {
        return new Curve(Curve.Kind.POLYNOMIAL, start, end, power);
    }

    /**
     * Returns schedules one after the other, each over its share of the positions (fastai's combine_scheds).
     *
     * @throws IllegalArgumentException if the shares do not sum to 1 or are not one a schedule
     */
    static Schedule combine(double[] shares, Schedule... parts) {
        List<Double> list = new ArrayList<>();
        for (double share : shares) {
            list.add(share);
        }
        return new Combined(list, List.of(parts));
    }

    /**
     * Returns fastai v2's one-cycle rate (Smith 2018): up from max/25 over a quarter of the positions, down to
     * max/100000.
     */
    static Schedule oneCycle(double max) {
        return oneCycle(max, 25, 1e5, .25);
    }

    /**
     * Returns a one-cycle rate: cosine up from max/div over a share of the positions, then cosine down to max/divFinal.
     * fastai v1's over n iterations, at position i/n, is {@code oneCycle(max, 25, 25e4, Math.floor(.3 * n) / n)}.
     */
    static Schedule oneCycle(double max, double div, double divFinal, double rise) {
        requireDivisors(div, divFinal);
        return combine(new double[] {rise, 1 - rise}, cosine(max / div, max), cosine(max, max / divFinal));
    }

    /** Returns fastai v2's momentum beside {@link #oneCycle(double)}: .95, down to .85 and back up. */
    static Schedule oneCycleMomentum() {
        return oneCycleMomentum(.95, .85, .95, .25);
    }

    /** Returns the momentum of a one-cycle fit, which falls while the rate rises. */
    static Schedule oneCycleMomentum(double start, double lowest, double end, double fall) {
        return combine(new double[] {fall, 1 - fall}, cosine(start, lowest), cosine(lowest, end));
    }

    /** Returns fastai's flat-cosine rate: constant for three quarters of the positions, then down to rate/100000. */
    static Schedule flatCos(double rate) {
        return flatCos(rate, 1e5, .75);
    }

    /** Returns a flat-cosine rate: constant for a share of the positions, then cosine down to rate/divFinal. */
    static Schedule flatCos(double rate, double divFinal, double flat) {
        requireDivisors(divFinal, divFinal);
        return combine(new double[] {flat, 1 - flat}, constant(rate), cosine(rate, rate / divFinal));
    }

    private static void requireDivisors(double first, double last) {
        if (!(first > 0 && last > 0)) {
            throw new IllegalArgumentException(
                    "A schedule's divisors are positive, received " + first + " and " + last);
        }
    }

    /**
     * Returns warm restarts (Loshchilov and Hutter 2016): cosines from the rate to 0, each {@code multiplier} times as
     * long as the one before. A position where a cycle starts has the full rate.
     */
    static Schedule sgdr(double rate, int cycles, int multiplier) {
        if (cycles < 1 || multiplier < 1) {
            throw new IllegalArgumentException(
                    "Cycles and multiplier are at least 1, received " + cycles + " and " + multiplier);
        }
        double total = 0;
        for (int i = 0; i < cycles; i++) {
            total += Math.pow(multiplier, i);
        }
        double[] shares = new double[cycles];
        Schedule[] parts = new Schedule[cycles];
        for (int i = 0; i < cycles; i++) {
            shares[i] = Math.pow(multiplier, i) / total;
            parts[i] = cosine(rate, 0);
        }
        return combine(shares, parts);
    }

    /**
     * Reads what {@link #toJson} wrote.
     *
     * @throws org.learn4j.persist.ModelFormatException if it is not a schedule
     */
    static Schedule fromJson(JsonPlace place) {
        JsonPlace type = place.get("type");
        if (type.text().equals("combined")) {
            return Combined.fromJson(place);
        }
        return Curve.fromJson(
                place,
                Curve.Kind.named(type.text())
                        .orElseThrow(() -> type.expected("a schedule, one of " + Curve.Kind.names())));
    }
}
