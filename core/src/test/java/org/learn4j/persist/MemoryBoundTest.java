package org.learn4j.persist;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.testkit.ChildJvm;

/** R22: reading needs no more memory than the file has bytes and 64 MiB, whatever the largest header holds. */
class MemoryBoundTest {
    @TempDir
    private Path directory;

    private final List<String> paths = new ArrayList<>();

    @Test
    @Timeout(60)
    void theLargestHeadersAreReadOrRefusedIn80MiB() throws IOException {
        save("metadata", fill("{\"__metadata__\":{\"start\":\"\"", i -> ",\"%x\":\"\"".formatted(i), "}}"));
        save("texts", fill("{\"__metadata__\":{\"start\":\"\"", i -> ",\"%x\":\"%s\"".formatted(i, text("é")), "}}"));
        save("tensors", fill("{\"__metadata__\":{}", i -> tensor("t" + i), "}"));
        save("long names", fill("{\"__metadata__\":{}", i -> tensor("é".repeat(200) + i), "}"));
        save("one name", "{\"" + "a".repeat(Limits.HEADER - 100) + "\":0}");
        save("one text", "{\"__metadata__\":{\"a\":\"" + "a".repeat(Limits.HEADER - 100) + "\"}}");
        save("one number", "{\"a\":" + "1".repeat(Limits.HEADER - 100) + "}");
        save("depth", "{\"a\":" + "[".repeat(Limits.HEADER - 100));
        saveManifest("items", manifest(i -> "0,"));
        saveManifest("objects", manifest(i -> "{},"));
        saveManifest("fields", manifest(i -> "{\"a\":0},"));
        saveManifest("arrays", manifest(i -> "[],"));
        saveManifest("nested", manifest(i -> "[".repeat(29) + "]".repeat(29) + ","));
        saveManifest("long texts", manifest(i -> "\"" + text("é") + "\","));
        saveManifest("short texts", manifest(i -> "\"é\","));

        try (var child = ChildJvm.start(
                OpenInLittleMemory.class,
                List.of("-Xmx80m", "-XX:+UseSerialGC", "-XX:MaxDirectMemorySize=64m"),
                paths.toArray(String[]::new))) {
            int exitCode = child.exitCode(Duration.ofSeconds(50));

            assertThat(exitCode).as(child.output()).isZero();
            assertThat(child.output().lines()).hasSize(paths.size());
            assertThat(child.output())
                    .contains("texts read", "long names read", "metadata refused: LIMIT", "items refused: LIMIT");
        }
    }

    private static String text(String character) {
        return character.repeat(400_000);
    }

    private static String tensor(String name) {
        return ",\"" + name + "\":{\"dtype\":\"U8\",\"shape\":[0,1,2,3,4,5,6,7],\"data_offsets\":[0,0]}";
    }

    /** Returns as much as a header can hold. */
    private static String fill(String start, IntFunction<String> part, String end) {
        return fill(start, part, end, Limits.HEADER - 1000);
    }

    private static String fill(String start, IntFunction<String> part, String end, int limit) {
        var text = new StringBuilder(start);
        int bytes = start.length();
        for (int i = 0; i < Limits.TENSORS || !start.endsWith("{}"); i++) {
            String next = part.apply(i);
            bytes += next.getBytes(UTF_8).length;
            if (bytes > limit) {
                break;
            }
            text.append(next);
        }
        return text.append(end).toString();
    }

    private static String manifest(IntFunction<String> item) {
        return fill("{\"sha256\":{},\"é\":[", item, "0]}", Limits.MANIFEST);
    }

    private void saveManifest(String name, String manifest) throws IOException {
        byte[] file = Samples.sealed(manifest, "", 0);
        assertThat(Samples.headerLength(file)).isLessThanOrEqualTo(Limits.HEADER);
        save(name, file);
    }

    private void save(String name, String header) throws IOException {
        save(name, Samples.foreign(header, 0));
    }

    private void save(String name, byte[] file) throws IOException {
        Path path = directory.resolve(name);
        Files.write(path, file);
        paths.add(path.toString());
    }
}
