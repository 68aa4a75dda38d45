package org.learn4j.persist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A program that gives a file the content of two others in turn, until it is killed: {@code path first second}. */
final class SaveUntilKilled {
    private SaveUntilKilled() {}

    /** Lean, so that fifty of them start quickly: what is killed is the write, and the content is made beforehand. */
    public static void main(String[] arguments) throws IOException {
        Path path = Path.of(arguments[0]);
        byte[] first = Files.readAllBytes(Path.of(arguments[1]));
        byte[] second = Files.readAllBytes(Path.of(arguments[2]));
        AtomicFile.write(path, first);
        System.out.println("saving");
        while (true) {
            AtomicFile.write(path, second);
            AtomicFile.write(path, first);
        }
    }
}
