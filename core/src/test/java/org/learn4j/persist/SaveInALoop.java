package org.learn4j.persist;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.learn4j.tensor.DType;

/** A program that saves the same file again and again: {@code path bytes times}. */
final class SaveInALoop {
    private SaveInALoop() {}

    public static void main(String[] arguments) {
        Path path = Path.of(arguments[0]);
        int times = Integer.parseInt(arguments[2]);
        for (int i = 0; i < times; i++) {
            save(path, i, Integer.parseInt(arguments[1]));
            if (i == 0) {
                System.out.println("saving");
            }
        }
    }

    /** Saves a number in every place where it can be found again. */
    static void save(Path path, int number, int bytes) {
        var memory = ByteBuffer.allocateDirect(bytes);
        for (int at = 0; at < bytes; at += Integer.BYTES) {
            memory.putInt(at, number);
        }
        var tensor = NamedTensor.of("tensor", DType.UINT8, new long[] {bytes}, memory);
        SafeTensors.write(path, List.of(tensor), Json.object().with("number", number));
    }

    /** Returns the number that was saved, after finding it everywhere. */
    static int load(Path path) {
        try (var file = SafeTensors.open(path)) {
            int number = file.requireManifest().get("number").integer();
            var memory = ByteBuffer.allocate((int) file.byteSize("tensor"));
            file.read("tensor", memory);
            int[] numbers = new int[memory.capacity() / Integer.BYTES];
            memory.asIntBuffer().get(numbers);
            if (Arrays.stream(numbers).anyMatch(found -> found != number)) {
                throw new IllegalStateException("the tensor is not that of the manifest");
            }
            return number;
        }
    }
}
