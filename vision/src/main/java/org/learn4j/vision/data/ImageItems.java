package org.learn4j.vision.data;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.learn4j.data.Split;

/**
 * What an {@link ImageData} is made of, whatever size pictures get.
 *
 * @param source the pictures
 * @param labels their labels; null if there are none
 * @param split which train and which validate; bad items do neither
 * @param bad those that were left out
 */
record ImageItems(ImageSource source, @Nullable ImageLabels labels, Split split, List<BadItem> bad) {
    int[] count(int... items) {
        int[] counts = new int[labels == null ? 0 : labels.classes().size()];
        if (labels != null) {
            for (int item : items) {
                IntStream.of(labels.codes()[item]).forEach(code -> counts[code]++);
            }
        }
        return counts;
    }
}
