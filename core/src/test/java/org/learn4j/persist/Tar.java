package org.learn4j.persist;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** Unpacks compressed archives of tests into memory. */
final class Tar {
    private Tar() {}

    static Map<String, byte[]> unpack(Path archive) throws IOException {
        Map<String, byte[]> members = new HashMap<>();
        try (var in = new DataInputStream(new GZIPInputStream(Files.newInputStream(archive)))) {
            byte[] header = new byte[512];
            in.readFully(header);
            while (header[0] != 0) {
                String name = new String(header, 0, 100, UTF_8).replaceFirst("\0.*", "");
                int size = Integer.parseInt(new String(header, 124, 11, UTF_8), 8);
                byte[] content = new byte[size];
                in.readFully(content);
                in.skipNBytes((512 - size % 512) % 512);
                members.put(name, content);
                in.readFully(header);
            }
        }
        return members;
    }
}
