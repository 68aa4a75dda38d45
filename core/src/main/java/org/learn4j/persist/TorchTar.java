package org.learn4j.persist;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.learn4j.persist.ModelFormatException.Reason;

/**
 * What {@code torch.save} wrote before version 0.1.10: a tar archive of the byte order, the storages, the tensors as views of
 * them, and a pickle that refers to these.
 */
final class TorchTar {
    private static final int BLOCK = 512;
    private static final int MEMBERS = 16;
    private static final int SIZE_AT = 124;
    private static final int SIZE_LENGTH = 12;

    private final Map<String, Bytes> members = new HashMap<>();

    /** Storages and tensors by the keys that the pickle knows them by. */
    private final Map<String, Object> objects = new HashMap<>();

    private TorchTar() {}

    /** Returns whether a block is the header of a member that such a file may begin with. */
    static boolean isHeader(byte[] block) {
        String name = name(block);
        return block.length == BLOCK
                && (name.equals("sys_info")
                        || name.equals("pickle")
                        || name.equals("storages")
                        || name.equals("tensors"));
    }

    static TorchRoot read(Bytes file) throws IOException {
        var tar = new TorchTar();
        tar.readMembers(file);
        TorchStream.requireLittleEndian(Pickle.read(new PickleInput(tar.member("sys_info"))));
        tar.readStorages(new PickleInput(tar.member("storages")));
        if (tar.members.containsKey("tensors")) {
            tar.readTensors(new PickleInput(tar.member("tensors")));
        }
        Object value = Pickle.read(new PickleInput(tar.member("pickle")), tar::find);
        return new TorchRoot(value, ByteOrder.LITTLE_ENDIAN);
    }

    private void readMembers(Bytes file) throws IOException {
        var header = ByteBuffer.allocate(BLOCK);
        for (long at = 0; at <= file.length() - BLOCK && members.size() < MEMBERS; ) {
            file.fill(header.clear(), at);
            String name = name(header.array());
            if (name.isEmpty()) {
                return;
            }
            long size = size(header.array(), at);
            members.put(name, file.part("the member " + Limits.quote(name), at + BLOCK, size));
            at += BLOCK + (size + BLOCK - 1) / BLOCK * BLOCK;
        }
    }

    private static String name(byte[] header) {
        int length = 0;
        while (length < Math.min(100, header.length) && header[length] != 0) {
            length++;
        }
        String name = new String(header, 0, length, StandardCharsets.UTF_8);
        return name.startsWith("./") ? name.substring(2) : name;
    }

    private static long size(byte[] header, long at) {
        String octal = new String(header, SIZE_AT, SIZE_LENGTH, StandardCharsets.ISO_8859_1)
                .replace('\0', ' ')
                .strip();
        try {
            return Long.parseUnsignedLong(octal, 8);
        } catch (NumberFormatException e) {
            throw new ModelFormatException(
                    Reason.PICKLE,
                    "the size of a member expected at " + (at + SIZE_AT) + ", received " + Limits.quote(octal));
        }
    }

    private Bytes member(String name) {
        Bytes member = members.get(name);
        if (member == null) {
            throw new ModelFormatException(
                    Reason.MISSING, "no member \"" + name + "\" in the tar archive: not a file of torch.save");
        }
        return member;
    }

    /** Each is a key, a place and a type, and its elements; then come views of them. */
    private void readStorages(PickleInput input) throws IOException {
        long count = count(Pickle.read(input));
        for (long i = 0; i < count; i++) {
            if (Pickle.read(input) instanceof Python.Tuple tuple
                    && tuple.items().size() == 3
                    && tuple.items().get(2) instanceof PickleGlobal.StorageType type) {
                String key = key(tuple.items().get(0));
                var storage = new TorchStorage(key, type.type(), input.signedLong());
                storage.is(input.skip(storage.toString(), storage.byteSize()));
                objects.put(key, storage);
            } else {
                throw new ModelFormatException(Reason.PICKLE, "a storage's key, place and type expected");
            }
        }
        if (!input.atEnd() && Pickle.read(input) instanceof List<?> views) {
            views.forEach(this::readView);
        }
    }

    private void readView(Object view) {
        if (view instanceof Python.Tuple tuple
                && tuple.items().size() == 4
                && tuple.items().get(2) instanceof Long offset
                && tuple.items().get(3) instanceof Long elements) {
            String key = key(tuple.items().get(0));
            objects.put(key, TorchStream.view(storage(tuple.items().get(1)), key, offset, elements));
            return;
        }
        throw new ModelFormatException(Reason.PICKLE, "a view's key, storage, offset and length expected");
    }

    /** Each is a key, a storage and a type; its rank in 8 bytes, shape, strides and offset. */
    private void readTensors(PickleInput input) throws IOException {
        long count = count(Pickle.read(input));
        for (long i = 0; i < count; i++) {
            if (!(Pickle.read(input) instanceof Python.Tuple tuple)
                    || tuple.items().size() != 3) {
                throw new ModelFormatException(Reason.PICKLE, "a tensor's key, storage and type expected");
            }
            int rank = input.signedInt();
            input.signedInt();
            if (rank < 0 || rank > Limits.RANK) {
                throw new ModelFormatException(
                        Reason.LIMIT, "a tensor of " + rank + " dimensions, allowed are " + Limits.RANK);
            }
            long[] shape = numbers(rank, input);
            long[] strides = numbers(rank, input);
            objects.put(
                    key(tuple.items().get(0)),
                    new TorchTensor(storage(tuple.items().get(1)), input.signedLong(), shape, strides));
        }
    }

    private static long[] numbers(int count, PickleInput input) throws IOException {
        long[] numbers = new long[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = input.signedLong();
        }
        return numbers;
    }

    private static long count(Object value) {
        if (value instanceof Long count && count >= 0 && count <= Limits.TENSORS) {
            return count;
        }
        throw new ModelFormatException(
                Reason.PICKLE, "a number up to " + Limits.TENSORS + " expected, received " + Python.describe(value));
    }

    private static String key(Object value) {
        if (value instanceof String || value instanceof Long) {
            return value.toString();
        }
        throw new ModelFormatException(Reason.PICKLE, "a key expected, received " + Python.describe(value));
    }

    private TorchStorage storage(Object key) {
        if (objects.get(key(key)) instanceof TorchStorage storage) {
            return storage;
        }
        throw new ModelFormatException(Reason.MISSING, "no storage " + Python.describe(key));
    }

    /** The pickle refers to tensors by their keys; some writers refer to storages, as the later format does. */
    private Object find(Object id) {
        if (id instanceof Python.Tuple) {
            TorchStorage named = TorchStorage.named(id);
            return storage(named.key()).requireSame(named);
        }
        Object found = objects.get(key(id));
        if (found == null) {
            throw new ModelFormatException(Reason.MISSING, "no tensor " + Python.describe(id));
        }
        return found;
    }
}
