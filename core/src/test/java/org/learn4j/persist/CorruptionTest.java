package org.learn4j.persist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.learn4j.persist.ModelFormatException.Reason;
import org.learn4j.tensor.DType;

/** R20: a changed byte is found wherever it is. */
class CorruptionTest {
    @Test
    void everyByteOfA64KiBFileCounts() {
        var damage = new Damage(fileOf(16, 4 << 10));
        assertThat(damage.bytes.length).isBetween(64 << 10, 70 << 10);
        for (int at = 0; at < damage.bytes.length; at++) {
            damage.assertFound(at, 1 << at % 8);
        }
    }

    @Test
    void tenThousandFlipsInA32MiBFileAreFound() {
        var damage = new Damage(fileOf(512, 64 << 10));
        long seed = Long.getLong("seed", 2020);
        var random = new SplittableRandom(seed);
        for (int i = 0; i < 10_000; i++) {
            damage.assertFound(random.nextInt(damage.bytes.length), 1 << random.nextInt(8));
        }
    }

    @Test
    void everyOtherValueOfEveryByteOfASmallFileIsFound() {
        var tensor = Samples.tensor("t", DType.FLOAT32, 1, 2, 3);
        var damage = new Damage(Samples.ours(List.of(tensor), Json.object().with("epoch", 3)));
        for (int at = 0; at < damage.bytes.length; at++) {
            for (int change = 1; change < 256; change++) {
                damage.assertFound(at, change);
            }
        }
    }

    @Test
    void damageInOneTensorSparesTheOthersAndLeavesZerosInTheBuffer() {
        byte[] bytes = Samples.ours(Samples.tensors(1), Samples.manifest("small"));
        bytes[bytes.length - 1] ^= 1;
        try (var file = Samples.open(bytes)) {
            var weight = ByteBuffer.allocateDirect(48);
            file.read("model/0/weight", weight);
            assertThat(weight).isEqualTo(ByteBuffer.wrap(Samples.random(1, 48)));

            var labels = ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7})
                    .position(1)
                    .limit(6);
            assertThatThrownBy(() -> file.read("labels", labels))
                    .isInstanceOfSatisfying(ModelFormatException.class, e -> {
                        assertThat(e.reason()).isEqualTo(Reason.CHECKSUM);
                        assertThat(e.path()).contains(Samples.PATH);
                        assertThat(e).hasMessageContaining("\"labels\" U8[5]");
                    });
            assertThat(labels.array()).containsExactly(1, 0, 0, 0, 0, 0, 7);
            assertThatThrownBy(file::verify).isInstanceOf(ModelFormatException.class);
        }
    }

    private static byte[] fileOf(int count, int size) {
        List<NamedTensor> tensors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tensors.add(Samples.tensor("tensor" + i, DType.UINT8, i, size));
        }
        return Samples.ours(tensors, Samples.manifest("large"));
    }

    /** A file that is damaged and repaired again and again. */
    private static final class Damage {
        private final byte[] bytes;
        private final SafeTensors healthy;
        private final NavigableMap<Integer, String> tensors = new TreeMap<>();

        Damage(byte[] bytes) {
            this.bytes = bytes;
            this.healthy = Samples.open(bytes);
            int start = Long.BYTES + Samples.headerLength(bytes);
            for (String name : healthy.names()) {
                tensors.put(start, name);
                start += (int) healthy.byteSize(name);
            }
            healthy.verify();
        }

        /** A change in the header refuses the file, and one in the data the tensor whose byte it is. */
        void assertFound(int at, int change) {
            bytes[at] ^= (byte) change;
            try {
                if (at < tensors.firstKey()) {
                    Samples.open(bytes);
                } else {
                    healthy.verify(tensors.floorEntry(at).getValue());
                }
            } catch (ModelFormatException e) {
                assertThat(e.path()).isPresent();
                return;
            } finally {
                bytes[at] ^= (byte) change;
            }
            fail("the change %s of byte %s was not found".formatted(change, at));
        }
    }
}
