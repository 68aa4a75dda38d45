package org.learn4j.vision.data;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The labels of all items as indices of classes, each item's sorted. Items without a label have none; where every item has
 * exactly one, {@code multi} is false.
 */
record ImageLabels(List<String> classes, int[][] codes, boolean multi) {
    static ImageLabels of(List<List<String>> labels, boolean multi, @Nullable List<String> given, ImageSource source) {
        Map<String, Integer> codes = new TreeMap<>();
        if (given == null) {
            labels.forEach(of -> of.forEach(label -> codes.put(label, 0)));
        } else {
            given.forEach(label -> codes.put(label, 0));
        }
        List<String> classes = given == null ? List.copyOf(codes.keySet()) : given;
        for (int i = 0; i < classes.size(); i++) {
            codes.put(classes.get(i), i);
        }
        int[][] found = new int[labels.size()][];
        for (int item = 0; item < found.length; item++) {
            int[] own = new int[labels.get(item).size()];
            for (int i = 0; i < own.length; i++) {
                String label = labels.get(item).get(i);
                Integer code = codes.get(label);
                if (code == null) {
                    throw new IllegalArgumentException("The label \"" + label + "\" of " + source.name(item)
                            + " is none of the classes " + classes);
                }
                own[i] = code;
            }
            found[item] = IntStream.of(own).sorted().distinct().toArray();
        }
        return new ImageLabels(classes, found, multi);
    }

    int size() {
        return codes.length;
    }

    /** Returns an item's labels for people. */
    String text(int item) {
        return Arrays.stream(codes[item]).mapToObj(classes::get).collect(Collectors.joining("; "));
    }
}
