package org.learn4j.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.learn4j.tensor.Shape;

/**
 * What became of the names of a layer and of a file when the one was loaded into the other. Names are paths such as
 * {@code layer1.0.conv1.weight}.
 *
 * @param loaded the names that both have, with the same shape: the layer has the file's values now
 * @param missing the names that only the layer has: its values are as they were
 * @param unexpected the names that only the file has
 * @param mismatched the names that both have, with other shapes: the layer's values are as they were
 */
public record LoadReport(
        List<String> loaded, List<String> missing, List<String> unexpected, List<Mismatch> mismatched) {
    private static final int SHOWN = 4;

    /**
     * A name with two shapes.
     *
     * @param name the name
     * @param expected the shape that the layer has
     * @param received the shape that the file has
     */
    public record Mismatch(String name, Shape expected, Shape received) {
        @Override
        public String toString() {
            return name + " " + expected + " (" + received + " in the file)";
        }
    }

    /** Copies the lists. */
    public LoadReport {
        loaded = List.copyOf(loaded);
        missing = List.copyOf(missing);
        unexpected = List.copyOf(unexpected);
        mismatched = List.copyOf(mismatched);
    }

    /** Returns whether every name of the layer was loaded and every name of the file used. */
    public boolean isComplete() {
        return missing.isEmpty() && unexpected.isEmpty() && mismatched.isEmpty();
    }

    /** Returns the numbers of names, and the first few of those that do not fit. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        parts.add(loaded.size() + " loaded");
        add(parts, "missing in the file", missing, Function.identity());
        add(parts, "unexpected", unexpected, Function.identity());
        add(parts, "of another shape", mismatched, Mismatch::toString);
        return String.join("; ", parts);
    }

    private static <T> void add(List<String> parts, String what, List<T> names, Function<T, String> text) {
        if (!names.isEmpty()) {
            String first =
                    String.join(", ", names.stream().limit(SHOWN).map(text).toList());
            parts.add(names.size() + " " + what + ": " + first + (names.size() > SHOWN ? ", …" : ""));
        }
    }
}
