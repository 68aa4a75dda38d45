package org.learn4j.schedule;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;

/** One interpolation from a start to an end. */
record Curve(Kind kind, double start, double end, double power) implements Schedule {
    Curve {
        if (!Double.isFinite(start) || !Double.isFinite(end)) {
            throw new IllegalArgumentException("A schedule's ends are finite, received " + start + " and " + end);
        }
        if (kind == Kind.EXPONENTIAL && !(start > 0 && end > 0)) {
            throw new IllegalArgumentException(
                    "An exponential schedule's ends are positive, received " + start + " and " + end);
        }
        if (!(power > 0) || Double.isInfinite(power)) {
            throw new IllegalArgumentException("A power is positive and finite, received " + power);
        }
    }

    @Override
    public double at(double position) {
        double p = Math.min(1, Math.max(0, position));
        return switch (kind) {
            case CONSTANT -> start;
            case LINEAR -> start + (end - start) * p;
            case COSINE -> end + (start - end) / 2 * (1 + Math.cos(Math.PI * p));
            case EXPONENTIAL -> start * Math.pow(end / start, p);
            case POLYNOMIAL -> start + (end - start) * Math.pow(p, power);
        };
    }

    @Override
    public Json.Fields toJson() {
        return Json.object()
                .with("type", kind.json())
                .with("start", start)
                .with("end", end)
                .with("power", power);
    }

    static Curve fromJson(JsonPlace place, Kind kind) {
        place.allow("type", "start", "end", "power");
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

    /** How to get from start to end. */
    enum Kind {
        CONSTANT,
        LINEAR,
        COSINE,
        EXPONENTIAL,
        POLYNOMIAL;

        String json() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<Kind> named(String json) {
            return Arrays.stream(values())
                    .filter(kind -> kind.json().equals(json))
                    .findFirst();
        }

        static List<String> names() {
            return Stream.concat(Arrays.stream(values()).map(Kind::json), Stream.of("combined"))
                    .toList();
        }
    }
}
