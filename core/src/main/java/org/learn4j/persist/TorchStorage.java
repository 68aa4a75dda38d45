package org.learn4j.persist;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.learn4j.persist.ModelFormatException.Reason;

/** A block of elements of one type that tensors of a PyTorch file are views of. Where it lies may be known later. */
final class TorchStorage {
    private final String key;
    private final ElementType type;
    private final long elements;
    private @Nullable Content content;

    /** Gives a storage's bytes when they are needed. */
    interface Content {
        Bytes bytes() throws IOException;
    }

    TorchStorage(String key, ElementType type, long elements) {
        this.key = key;
        this.type = type;
        this.elements = elements;
    }

    /**
     * Returns the storage that a pickle refers to: "storage", a type, a key, the device it was on, the number of elements.
     *
     * @throws ModelFormatException if it is not such a reference
     */
    static TorchStorage named(Object id) {
        if (id instanceof Python.Tuple tuple
                && tuple.items().size() >= 5
                && "storage".equals(tuple.items().get(0))
                && tuple.items().get(1) instanceof PickleGlobal.StorageType type
                && tuple.items().get(2) instanceof String key
                && tuple.items().get(4) instanceof Long elements) {
            var storage = new TorchStorage(key, type.type(), elements);
            storage.byteSize();
            return storage;
        }
        throw new ModelFormatException(
                Reason.PICKLE, "a reference to a storage expected, received " + Python.describe(id));
    }

    /**
     * Returns this storage, which another place of the file calls by the same key.
     *
     * @throws ModelFormatException if that one has another type or length
     */
    TorchStorage requireSame(TorchStorage other) {
        if (type != other.type || elements != other.elements) {
            throw new ModelFormatException(Reason.TENSOR, this + " is also " + other);
        }
        return this;
    }

    String key() {
        return key;
    }

    ElementType type() {
        return type;
    }

    long elements() {
        return elements;
    }

    /**
     * Returns how many bytes the elements take.
     *
     * @throws ModelFormatException if that is no number of bytes
     */
    long byteSize() {
        try {
            return Extent.bytes(type, new long[] {elements});
        } catch (ArithmeticException e) {
            throw new ModelFormatException(Reason.TENSOR, this + " has an impossible size");
        }
    }

    /** Says where the elements lie. */
    void is(Content found) {
        content = found;
    }

    /** {@link #is(Content)} with bytes that are there already, a part of the file. */
    void is(Bytes bytes) {
        is(() -> bytes);
    }

    boolean isFound() {
        return content != null;
    }

    Bytes bytes() throws IOException {
        if (content == null) {
            throw new ModelFormatException(Reason.MISSING, this + " is not in the file");
        }
        return content.bytes();
    }

    @Override
    public String toString() {
        return "the storage " + Limits.quote(key) + " of " + elements + " elements " + type;
    }
}
