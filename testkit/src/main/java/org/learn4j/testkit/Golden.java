package org.learn4j.testkit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * Reference values computed once by PyTorch, scikit-learn and NumPy in float64, for tests to compare with.
 *
 * <pre>{@code
 * for (Golden.Case c : Golden.load("losses")) {
 *     double[] logits = c.input("logits").data();
 *     double expected = c.output("mean").scalar();
 * }
 * }</pre>
 *
 * <p>The files and the script that writes them are described in {@code testkit/golden/README.md}.
 */
@NullMarked
public final class Golden {
    private static final List<String> FILES =
            List.of("activations", "layers", "losses", "metrics", "optimizers", "schedules", "lrfind");

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private Golden() {}

    /**
     * Returns all cases of a file, in the order of the file. Every call reads the file again, so the arrays are the
     * caller's own.
     *
     * @param file the file's name without {@code .json}, for example {@code "losses"}
     * @throws IllegalArgumentException if there is no such file
     */
    public static List<Case> load(String file) {
        if (!FILES.contains(file)) {
            throw new IllegalArgumentException("No golden file '" + file + "'; there are " + FILES);
        }
        String resource = "/org/learn4j/golden/" + file + ".json";
        try (InputStream in = Golden.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("Golden file " + resource + " is missing from the class path;"
                        + " write it with testkit/golden/generate.py");
            }
            Map<String, Object> root = object(resource, read(in));
            List<Case> cases = new ArrayList<>();
            for (Object item : list(resource, field(resource, root, "cases"))) {
                cases.add(readCase(resource, item));
            }
            return List.copyOf(cases);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read golden file " + resource, e);
        }
    }

    /**
     * Returns the cases of a file whose setting has the given value, for example
     * {@code load("activations", "activation", "gelu")}.
     *
     * @throws IllegalArgumentException if there is no such file, or no case matches
     */
    public static List<Case> load(String file, String setting, Object value) {
        List<Case> cases = load(file);
        List<Case> matching = cases.stream()
                .filter(c -> value.equals(c.settings().get(setting)))
                .toList();
        if (matching.isEmpty()) {
            List<Object> values = cases.stream()
                    .filter(c -> c.has(setting))
                    .map(c -> c.setting(setting))
                    .distinct()
                    .toList();
            throw new IllegalArgumentException("No case in golden file '" + file + "' has " + setting + " = " + value
                    + "; values in the file: " + values);
        }
        return matching;
    }

    /**
     * One computation: what went in and what must come out.
     *
     * @param name unique within the file
     * @param settings scalars of the computation: {@link Long}, {@link Double}, {@link Boolean}, {@link String} or a
     *     {@link List} of them
     * @param inputs given arrays by name
     * @param outputs expected arrays by name
     */
    public record Case(
            String name, Map<String, Object> settings, Map<String, Array> inputs, Map<String, Array> outputs) {
        /** Keeps unmodifiable copies of the maps, in their order. */
        public Case {
            settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
            inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
            outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
        }

        /** Returns an input array; the exception for an unknown name lists those there are. */
        public Array input(String key) {
            return get("input", inputs, key);
        }

        /** Returns an expected array; the exception for an unknown name lists those there are. */
        public Array output(String key) {
            return get("output", outputs, key);
        }

        /** Returns whether the case has this setting. */
        public boolean has(String key) {
            return settings.containsKey(key);
        }

        /** Returns a setting of any type. */
        public Object setting(String key) {
            return get("setting", settings, key);
        }

        /** Returns a numeric setting. */
        public double number(String key) {
            return typed(key, Number.class).doubleValue();
        }

        /** Returns a numeric setting, or the fallback where the case does not have it. */
        public double number(String key, double fallback) {
            return has(key) ? number(key) : fallback;
        }

        /** Returns an integer setting. */
        public int integer(String key) {
            return Math.toIntExact(typed(key, Long.class));
        }

        /** Returns a text setting. */
        public String text(String key) {
            return typed(key, String.class);
        }

        /** Returns a boolean setting; a case that does not have it counts as {@code false}. */
        public boolean flag(String key) {
            return has(key) && typed(key, Boolean.class);
        }

        /** Returns a setting that is a list of numbers. */
        public double[] numbers(String key) {
            return reals("Setting '" + key + "' of golden case '" + name + "'", setting(key));
        }

        /** Returns the name, which makes a readable display name of a parameterized test. */
        @Override
        public String toString() {
            return name;
        }

        private <T> T typed(String key, Class<T> type) {
            Object value = setting(key);
            if (!type.isInstance(value)) {
                throw new IllegalArgumentException("Setting '" + key + "' of golden case '" + name + "' is " + value
                        + " (" + value.getClass().getSimpleName() + "), not a " + type.getSimpleName());
            }
            return type.cast(value);
        }

        private <T> T get(String kind, Map<String, T> map, String key) {
            T value = map.get(key);
            if (value == null) {
                throw new IllegalArgumentException(
                        "Golden case '" + name + "' has no " + kind + " '" + key + "'; it has " + map.keySet());
            }
            return value;
        }
    }

    /**
     * An array of numbers in row-major order. The two Java arrays are not copied.
     *
     * @param shape lengths of the axes; empty for a single number
     * @param data as many numbers as the shape asks for; may hold NaN and infinities
     */
    public record Array(long[] shape, double[] data) {
        /** Checks that the data fills the shape. */
        public Array {
            long size = 1;
            for (long length : shape) {
                if (length < 0) {
                    throw new IllegalArgumentException("Negative length in shape " + Arrays.toString(shape));
                }
                size = Math.multiplyExact(size, length);
            }
            if (size != data.length) {
                throw new IllegalArgumentException(
                        "Shape " + Arrays.toString(shape) + " asks for " + size + " numbers, there are " + data.length);
            }
        }

        /** Returns the only number of an array of one element. */
        public double scalar() {
            if (data.length != 1) {
                throw new IllegalStateException("Not a single number: " + this);
            }
            return data[0];
        }

        /** Returns the numbers rounded to float32. */
        public float[] floats() {
            float[] out = new float[data.length];
            for (int i = 0; i < out.length; i++) {
                out[i] = (float) data[i];
            }
            return out;
        }

        /** Returns the numbers as integers; a number that is none is an error. */
        public int[] ints() {
            int[] out = new int[data.length];
            for (int i = 0; i < out.length; i++) {
                out[i] = (int) data[i];
                if (out[i] != data[i]) {
                    throw new IllegalStateException("Element " + i + " is no int: " + data[i]);
                }
            }
            return out;
        }

        /** Returns the numbers as long integers; a number that is none is an error. */
        public long[] longs() {
            return Arrays.stream(ints()).asLongStream().toArray();
        }

        /** Returns a copy of part {@code index} along the first axis: a row of a matrix, a step of a trajectory. */
        public Array row(int index) {
            if (shape.length == 0 || index < 0 || index >= shape[0]) {
                throw new IndexOutOfBoundsException("No row " + index + " in shape " + Arrays.toString(shape));
            }
            int length = data.length / Math.toIntExact(shape[0]);
            return new Array(
                    Arrays.copyOfRange(shape, 1, shape.length),
                    Arrays.copyOfRange(data, index * length, (index + 1) * length));
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Array that && Arrays.equals(shape, that.shape) && Arrays.equals(data, that.data);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(shape) + Arrays.hashCode(data);
        }

        /** Returns the shape and the first numbers. */
        @Override
        public String toString() {
            int shown = Math.min(data.length, 8);
            String start = Arrays.toString(Arrays.copyOf(data, shown));
            return "shape " + Arrays.toString(shape) + ", data " + start + (shown < data.length ? " …" : "");
        }
    }

    private static Case readCase(String resource, Object item) {
        Map<String, Object> fields = object(resource, item);
        if (!(field(resource, fields, "name") instanceof String name)) {
            throw new IllegalStateException(resource + ": a case's name is no text");
        }
        String where = resource + ", case '" + name + "'";
        return new Case(
                name,
                object(where, field(where, fields, "settings")),
                readArrays(where, field(where, fields, "inputs")),
                readArrays(where, field(where, fields, "outputs")));
    }

    private static Map<String, Array> readArrays(String where, Object value) {
        Map<String, Array> arrays = new LinkedHashMap<>();
        object(where, value)
                .forEach((key, array) -> arrays.put(key, readArray(where + ", array '" + key + "'", array)));
        return arrays;
    }

    private static Array readArray(String where, Object value) {
        Map<String, Object> fields = object(where, value);
        double[] shape = reals(where, field(where, fields, "shape"));
        double[] data = reals(where, field(where, fields, "data"));
        try {
            return new Array(
                    Arrays.stream(shape).mapToLong(length -> (long) length).toArray(), data);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(where + ": " + e.getMessage(), e);
        }
    }

    private static double[] reals(String where, Object value) {
        return list(where, value).stream()
                .mapToDouble(item -> real(where, item))
                .toArray();
    }

    /** JSON has no NaN and no infinities: they are written as text. */
    private static double real(String where, Object value) {
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        if ("NaN".equals(value)) {
            return Double.NaN;
        }
        if ("Infinity".equals(value)) {
            return Double.POSITIVE_INFINITY;
        }
        if ("-Infinity".equals(value)) {
            return Double.NEGATIVE_INFINITY;
        }
        throw new IllegalStateException(where + ": not a number: " + value);
    }

    private static Object field(String where, Map<String, Object> fields, String key) {
        Object value = fields.get(key);
        if (value == null) {
            throw new IllegalStateException(where + ": field '" + key + "' is missing; there are " + fields.keySet());
        }
        return value;
    }

    private static List<?> list(String where, Object value) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw new IllegalStateException(where + ": expected a list, found " + value);
    }

    private static Map<String, Object> object(String where, Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<String, Object> fields = new LinkedHashMap<>();
            map.forEach((key, item) -> fields.put((String) key, item));
            return fields;
        }
        throw new IllegalStateException(where + ": expected an object, found " + value);
    }

    private static Object read(InputStream in) throws IOException {
        try (JsonParser parser = JSON.createParser(in)) {
            if (parser.nextToken() == null) {
                throw new IOException("The file is empty");
            }
            Object value = readValue(parser, parser.currentToken());
            if (parser.nextToken() != null) {
                throw new IOException("Something follows the JSON value at " + parser.currentTokenLocation());
            }
            return value;
        }
    }

    private static Object readValue(JsonParser parser, JsonToken token) throws IOException {
        switch (token) {
            case START_OBJECT:
                Map<String, Object> map = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String key = parser.currentName();
                    map.put(key, readValue(parser, parser.nextToken()));
                }
                return map;
            case START_ARRAY:
                List<Object> list = new ArrayList<>();
                for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
                    list.add(readValue(parser, t));
                }
                return Collections.unmodifiableList(list);
            case VALUE_STRING:
                return parser.getText();
            case VALUE_NUMBER_INT:
                return parser.getLongValue();
            case VALUE_NUMBER_FLOAT:
                return parser.getDoubleValue();
            case VALUE_TRUE:
                return true;
            case VALUE_FALSE:
                return false;
            default:
                throw new IOException("Unexpected " + token + " at " + parser.currentTokenLocation());
        }
    }
}
