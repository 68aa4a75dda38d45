package org.learn4j.examples;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** Reads the idx files of MNIST: a magic number, dimensions, then bytes. */
final class Idx {
    private static final int UNSIGNED_BYTES = 0x08;

    private Idx() {}

    /** Returns the file of a name in a folder, plain or with {@code .gz}. */
    static Path find(Path folder, String name) {
        for (String candidate : new String[] {name, name + ".gz", name.replaceFirst("-idx", ".idx")}) {
            if (Files.isRegularFile(folder.resolve(candidate))) {
                return folder.resolve(candidate);
            }
        }
        throw new IllegalArgumentException("The folder " + folder + " has no " + name + " or " + name + ".gz");
    }

    /**
     * Returns the bytes of a file.
     *
     * @throws IOException if it cannot be read, is no idx file of bytes, or is cut off
     */
    static Bytes read(Path file) throws IOException {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(open(file)))) {
            int magic = in.readInt();
            int rank = magic & 0xFF;
            if (magic >>> 16 != 0 || (magic >>> 8 & 0xFF) != UNSIGNED_BYTES || rank < 1 || rank > 4) {
                throw new IOException(
                        file + " is no idx file of unsigned bytes: it starts with " + Integer.toHexString(magic));
            }
            int[] dims = new int[rank];
            long size = 1;
            for (int i = 0; i < rank; i++) {
                dims[i] = in.readInt();
                size *= dims[i];
                if (dims[i] < 0 || size > Integer.MAX_VALUE - 8) {
                    throw new IOException(file + " declares dimensions that are too large");
                }
            }
            byte[] values = in.readNBytes((int) size);
            if (values.length != size) {
                throw new IOException(file + " is cut off: expected " + size + " bytes, received " + values.length);
            }
            return new Bytes(dims, values);
        }
    }

    private static InputStream open(Path file) throws IOException {
        InputStream in = Files.newInputStream(file);
        return file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in;
    }

    /** Unsigned bytes in some dimensions, row-major. */
    record Bytes(int[] dims, byte[] values) {
        int at(int index) {
            return values[index] & 0xFF;
        }
    }
}
