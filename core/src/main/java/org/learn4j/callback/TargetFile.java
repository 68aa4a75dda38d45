package org.learn4j.callback;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file that a callback will write while training: found out before the first batch that there is no folder for it.
 */
record TargetFile(Path path) {
    /**
     * Makes the folder of the file, if there is none yet.
     *
     * @throws UncheckedIOException if that fails, or the folder cannot be written to
     */
    void prepare() {
        Path folder = path.toAbsolutePath().getParent();
        if (folder == null || Files.isDirectory(path)) {
            throw new UncheckedIOException(new IOException("cannot write " + path + ": not a file"));
        }
        try {
            Files.createDirectories(folder);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot write " + path + ": " + failure, failure);
        }
        if (!Files.isWritable(folder)) {
            throw new UncheckedIOException(
                    new IOException("cannot write " + path + ": no permission to write to " + folder));
        }
    }
}
