package org.learn4j.persist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.learn4j.persist.TorchSamples.FIRST;
import static org.learn4j.persist.TorchSamples.SECOND;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.persist.ModelFormatException.Reason;
import org.learn4j.persist.TorchSamples.Pickler;
import org.learn4j.persist.TorchSamples.Stored;
import org.learn4j.tensor.DType;

class PyTorchFileTest {
    private static Pickler pickler() {
        return new Pickler();
    }

    @TestFactory
    Stream<DynamicTest> everyContainerHoldsTheSameCheckpoint() {
        byte[] pickle = TorchSamples.checkpoint();
        return Map.of(
                        "stored", TorchSamples.zip(pickle, FIRST, SECOND),
                        "deflated", TorchSamples.zip(true, pickle, FIRST, SECOND),
                        "legacy", TorchSamples.legacy(pickle, SECOND, FIRST))
                .entrySet()
                .stream()
                .map(each -> DynamicTest.dynamicTest(each.getKey(), () -> {
                    try (var file = TorchSamples.open(each.getValue())) {
                        assertThat(file.names()).containsExactly("state_dict.a", "state_dict.a_t", "state_dict.half");
                        assertThat(file.stateKey()).contains("state_dict");
                        assertThat(file.values()).containsExactly(Map.entry("epoch", 3L));
                        assertThat(file.shape("state_dict.a_t")).containsExactly(3, 2);
                        assertThat(TorchSamples.floats(file, "state_dict.a")).containsExactly(0f, 1f, 2f, 3f, 4f, 5f);
                        assertThat(TorchSamples.floats(file, "state_dict.a_t")).containsExactly(0f, 3f, 1f, 4f, 2f, 5f);
                        assertThat(TorchSamples.floats(file, "state_dict.half")).containsExactly(1.5f, -2.25f);
                    }
                }));
    }

    @Test
    void theOldestFormHasViewsOfStoragesAndTensorsByKey() {
        try (var file = TorchSamples.open(TorchSamples.tar())) {
            assertThat(file.names()).containsExactly("weight");
            assertThat(TorchSamples.floats(file, "weight")).containsExactly(2f, 3f, 4f, 5f);
        }
    }

    @Test
    void aViewOfAStorageInALegacyFileStartsWithinIt() {
        byte[] pickle = pickler()
                .op('}')
                .text("view")
                .global("torch._utils", "_rebuild_tensor_v2")
                .op('(')
                .op('(')
                .text("storage")
                .global("torch", "FloatStorage")
                .text("0")
                .text("cuda:0")
                .number(6)
                .op('(')
                .text("0v")
                .number(2)
                .number(3)
                .op('t')
                .op('t')
                .op('Q')
                .number(1)
                .tuple(2)
                .tuple(1)
                .raw(0x89)
                .op('}')
                .op('t')
                .op('R')
                .op('s')
                .end();

        try (var file = TorchSamples.open(TorchSamples.legacy(pickle, FIRST))) {
            assertThat(TorchSamples.floats(file, "view")).containsExactly(3f, 4f);
        }
    }

    @Test
    void bigEndianStoragesAreTurnedRound() {
        var big = new Stored("0", "FloatStorage", 4, new byte[] {0x3f, (byte) 0xc0, 0, 0, (byte) 0xc0, 0x10, 0, 0});
        byte[] pickle = pickler()
                .op('}')
                .text("x")
                .tensor(big, 0, new int[] {2}, new int[] {1})
                .op('s')
                .end();
        byte[] file = TorchSamples.zip(
                false,
                Map.of("m/data.pkl", pickle, "m/data/0", big.bytes(), "m/byteorder", new byte[] {'b', 'i', 'g'}));

        try (var opened = TorchSamples.open(file)) {
            assertThat(TorchSamples.floats(opened, "x")).containsExactly(1.5f, -2.25f);
        }
    }

