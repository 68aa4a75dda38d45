package org.learn4j.learn;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.plot.Chart;

/**
 * What was recorded over a learner's life: loss, learning rate and momentum of every training batch, losses and
 * metrics of every epoch.
 *
 * <pre>{@code
 * History history = learner.fitOneCycle(3, 1e-2);
 * double accuracy = history.last("accuracy");
 * }</pre>
 */
public final class History {
    private static final int SKIPPED = 5;
    private static final Set<String> LOSSES = Set.of("train_loss", "train_loss_mean", "valid_loss");

    private double[] losses = new double[256];
    private double[] rates = new double[256];
    private double[] momenta = new double[256];
    private int batches;
    private final List<Epoch> epochs = new ArrayList<>();

    /**
     * One epoch.
     *
     * @param number the epoch of the learner's life, from 0
     * @param values {@code train_loss} (the running average fastai shows), {@code train_loss_mean} (over the epoch),
     *     {@code valid_loss} and the metrics, by
     *     name in the order of the table
     * @param seconds how long it took; not part of {@link #equals} comparisons between runs
     * @param lastBatch the number of training batches recorded when the epoch ended
     */
    public record Epoch(int number, Map<String, Double> values, double seconds, int lastBatch) {
        /** Copies the values. */
        public Epoch {
            values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
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
            int more = Math.max(256, 2 * batches);
            losses = Arrays.copyOf(losses, more);
            rates = Arrays.copyOf(rates, more);
            momenta = Arrays.copyOf(momenta, more);
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
            throw new IllegalArgumentException(
                    "An epoch has the values " + values.keySet() + ", received \"" + name + "\"");
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

    /** Reads what {@link #toJson} wrote, with what the batches' vectors hold. */
    static History read(JsonPlace place, double[] batchLosses, double[] batchRates, double[] batchMomenta) {
        if (batchRates.length != batchLosses.length || batchMomenta.length != batchLosses.length) {
            throw place.expected("as many rates and momenta as losses, " + batchLosses.length + ", not "
                    + batchRates.length + " and " + batchMomenta.length);
        }
        History history = new History();
        history.losses = batchLosses;
        history.rates = batchRates;
        history.momenta = batchMomenta;
        history.batches = batchLosses.length;
        for (JsonPlace row : place.get("epochs").items()) {
            Map<String, Double> values = new LinkedHashMap<>();
            row.get("values").fields().forEach((name, value) -> values.put(name, value.decimal()));
            history.addEpoch(new Epoch(
                    row.get("number").integer(),
                    values,
                    row.get("seconds").decimal(),
                    row.get("lastBatch").integer()));
        }
        return history;
    }

    /** Becomes a copy of another history. */
    void replace(History other) {
        losses = other.losses();
        rates = other.rates();
        momenta = other.momenta();
        batches = other.batches;
        epochs.clear();
        epochs.addAll(other.epochs);
    }

    // ---- pictures

    /**
     * Draws the training loss of each batch, its running average, and the validation loss where epochs end; without
     * the first batches, which would squeeze the rest. PNG or SVG by the file's name.
     *
     * @throws IllegalStateException if nothing has been recorded yet
     */
    public void plotLosses(Path picture) {
        plotLosses(picture, Math.min(SKIPPED, batches / 10));
    }

    /**
     * {@link #plotLosses(Path)} without as many of the first batches as given (fastai's skip_start).
     *
     * @throws IllegalStateException if no more have been recorded
     */
    public void plotLosses(Path picture, int skipped) {
        requireBatches();
        if (skipped < 0 || skipped >= batches) {
            throw new IllegalStateException(
                    "Of " + batches + " batches recorded, " + skipped + " cannot be left out of the picture");
        }
        int from = skipped;
        double[] x = IntStream.range(from, batches).asDoubleStream().toArray();
        Chart chart = Chart.of("Loss", "batch", "loss")
                .faintLine("batch", x, Arrays.copyOfRange(losses, from, batches))
                .line("training", x, Arrays.copyOfRange(smoothed(), from, batches));
        double[] ends = new double[epochs.size()];
        double[] valid = values("valid_loss");
        for (int i = 0; i < ends.length; i++) {
            int last = epochs.get(i).lastBatch() - 1;
            ends[i] = last < from ? Double.NaN : last;
        }
        chart.markedLine("validation", ends, valid).save(picture);
    }

    /** The running average of the losses that fastai shows. */
    private double[] smoothed() {
        Progress progress = new Progress();
        double[] result = new double[batches];
        for (int i = 0; i < batches; i++) {
            if (Double.isFinite(losses[i])) {
                progress.addBatch(losses[i], 1);
            }
            result[i] = progress.smoothedLoss();
        }
        return result;
    }

    /**
     * Draws the learning rate of the last parameter group and its momentum over the batches. PNG or SVG by the file's
     * name.
     *
     * @throws IllegalStateException if nothing has been recorded yet
     */
    public void plotSchedule(Path picture) {
        requireBatches();
        Chart.of("Schedule", "batch", "learning rate")
                .line("learning rate", rates())
                .rightAxis("momentum")
                .lineOnRight("momentum", momenta())
                .save(picture);
    }

    /**
     * Draws each metric over the epochs, one below the other. PNG or SVG by the file's name.
     *
     * @throws IllegalStateException if no epoch has metrics
     */
    public void plotMetrics(Path picture) {
        Set<String> names = new LinkedHashSet<>();
        epochs.forEach(epoch -> names.addAll(epoch.values().keySet()));
        names.removeAll(LOSSES);
        if (names.isEmpty()) {
            throw new IllegalStateException(
                    "There are no metrics to draw: of " + epochs.size() + " epochs recorded, none has one");
        }
        double[] x = epochs.stream().mapToDouble(Epoch::number).toArray();
        Chart all = null;
        for (String name : names) {
            Chart chart = Chart.of(name, "epoch", name).markedLine(name, x, values(name));
            all = all == null ? chart : all.above(chart);
        }
        if (all != null) {
            all.save(picture);
        }
    }

    private void requireBatches() {
        if (batches == 0) {
            throw new IllegalStateException("There is nothing to draw: no batch has been recorded yet");
        }
    }

    private double[] values(String name) {
        return epochs.stream()
                .mapToDouble(epoch -> epoch.values().getOrDefault(name, Double.NaN))
                .toArray();
    }
}
