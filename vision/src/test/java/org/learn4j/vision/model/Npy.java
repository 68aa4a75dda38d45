package org.learn4j.vision.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.learn4j.tensor.Tensor;

/** Reads arrays that NumPy saved: little-endian single precision, rows last. */
final class Npy {
    private static final Pattern SHAPE = Pattern.compile("'shape': \\(([0-9, ]*)\\)");

    private Npy() {}

    static Tensor read(Path path) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
        int header = bytes.getShort(8);
        String text = new String(bytes.array(), 10, header, StandardCharsets.ISO_8859_1);
        Matcher shape = SHAPE.matcher(text);
        if (!text.contains("'<f4'") || text.contains("'fortran_order': True") || !shape.find()) {
            throw new IOException(path + ": not what this reader knows: " + text);
        }
        long[] dims = Arrays.stream(shape.group(1).split(","))
                .map(String::strip)
                .filter(size -> !size.isEmpty())
                .mapToLong(Long::parseLong)
                .toArray();
        float[] values = new float[bytes.position(10 + header).remaining() / Float.BYTES];
        bytes.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return Tensor.of(values, dims);
    }
}
