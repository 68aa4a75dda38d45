package org.learn4j.testkit;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;

/**
 * Real data for tests: files that are not part of the project. They lie beside its folder, in {@code shared/data}, or where
 * {@code -Dlearn4j.data=FOLDER} says; a test that asks for what is not there is skipped.
 *
 * <pre>{@code
 * Path weights = RealData.find("squeezenet", "squeezenet1_0-deepcompressed.safetensors");
 * }</pre>
 */
public final class RealData {
    private static final Path ROOT = Path.of(System.getProperty(
            "learn4j.data", Path.of("..", "..", "shared", "data").toString()));

    private RealData() {}

    /** Returns a file or a folder, or skips the test that asks for it. */
    public static Path find(String first, String... more) {
        Path path = ROOT.resolve(Path.of(first, more));
        assumeThat(path).as("real data").exists();
        return path;
    }
}
