package org.learn4j.persist;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Falls back to an older file where the newest cannot be read, and says so.
 *
 * <pre>{@code
 * try (var file = LastGood.open(List.of(Path.of("epoch-07.safetensors"), Path.of("epoch-06.safetensors")))) {
 *     ...   // WARN epoch-07.safetensors cannot be read (…): epoch-06.safetensors is used instead
 * }
 * }</pre>
 */
public final class LastGood {
    private LastGood() {}

    /**
     * Opens the first file that is whole, all checksums verified.
     *
     * @param newestFirst the files, best first
     * @throws IllegalArgumentException if there are none
     * @throws ModelFormatException if none is whole: the newest's, with those of the others suppressed
     * @throws UncheckedIOException likewise, if the newest could not be read at all
     */
    public static SafeTensors open(List<Path> newestFirst) {
        return load(newestFirst, LastGood::openVerified);
    }

    /**
     * Loads the first file that can be loaded.
     *
     * @param newestFirst the files, best first
     * @param loader throws {@link ModelFormatException} or {@link UncheckedIOException} for a file to be passed over;
     *     whatever else it throws is passed on
     * @throws IllegalArgumentException if there are no files
     * @throws ModelFormatException if none can be loaded: the newest's, with those of the others suppressed
     * @throws UncheckedIOException likewise, if the newest could not be read at all
     */
    public static <T> T load(List<Path> newestFirst, Function<Path, T> loader) {
        return load(newestFirst, loader, LoggerFactory.getLogger(LastGood.class));
    }

    static <T> T load(List<Path> newestFirst, Function<Path, T> loader, Logger log) {
        Map<Path, RuntimeException> refused = new LinkedHashMap<>();
        for (Path candidate : newestFirst) {
            try {
                T loaded = loader.apply(candidate);
                refused.forEach((path, reason) ->
                        log.warn("{} cannot be read ({}): {} is used instead", path, reason.getMessage(), candidate));
                return loaded;
            } catch (ModelFormatException | UncheckedIOException e) {
                refused.put(candidate, e);
            }
        }
        var reasons = refused.values().iterator();
        if (!reasons.hasNext()) {
            throw new IllegalArgumentException("no files to choose from");
        }
        RuntimeException newest = reasons.next();
        reasons.forEachRemaining(newest::addSuppressed);
        throw newest;
    }

    private static SafeTensors openVerified(Path path) {
        var file = SafeTensors.open(path);
        try {
            file.verify();
            return file;
        } catch (Throwable e) {
            file.close();
            throw e;
        }
    }
}
