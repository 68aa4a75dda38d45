package org.learn4j.persist;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.learn4j.testkit.Mutator;

/** R22: whatever the bytes are, a file is read or refused by {@link ModelFormatException}, and by nothing else. */
@Timeout(600)
class MalformedFileTest {
    private static final int MUTATIONS = Integer.getInteger("mutations", 10_000);
    private static final List<byte[]> WORDS = List.of(
                    "__metadata__",
                    "manifest",
                    "header_sha256",
                    "sha256",
                    "dtype",
                    "shape",
                    "data_offsets",
                    "F32",
                    "I64",
                    "F16",
                    "null",
                    "true",
                    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
                    "{\"a\":",
                    "]",
                    "}",
                    ",",
                    ":",
                    "\"",
                    "\\",
                    "\\u0000",
                    "\\ud800",
                    "\ufeff",
                    "\u202e",
                    "{}",
                    " ",
                    "\n",
                    "1e999999999",
                    "-",
                    "NaN",
                    "//")
            .stream()
            .map(word -> word.getBytes(UTF_8))
            .toList();

    private enum Kind {
        /** With a checksum: nearly all damage ends at it. */
        OURS(Samples.ours(Samples.tensors(1), Samples.manifest("title"))),
        /** With a checksum that is put right after the damage, so that it reaches the rules behind. */
        OURS_RESEALED(OURS.bytes),
        /** Without a checksum, as PyTorch writes them. */
        FOREIGN(Samples.foreign(
                "{\"__metadata__\":{\"format\":\"pt\"},\"weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}"
                        + ",\"count\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[24,32]}"
                        + ",\"half\":{\"dtype\":\"F16\",\"shape\":[0,7],\"data_offsets\":[32,32]}}  ",
                32));

        private final byte[] bytes;

        Kind(byte[] bytes) {
            this.bytes = bytes;
        }

        byte[] reseal(byte[] damaged) {
            if (this != OURS_RESEALED || damaged.length < Long.BYTES) {
                return damaged;
            }
            int length = Samples.headerLength(damaged);
            if (length < 0 || length > damaged.length - Long.BYTES) {
                return damaged;
            }
            byte[] header = Arrays.copyOfRange(damaged, Long.BYTES, Long.BYTES + length);
            if (Seal.isOn(header)) {
                Seal.set(header);
            }
            byte[] sealed = damaged.clone();
            System.arraycopy(header, 0, sealed, Long.BYTES, length);
            return sealed;
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyLengthOfACutFileIsRefused(Kind kind) {
        Samples.readAll(kind.bytes);
        for (int length = 0; length < kind.bytes.length; length++) {
            byte[] cut = kind.reseal(Arrays.copyOf(kind.bytes, length));
            assertThat(isRefused(cut)).as("cut at %s", length).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void bytesBehindTheLastTensorAreRefused(Kind kind) {
        byte[] longer = Arrays.copyOf(kind.bytes, kind.bytes.length + 1);

        assertThat(isRefused(longer)).isTrue();
    }

    @Test
    void everyChangeOfAByteOfTheHeaderIsReadOrRefused() {
        int end = Long.BYTES + Samples.headerLength(Kind.FOREIGN.bytes);
        byte[] damaged = Kind.FOREIGN.bytes.clone();
        for (int at = 0; at < end; at++) {
            for (int change = 1; change < 256; change++) {
                damaged[at] ^= (byte) change;
                isRefused(damaged);
                damaged[at] ^= (byte) change;
            }
        }
    }

    /** With all 255 changes the checksum refuses all of them: {@link CorruptionTest}. Here they reach the rules behind. */
    @Test
    void everyCharacterOfJsonInThePlaceOfAnyByteOfTheManifestIsReadOrRefused() {
        Kind kind = Kind.OURS_RESEALED;
        int end = Long.BYTES + Samples.headerLength(kind.bytes);
        for (int at = 0; at < end; at++) {
            for (byte character : "{}[]\",:\\0-e. \0\377".getBytes(ISO_8859_1)) {
                byte[] damaged = kind.bytes.clone();
                damaged[at] = character;
                isRefused(kind.reseal(damaged));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void mutationsAreReadOrRefused(Kind kind) {
        long seed = Long.getLong("seed", 22);
        var mutator = new Mutator(seed, WORDS);
        int refused = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] damaged = kind.reseal(mutator.mutate(kind.bytes));
            try {
                refused += isRefused(damaged) ? 1 : 0;
            } catch (Throwable e) {
                byte[] shrunk = Mutator.shrink(damaged, MalformedFileTest::isMistaken);
                fail("seed " + seed + ", mutation " + i + ": " + HexFormat.of().formatHex(shrunk), e);
            }
        }
        assertThat(refused).as("refused, seed %s", seed).isGreaterThan(MUTATIONS / 2);
    }

    @Test
    void noiseIsRefused() {
        long seed = Long.getLong("seed", 23);
        var random = new SplittableRandom(seed);
        for (int i = 0; i < 5_000; i++) {
            byte[] header = new byte[random.nextInt(64)];
            random.nextBytes(header);
            assertThat(isRefused(header)).as("seed %s, file %s", seed, i).isTrue();
            assertThat(isRefused(Samples.foreign(header, 8)))
                    .as("seed %s, header %s", seed, i)
                    .isTrue();
        }
    }

    @Test
    void noiseOfJsonCharactersIsReadOrRefused() {
        long seed = Long.getLong("seed", 24);
        var random = new SplittableRandom(seed);
        byte[] alphabet = "{}[]\",:0123456789-+.eE\\u truefalsn\u00e9".getBytes(UTF_8);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] header = new byte[1 + random.nextInt(40)];
            for (int at = 1; at < header.length; at++) {
                header[at] = alphabet[random.nextInt(alphabet.length)];
            }
            header[0] = '{';
            isRefused(Samples.foreign(header, 0));
        }
    }

    private static boolean isMistaken(byte[] file) {
        try {
            isRefused(file);
            return false;
        } catch (Throwable e) {
            return true;
        }
    }

    /** Reads a file completely, the manifest too; whatever is thrown besides the one exception is a mistake. */
    private static boolean isRefused(byte[] bytes) {
        try (var file = Samples.open(bytes)) {
            for (String name : file.names()) {
                assertThat(file.byteSize(name)).isLessThanOrEqualTo(bytes.length);
                file.read(name, ByteBuffer.allocate((int) file.byteSize(name)));
            }
            file.manifest().ifPresent(Json::write);
            return false;
        } catch (ModelFormatException e) {
            assertThat(e.path()).contains(Samples.PATH);
            return true;
        }
    }
}
