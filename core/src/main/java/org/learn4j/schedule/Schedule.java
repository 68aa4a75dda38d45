package org.learn4j.schedule;

import java.util.ArrayList;
import java.util.List;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;

/**
 * A hyper-parameter as a function of progress: position 0 at the start of training, 1 at its end. Values, so that a fit can be
 * saved and continued.
 *
 * <pre>{@code
 * Schedule warmUp = Schedule.cosine(1e-4, 1e-2);
 * Schedule rate = Schedule.combine(new double[] {0.3, 0.7}, warmUp, Schedule.linear(1e-2, 0));
 * rate.at(0.3);       // 0.01
 * }</pre>
 */
public sealed interface Schedule permits Curve, Combined {
    /** Returns the value at a position, which is limited to [0, 1]. */
    double at(double position);

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

    /** Returns fastai v2's one-cycle rate: cosine up from max/div, then cosine down to max/divFinal. */
    static Schedule oneCycle(double max, double div, double divFinal, double rise) {
        return combine(new double[] {rise, 1 - rise}, cosine(max / div, max), cosine(max, max / divFinal));
    }

    /** Returns the momentum of a one-cycle fit, which falls while the rate rises. */
    static Schedule oneCycleMomentum(double start, double lowest, double end, double fall) {
        return combine(new double[] {fall, 1 - fall}, cosine(start, lowest), cosine(lowest, end));
    }

    /** Returns fastai's flat-cosine rate: constant for a share of the positions, then cosine down to rate/divFinal. */
    static Schedule flatCos(double rate, double divFinal, double flat) {
        return combine(new double[] {flat, 1 - flat}, constant(rate), cosine(rate, rate / divFinal));
    }

    /** Returns warm restarts: cosines from the rate to 0, each {@code multiplier} times as long as the one before. */
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
        String type = place.get("type").text();
        if (type.equals("combined")) {
            List<Double> shares = new ArrayList<>();
            for (double share : place.get("shares").decimals()) {
                shares.add(share);
            }
            List<Schedule> parts = new ArrayList<>();
            place.get("parts").items().forEach(part -> parts.add(fromJson(part)));
            try {
                return new Combined(shares, parts);
            } catch (IllegalArgumentException invalid) {
                throw place.expected("a combined schedule (" + invalid.getMessage() + ")");
            }
        }
        for (Curve.Kind kind : Curve.Kind.values()) {
            if (kind.json().equals(type)) {
                try {
                    return new Curve(
                            kind,
                            place.get("start").finite(),
                            place.get("end").finite(),
                            place.get("power").finite());
                } catch (IllegalArgumentException invalid) {
                    throw place.expected("a schedule (" + invalid.getMessage() + ")");
                }
            }
        }
        throw place.get("type").expected("a schedule's type");
    }
}
