package org.learn4j.callback;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.learn4j.learn.FitContext;
import org.learn4j.learn.History;
import org.learn4j.metric.Metric;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;

/**
 * Watches one of an epoch's values and remembers the best. Losses are better when lower; a metric knows its own
 * direction, so that an error is never maximised because of its name.
 */
final class Monitor {
    private static final Set<String> TRAINING = Set.of("train_loss", "train_loss_mean");
    private static final String VALIDATION = "valid_loss";

    private final String value;
    private final double minimumDelta;
    private double best = Double.NaN;

    Monitor(String value, double minimumDelta) {
        if (!(minimumDelta >= 0)) {
            throw new IllegalArgumentException("A minimum delta is not negative, received " + minimumDelta);
        }
        this.value = value;
        this.minimumDelta = minimumDelta;
    }

    /** Returns a monitor of the same value that has seen nothing. */
    Monitor fresh() {
        return new Monitor(value, minimumDelta);
    }

    String value() {
        return value;
    }

    double best() {
        return best;
    }

    /** Checks before a fit that its epochs will have the value. */
    void check(FitContext context) {
        direction(context);
        if (!TRAINING.contains(value) && context.learner().data().valid().isEmpty()) {
            throw new IllegalArgumentException(
                    "To monitor " + value + " takes validation items, and this learner's data has none");
        }
    }

    private Metric.Direction direction(FitContext context) {
        if (TRAINING.contains(value) || value.equals(VALIDATION)) {
            return Metric.Direction.LOWER_IS_BETTER;
        }
        List<Metric> metrics = context.learner().metrics();
        return metrics.stream()
                .filter(metric -> metric.name().equals(value))
                .findFirst()
                .map(Metric::direction)
                .orElseThrow(() ->
                        new IllegalArgumentException("A monitored value is train_loss, train_loss_mean, valid_loss or"
                                + " one of the metrics "
                                + metrics.stream().map(Metric::name).toList() + ", received \"" + value
                                + "\""));
    }

    /** Returns whether the newest epoch is better than all before by more than the minimum delta, and remembers it. */
    boolean improved(FitContext context) {
        List<History.Epoch> epochs = context.history().epochs();
        History.Epoch epoch = epochs.get(epochs.size() - 1);
        Map<String, Double> values = epoch.values();
        Double current = values.get(value);
        if (current == null) {
            throw new IllegalStateException(
                    "Epoch " + epoch.number() + " has no " + value + ", only " + values.keySet());
        }
        if (Double.isNaN(current)) {
            return false;
        }
        if (Double.isNaN(best) || direction(context).isBetter(current, best, minimumDelta)) {
            best = current;
            return true;
        }
        return false;
    }

    Json.Fields state() {
        return Json.object().with("best", best);
    }

    void restore(JsonPlace state) {
        best = state.get("best").decimal();
    }

    void forget() {
        best = Double.NaN;
    }
}
