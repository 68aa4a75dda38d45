package org.learn4j.persist;

import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.learn4j.persist.ModelFormatException.Reason;

/**
 * Reads the header of a safetensors file and believes nothing of it.
 *
 * <p>The rules are those of the <a href="https://github.com/huggingface/safetensors#format">specification</a>, the
 * {@link Limits} of this library, and the {@link Seal} for files with a manifest.
 */
final class HeaderParser {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private final byte[] header;
    private final long dataLength;
    private final Tokens tokens;
    private final Map<String, Extent> extents = new LinkedHashMap<>();
    private @Nullable Map<String, String> metadata;

    HeaderParser(byte[] header, long dataLength) {
        this.header = header;
        this.dataLength = dataLength;
        var decoder = StandardCharsets.UTF_8.newDecoder(); // reports what is not UTF-8
        this.tokens = new Tokens(
                new InputStreamReader(new ByteArrayInputStream(header, 0, lengthWithoutPadding(header)), decoder));
    }

    private static int lengthWithoutPadding(byte[] header) {
        int length = header.length;
        while (length > 0 && header[length - 1] == ' ') {
            length--;
        }
        return length;
    }

    Header parse() {
        boolean sealed = Seal.isOn(header);
        if (sealed && !Seal.isIntact(header)) {
            throw new ModelFormatException(Reason.CHECKSUM, "the header was changed after it was written");
        }
        if (header.length == 0 || header[0] != '{') {
            throw new ModelFormatException(Reason.JSON, "a header begins with '{'");
        }
        try (tokens) {
            tokens.expect(JsonToken.START_OBJECT, "an object");
            while (tokens.next() == JsonToken.FIELD_NAME) {
                parseEntry(tokens.name());
            }
            tokens.end();
        }
        Map<String, Extent> ordered = checkLayout();
        Map<String, String> texts = metadata == null ? new LinkedHashMap<>() : metadata;
        String manifest = texts.remove(Header.MANIFEST);
        String seal = texts.remove(Seal.KEY);
        if (manifest == null && seal == null) {
            return new Header(ordered, texts, Optional.empty(), Map.of());
        }
        if (manifest == null || seal == null || !sealed) {
            throw new ModelFormatException(
                    Reason.CHECKSUM, "a manifest and its checksum are not where they were written");
        }
        return withManifest(ordered, texts, manifest);
    }

    private void parseEntry(String name) {
        if (name.equals(Header.METADATA)) {
            if (metadata != null) {
                throw new ModelFormatException(Reason.JSON, "the metadata appear twice");
            }
            metadata = parseMetadata();
            return;
        }
        if (!Limits.isName(name)) {
            throw new ModelFormatException(
                    Reason.LIMIT,
                    "a tensor's name has 1 to " + Limits.NAME + " printable characters, not " + Limits.quote(name));
        }
        if (extents.size() == Limits.TENSORS) {
            throw new ModelFormatException(Reason.LIMIT, "more than " + Limits.TENSORS + " tensors");
        }
        if (extents.put(name, parseTensor(name)) != null) {
            throw new ModelFormatException(Reason.JSON, "the tensor " + Limits.quote(name) + " appears twice");
        }
    }

    private Map<String, String> parseMetadata() {
        Map<String, String> texts = new LinkedHashMap<>();
        tokens.expect(JsonToken.START_OBJECT, "the metadata, an object");
        while (tokens.next() == JsonToken.FIELD_NAME) {
            String key = tokens.name();
            tokens.expect(JsonToken.VALUE_STRING, "a text of the metadata");
            String text = tokens.text(key.equals(Header.MANIFEST) ? Limits.MANIFEST : Limits.TEXT);
            if (texts.put(key, text) != null) {
                throw new ModelFormatException(Reason.JSON, "the metadata " + Limits.quote(key) + " appear twice");
            }
            if (texts.size() > Limits.METADATA) {
                throw new ModelFormatException(Reason.LIMIT, "more than " + Limits.METADATA + " metadata");
            }
        }
        return texts;
    }

    private Extent parseTensor(String name) {
        ElementType type = null;
        long[] shape = null;
        long[] offsets = null;
        tokens.expect(JsonToken.START_OBJECT, "a tensor, an object");
        while (tokens.next() == JsonToken.FIELD_NAME) {
            String field = tokens.name();
            if (field.equals("dtype") && type == null) {
                type = parseType(name);
            } else if (field.equals("shape") && shape == null) {
                shape = parseWholes(name, Limits.RANK);
            } else if (field.equals("data_offsets") && offsets == null) {
                offsets = parseWholes(name, 2);
            } else {
                throw complaint(Reason.JSON, name, "unknown or repeated field " + Limits.quote(field));
            }
        }
        if (type == null || shape == null || offsets == null || offsets.length != 2) {
            throw complaint(Reason.JSON, name, "a tensor has a dtype, a shape and two data_offsets");
        }
        return checkSize(new Extent(name, type, shape, offsets[0], offsets[1]));
    }

