package org.learn4j.vision;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Real data beside the checkout, or where {@code -Dlearn4j.data} says; tests that need it are skipped where there is none. */
public final class RealData {
    private RealData() {}

    /** Returns a folder of real data. */
    public static Path folder(String name) {
        Path folder =
                Path.of(System.getProperty("learn4j.data", "../../shared/data")).resolve(name);
        assumeTrue(Files.isDirectory(folder), "the files of " + name + " are not here");
        return folder;
    }
}
