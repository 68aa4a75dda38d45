package org.learn4j.weights;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A process of its own that fetches a file and says how long it is. */
final class FetchInFreshJvm {
    private FetchInFreshJvm() {}

    /** Arguments: address, SHA-256, folder. */
    public static void main(String[] arguments) throws Exception {
        Path file = PretrainedWeights.of(
                        URI.create(arguments[0]), arguments[1], Duration.ofSeconds(10), Duration.ofSeconds(20), true)
                .cachedIn(Path.of(arguments[2]))
                .fetch();
        System.out.println("fetched " + Files.size(file));
    }
}
