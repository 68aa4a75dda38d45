package org.learn4j.persist;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.learn4j.persist.ModelFormatException.Reason;

/**
 * What {@code torch.save} wrote before version 1.6, and later on request: pickles one after the other, that is a magic
 * number, the version, the byte order, the object, the keys of its storages, and then the storages in this order.
 */
final class TorchStream {
    private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
    private static final long VERSION = 1001;

    private final PickleInput input;
    private final Map<String, TorchStorage> storages = new HashMap<>();

    private TorchStream(Bytes file) {
        this.input = new PickleInput(file);
    }

    static TorchRoot read(Bytes file) throws IOException {
        return new TorchStream(file).read();
    }

    private TorchRoot read() throws IOException {
        Object magic = Pickle.read(input);
        if (!MAGIC.equals(magic)) {
            throw new ModelFormatException(
                    Reason.PICKLE,
                    "a pickle, but not one of torch.save: it begins with " + Python.describe(magic)
                            + " in place of the magic number");
        }
        Object version = Pickle.read(input);
        if (!version.equals(VERSION)) {
            throw new ModelFormatException(
                    Reason.PICKLE, "version " + VERSION + " expected, received " + Python.describe(version));
        }
        requireLittleEndian(Pickle.read(input));
        Object value = Pickle.read(input, this::storage);
        readStorages(Pickle.read(input));
        if (!input.atEnd()) {
            throw new ModelFormatException(Reason.LENGTH, "bytes behind the last storage, from " + input.position());
        }
        for (TorchStorage storage : storages.values()) {
            if (!storage.isFound()) {
                throw new ModelFormatException(Reason.MISSING, storage + " is not in the file");
            }
        }
        return new TorchRoot(value, ByteOrder.LITTLE_ENDIAN);
    }

    /** Refuses what was written on a machine with another byte order. */
    static void requireLittleEndian(Object system) {
        if (!(system instanceof Python.Dict dict)
                || !Boolean.TRUE.equals(dict.entries().get("little_endian"))) {
            throw new ModelFormatException(
                    Reason.PICKLE, "little_endian expected in the description of the system; others are not read");
        }
    }

    /** The storage that an id names, or a view of it. */
    private Object storage(Object id) {
        if (id instanceof Python.Tuple tuple
                && tuple.items().size() == 2
                && "module".equals(tuple.items().get(0))) {
            throw new ModelFormatException(Reason.CODE, "the file holds the source of a module, which is not read");
        }
        TorchStorage named = TorchStorage.named(id);
        TorchStorage known = storages.putIfAbsent(named.key(), named);
        TorchStorage whole = known == null ? named : known.requireSame(named);
        return view(whole, ((Python.Tuple) id).items());
    }

    /** The sixth item of an id is nothing, or key, offset and length of a view. */
    private static TorchStorage view(TorchStorage whole, List<Object> id) {
        if (id.size() < 6 || id.get(5) == Python.None.NONE) {
            return whole;
        }
        if (id.get(5) instanceof Python.Tuple tuple
                && tuple.items().size() == 3
                && tuple.items().get(0) instanceof String key
                && tuple.items().get(1) instanceof Long offset
                && tuple.items().get(2) instanceof Long elements) {
            return view(whole, key, offset, elements);
        }
        throw new ModelFormatException(Reason.PICKLE, "the view of " + whole + ": key, offset and length expected");
    }

    /** Returns a part of a storage as a storage of its own. */
    static TorchStorage view(TorchStorage whole, String key, long offset, long elements) {
        if (offset < 0 || elements < 0 || offset > whole.elements() - elements) {
            throw new ModelFormatException(
                    Reason.TENSOR, "a view of " + elements + " elements from " + offset + " on is not within " + whole);
        }
        var view = new TorchStorage(key, whole.type(), elements);
        int size = whole.type().bytes();
        view.is(() -> whole.bytes().part(view.toString(), offset * size, elements * size));
        return view;
    }

    private void readStorages(Object keys) throws IOException {
        if (!(keys instanceof List<?> list)) {
            throw new ModelFormatException(
                    Reason.PICKLE, "the list of storages expected, received " + Python.describe(keys));
        }
        for (Object key : list) {
            @Nullable TorchStorage storage = key instanceof String text ? storages.get(text) : null;
            if (storage == null || storage.isFound()) {
                throw new ModelFormatException(
                        Reason.PICKLE, "no storage, or for the second time: " + Python.describe(key));
            }
            readStorage(storage, input);
        }
    }

    /** Finds a storage at the current position: its length, and the elements. */
    static void readStorage(TorchStorage storage, PickleInput input) throws IOException {
        long elements = input.signedLong();
        if (elements != storage.elements()) {
            throw new ModelFormatException(Reason.LENGTH, storage + " has " + elements + " elements in the file");
        }
        storage.is(input.skip(storage.toString(), storage.byteSize()));
    }
}
