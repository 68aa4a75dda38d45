package org.learn4j.interpret;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.learn4j.data.DataLoader;
import org.learn4j.learn.Learner;
import org.learn4j.learn.Predictions;
import org.learn4j.plot.ColorMap;
import org.learn4j.plot.MatrixChart;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/**
 * Which classes a classifier confuses, and which items it gets most wrong (fastai's ClassificationInterpretation).
 *
 * <pre>{@code
 * var interpretation = ClassificationInterpretation.of(learner);
 * System.out.println(interpretation.report());
 * interpretation.mostConfused(2).forEach(System.out::println);
 * interpretation.confusionChart(false).save(Path.of("confusion.png"));
 * }</pre>
 *
 * <p>For losses that choose one class of several, or answer one question with yes or no.
 */
public final class ClassificationInterpretation {
    private final List<String> classes;
    private final int[] items;
    private final int[] actual;
    private final int[] predicted;
    private final double[] actualProbabilities;
    private final double[] losses;
    private final long[][] confusion;

    private ClassificationInterpretation(Predictions predictions, List<String> names) {
        Tensor values = predictions.values();
        Tensor targets = predictions
                .targets()
                .orElseThrow(() -> new IllegalArgumentException(
                        "An interpretation compares predictions with targets, and this data has none"));
        this.items = predictions.items();
        int count = classes(values.shape(), predictions.decoded(), targets);
        if (!names.isEmpty() && names.size() != count) {
            throw new IllegalArgumentException("There are as many names as classes, received " + names.size()
                    + " names for " + count + " classes");
        }
        this.classes = names.isEmpty()
                ? IntStream.range(0, count).mapToObj(Integer::toString).toList()
                : List.copyOf(names);
        this.actual = targets.toInts();
        this.predicted = predictions.decoded().toInts();
        this.losses = predictions.losses();
        this.actualProbabilities = new double[actual.length];
        this.confusion = new long[count][count];
        double[] probabilities = values.toDoubles();
        boolean yesOrNo = probabilities.length == actual.length;
        for (int row = 0; row < actual.length; row++) {
            int label = actual[row];
            if (label < 0 || label >= count) {
                throw new IllegalArgumentException("There are " + count + " classes, received class " + label
                        + " as the target of item " + items[row]);
            }
            confusion[label][predicted[row]]++;
            actualProbabilities[row] = yesOrNo
                    ? (label == 1 ? probabilities[row] : 1 - probabilities[row])
                    : probabilities[row * count + label];
        }
    }

    /** Returns how many classes there are: columns of probabilities, or two for one column. */
    private static int classes(Shape values, Tensor decoded, Tensor targets) {
        long rows = values.dim(0);
        boolean labels = decoded.dtype() == DType.INT32 && decoded.elements() == rows && targets.elements() == rows;
        if (!labels || values.rank() > 2) {
            throw new ShapeMismatchException(
                    "An interpretation of classes expects one class index an item and probabilities [n, classes] or [n],"
                            + " received decisions " + decoded.dtype() + " " + decoded.shape() + ", targets "
                            + targets.shape() + " and predictions " + values);
        }
        return values.rank() == 1 || values.dim(1) == 1 ? 2 : Math.toIntExact(values.dim(1));
    }

    /** Looks at a learner's validation items. */
    public static ClassificationInterpretation of(Learner learner) {
        try (Predictions predictions = learner.predictions()) {
            return of(predictions, learner.data().classes());
        }
    }

    /** Looks at a loader's items, which have targets. */
    public static ClassificationInterpretation of(Learner learner, DataLoader loader) {
        try (Predictions predictions = learner.predictions(loader)) {
            return of(predictions, learner.data().classes());
        }
    }

    /**
     * Looks at predictions, which stay the caller's to close.
     *
     * @param classes the classes' names; if empty they are called by their numbers
     * @throws ShapeMismatchException if the predictions are not of a class each
     * @throws IllegalArgumentException if there are no targets, or not as many names as classes
     */
    public static ClassificationInterpretation of(Predictions predictions, List<String> classes) {
        return new ClassificationInterpretation(predictions, classes);
    }

    /** Returns the names of the classes. */
    public List<String> classes() {
        return classes;
    }

    /** Returns how many items of each class (row) were given each class (column). */
    public long[][] confusionMatrix() {
        long[][] copy = new long[confusion.length][];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = confusion[i].clone();
        }
        return copy;
    }

    /**
     * Returns the confusion matrix as a picture.
     *
     * @param normalize whether to show shares of each row instead of counts
     */
    public MatrixChart confusionChart(boolean normalize) {
        double[][] shown = new double[confusion.length][confusion.length];
        String[][] texts = new String[confusion.length][confusion.length];
        for (int i = 0; i < shown.length; i++) {
            long count = Arrays.stream(confusion[i]).sum();
            for (int j = 0; j < shown.length; j++) {
                shown[i][j] = !normalize ? confusion[i][j] : count == 0 ? 0 : (double) confusion[i][j] / count;
                texts[i][j] =
                        normalize ? String.format(Locale.ROOT, "%.2f", shown[i][j]) : Long.toString(confusion[i][j]);
            }
        }
        return MatrixChart.of("Confusion matrix", "predicted", "actual", shown)
                .colors(ColorMap.blues())
                .names(classes, classes)
                .texts(texts);
    }

    /**
     * Two classes that were confused.
     *
     * @param actual the class of the items
     * @param predicted the class they were given
     * @param count how many items
     */
    public record Confusion(String actual, String predicted, long count) {}

    /** Returns the pairs of classes confused at least so many times, the most often confused first. */
    public List<Confusion> mostConfused(int least) {
        List<Confusion> pairs = new ArrayList<>();
        for (int i = 0; i < confusion.length; i++) {
            for (int j = 0; j < confusion.length; j++) {
                if (i != j && confusion[i][j] > 0 && confusion[i][j] >= least) {
                    pairs.add(new Confusion(classes.get(i), classes.get(j), confusion[i][j]));
                }
            }
        }
        pairs.sort(Comparator.comparingLong(Confusion::count).reversed());
        return pairs;
    }

    /**
     * An item and how wrong it is.
     *
     * @param item its number in the data set
     * @param predicted the class it was given
     * @param actual its class
     * @param loss its loss
     * @param probability the probability given to its actual class
     */
    public record ItemLoss(int item, String predicted, String actual, double loss, double probability) {}

    /**
     * Returns the items of the largest losses, the largest first, or of the smallest.
     *
     * @param count how many; fewer if there are fewer
     * @param largest whether those of the largest losses are wanted
     */
    public List<ItemLoss> topLosses(int count, boolean largest) {
        Comparator<ItemLoss> byLoss = Comparator.comparingDouble(ItemLoss::loss);
        return IntStream.range(0, items.length)
                .mapToObj(row -> new ItemLoss(
                        items[row],
                        classes.get(predicted[row]),
                        classes.get(actual[row]),
                        losses[row],
                        actualProbabilities[row]))
                .sorted(largest ? byLoss.reversed() : byLoss)
                .limit(count)
                .toList();
    }

    /** Returns precision, recall and F1 of every class. */
    public ClassificationReport report() {
        return ClassificationReport.of(classes, confusion);
    }
}
