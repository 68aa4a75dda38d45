package org.learn4j.schedule;

import java.util.Arrays;
import java.util.List;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;

/** Schedules one after the other, each over its share of the positions. */
record Combined(List<Double> shares, List<Schedule> parts) implements Schedule {
    private static final double ROUNDING = 1e-12;

    Combined {
        shares = List.copyOf(shares);
        parts = List.copyOf(parts);
        if (shares.size() != parts.size() || parts.isEmpty()) {
            throw new IllegalArgumentException("One share a schedule is expected, received " + shares.size()
                    + " shares and " + parts.size() + " schedules");
        }
        double sum = 0;
        for (double share : shares) {
            if (!(share >= 0)) {
                throw new IllegalArgumentException("Shares are not negative, received " + shares);
            }
            sum += share;
        }
        if (Math.abs(sum - 1) > 1e-9) {
            throw new IllegalArgumentException("Shares sum to 1, received " + shares + " with sum " + sum);
        }
    }

    @Override
    public double at(double position) {
        double p = Math.min(1, Math.max(0, position));
        double from = 0;
        for (int i = 0; i < parts.size(); i++) {
            double share = shares.get(i);
            // a boundary belongs to the part after it, however sums and quotients were rounded
            boolean last = i == parts.size() - 1;
            if (last || p < from + share - ROUNDING) {
                return share == 0 ? parts.get(i).at(1) : parts.get(i).at((p - from) / share);
            }
            from += share;
        }
        throw new AssertionError("the last part takes every position");
    }

    @Override
    public Json.Fields toJson() {
        double[] values = shares.stream().mapToDouble(Double::doubleValue).toArray();
        return Json.object()
                .with("type", "combined")
                .with("shares", Json.decimals(values))
                .with("parts", Json.array(parts.stream().map(Schedule::toJson).toList()));
    }

    static Combined fromJson(JsonPlace place) {
        place.allow("type", "shares", "parts");
        List<Double> shares =
                Arrays.stream(place.get("shares").decimals()).boxed().toList();
        List<Schedule> parts =
                place.get("parts").items().stream().map(Schedule::fromJson).toList();
        try {
            return new Combined(shares, parts);
        } catch (IllegalArgumentException invalid) {
            throw place.expected("a combined schedule (" + invalid.getMessage() + ")");
        }
    }
}
