package org.learn4j.persist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.learn4j.persist.ModelFormatException.Reason;
import org.learn4j.tensor.DType;

/** R20: a changed byte is found wherever it is. */
class CorruptionTest {
    @Test
    void everyByteOfA64KiBFileCounts() {
        byte[] file = fileOf(16, 4 << 10);
        assertThat(file.length).isBetween(64 << 10, 70 << 10);
        var random = new SplittableRandom(20);
        for (int at = 0; at < file.length; at++) {
            assertFound(file, at, 1 << random.nextInt(8));
        }
    }

    @Test
    void tenThousandFlipsInA32MiBFileAreFound() {
        byte[] file = fileOf(512, 64 << 10);
        long seed = Long.getLong("seed", 2020);
        var random = new SplittableRandom(seed);
        for (int i = 0; i < 10_000; i++) {
            assertFound(file, random.nextInt(file.length), 1 << random.nextInt(8));
        }
    }

    @Test
    void everyOtherValueOfEveryByteOfASmallFileIsFound() {
        byte[] file = Samples.ours(Samples.tensors(1), Samples.manifest("small"));
        for (int at = 0; at < file.length; at++) {
            for (int change = 1; change < 256; change++) {
                assertFound(file, at, change);
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

            var labels = ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7}).position(1).limit(6);
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

    /** Changes a byte; reads the header, if it is there, and otherwise the tensor that it belongs to. */
    private void assertFound(byte[] file, int at, int change) {
        file[at] ^= (byte) change;
        try {
            if (at < dataStart) {
                Samples.readAll(file);
            } else {
                verify(file, at);
            }
            fail("the change %s of byte %s was not found".formatted(change, at));
        } catch (ModelFormatException e) {
            assertThat(e.path()).isPresent();
        } finally {
            file[at] ^= (byte) change;
        }
    }

    private long dataStart;
    private final List<Extent> extents = new ArrayList<>();

    private byte[] fileOf(int count, int size) {
        List<NamedTensor> tensors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tensors.add(Samples.tensor("tensor" + i, DType.UINT8, i, size));
        }
        return Samples.ours(tensors, Samples.manifest("large"));
    }
}