    @Test
    void everyHalfIsReadExactly() {
        assertThat(ElementWriter.single((short) 0x0001)).isEqualTo(0x1p-24f);
        assertThat(ElementWriter.single((short) 0x03ff)).isEqualTo(1023 * 0x1p-24f);
        assertThat(ElementWriter.single((short) 0x0400)).isEqualTo(0x1p-14f);
        assertThat(ElementWriter.single((short) 0x7bff)).isEqualTo(65504f);
        assertThat(ElementWriter.single((short) 0xfc00)).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(ElementWriter.single((short) 0x7e00)).isNaN();
        assertThat(Float.floatToRawIntBits(ElementWriter.single((short) 0x8000)))
                .isEqualTo(0x80000000);
        for (int bits = 0; bits < 0x7c00; bits++) { // ascending, by the definition of the format
            int exponent = bits >> 10;
            double expected =
                    exponent == 0 ? Math.scalb(bits & 0x3ff, -24) : Math.scalb(1024 + (bits & 0x3ff), exponent - 25);
            assertThat((double) ElementWriter.single((short) bits)).isEqualTo(expected);
        }
    }

    @Test
    void listsTuplesAndSingleValuesGetNames() {
        byte[] pickle = pickler()
                .op('}')
                .op('(')
                .text("layers")
                .op(']')
                .tensor(FIRST, 5, new int[] {}, new int[] {})
                .op('a')
                .text("lr")
                .op('G')
                .raw(0x3f, 0xe0, 0, 0, 0, 0, 0, 0)
                .text("nothing")
                .op('N')
                .text("done")
                .raw(0x88)
                .number(7)
                .text("seven")
                .op('u')
                .end();

        try (var file = TorchSamples.open(TorchSamples.zip(pickle, FIRST))) {
            assertThat(file.names()).containsExactly("layers.0");
            assertThat(TorchSamples.floats(file, "layers.0")).containsExactly(5f);
            assertThat(file.values()).isEqualTo(Map.of("lr", 0.5, "done", true, "7", "seven"));
        }
    }

    // ---- what is refused, each with its reason

    @TestFactory
    Stream<DynamicTest> codeIsRefusedByName() {
        return Stream.of(
                        pickler().global("os", "system").text("ls").raw(0x85).op('R'),
                        pickler().text("builtins").text("eval").raw(0x93),
                        pickler()
                                .global("torch.nn.modules.linear", "Linear")
                                .op(')')
                                .raw(0x81),
                        pickler().global("numpy.core.multiarray", "scalar"),
                        pickler().raw('(', 'i', 'o', 's', '\n', 's', '\n'))
                .map(Pickler::end)
                .flatMap(pickle -> Stream.of(TorchSamples.zip(pickle), TorchSamples.legacy(pickle)))
                .map(file -> DynamicTest.dynamicTest(file.length + " bytes", () -> refused(file, Reason.CODE)));
    }

