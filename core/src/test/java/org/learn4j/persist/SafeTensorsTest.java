package org.learn4j.persist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.learn4j.persist.ModelFormatException.Reason;
import org.learn4j.tensor.DType;

class SafeTensorsTest {
    private static final String FOREIGN = "{\"second\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[8,32]},"
            + "\"__metadata__\":{\"format\":\"pt\"},"
            + "\"first\":{\"shape\":[],\"data_offsets\":[0,8],\"dtype\":\"I64\"},"
            + "\"third\":{\"dtype\":\"U16\",\"shape\":[3],\"data_offsets\":[32,38]}}";

    @TempDir
    private Path directory;

    @Test
    void readsWhatItWrote() {
        Path path = directory.resolve("model.safetensors");
        SafeTensors.write(path, Samples.tensors(1), Samples.manifest("title"));

        try (var file = SafeTensors.open(path)) {
            assertThat(file.path()).isEqualTo(path);
            assertThat(file.names()).containsExactly("model/0/weight", "model/0/bias", "labels");
            assertThat(file.manifest()).contains(Samples.manifest("title"));
            assertThat(file.metadata()).isEmpty();
            assertThat(file.unsupported()).isEmpty();
            for (NamedTensor tensor : Samples.tensors(1)) {
                assertThat(file.dtype(tensor.name())).isEqualTo(tensor.dtype());
                assertThat(file.shape(tensor.name())).isEqualTo(tensor.shape());
                assertThat(file.byteSize(tensor.name())).isEqualTo(tensor.byteSize());
                assertThat(read(file, tensor.name())).isEqualTo(tensor.memory().get(0));
            }
        }
    }

    private static ByteBuffer read(SafeTensors file, String name) {
        var bytes = ByteBuffer.allocateDirect((int) file.byteSize(name));
        file.read(name, bytes);
        return bytes;
    }

    @Test
    void theSameContentGivesTheSameBytes() {
        byte[] first = Samples.ours(Samples.tensors(1), Samples.manifest("title"));
        byte[] second = Samples.ours(Samples.tensors(1), Samples.manifest("title"));

        assertThat(first).isEqualTo(second);
    }

