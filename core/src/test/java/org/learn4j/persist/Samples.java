package org.learn4j.persist;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.learn4j.tensor.DType;

/** Files for tests: ours, written by the library, and foreign ones, put together by hand. */
final class Samples {
    /** The name of a file that exists in memory only. */
    static final Path PATH = Path.of("/models/model.safetensors");

    private Samples() {}

    static Json.Fields manifest(String title) {
        return Json.object()
                .with("title", title)
                .with("layers", Json.array(Json.object().with("kind", "linear").with("units", 3)));
    }

    static List<NamedTensor> tensors(int seed) {
        return List.of(
                tensor("model/0/weight", DType.FLOAT32, seed, 3, 4),
                tensor("model/0/bias", DType.FLOAT64, seed + 1, 3),
                tensor("labels", DType.UINT8, seed + 2, 5));
    }

    /** A tensor of random bytes. */
    static NamedTensor tensor(String name, DType dtype, int seed, long... shape) {
        long elements = 1;
        for (long dimension : shape) {
            elements *= dimension;
        }
        return NamedTensor.of(name, dtype, shape, ByteBuffer.wrap(random(seed, (int) elements * dtype.bytes())));
    }

    static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    /** Returns the bytes of a file of ours. */
    static byte[] ours(List<NamedTensor> tensors, Json.Fields manifest) {
        var files = new FaultyFiles(Map.of());
        SafeTensors.write(files, PATH, tensors, manifest);
        return files.files().get(PATH.toAbsolutePath());
    }

    /** Returns the bytes of a file with this header and so many zeros of data. */
    static byte[] foreign(String header, int dataLength) {
        return foreign(header.getBytes(StandardCharsets.UTF_8), dataLength);
    }

    static byte[] foreign(byte[] header, int dataLength) {
        return ByteBuffer.allocate(Long.BYTES + header.length + dataLength)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .array();
    }

    /** Returns the bytes of a file with this manifest, whatever it says, and a checksum of the header that is right. */
    static byte[] sealed(String manifest, String tensors, int dataLength) {
        byte[] header = ("{\"__metadata__\":{\"header_sha256\":\"" + Seal.UNSEALED + "\",\"manifest\":\""
                        + manifest.replace("\\", "\\\\").replace("\"", "\\\"") + "\"}" + tensors + "}")
                .getBytes(StandardCharsets.UTF_8);
        Seal.set(header);
        return foreign(header, dataLength);
    }

    static int headerLength(byte[] file) {
        return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(0);
    }

    static SafeTensors open(byte[] file) {
        return SafeTensors.open(new ArrayFiles(file), PATH);
    }

    /** Reads everything a file has, as a loader would. */
    static void readAll(byte[] bytes) {
        try (var file = open(bytes)) {
            for (String name : file.names()) {
                file.read(name, ByteBuffer.allocate((int) file.byteSize(name)));
            }
            file.verify();
        }
    }
}
