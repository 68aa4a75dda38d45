package org.learn4j.persist;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** PyTorch files for tests, put together by hand: a writer of pickles and of the three containers. */
final class TorchSamples {
    static final Path PATH = Path.of("/models/model.pth");

    private TorchSamples() {}

    /** A storage of a sample. */
    record Stored(String key, String type, int elementBytes, byte[] bytes) {
        long elements() {
            return bytes.length / elementBytes;
        }

        static Stored floats(String key, float... values) {
            var bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            return new Stored(key, "FloatStorage", 4, bytes.array());
        }
    }

    /** Writes a pickle, protocol 2. */
    static final class Pickler {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Pickler() {
            raw(0x80, 2);
        }

        Pickler raw(int... bytes) {
            for (int each : bytes) {
                out.write(each);
            }
            return this;
        }

        Pickler op(char opcode) {
            return raw(opcode);
        }

        Pickler text(String text) {
            byte[] bytes = text.getBytes(UTF_8);
            op('X').int32(bytes.length);
            out.writeBytes(bytes);
            return this;
        }

        Pickler number(int number) {
            return op('J').int32(number);
        }

        Pickler int32(int number) {
            return raw(number & 0xff, number >> 8 & 0xff, number >> 16 & 0xff, number >> 24 & 0xff);
        }

        Pickler global(String module, String name) {
            out.writeBytes(("c" + module + "\n" + name + "\n").getBytes(UTF_8));
            return this;
        }

        Pickler tuple(int... numbers) {
            op('(');
            for (int number : numbers) {
                number(number);
            }
            return op('t');
        }

        Pickler storage(Stored stored) {
            return op('(').text("storage")
                    .global("torch", stored.type())
                    .text(stored.key())
                    .text("cpu")
                    .number((int) stored.elements())
                    .op('t')
                    .op('Q');
        }

        Pickler tensor(Stored stored, int offset, int[] shape, int[] strides) {
            return global("torch._utils", "_rebuild_tensor_v2")
                    .op('(')
                    .storage(stored)
                    .number(offset)
                    .tuple(shape)
                    .tuple(strides)
                    .raw(0x89)
                    .global("collections", "OrderedDict")
                    .op(')')
                    .op('R')
                    .op('t')
                    .op('R');
        }

        byte[] end() {
            op('.');
            return out.toByteArray();
        }
    }

    static final Stored FIRST = Stored.floats("0", 0, 1, 2, 3, 4, 5);
    static final Stored SECOND = new Stored("1", "HalfStorage", 2, new byte[] {0, 0x3e, (byte) 0x80, (byte) 0xc0});

    /** {@code {'epoch': 3, 'state_dict': {'a': [2, 3], 'a_t': its transposed, 'half': [2]}}}. */
    static byte[] checkpoint() {
        return new Pickler()
                .op('}')
                .op('(')
                .text("epoch")
                .number(3)
                .text("state_dict")
                .global("collections", "OrderedDict")
                .op(')')
                .op('R')
                .op('(')
                .text("a")
                .tensor(FIRST, 0, new int[] {2, 3}, new int[] {3, 1})
                .text("a_t")
                .tensor(FIRST, 0, new int[] {3, 2}, new int[] {1, 3})
                .text("half")
                .tensor(SECOND, 0, new int[] {2}, new int[] {1})
                .op('u')
                .op('u')
                .end();
    }

    static byte[] zip(byte[] pickle, Stored... storages) {
        return zip(false, pickle, storages);
    }

