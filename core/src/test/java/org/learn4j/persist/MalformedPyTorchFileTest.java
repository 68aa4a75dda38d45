package org.learn4j.persist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.learn4j.testkit.Mutator;

/** R22 for PyTorch files: whatever the bytes are, a file is read or refused by {@link ModelFormatException}, by nothing else. */
@Timeout(600)
class MalformedPyTorchFileTest {
    private static final int MUTATIONS = Integer.getInteger("mutations", 10_000);
    private static final List<byte[]> WORDS = Stream.concat(
                    Stream.of("ctorch\nFloatStorage\n", "cos\nsystem\n", "storage", "X\u0001\u0000\u0000\u0000a", "PK")
                            .map(word -> word.getBytes(UTF_8)),
                    Stream.of(
                                    "(",
                                    "t",
                                    "R",
                                    ".",
                                    "]",
                                    "}",
                                    "e",
                                    "u",
                                    "s",
                                    "Q",
                                    "0",
                                    "1",
                                    "2",
                                    "\u008a\u00ff",
                                    "h\u0000",
                                    "q\u0000")
                            .map(word -> word.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)))
            .toList();

    private enum Kind {
        STORED(TorchSamples.zip(TorchSamples.checkpoint(), TorchSamples.FIRST, TorchSamples.SECOND)),
        DEFLATED(TorchSamples.zip(true, TorchSamples.checkpoint(), TorchSamples.FIRST, TorchSamples.SECOND)),
        LEGACY(TorchSamples.legacy(TorchSamples.checkpoint(), TorchSamples.FIRST, TorchSamples.SECOND)),
        TAR(TorchSamples.tar()),
        /** The pickle alone is damaged, in an archive that fits it. */
        PICKLE(TorchSamples.checkpoint());

        private final byte[] bytes;

        Kind(byte[] bytes) {
            this.bytes = bytes;
        }

        byte[] file(byte[] damaged) {
            return this == PICKLE ? TorchSamples.zip(damaged, TorchSamples.FIRST, TorchSamples.SECOND) : damaged;
        }
    }

    @ParameterizedTest
    @EnumSource(names = "TAR", mode = EnumSource.Mode.EXCLUDE) // its end is padding
    void everyLengthOfACutFileIsRefused(Kind kind) {
        TorchSamples.readAll(kind.file(kind.bytes));
        for (int length = 0; length < kind.bytes.length; length++) {
            byte[] cut = kind.file(Arrays.copyOf(kind.bytes, length));
            assertThat(isRefused(cut)).as("cut at %s", length).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyChangeOfAByteIsReadOrRefused(Kind kind) {
        byte[] damaged = kind.bytes.clone();
        for (int at = 0; at < damaged.length; at++) {
            for (int change : new int[] {1, 2, 4, 8, 16, 32, 64, 128, 255}) {
                damaged[at] ^= (byte) change;
                isRefused(kind.file(damaged));
                damaged[at] ^= (byte) change;
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void randomDamageIsReadOrRefused(Kind kind) {
        long seed = Long.getLong("seed", 22);
        var mutator = new Mutator(seed, WORDS);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] damaged = mutator.mutate(kind.bytes);
            try {
                isRefused(kind.file(damaged));
            } catch (Throwable e) {
                throw new AssertionError("mutation " + i + " of seed " + seed, e);
            }
        }
    }

    @Test
    void randomInstructionsAreReadOrRefused() {
        byte[] opcodes = "(.012NJKMGUTXCB)tlae]}dsuqrhjcRbQ".getBytes(UTF_8);
        var random = new SplittableRandom(7);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] pickle = new byte[2 + random.nextInt(40)];
            for (int at = 2; at < pickle.length; at++) {
                pickle[at] =
                        random.nextInt(4) == 0 ? (byte) random.nextInt(4) : opcodes[random.nextInt(opcodes.length)];
            }
            pickle[0] = (byte) 0x80;
            pickle[1] = 2;
            isRefused(TorchSamples.zip(pickle, TorchSamples.FIRST));
        }
    }

    private static boolean isRefused(byte[] file) {
        try {
            TorchSamples.readAll(file);
            return false;
        } catch (ModelFormatException e) {
            assertThat(e.path()).contains(TorchSamples.PATH);
            return true;
        }
    }
}
