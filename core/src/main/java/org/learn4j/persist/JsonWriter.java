package org.learn4j.persist;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;

/** The one text of a JSON document. */
final class JsonWriter {
    /** The fast writer gives the shortest digits, the same on every JDK; {@code Double.toString} does since 19 only. */
    static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .build();

    private final JsonGenerator out;

    private JsonWriter(JsonGenerator out) {
        this.out = out;
    }

    static String write(Json document) {
        var text = new StringWriter();
        try (var out = FACTORY.createGenerator(text)) {
            new JsonWriter(out).write(document, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private void write(Json json, int depth) throws IOException {
        if (json instanceof Json.Fields fields) {
            writeFields(fields, deeper(depth));
        } else if (json instanceof Json.Items items) {
            writeItems(items, deeper(depth));
        } else if (json instanceof Json.Text text) {
            out.writeString(bounded(text.value()));
        } else if (json instanceof Json.Whole whole) {
            out.writeNumber(whole.value());
        } else if (json instanceof Json.Real real) {
            out.writeNumber(real.value());
        } else if (json instanceof Json.Bool bool) {
            out.writeBoolean(bool.value());
        } else {
            out.writeNull();
        }
    }

    private void writeFields(Json.Fields fields, int depth) throws IOException {
        out.writeStartObject();
        for (Map.Entry<String, Json> field : fields.values().entrySet()) {
            out.writeFieldName(bounded(field.getKey()));
            write(field.getValue(), depth);
        }
        out.writeEndObject();
    }

    private void writeItems(Json.Items items, int depth) throws IOException {
        out.writeStartArray();
        for (Json item : items.values()) {
            write(item, depth);
        }
        out.writeEndArray();
    }

    private static int deeper(int depth) {
        if (depth == Limits.DEPTH) {
            throw new IllegalArgumentException("a JSON document nests at most " + Limits.DEPTH + " levels");
        }
        return depth + 1;
    }

    private static String bounded(String text) {
        if (text.length() > Limits.TEXT) {
            throw new IllegalArgumentException(
                    "a text has at most " + Limits.TEXT + " characters, received " + text.length());
        }
        return text;
    }
}
