package org.learn4j.metric;

import java.util.function.ToDoubleBiFunction;
import org.learn4j.tensor.Tensor;

/**
 * A number by which people judge a model, computed over a whole data set. Predictions come with the loss's activation
 * applied (probabilities for classification); targets as the data set has them.
 *
 * <pre>{@code
 * Metric.Accumulator accuracy = Metric.accuracy().start();
 * accuracy.update(Tensor.of(new float[][] {{.9f, .1f}, {.3f, .7f}}), Tensor.of(new int[] {0, 0}));
 * accuracy.value();                                                                     // 0.5
 * Metric bias = Metric.of("bias", LOWER_IS_BETTER, (p, t) -> Math.abs(p.minus(t).mean().item()));
 * }</pre>
 *
 * <p>Classification takes predictions [n, classes] or, for two classes, the probability of class 1 as [n] or [n, 1],
 * decided above .5; the first of equal predictions counts. Its targets are class indices [n] or [n, 1]. Regression
 * takes predictions and targets of one shape, where [n] and [n, 1] are the same, and pools all numbers. A metric of no
 * items is NaN, and so is one of a prediction that is NaN; what does not fit throws.
 */
public interface Metric {
    /** Whether more or less is better. */
    enum Direction {
        /** More is better. */
        HIGHER_IS_BETTER,
        /** Less is better. */
        LOWER_IS_BETTER;

        /** Returns whether {@code value} is better than {@code than} by more than {@code by}. */
        public boolean isBetter(double value, double than, double by) {
            return this == HIGHER_IS_BETTER ? value - by > than : value + by < than;
        }
    }

    /** Returns the name: a column of the results table. */
    String name();

    /** Returns which way is better. */
    Direction direction();

    /** Returns a fresh accumulation over a data set. */
    Accumulator start();

    /** Gathers predictions batch by batch. */
    interface Accumulator {
        /**
         * Adds a batch: predictions [n] or [n, k], targets [n] or [n, k]. Keeps no tensor.
         *
         * @throws org.learn4j.tensor.ShapeMismatchException if the shapes do not fit the metric or one another
         * @throws IllegalArgumentException if a target is not a class there is
         */
        void update(Tensor predictions, Tensor targets);

        /** Returns the metric over everything added, NaN if it is undefined there. */
        double value();
    }

    // ---- classification

    /** Returns the share of items whose most probable class is right (fastai's accuracy). */
    static Metric accuracy() {
        return new ClassMetric("accuracy", Direction.HIGHER_IS_BETTER, ClassCounts::accuracy);
    }

    /** Returns the share of items whose most probable class is wrong (fastai's error_rate). */
    static Metric errorRate() {
        return new ClassMetric("error_rate", Direction.LOWER_IS_BETTER, counts -> 1 - counts.accuracy());
    }

    /** Returns the share of items whose class is among the k most probable (fastai's top_k_accuracy, with k = 5). */
    static Metric topKAccuracy(int k) {
        return new TopKAccuracy(k);
    }

    /**
     * Returns precision: of the items given a class, the share that has it; 0 where none was given it (as
     * scikit-learn).
     */
    static Metric precision(Average average) {
        return ClassMetric.averaged("precision", average, counts -> counts::precision);
    }

    /**
     * Returns recall: of the items of a class, the share that was given it; 0 where there are none (as scikit-learn).
     */
    static Metric recall(Average average) {
        return ClassMetric.averaged("recall", average, counts -> counts::recall);
    }

    /**
     * Returns Fβ, the weighted harmonic mean of precision and recall, in which recall counts β times as much; F1 for β
     * = 1. Classes are 0 where it is undefined (as scikit-learn's fbeta_score).
     */
    static Metric fBeta(double beta, Average average) {
        if (!(beta > 0) || Double.isInfinite(beta)) {
            throw new IllegalArgumentException("A β is positive and finite, received " + beta);
        }
        String number = Double.toString(beta);
        String name = "f" + (number.endsWith(".0") ? number.substring(0, number.length() - 2) : number);
        return ClassMetric.averaged(name, average, counts -> label -> counts.fBeta(label, beta));
    }

    /**
     * Returns the area under the ROC curve: how often an item of the class gets more than an item of the rest, ties
     * counting one half. With more than two classes the plain mean over each against the rest (scikit-learn's
     * roc_auc_score, ovr, macro). NaN while a class has no items, or all.
     */
    static Metric rocAuc() {
        return new RocAuc();
    }

    /**
     * Returns the share of right answers to yes-or-no questions, yes being more than the threshold: predictions and
     * targets of one shape, targets 0 and 1 (fastai's accuracy_multi, with threshold .5).
     */
    static Metric accuracyThreshold(double threshold) {
        return new AccuracyThreshold(threshold);
    }

    // ---- regression

    /** Returns the mean absolute error (fastai's mae). */
    static Metric mae() {
        return new MeanError("mae", (p, t) -> Math.abs(p - t), mean -> mean);
    }

    /** Returns the mean squared error (fastai's mse). */
    static Metric mse() {
        return new MeanError("mse", (p, t) -> (p - t) * (p - t), mean -> mean);
    }

    /** Returns the root of the mean squared error (fastai's rmse). */
    static Metric rmse() {
        return new MeanError("rmse", (p, t) -> (p - t) * (p - t), Math::sqrt);
    }

    /** Returns the mean squared difference of log(1 + x) (fastai's msle); NaN where a number is below −1. */
    static Metric msle() {
        return new MeanError("msle", (p, t) -> Math.pow(Math.log1p(p) - Math.log1p(t), 2), mean -> mean);
    }

    /**
     * Returns 1 − Σ(t − p)² / Σ(t − mean)² (fastai's R2Score). As in scikit-learn, NaN for one item and, for a constant
     * target, 1 if predicted exactly and else 0.
     */
    static Metric r2() {
        return new Variation("r2", Variation.Sums::r2);
    }

    /**
     * Returns 1 − Var(t − p) / Var(t) (fastai's ExplainedVariance); for a constant target, 1 if off by a constant, else
     * 0.
     */
    static Metric explainedVariance() {
        return new Variation("explained_variance", Variation.Sums::explainedVariance);
    }

    /**
     * Returns √mean(((eᵗ − eᵖ) / eᵗ)²) over the whole set: the relative error of predictions in logarithms (fastai's
     * ExpRMSPE).
     */
    static Metric expRmspe() {
        return new MeanError("exp_rmspe", (p, t) -> Math.pow(Math.expm1(p - t), 2), Math::sqrt);
    }

    /**
     * Returns the mean over batches of each one's {@link #expRmspe}, as fastai v1 prints it: never more than the whole
     * set's.
     */
    static Metric expRmspePerBatch() {
        return meanOf("exp_rmspe_per_batch", Direction.LOWER_IS_BETTER, (predictions, targets) -> {
            Accumulator batch = expRmspe().start();
            batch.update(predictions, targets);
            return batch.value();
        });
    }

    // ---- your own

    /**
     * Returns a metric of your own over the whole set, whose predictions and targets are copied until the set is
     * complete.
     */
    static Metric of(String name, Direction direction, ToDoubleBiFunction<Tensor, Tensor> value) {
        return new CollectedMetric(name, direction, value);
    }

    /** Returns the mean over batches, weighted by their sizes, of a number of your own. */
    static Metric meanOf(String name, Direction direction, ToDoubleBiFunction<Tensor, Tensor> batchValue) {
        return new BatchMean(name, direction, batchValue);
    }
}