    @Test
    void theBytesAreThoseOfTheSpecification() throws Exception {
        byte[] data = {1, 2, 3, 4};
        var tensor = NamedTensor.of("t", DType.INT32, new long[] {1}, ByteBuffer.wrap(data));
        byte[] file = Samples.ours(List.of(tensor), Json.object().with("epoch", 3));
        int length = Samples.headerLength(file);
        String header = new String(file, 8, length, UTF_8);
        String checksum =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));

        assertThat((8 + length) % 64).isZero();
        assertThat(header.stripTrailing())
                .matches("\\{\"__metadata__\":\\{\"header_sha256\":\"[0-9a-f]{64}\",\"manifest\":\"[^}]*}}\"},.*")
                .contains("{\\\"epoch\\\":3,\\\"sha256\\\":{\\\"t\\\":\\\"" + checksum + "\\\"}}")
                .endsWith(",\"t\":{\"dtype\":\"I32\",\"shape\":[1],\"data_offsets\":[0,4]}}");
        assertThat(Arrays.copyOfRange(file, 8 + length, file.length)).isEqualTo(data);
    }

    @Test
    void theChecksumOfTheHeaderCanBeComputedByAnybody() throws Exception {
        byte[] file = Samples.ours(Samples.tensors(1), Samples.manifest("title"));
        int end = 8 + Samples.headerLength(file);
        String header = new String(file, 0, end, java.nio.charset.StandardCharsets.ISO_8859_1);
        int at = header.indexOf("header_sha256\":\"") + 16;
        byte[] unsealed = Arrays.copyOf(file, end);
        Arrays.fill(unsealed, at, at + 64, (byte) '0');

        assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(unsealed)))
                .isEqualTo(header.substring(at, at + 64));
    }

    @ParameterizedTest
    @EnumSource
    void holdsEveryType(DType dtype) {
        byte[] bytes = Samples.ours(List.of(Samples.tensor("t", dtype, 1, 2, 3)), Json.object());
        try (var file = Samples.open(bytes)) {
            assertThat(file.dtype("t")).isEqualTo(dtype);
            assertThat(read(file, "t")).isEqualTo(ByteBuffer.wrap(Samples.random(1, 6 * dtype.bytes())));
        }
    }

    @Test
    void holdsScalarsAndTensorsWithoutElementsAndNothingAtAll() {
        var tensors = List.of(
                Samples.tensor("none", DType.FLOAT32, 1, 0, 7),
                Samples.tensor("scalar", DType.FLOAT64, 1),
                Samples.tensor("none either", DType.UINT8, 1, 3, 0));
        try (var file = Samples.open(Samples.ours(tensors, Json.object()))) {
            assertThat(file.names()).containsExactly("none", "scalar", "none either");
            assertThat(file.shape("scalar")).isEmpty();
            assertThat(file.shape("none")).containsExactly(0, 7);
            assertThat(read(file, "none").capacity()).isZero();
            assertThat(read(file, "scalar").capacity()).isEqualTo(8);
        }
        try (var file = Samples.open(Samples.ours(List.of(), Json.object()))) {
            assertThat(file.names()).isEmpty();
            assertThat(file.manifest()).contains(Json.object());
        }
    }

    @Test
    void takesATensorFromSeveralPiecesAndGivesItInOthers() {
        byte[] bytes = Samples.random(3, 1_000_003);
        List<ByteBuffer> pieces = List.of(
                ByteBuffer.wrap(bytes, 0, 3),
                ByteBuffer.wrap(bytes, 3, 700_000),
                ByteBuffer.allocateDirect(300_000)
                        .put(bytes, 700_003, 300_000)
                        .flip()
                        .asReadOnlyBuffer());
        var tensor = NamedTensor.of("t", DType.UINT8, new long[] {bytes.length}, () -> pieces);
        byte[] saved = Samples.ours(List.of(tensor), Json.object());

        assertThat(pieces).allSatisfy(piece -> assertThat(piece.hasRemaining()).isTrue());
        try (var file = Samples.open(saved)) {
            var first = ByteBuffer.allocateDirect(600_000).position(100);
            var second = ByteBuffer.allocate(500_000);
            second.limit(bytes.length - first.remaining());
            file.read("t", first, second);

            assertThat(first.position()).isEqualTo(100);
            assertThat(first).isEqualTo(ByteBuffer.wrap(bytes, 0, 599_900));
            assertThat(second).isEqualTo(ByteBuffer.wrap(bytes, 599_900, bytes.length - 599_900));
        }
    }

    @Test
    void offersItsOwnTypesOnlyInTheirOrder() {
        try (var file = Samples.open(Samples.foreign(FOREIGN, 38))) {
            assertThat(file.names()).containsExactly("first", "second");
            assertThat(file.unsupported()).containsExactly(Map.entry("third", "U16"));
            assertThat(file.contains("third")).isTrue();
            assertThat(file.shape("third")).containsExactly(3);
            assertThat(file.byteSize("third")).isEqualTo(6);
            assertThatThrownBy(() -> file.dtype("third"))
                    .isInstanceOfSatisfying(
                            ModelFormatException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.UNSUPPORTED_TYPE))
                    .hasMessage(Samples.PATH
                            + ": the tensor \"third\" has elements of type U16, which this library does not read");
            assertThatThrownBy(() -> file.read("third", ByteBuffer.allocate(6)))
                    .isInstanceOf(ModelFormatException.class);
        }
    }

    @Test
    void readsTypesThatItHasNotAsThoseThatHoldThemExactly() {
        byte[] bytes = Samples.foreign(
                "{\"half\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]},"
                        + "\"short\":{\"dtype\":\"I16\",\"shape\":[1],\"data_offsets\":[4,6]},"
                        + "\"small\":{\"dtype\":\"I8\",\"shape\":[1],\"data_offsets\":[6,7]},"
                        + "\"yes\":{\"dtype\":\"BOOL\",\"shape\":[1],\"data_offsets\":[7,8]}}",
                8);
        byte[] elements = {0, 0x3e, (byte) 0x80, (byte) 0xc0, 0x18, (byte) 0xfc, -7, 1};
        System.arraycopy(elements, 0, bytes, bytes.length - 8, 8);
        try (var file = Samples.open(bytes)) {
            assertThat(file.dtype("half")).isEqualTo(DType.FLOAT32);
            var half = ByteBuffer.allocate((int) file.byteSize("half")).order(ByteOrder.LITTLE_ENDIAN);
            file.read("half", half);
            assertThat(half.getFloat()).isEqualTo(1.5f);
            assertThat(half.getFloat()).isEqualTo(-2.25f);
            for (var expected : Map.of("short", -1000, "small", -7).entrySet()) {
                assertThat(file.dtype(expected.getKey())).isEqualTo(DType.INT32);
                var number = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
                file.read(expected.getKey(), number);
                assertThat(number.getInt(0)).isEqualTo(expected.getValue());
            }
            assertThat(file.dtype("yes")).isEqualTo(DType.UINT8);
            assertThat(file.unsupported()).isEmpty();
            assertThatThrownBy(() -> file.read("half", ByteBuffer.allocate(4)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("has 8 bytes, its buffers 4");
        }
    }

    @Test
    void readsFilesOfOthers() {
        byte[] bytes = Samples.foreign(FOREIGN, 38);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(bytes.length - 38, 42);
        try (var file = Samples.open(bytes)) {
            assertThat(file.manifest()).isEmpty();
            assertThat(file.metadata()).containsExactly(Map.entry("format", "pt"));
            assertThat(file.shape("first")).isEmpty();
            assertThat(read(file, "first").order(ByteOrder.LITTLE_ENDIAN).getLong())
                    .isEqualTo(42);
            assertThat(read(file, "second").capacity()).isEqualTo(24);
            file.verify();
            assertThatThrownBy(file::requireManifest)
                    .isInstanceOfSatisfying(
                            ModelFormatException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.MISSING));
        }
    }

    @Test
    void complaintsAboutTheManifestNameTheFile() {
        try (var file = Samples.open(Samples.ours(List.of(), Samples.manifest("title")))) {
            JsonPlace units = file.requireManifest().get("layers").get(0).get("units");

            assertThat(units.integer()).isEqualTo(3);
            assertThatThrownBy(units::text)
                    .hasMessage(Samples.PATH + ": $.layers[0].units: expected a text, received 3")
                    .isInstanceOfSatisfying(
                            ModelFormatException.class,
                            e -> assertThat(e.path()).contains(Samples.PATH));
        }
    }

    @Test
    void aTensorThatIsNotThereIsMissing() {
        try (var file = Samples.open(Samples.ours(Samples.tensors(1), Json.object()))) {
            assertThat(file.contains("model/0/weights")).isFalse();
            assertThatThrownBy(() -> file.shape("model/0/weights"))
                    .isInstanceOfSatisfying(
                            ModelFormatException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.MISSING))
                    .hasMessage(Samples.PATH + ": no tensor \"model/0/weights\" among the 3 of the file");
        }
    }

    @Test
    void readsIntoBuffersThatFitOnly() {
        try (var file = Samples.open(Samples.ours(Samples.tensors(1), Json.object()))) {
            for (int size : new int[] {0, 47, 49}) {
                assertThatThrownBy(() -> file.read("model/0/weight", ByteBuffer.allocate(size)))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("the tensor \"model/0/weight\" F32[3, 4] has 48 bytes, its buffers " + size);
            }
            assertThatThrownBy(() ->
                            file.read("model/0/weight", ByteBuffer.allocate(48).asReadOnlyBuffer()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void doesNotWriteWhatItWouldNotRead() {
        var twice = List.of(Samples.tensor("a", DType.UINT8, 1, 1), Samples.tensor("a", DType.UINT8, 1, 1));
        assertRefusesToWrite(twice, Json.object());
        assertRefusesToWrite(List.of(Samples.tensor("__metadata__", DType.UINT8, 1, 1)), Json.object());
        assertRefusesToWrite(List.of(), Json.object().with("sha256", "mine"));
        assertRefusesToWrite(List.of(), Json.object().with("text", "x".repeat(Limits.TEXT + 1)));
        Json deep = Json.array();
        for (int i = 0; i < Limits.DEPTH; i++) {
            deep = Json.array(deep);
        }
        assertRefusesToWrite(List.of(), Json.object().with("deep", deep));
        Json.Items texts = Json.texts(List.of("x".repeat(Limits.TEXT), "x".repeat(Limits.TEXT)));
        assertRefusesToWrite(List.of(), Json.object().with("long", Json.array(texts, texts, texts, texts)));
        var mismatch = NamedTensor.of("a", DType.FLOAT32, new long[] {3}, ByteBuffer.allocate(11));
        assertRefusesToWrite(List.of(mismatch), Json.object());
    }

    private void assertRefusesToWrite(List<NamedTensor> tensors, Json.Fields manifest) {
        Path path = directory.resolve("model.safetensors");

        assertThatThrownBy(() -> SafeTensors.write(path, tensors, manifest))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aTensorHasANameAndAShape() {
        for (String name : List.of("", "n".repeat(257), "a\nb", "a\u202eb", "\ud800")) {
            assertThatThrownBy(() -> Samples.tensor(name, DType.UINT8, 1, 1))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        for (long[] shape : List.of(new long[9], new long[] {-1}, new long[] {1L << 62, 1L << 62, 0})) {
            assertThatThrownBy(() -> NamedTensor.of("a", DType.UINT8, shape, ByteBuffer.allocate(0)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(NamedTensor.of("é 漢", DType.UINT8, new long[] {1, 2}, ByteBuffer.allocate(2)))
                .hasToString("\"é 漢\" UINT8[1, 2]");
    }

    @Test
    void aFileThatIsNotThereCannotBeRead() {
        Path path = directory.resolve("nowhere");

        assertThatThrownBy(() -> SafeTensors.open(path))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("cannot read " + path);
    }

    @Test
    void aDirectoryAndADeviceCannotBeRead() {
        assertThatThrownBy(() -> SafeTensors.open(directory))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("not a regular file");
        assumeThat(Path.of("/dev/zero")).exists();
        assertThatThrownBy(() -> SafeTensors.open(Path.of("/dev/zero"))).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void aFileThatIsCutWhileItIsOpenIsRefused() throws IOException {
        Path path = directory.resolve("model.safetensors");
        SafeTensors.write(path, Samples.tensors(1), Json.object());
        try (var file = SafeTensors.open(path)) {
            byte[] bytes = Files.readAllBytes(path);
            Files.write(path, Arrays.copyOf(bytes, bytes.length - 1));

            assertThatThrownBy(() -> read(file, "labels"))
                    .isInstanceOfSatisfying(
                            ModelFormatException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.LENGTH));
        }
    }

    @Test
    void aFileThatIsReplacedWhileItIsOpenStaysWhatItWas() {
        Path path = directory.resolve("model.safetensors");
        SafeTensors.write(path, Samples.tensors(1), Json.object());
        try (var file = SafeTensors.open(path)) {
            SafeTensors.write(path, Samples.tensors(2), Json.object());

            assertThat(read(file, "labels")).isEqualTo(ByteBuffer.wrap(Samples.random(3, 5)));
        }
    }

    @Test
    void aClosedFileIsNotRead() {
        Path path = directory.resolve("model.safetensors");
        SafeTensors.write(path, Samples.tensors(1), Json.object());
        var file = SafeTensors.open(path);
        file.close();
        file.close();

        assertThatThrownBy(() -> read(file, "labels")).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void severalThreadsMayRead() throws InterruptedException, ExecutionException {
        Path path = directory.resolve("model.safetensors");
        SafeTensors.write(path, Samples.tensors(1), Json.object());
        var threads = Executors.newFixedThreadPool(4);
        try (var file = SafeTensors.open(path)) {
            List<Future<ByteBuffer>> reads = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                reads.add(threads.submit(() -> read(file, "model/0/weight")));
            }
            for (Future<ByteBuffer> read : reads) {
                assertThat(read.get()).isEqualTo(ByteBuffer.wrap(Samples.random(1, 48)));
            }
        } finally {
            threads.shutdown();
        }
    }
}
