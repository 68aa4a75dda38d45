package org.learn4j.vision.image;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A picture that cannot be read. The message names the file, where there is one, and the reason. */
public final class ImageFormatException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient @Nullable Path path;
    private final String reason;

    ImageFormatException(String reason) {
        this(null, reason, null);
    }

    ImageFormatException(@Nullable Path path, String reason, @Nullable Throwable cause) {
        super(path == null ? "A picture cannot be read: " + reason : path + " cannot be read: " + reason, cause);
        this.path = path;
        this.reason = reason;
    }

    /** Returns this failure with the file it happened in. */
    ImageFormatException in(Path file) {
        return new ImageFormatException(file, reason, getCause());
    }

    /** Returns the file; nothing for a picture that came as bytes. */
    public Optional<Path> path() {
        return Optional.ofNullable(path);
    }

    /** Returns the reason without the file's name. */
    public String reason() {
        return reason;
    }
}
