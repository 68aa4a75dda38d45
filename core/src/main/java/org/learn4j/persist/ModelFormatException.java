package org.learn4j.persist;

import java.io.Serial;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file is not what it claims to be: damaged, truncated, hostile, or written for something else.
 *
 * <p>Reading a model file either succeeds or throws this exception, whatever its bytes are; only a failing disk is
 * reported differently, as {@link java.io.UncheckedIOException}.
 *
 * <pre>{@code
 * try (var file = SafeTensors.open(path)) {
 *     ...
 * } catch (ModelFormatException e) {
 *     if (e.reason() == ModelFormatException.Reason.CHECKSUM) {
 *         log.warn("{} was damaged after it was written", e.path());
 *     }
 * }
 * }</pre>
 */
public final class ModelFormatException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** Why a file was refused: the complete list. */
    public enum Reason {
        /** The file ends before its own header says so, or holds more than its header describes. */
        LENGTH,
        /** The header is not strict JSON in UTF-8, or not the JSON that the format asks for. */
        JSON,
        /** One of the limits of this library is exceeded: header, depth, text, names, tensors, rank. */
        LIMIT,
        /** The type, shape and offsets of a tensor contradict each other. */
        TENSOR,
        /** The tensors overlap or leave holes. */
        LAYOUT,
        /** A tensor has an element type that this library does not read. */
        UNSUPPORTED_TYPE,
        /** The bytes are not those that were written. */
        CHECKSUM,
        /** A tensor, a field or the manifest is not there. */
        MISSING,
        /** A value of the manifest is of the wrong kind, out of its range or unknown. */
        VALUE,
        /** The archive or the pickle of a PyTorch file is not well formed. */
        PICKLE,
        /** A PyTorch file asks for a class or function of Python beyond tensors and plain values. */
        CODE
    }

    private final Reason reason;
    private final String detail;

    /** Set once, by the first who knows it. */
    private transient @Nullable Path path;

    /**
     * An exception about a document whose file is not known at this point.
     *
     * @param reason why the document is refused
     * @param detail what was expected, what was received and where
     */
    public ModelFormatException(Reason reason, String detail) {
        this(null, reason, detail, null);
    }

    /**
     * An exception about a file.
     *
     * @param path the file that is refused
     * @param reason why it is refused
     * @param detail what was expected, what was received and where
     */
    public ModelFormatException(Path path, Reason reason, String detail) {
        this(path, reason, detail, null);
    }

    ModelFormatException(@Nullable Path path, Reason reason, String detail, @Nullable Throwable cause) {
        super(detail, cause);
        this.reason = reason;
        this.detail = detail;
        this.path = path;
    }

    /** Returns why the file was refused. */
    public Reason reason() {
        return reason;
    }

    /** Returns the file that was refused, if it is known. */
    public Optional<Path> path() {
        return Optional.ofNullable(path);
    }

    /** Returns the file, if it is known, and what was expected, what was received and where. */
    @Override
    public String getMessage() {
        return path == null ? detail : path + ": " + detail;
    }

    /** Returns this exception with the place in the file, in front of what it says. */
    ModelFormatException at(String place) {
        return new ModelFormatException(path, reason, place + ": " + detail, getCause());
    }

    /** Returns this exception after telling it the file, unless it names one already. */
    ModelFormatException in(@Nullable Path file) {
        if (path == null) {
            path = file;
        }
        return this;
    }
}
