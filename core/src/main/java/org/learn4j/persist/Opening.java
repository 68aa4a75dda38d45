package org.learn4j.persist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** The one place where a file of tensors is opened: whatever then refuses it, the file is closed and its path is told. */
final class Opening {
    private Opening() {}

    /** Makes of an open file what its type knows of it. */
    interface Format<T> {
        T read(FileOps.OpenFile file) throws IOException;
    }

    static <T> T open(FileOps files, Path path, Format<T> format) {
        try {
            var file = files.open(path);
            try {
                return format.read(file);
            } catch (Throwable e) {
                closeAfter(file, e);
                throw e;
            }
        } catch (ModelFormatException e) {
            throw e.in(path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path + ": " + e, e);
        }
    }

    private static void closeAfter(FileOps.OpenFile file, Throwable failure) {
        try {
            file.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }
}
