package org.learn4j.examples;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Reads one file out of a .tgz: blocks of 512 bytes, a header with name and size before each file's bytes. */
final class Tar {
    private static final int BLOCK = 512;

    private Tar() {}

    /** Returns the bytes of a file in an archive. */
    static byte[] read(Path archive, String name) throws IOException {
        try (DataInputStream in =
                new DataInputStream(new GZIPInputStream(new BufferedInputStream(Files.newInputStream(archive))))) {
            byte[] header = in.readNBytes(BLOCK);
            while (header.length == BLOCK && header[0] != 0) {
                int size = Integer.parseInt(text(header, 124, 12), 8);
                if (text(header, 0, 100).equals(name)) {
                    return in.readNBytes(size);
                }
                in.skipNBytes((size + BLOCK - 1) / BLOCK * (long) BLOCK);
                header = in.readNBytes(BLOCK);
            }
        }
        throw new IOException("The archive " + archive + " has no " + name);
    }

    private static String text(byte[] header, int from, int length) {
        int end = from;
        while (end < from + length && header[end] != 0) {
            end++;
        }
        return new String(header, from, end - from, StandardCharsets.US_ASCII).strip();
    }
}
