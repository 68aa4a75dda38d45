package org.learn4j.persist;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.learn4j.tensor.DType;

/**
 * What stands before the data of a safetensors file: the extents of the tensors in the order of their bytes, and the
 * metadata, among it the manifest with a checksum of each tensor.
 */
record Header(
        Map<String, Extent> extents,
        Map<String, String> metadata,
        Optional<Json.Fields> manifest,
        Map<String, String> checksums) {
    static final String METADATA = "__metadata__";
    static final String MANIFEST = "manifest";

    /** The field of the manifest, in files only, that holds the SHA-256 of each tensor. */
    static final String CHECKSUMS = "sha256";

    /** The first byte of data has a position that is a multiple of this. */
    private static final int ALIGNMENT = 64;

    Header {
        extents = Collections.unmodifiableMap(extents);
        metadata = Collections.unmodifiableMap(metadata);
        checksums = Collections.unmodifiableMap(checksums);
    }

    /** Reads and checks a header; the data behind it has this many bytes. */
    static Header parse(byte[] bytes, long dataLength) {
        return new HeaderParser(bytes, dataLength).parse();
    }

    /**
     * Returns the bytes of a header.
     *
     * @throws IllegalArgumentException if {@link #parse} would refuse them
     */
    static byte[] format(List<NamedTensor> tensors, Json.Fields manifest, Map<String, Json.Text> checksums) {
        if (manifest.values().containsKey(CHECKSUMS)) {
            throw new IllegalArgumentException("the field \"" + CHECKSUMS + "\" of a manifest is the file's own");
        }
        var out = new ByteArrayOutputStream();
        long end;
        try (var json = JsonWriter.FACTORY.createGenerator(out)) {
            json.writeStartObject();
            json.writeObjectFieldStart(METADATA);
            json.writeStringField(Seal.KEY, Seal.UNSEALED);
            json.writeStringField(
                    MANIFEST, manifest.with(CHECKSUMS, Json.object(checksums)).write());
            json.writeEndObject();
            end = write(json, tensors);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] header = pad(out.toByteArray());
        Seal.set(header);
        verify(header, end);
        return header;
    }

    private static long write(JsonGenerator json, List<NamedTensor> tensors) throws IOException {
        long begin = 0;
        for (NamedTensor tensor : tensors) {
            long end = Math.addExact(begin, tensor.byteSize());
            json.writeObjectFieldStart(tensor.name());
            json.writeStringField("dtype", ElementType.of(tensor.dtype()).name());
            json.writeFieldName("shape");
            json.writeArray(tensor.shape(), 0, tensor.shape().length);
            json.writeFieldName("data_offsets");
            json.writeArray(new long[] {begin, end}, 0, 2);
            json.writeEndObject();
            begin = end;
        }
        return begin;
    }

    private static byte[] pad(byte[] json) {
        int excess = (Long.BYTES + json.length) % ALIGNMENT;
        byte[] header = Arrays.copyOf(json, json.length + (excess == 0 ? 0 : ALIGNMENT - excess));
        Arrays.fill(header, json.length, header.length, (byte) ' ');
        return header;
    }

    /** What would not be read must not be written. */
    private static void verify(byte[] header, long dataLength) {
        if (header.length > Limits.HEADER) {
            throw new IllegalArgumentException("a header of " + header.length + " bytes, allowed are " + Limits.HEADER);
        }
        try {
            parse(header, dataLength);
        } catch (ModelFormatException e) {
            throw new IllegalArgumentException("not to be saved: " + e.getMessage(), e);
        }
    }

    /** Returns the extent of a tensor that can be read. */
    Extent extent(String name) {
        Extent extent = extents.get(name);
        if (extent == null) {
            throw new ModelFormatException(
                    ModelFormatException.Reason.MISSING,
                    "no tensor " + Limits.quote(name) + " among the " + extents.size() + " of the file");
        }
        return extent;
    }

    /** Returns the type that the elements of a tensor are read as. */
    DType dtype(String name) {
        Extent extent = extent(name);
        return extent.type()
                .readAs()
                .orElseThrow(() -> new ModelFormatException(
                        ModelFormatException.Reason.UNSUPPORTED_TYPE,
                        "the tensor " + Limits.quote(name) + " has elements of type " + extent.type()
                                + ", which this library does not read"));
    }

    /** Returns the names of the tensors that can be read, or those that cannot, with their element types. */
    Map<String, ElementType> names(boolean readable) {
        Map<String, ElementType> names = new LinkedHashMap<>();
        extents.forEach((name, extent) -> {
            if (extent.type().readAs().isPresent() == readable) {
                names.put(name, extent.type());
            }
        });
        return names;
    }
}