    static byte[] zip(boolean deflated, byte[] pickle, Stored... storages) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("archive/data.pkl", pickle);
        for (Stored storage : storages) {
            entries.put("archive/data/" + storage.key(), storage.bytes());
        }
        return zip(deflated, entries);
    }

    static byte[] zip(boolean deflated, Map<String, byte[]> entries) {
        var out = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(out)) {
            for (var each : entries.entrySet()) {
                var entry = new ZipEntry(each.getKey());
                if (!deflated) {
                    var crc = new CRC32();
                    crc.update(each.getValue());
                    entry.setMethod(ZipEntry.STORED);
                    entry.setSize(each.getValue().length);
                    entry.setCrc(crc.getValue());
                }
                zip.putNextEntry(entry);
                zip.write(each.getValue());
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static byte[] system() {
        return new Pickler().op('}').text("little_endian").raw(0x88).op('s').end();
    }

    static byte[] legacy(byte[] pickle, Stored... storages) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(new Pickler()
                .raw(0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19)
                .end());
        out.writeBytes(new Pickler().number(1001).end());
        out.writeBytes(system());
        out.writeBytes(pickle);
        Pickler keys = new Pickler().op(']').op('(');
        for (Stored storage : storages) {
            keys.text(storage.key());
        }
        out.writeBytes(keys.op('e').end());
        for (Stored storage : storages) {
            out.writeBytes(int64(storage.elements()));
            out.writeBytes(storage.bytes());
        }
        return out.toByteArray();
    }

    private static byte[] int64(long number) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(number)
                .array();
    }

    /** The oldest form: one storage, a view of it, and a tensor [3, 2] of the view that the pickle refers to by its key. */
    static byte[] tar() {
        var storages = new ByteArrayOutputStream();
        storages.writeBytes(new Pickler().number(1).end());
        storages.writeBytes(new Pickler()
                .op('(')
                .number(11)
                .text("cpu")
                .global("torch", "FloatStorage")
                .op('t')
                .end());
        storages.writeBytes(int64(FIRST.elements()));
        storages.writeBytes(FIRST.bytes());
        storages.writeBytes(new Pickler().op(']').tuple(12, 11, 1, 5).op('a').end());
        var tensors = new ByteArrayOutputStream();
        tensors.writeBytes(new Pickler().number(1).end());
        tensors.writeBytes(new Pickler()
                .op('(')
                .number(21)
                .number(12)
                .global("torch", "FloatStorage")
                .op('t')
                .end());
        tensors.writeBytes(int64(2)); // the rank, in eight bytes
        for (long number : new long[] {2, 2, 2, 1, 1}) { // shape, strides, offset
            tensors.writeBytes(int64(number));
        }
        byte[] pickle =
                new Pickler().op('}').text("weight").text("21").op('Q').op('s').end();
        var out = new ByteArrayOutputStream();
        member(out, "sys_info", system());
        member(out, "pickle", pickle);
        member(out, "tensors", tensors.toByteArray());
        member(out, "storages", storages.toByteArray());
        out.writeBytes(new byte[1024]);
        return out.toByteArray();
    }

    private static void member(ByteArrayOutputStream out, String name, byte[] content) {
        byte[] header = new byte[512];
        System.arraycopy(name.getBytes(UTF_8), 0, header, 0, name.length());
        byte[] size = String.format("%011o", content.length).getBytes(UTF_8);
        System.arraycopy(size, 0, header, 124, size.length);
        out.writeBytes(header);
        out.writeBytes(content);
        out.writeBytes(new byte[(512 - content.length % 512) % 512]);
    }

    static PyTorchFile open(byte[] file) {
        return PyTorchFile.open(new ArrayFiles(file), PATH);
    }

    /** Returns the elements of a tensor that is read as FLOAT32. */
    static List<Float> floats(PyTorchFile file, String name) {
        var buffer = ByteBuffer.allocate((int) file.byteSize(name)).order(ByteOrder.LITTLE_ENDIAN);
        file.read(name, buffer);
        var values = new java.util.ArrayList<Float>();
        while (buffer.hasRemaining()) {
            values.add(buffer.getFloat());
        }
        return values;
    }

    /** Reads everything a file has, as a loader would. */
    static void readAll(byte[] bytes) {
        try (var file = open(bytes)) {
            for (String name : file.names()) {
                file.read(name, ByteBuffer.allocate((int) file.byteSize(name)));
            }
        }
    }
}