    @Test
    void theMessageNamesFilePlaceAndWhatWasAskedFor() {
        byte[] file = TorchSamples.zip(pickler().global("os", "system").end());

        assertThatThrownBy(() -> TorchSamples.open(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("model.pth: the pickle, byte 2: the file asks for \"os.system\"");
    }

    @TestFactory
    Stream<DynamicTest> eachRuleRefusesAndHasAnAcceptedTwin() {
        return Stream.of(
                rule("within the storage", Reason.TENSOR, view(1, 6, 1), view(0, 6, 1)),
                rule("an offset that is not negative", Reason.TENSOR, view(-1, 2, 1), view(0, 2, 1)),
                rule("strides that are not negative", Reason.TENSOR, view(5, 2, -1), view(3, 2, 1)),
                rule("dimensions that are not negative", Reason.TENSOR, view(0, -1, 1), view(0, 1, 1)),
                rule("few repetitions", Reason.LIMIT, view(0, 1 << 30, 0), view(0, 1 << 10, 0)),
                rule(
                        "a product in 63 bits",
                        Reason.TENSOR,
                        view(0, new int[] {Integer.MAX_VALUE, Integer.MAX_VALUE, 4}, new int[] {0, 0, 0}),
                        view(0, new int[] {1, 1, 4}, new int[] {0, 0, 0})),
                rule(
                        "eight dimensions",
                        Reason.LIMIT,
                        view(0, new int[9], new int[9]),
                        view(0, new int[8], new int[8])),
                rule(
                        "as many strides as dimensions",
                        Reason.TENSOR,
                        view(0, new int[] {2, 2}, new int[] {1}),
                        view(0, new int[] {2, 2}, new int[] {1, 1})));
    }

    private static byte[] view(int offset, int size, int stride) {
        return view(offset, new int[] {size}, new int[] {stride});
    }

    private static byte[] view(int offset, int[] shape, int[] strides) {
        byte[] pickle = pickler()
                .op('}')
                .text("x")
                .tensor(FIRST, offset, shape, strides)
                .op('s')
                .end();
        return TorchSamples.zip(pickle, FIRST);
    }

    private static DynamicTest rule(String name, Reason reason, byte[] bad, byte[] good) {
        return DynamicTest.dynamicTest(name, () -> {
            refused(bad, reason);
            TorchSamples.readAll(good);
        });
    }

    @Test
    void aStorageHasTheLengthOfItsEntry() {
        byte[] pickle = TorchSamples.checkpoint();

        refused(TorchSamples.zip(pickle, FIRST, Stored.floats("1", 1, 2)), Reason.LENGTH);
        refused(TorchSamples.zip(pickle, FIRST), Reason.MISSING);
        refused(TorchSamples.legacy(pickle, FIRST), Reason.MISSING);
        refused(TorchSamples.legacy(pickle, FIRST, FIRST, SECOND), Reason.PICKLE);
    }

    @Test
    void aChangedByteOfAStorageIsFoundInAnArchive() {
        byte[] file = TorchSamples.zip(TorchSamples.checkpoint(), FIRST, SECOND);
        int at = indexOf(file, FIRST.bytes());
        file[at + 9] ^= 1;

        assertThatThrownBy(() -> TorchSamples.readAll(file))
                .isInstanceOfSatisfying(
                        ModelFormatException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CHECKSUM))
                .hasMessageContaining("archive/data/0");
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        int at = 0;
        while (!Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
            at++;
        }
        return at;
    }

    @Test
    void elementsOfOtherTypesAreRefused() {
        refused(
                TorchSamples.zip(
                        pickler().global("torch", "ComplexFloatStorage").end()),
                Reason.UNSUPPORTED_TYPE);
    }

    @Test
    @Timeout(20)
    void aLongKeyInManyPlacesTakesNoTime() {
        Pickler pickler =
                pickler().op(']').op('}').text("k".repeat(1_000_000)).op('N').op('s');
        pickler.op('q').raw(0).op('a').op('(');
        for (int i = 0; i < 300_000; i++) {
            pickler.op('h').raw(0);
        }
        TorchSamples.readAll(TorchSamples.zip(pickler.op('e').end()));
    }

    @Test
    void aListThatContainsItselfIsRefused() {
        refused(
                TorchSamples.zip(
                        pickler().op(']').op('q').raw(0).op('h').raw(0).op('a').end()),
                Reason.LIMIT);
    }

    @Test
    void listsOfListsOfListsCannotMultiply() {
        Pickler pickler = pickler().op(']').op('q').raw(0);
        for (int level = 0; level < 30; level++) { // each holds the one before twice
            pickler.op('0')
                    .op(']')
                    .op('h')
                    .raw(level)
                    .op('a')
                    .op('h')
                    .raw(level)
                    .op('a')
                    .op('q')
                    .raw(level + 1);
        }
        refused(TorchSamples.zip(pickler.end()), Reason.LIMIT);
    }

    @Test
    void deepNestingIsRefused() {
        Pickler pickler = pickler();
        for (int i = 0; i < 100_000; i++) {
            pickler.op(']');
        }
        for (int i = 1; i < 100_000; i++) {
            pickler.op('a');
        }
        refused(TorchSamples.zip(pickler.end()), Reason.LIMIT);
    }

    @Test
    void aSmallPickleCannotFillTheMemory() {
        byte[] pickle = new byte[8 << 20];
        Arrays.fill(pickle, (byte) ']');
        pickle[0] = (byte) 0x80;
        pickle[1] = 2;

        refused(TorchSamples.zip(true, pickle), Reason.LIMIT);
        refused(TorchSamples.legacy(pickle), Reason.LIMIT);
    }

    @Test
    void compressedZerosCannotFillTheMemory() {
        byte[] file =
                TorchSamples.zip(true, pickler().op('}').end(), new Stored("0", "FloatStorage", 4, new byte[64 << 20]));
        TorchSamples.readAll(file); // nobody asks for it

        Stored large = new Stored("0", "FloatStorage", 4, new byte[64 << 20]);
        byte[] asked = TorchSamples.zip(
                true,
                pickler()
                        .op('}')
                        .text("x")
                        .tensor(large, 0, new int[] {1}, new int[] {1})
                        .op('s')
                        .end(),
                large);
        assertThatThrownBy(() -> TorchSamples.readAll(asked))
                .isInstanceOfSatisfying(
                        ModelFormatException.class, e -> assertThat(e.reason()).isEqualTo(Reason.LIMIT));
    }

    @Test
    void thereIsOnePickleAndNothingBehindTheLastStorage() {
        byte[] file = TorchSamples.legacy(TorchSamples.checkpoint(), FIRST, SECOND);

        refused(Arrays.copyOf(file, file.length + 1), Reason.LENGTH);
        refused(TorchSamples.zip(false, Map.of("a/other.pkl", new byte[1])), Reason.MISSING);
        refused("#!/bin/sh".getBytes(java.nio.charset.StandardCharsets.UTF_8), Reason.PICKLE);
        refused(pickler().op('}').end(), Reason.PICKLE);
    }

    @Test
    void buffersOfAnotherSizeAreTheCallersMistake() {
        try (var file = TorchSamples.open(TorchSamples.zip(TorchSamples.checkpoint(), FIRST, SECOND))) {
            assertThatThrownBy(() -> file.read("state_dict.half", ByteBuffer.allocate(4)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("has 8 bytes, its buffers 4");
            assertThatThrownBy(() -> file.read("half", ByteBuffer.allocate(8)))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("no tensor \"half\" among the 3");
        }
    }

    @Test
    void aTensorIsReadIntoSeveralPieces() {
        try (var file = TorchSamples.open(TorchSamples.zip(TorchSamples.checkpoint(), FIRST, SECOND))) {
            for (String name : List.of("state_dict.a", "state_dict.a_t")) {
                byte[] whole = new byte[24];
                file.read(name, ByteBuffer.wrap(whole));
                var first = ByteBuffer.allocate(5);
                var second = ByteBuffer.allocate(19);
                file.read(name, first, second);
                var joined = new ByteArrayOutputStream();
                joined.writeBytes(first.array());
                joined.writeBytes(second.array());
                assertThat(joined.toByteArray()).isEqualTo(whole);
            }
        }
    }

    @Test
    void theContentDecidesNotTheName(@TempDir Path folder) throws IOException {
        Path torch = folder.resolve("weights.safetensors");
        Files.write(torch, TorchSamples.zip(TorchSamples.checkpoint(), FIRST, SECOND));
        Path ours = folder.resolve("weights.pth");
        Files.write(ours, Samples.ours(Samples.tensors(1), Samples.manifest("title")));
        Path text = folder.resolve("weights.txt");
        Files.writeString(text, "<html>404 not found</html>");

        try (var file = TensorFile.open(torch);
                var other = TensorFile.open(ours)) {
            assertThat(file).isInstanceOf(PyTorchFile.class);
            assertThat(file.dtype("state_dict.half")).isEqualTo(DType.FLOAT32);
            assertThat(other).isInstanceOf(SafeTensors.class);
        }
        assertThatThrownBy(() -> TensorFile.open(text))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("weights.txt: neither a safetensors file nor one of torch.save");
    }

    private static void refused(byte[] file, Reason reason) {
        assertThatThrownBy(() -> TorchSamples.open(file)).isInstanceOfSatisfying(ModelFormatException.class, e -> {
            assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason);
            assertThat(e.path()).contains(TorchSamples.PATH);
        });
    }
}
