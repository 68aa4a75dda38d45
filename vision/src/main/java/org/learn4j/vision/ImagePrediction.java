package org.learn4j.vision;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.learn4j.loss.BinaryCrossEntropy;
import org.learn4j.loss.Loss;

/**
 * What a model says about one picture. Immutable.
 *
 * <pre>{@code
 * ImagePrediction prediction = predictor.predict(Path.of("cat.jpg"));
 * System.out.println(prediction.label() + " " + prediction.confidence());
 * prediction.top(5).forEach(System.out::println);
 * }</pre>
 */
public final class ImagePrediction {
    private final double[] values;
    private final List<String> classes;
    private final Loss loss;

    ImagePrediction(double[] values, List<String> classes, Loss loss) {
        this.values = values;
        this.classes = classes;
        this.loss = loss;
    }

    /** Returns the predictions for pictures whose numbers lie one picture after the other. */
    static List<ImagePrediction> each(int count, double[] values, List<String> classes, Loss loss) {
        int outputs = count == 0 ? 0 : values.length / count;
        return IntStream.range(0, count)
                .mapToObj(i ->
                        new ImagePrediction(Arrays.copyOfRange(values, i * outputs, (i + 1) * outputs), classes, loss))
                .toList();
    }

    /** One class and how probable it is. */
    public record Candidate(String label, double probability) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.4f %s", probability, label);
        }
    }

    /** Returns a copy of the probabilities of the classes, in their order. */
    public double[] values() {
        return values.clone();
    }

    /** Returns the most probable class's name. */
    public String label() {
        return classes.get(best());
    }

    /** Returns the most probable class's probability. */
    public double confidence() {
        return values[best()];
    }

    /**
     * Returns the classes the picture belongs to: the most probable one, or where several may apply at once those above the loss's
     * threshold, .5 by default.
     */
    public List<String> labels() {
        return loss instanceof BinaryCrossEntropy several
                ? IntStream.range(0, values.length)
                        .filter(i -> values[i] > several.threshold())
                        .mapToObj(classes::get)
                        .toList()
                : List.of(label());
    }

    /**
     * Returns a class's probability.
     *
     * @throws IllegalArgumentException if there is no such class
     */
    public double probability(String label) {
        int index = classes.indexOf(label);
        if (index < 0) {
            throw new IllegalArgumentException(
                    "One of the classes " + classes + " is expected, received \"" + label + "\"");
        }
        return values[index];
    }

    /** Returns the most probable classes, the best first; all of them if there are fewer. */
    public List<Candidate> top(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("The best classes are 0 or more, received " + count);
        }
        List<Candidate> all = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            all.add(new Candidate(classes.get(i), values[i]));
        }
        all.sort(Comparator.comparingDouble(Candidate::probability).reversed());
        return List.copyOf(all.subList(0, Math.min(count, all.size())));
    }

    private int best() {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[best]) {
                best = i;
            }
        }
        return best;
    }

    @Override
    public String toString() {
        return top(3).stream().map(Candidate::toString).collect(Collectors.joining(", "));
    }
}
