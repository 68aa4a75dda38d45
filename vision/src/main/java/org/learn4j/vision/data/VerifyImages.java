package org.learn4j.vision.data;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.learn4j.vision.image.Detail;
import org.learn4j.vision.image.ImageFormatException;
import org.learn4j.vision.image.ImageLimits;

/**
 * Finds the pictures that cannot be read. It reports and deletes nothing.
 *
 * <pre>{@code
 * VerifyImages.in(folder).forEach(System.out::println);
 * }</pre>
 */
public final class VerifyImages {
    private VerifyImages() {}

    /** Reads every picture below a folder and returns those that cannot be read, in the order of their paths. */
    public static List<BadItem> in(Path folder) {
        return files(FileSource.find(folder));
    }

    /** Reads files and returns those that cannot be read, in order. */
    public static List<BadItem> files(List<Path> files) {
        FileSource source = new FileSource(files, ImageLimits.DEFAULT);
        List<String> reasons = reasons(source, Detail.ALL);
        return IntStream.range(0, files.size())
                .filter(item -> !reasons.get(item).isEmpty())
                .mapToObj(item -> new BadItem(source.name(item), reasons.get(item)))
                .toList();
    }

    /** Returns why each picture cannot be read; an empty text for one that can. Errors of the reader itself are thrown. */
    static List<String> reasons(ImageSource source, Detail detail) {
        return IntStream.range(0, source.size())
                .parallel()
                .mapToObj(item -> {
                    try {
                        source.load(item, detail);
                        return "";
                    } catch (ImageFormatException unreadable) {
                        return unreadable.reason();
                    }
                })
                .toList();
    }
}
