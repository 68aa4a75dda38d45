package org.learn4j.weights;

import java.io.Serial;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** A file could not be fetched, or is not the one that was expected. Nothing of it was kept. */
public final class DownloadException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient URI uri;

    DownloadException(URI uri, String detail, @Nullable Throwable cause) {
        super("cannot fetch " + uri + ": " + detail, cause);
        this.uri = uri;
    }

    /** Returns where the file was to come from. */
    public URI uri() {
        return uri;
    }
}