    private ElementType parseType(String name) {
        tokens.expect(JsonToken.VALUE_STRING, "the name of an element type");
        String type = tokens.text(Limits.TEXT);
        return ElementType.named(type)
                .orElseThrow(() -> complaint(
                        Reason.UNSUPPORTED_TYPE, name, "element type " + Limits.quote(type) + " is not known"));
    }

    private long[] parseWholes(String name, int limit) {
        long[] wholes = new long[limit];
        int count = 0;
        tokens.expect(JsonToken.START_ARRAY, "an array");
        for (var token = tokens.next(); token != JsonToken.END_ARRAY; token = tokens.next()) {
            if (token != JsonToken.VALUE_NUMBER_INT) {
                throw tokens.unexpected("a whole number");
            }
            if (count == limit) {
                throw complaint(Reason.LIMIT, name, "more than " + limit + " numbers in a shape or data_offsets");
            }
            wholes[count] = tokens.whole();
            if (wholes[count] < 0) {
                throw complaint(Reason.TENSOR, name, "a negative number " + wholes[count]);
            }
            count++;
        }
        return Arrays.copyOf(wholes, count);
    }

    /** Every number is checked before anybody computes with it, let alone allocates by it. */
    private Extent checkSize(Extent extent) {
        if (extent.begin() > extent.end() || extent.end() > dataLength) {
            throw complaint(
                    extent.begin() > extent.end() ? Reason.TENSOR : Reason.LENGTH,
                    extent.name(),
                    "bytes " + extent.begin() + " to " + extent.end() + " of " + dataLength);
        }
        long needed;
        try {
            needed = Extent.bytes(extent.type(), extent.shape());
        } catch (ArithmeticException e) {
            throw complaint(Reason.TENSOR, extent.name(), "no tensor has so many elements: " + extent);
        }
        if (needed != extent.bytes()) {
            throw complaint(
                    Reason.TENSOR,
                    extent.name(),
                    extent + " needs " + needed + " bytes, its data_offsets hold " + extent.bytes());
        }
        return extent;
    }

    /** The tensors, in the order of their bytes, cover the data from its first byte to its last, each byte once. */
    private Map<String, Extent> checkLayout() {
        List<Extent> sorted = new ArrayList<>(extents.values());
        sorted.sort(Comparator.comparingLong(Extent::begin).thenComparingLong(Extent::end));
        Map<String, Extent> ordered = new LinkedHashMap<>();
        long end = 0;
        for (Extent extent : sorted) {
            if (extent.begin() != end) {
                throw complaint(
                        Reason.LAYOUT,
                        extent.name(),
                        (extent.begin() < end ? "overlaps the tensor before it" : "leaves a hole before it") + " at "
                                + extent.begin() + ", expected " + end);
            }
            end = extent.end();
            ordered.put(extent.name(), extent);
        }
        if (end != dataLength) {
            throw new ModelFormatException(
                    Reason.LENGTH, "the tensors need " + end + " bytes of data, the file has " + dataLength);
        }
        return ordered;
    }

    private static Header withManifest(Map<String, Extent> extents, Map<String, String> texts, String manifest) {
        if (!(Json.parse(manifest) instanceof Json.Fields fields)) {
            throw new ModelFormatException(Reason.VALUE, "the manifest is no object");
        }
        if (!(fields.values().get(Header.CHECKSUMS) instanceof Json.Fields stored)) {
            throw new ModelFormatException(Reason.MISSING, "the manifest has no checksums of the tensors");
        }
        Map<String, String> checksums = new LinkedHashMap<>();
        stored.values().forEach((name, value) -> {
            if (!(value instanceof Json.Text text)
                    || !SHA256.matcher(text.value()).matches()) {
                throw complaint(Reason.VALUE, name, "its checksum is no SHA-256");
            }
            checksums.put(name, text.value());
        });
        if (!checksums.keySet().equals(extents.keySet())) {
            Set<String> alone = new HashSet<>(extents.keySet());
            alone.removeAll(checksums.keySet());
            throw new ModelFormatException(
                    Reason.MISSING, "the checksums are not those of the tensors; " + alone.size() + " have none");
        }
        Map<String, Json> own = new LinkedHashMap<>(fields.values());
        own.remove(Header.CHECKSUMS);
        return new Header(extents, texts, Optional.of(Json.object(own)), checksums);
    }

    private static ModelFormatException complaint(Reason reason, String tensor, String detail) {
        return new ModelFormatException(reason, "tensor " + Limits.quote(tensor) + ": " + detail);
    }
}
