package org.learn4j.persist;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.learn4j.persist.ModelFormatException.Reason;

/** What {@code torch.save} has written since version 1.6: a zip archive with one pickle, and an entry for each storage. */
final class TorchArchive {
    private static final String PICKLE = "data.pkl";

    private final ZipEntries entries;
    private final String root;
    private final Map<String, TorchStorage> storages = new HashMap<>();

    private TorchArchive(ZipEntries entries, String root) {
        this.entries = entries;
        this.root = root;
    }

    static TorchRoot read(Bytes file) throws IOException {
        ZipEntries entries = ZipEntries.of(file);
        String pickle = entries.names().stream()
                .filter(name -> name.equals(PICKLE) || name.endsWith("/" + PICKLE))
                .findFirst()
                .orElseThrow(() -> new ModelFormatException(
                        Reason.MISSING, "no entry \"" + PICKLE + "\" in the archive: not a file of torch.save"));
        return new TorchArchive(entries, pickle.substring(0, pickle.length() - PICKLE.length())).read();
    }

    private TorchRoot read() throws IOException {
        byte[] pickle = entry(PICKLE).bytes().all(PICKLE, Limits.PICKLE);
        Object value = Pickle.read(new PickleInput(Bytes.of(pickle)), this::storage);
        return new TorchRoot(value, byteOrder());
    }

    private ByteOrder byteOrder() throws IOException {
        if (entries.find(root + "byteorder").isEmpty()) {
            return ByteOrder.LITTLE_ENDIAN;
        }
        byte[] name = entry("byteorder").bytes().all("byteorder", Limits.NAME);
        return switch (new String(name, StandardCharsets.UTF_8)) {
            case "little" -> ByteOrder.LITTLE_ENDIAN;
            case "big" -> ByteOrder.BIG_ENDIAN;
            default ->
                throw new ModelFormatException(
                        Reason.PICKLE,
                        "the entry \"byteorder\" is little or big, received "
                                + Limits.quote(new String(name, StandardCharsets.UTF_8)));
        };
    }

    private ZipEntries.Entry entry(String name) {
        return entries.find(root + name)
                .orElseThrow(() -> new ModelFormatException(
                        Reason.MISSING, "no entry " + Limits.quote(root + name) + " in the archive"));
    }

    private Object storage(Object id) {
        TorchStorage named = TorchStorage.named(id);
        TorchStorage known = storages.putIfAbsent(named.key(), named);
        if (known != null) {
            return known.requireSame(named);
        }
        ZipEntries.Entry entry = entry("data/" + named.key());
        if (entry.length() != named.byteSize()) {
            throw new ModelFormatException(
                    Reason.LENGTH, named + " needs " + named.byteSize() + " bytes, its entry has " + entry.length());
        }
        named.is(entry::bytes);
        return named;
    }
}
