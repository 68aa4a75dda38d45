package org.learn4j.vision.data;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.learn4j.vision.image.Detail;
import org.learn4j.vision.image.Image;
import org.learn4j.vision.image.ImageLimits;

/** Pictures in files. */
record FileSource(List<Path> files, ImageLimits limits) implements ImageSource {
    private static final Pattern PICTURE =
            Pattern.compile("[^.].*\\.(jpe?g|png|gif|bmp|webp|tiff?)", Pattern.CASE_INSENSITIVE);

    /** Returns the pictures below a folder, by their names, in the order of their paths; hidden files are left out. */
    static List<Path> find(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("A folder of pictures is expected, " + folder
                    + (Files.exists(folder) ? " is none" : " does not exist"));
        }
        try (Stream<Path> all = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            return all.filter(file ->
                            PICTURE.matcher(String.valueOf(file.getFileName())).matches())
                    .filter(file -> !Files.isDirectory(file))
                    .sorted(Comparator.comparing(FileSource::slashes))
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException("Could not list " + folder, failure);
        }
    }

    /** Returns a path's text with '/' on every system. */
    static String slashes(Path path) {
        return path.toString().replace(File.separatorChar, '/');
    }

    @Override
    public int size() {
        return files.size();
    }

    @Override
    public String name(int item) {
        return files.get(item).toString();
    }

    @Override
    public Path path(int item) {
        return files.get(item);
    }

    @Override
    public Image load(int item, Detail detail) {
        return Image.of(files.get(item), limits, detail);
    }
}
