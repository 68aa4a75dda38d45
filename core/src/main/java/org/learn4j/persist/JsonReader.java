package org.learn4j.persist;

import com.fasterxml.jackson.core.JsonToken;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a JSON document into a value, with an eye on the memory it will occupy. */
final class JsonReader {
    private static final int VALUE_BYTES = 64;
    private static final int FIELD_BYTES = 128;
    private static final int CONTAINER_BYTES = 192;

    private final Tokens tokens;
    private long bytes;

    private JsonReader(Tokens tokens) {
        this.tokens = tokens;
    }

    static Json parse(String text) {
        try (var tokens = new Tokens(new StringReader(text))) {
            Json document = new JsonReader(tokens).value(tokens.next());
            tokens.end();
            return document;
        }
    }

    private Json value(@Nullable JsonToken token) {
        if (token == null) {
            throw tokens.unexpected("a value");
        }
        occupy(VALUE_BYTES);
        return switch (token) {
            case START_OBJECT -> fields();
            case START_ARRAY -> items();
            case VALUE_STRING -> text();
            case VALUE_NUMBER_INT -> Json.of(tokens.whole());
            case VALUE_NUMBER_FLOAT -> Json.of(tokens.real());
            case VALUE_TRUE -> Json.of(true);
            case VALUE_FALSE -> Json.of(false);
            case VALUE_NULL -> Json.none();
            default -> throw tokens.unexpected("a value");
        };
    }

    private Json fields() {
        occupy(CONTAINER_BYTES);
        Map<String, Json> fields = new LinkedHashMap<>();
        while (tokens.next() == JsonToken.FIELD_NAME) {
            String name = tokens.name();
            occupy(FIELD_BYTES + 2L * name.length());
            if (fields.put(name, value(tokens.next())) != null) {
                throw new ModelFormatException(
                        ModelFormatException.Reason.JSON, "the field " + Limits.quote(name) + " appears twice");
            }
        }
        return new Json.Fields(fields);
    }

    private Json items() {
        occupy(CONTAINER_BYTES);
        List<Json> items = new ArrayList<>();
        for (var token = tokens.next(); token != JsonToken.END_ARRAY; token = tokens.next()) {
            items.add(value(token));
        }
        return new Json.Items(items);
    }

    private Json text() {
        String text = tokens.text(Limits.TEXT);
        occupy(2L * text.length());
        return Json.of(text);
    }

    private void occupy(long more) {
        bytes += more;
        if (bytes > Limits.DOCUMENT) {
            throw new ModelFormatException(
                    ModelFormatException.Reason.LIMIT,
                    "a document whose values occupy more than " + (Limits.DOCUMENT >> 20) + " MiB");
        }
    }
}
