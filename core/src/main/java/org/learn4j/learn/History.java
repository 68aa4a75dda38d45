package org.learn4j.learn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;

/**
 * What was recorded over a learner's life: loss, learning rate and momentum of every training batch, losses and metrics of
 * every epoch.
 *
 * <pre>{@code
 * History history = learner.fitOneCycle(3, 1e-2);
 * double accuracy = history.last("accuracy");
 * }</pre>
 */
public final class History {
    private double[] losses = new double[256];
    private double[] rates = new double[256];
    private double[] momenta = new double[256];
    private int batches;
    private final List<Epoch> epochs = new ArrayList<>();

    /**
     * One epoch.
     *
     * @param number the epoch of the learner's life, from 0
     * @param values {@code train_loss} (the running average fastai shows), {@code train_loss_mean} (over the epoch), {@code valid_loss} and the metrics, by
     *     name in the order of the table
     * @param seconds how long it took; not part of {@link #equals} comparisons between runs
     * @param lastBatch the number of training batches recorded when the epoch ended
     */
    public record Epoch(int number, Map<String, Double> values, double seconds, int lastBatch) {
        /** Copies the values. */
        public Epoch {
            values = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(values));
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Epoch epoch && epoch.number == number && epoch.values.equals(values);
        }

        @Override
        public int hashCode() {
            return 31 * number + values.hashCode();
        }
    }

    void addBatch(double loss, double rate, double momentum) {
        if (batches == losses.length) {
            losses = Arrays.copyOf(losses, 2 * batches);
            rates = Arrays.copyOf(rates, 2 * batches);
            momenta = Arrays.copyOf(momenta, 2 * batches);
        }
        losses[batches] = loss;
        rates[batches] = rate;
        momenta[batches++] = momentum;
    }

    void addEpoch(Epoch epoch) {
        epochs.add(epoch);
    }

    /** Returns the loss of every training batch. */
    public double[] losses() {
        return Arrays.copyOf(losses, batches);
    }

    /** Returns the last group's learning rate at every training batch. */
    public double[] rates() {
        return Arrays.copyOf(rates, batches);
    }

    /** Returns the last group's momentum (Adam's β₁) at every training batch. */
    public double[] momenta() {
        return Arrays.copyOf(momenta, batches);
    }

    /** Returns the number of training batches recorded. */
    public int batches() {
        return batches;
    }

    /** Returns the epochs, oldest first. */
    public List<Epoch> epochs() {
        return List.copyOf(epochs);
    }

    /**
     * Returns a value of the newest epoch: {@code train_loss}, {@code valid_loss} or a metric's name.
     *
     * @throws IllegalArgumentException if there is no epoch yet or no such value
     */
    public double last(String name) {
        if (epochs.isEmpty()) {
            throw new IllegalArgumentException("No epoch has been recorded yet");
        }
        Map<String, Double> values = epochs.get(epochs.size() - 1).values();
        Double value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("An epoch has the values " + values.keySet() + ", received \"" + name + "\"");
        }
        return value;
    }

    Json.Fields toJson() {
        List<Json> rows = new ArrayList<>();
        for (Epoch epoch : epochs) {
            Map<String, Json> values = new LinkedHashMap<>();
            epoch.values().forEach((name, value) -> values.put(name, Json.of(value)));
            rows.add(Json.object()
                    .with("number", epoch.number())
                    .with("values", Json.object(values))
                    .with("seconds", epoch.seconds())
                    .with("lastBatch", epoch.lastBatch()));
        }
        return Json.object().with("epochs", Json.array(rows));
    }

    void restore(JsonPlace place, double[] batchLosses, double[] batchRates, double[] batchMomenta) {
        epochs.clear();
        batches = 0;
        for (int i = 0; i < batchLosses.length; i++) {
            addBatch(batchLosses[i], batchRates[i], batchMomenta[i]);
        }
        for (JsonPlace row : place.get("epochs").items()) {
            Map<String, Double> values = new LinkedHashMap<>();
            row.get("values").fields().forEach((name, value) -> values.put(name, value.decimal()));
            addEpoch(new Epoch(
                    row.get("number").integer(),
                    values,
                    row.get("seconds").decimal(),
                    row.get("lastBatch").integer()));
        }
    }
}
