package org.learn4j.vision.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.learn4j.vision.image.Detail;
import org.learn4j.vision.image.Image;

/** Bytes in MNIST's file format, compressed by gzip or not: pictures if there are three axes, labels if there is one. */
record IdxFile(Path file, int[] axes, byte[] bytes) implements ImageSource {
    static IdxFile images(Path file) {
        return read(file, 3);
    }

    static IdxFile labels(Path file) {
        return read(file, 1);
    }

    private static IdxFile read(Path file, int rank) {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(open(file)))) {
            int magic = in.readInt();
            if (magic != (0x0800 | rank)) {
                throw new IllegalArgumentException(file + " is no idx file of bytes with " + rank
                        + " axes: it starts with 0x" + Integer.toHexString(magic));
            }
            int[] axes = new int[rank];
            long size = 1;
            for (int i = 0; i < rank; i++) {
                axes[i] = in.readInt();
                size = axes[i] < 1 ? -1 : Math.multiplyExact(size, (long) axes[i]);
                if (size < 1 || size > Integer.MAX_VALUE - 8) {
                    throw new IllegalArgumentException(
                            file + " says that it holds " + Arrays.toString(Arrays.copyOf(axes, i + 1)) + " bytes");
                }
            }
            byte[] bytes = in.readNBytes((int) size);
            if (bytes.length != size) {
                throw new IllegalArgumentException(
                        file + " says that it holds " + Arrays.toString(axes) + " bytes, it has " + bytes.length);
            }
            return new IdxFile(file, axes, bytes);
        } catch (IOException failure) {
            throw new UncheckedIOException("Could not read " + file, failure);
        }
    }

    private static InputStream open(Path file) throws IOException {
        InputStream plain = Files.newInputStream(file);
        try {
            return file.toString().endsWith(".gz") ? new GZIPInputStream(plain, 1 << 16) : plain;
        } catch (IOException noGzip) {
            plain.close();
            throw noGzip;
        }
    }

    @Override
    public int size() {
        return axes[0];
    }

    @Override
    public String name(int item) {
        return file + ", picture " + item;
    }

    @Override
    public @Nullable Path path(int item) {
        return null;
    }

    @Override
    public Image load(int item, Detail detail) {
        int height = axes[1];
        int width = axes[2];
        int from = item * height * width;
        return Image.of(width, height, (x, y) -> (bytes[from + y * width + x] & 0xFF) * 0x010101);
    }

    String label(int item) {
        return String.valueOf(bytes[item] & 0xFF);
    }
}
