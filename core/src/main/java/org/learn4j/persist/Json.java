package org.learn4j.persist;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A JSON document as an immutable value.
 *
 * <pre>{@code
 * Json recipe = Json.object().with("kind", "linear").with("units", 10).with("dropout", 0.1);
 * recipe.write();                                   // {"kind":"linear","units":10,"dropout":0.1}
 * Json.parse(recipe.write()).equals(recipe);        // true
 * JsonPlace.of(recipe).get("units").integer();      // 10
 * JsonPlace.of(recipe).get("kind").integer();       // $.kind: expected an integer, received "linear"
 * }</pre>
 *
 * <p>Whole numbers are 64-bit integers and other numbers are doubles; both come back exactly as they were written, and
 * a {@code 3} stays distinct from a {@code 3.0}. Fields keep their order, and a document has exactly one text, so that
 * the same document always gives the same bytes; to {@code equals} the order of fields does not matter. Typed access
 * with located errors is {@link JsonPlace}'s.
 */
public sealed interface Json {

    /** An object: named values in their order. */
    record Fields(Map<String, Json> values) implements Json {
        /**
         * Copies the fields.
         *
         * @throws IllegalArgumentException if a name has half of a surrogate pair
         */
        public Fields {
            values.keySet().forEach(Json::requireUnicode);
            values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        }

        /** Returns this object with a field added at its end, or replaced where it is. */
        public Fields with(String name, Json value) {
            var copy = new LinkedHashMap<>(values);
            copy.put(name, value);
            return new Fields(copy);
        }

        /** Returns this object with a text added or replaced. */
        public Fields with(String name, String value) {
            return with(name, of(value));
        }

        /** Returns this object with a whole number added or replaced. */
        public Fields with(String name, long value) {
            return with(name, of(value));
        }

        /** Returns this object with a number added or replaced, see {@link Json#of(double)}. */
        public Fields with(String name, double value) {
            return with(name, of(value));
        }

        /** Returns this object with a truth value added or replaced. */
        public Fields with(String name, boolean value) {
            return with(name, of(value));
        }

        @Override
        public String toString() {
            return write();
        }
    }

    /** An array. */
    record Items(List<Json> values) implements Json {
        /** Copies the items. */
        public Items {
            values = List.copyOf(values);
        }

        @Override
        public String toString() {
            return write();
        }
    }

    /** A string. */
    record Text(String value) implements Json {
        /**
         * A string.
         *
         * @throws IllegalArgumentException if it has half of a surrogate pair, which no UTF-8 file can hold
         */
        public Text {
            requireUnicode(value);
        }
    }

    /** A number without a fraction or an exponent. */
    record Whole(long value) implements Json {}

    /** A number with a fraction or an exponent. */
    record Real(double value) implements Json {
        /**
         * A finite number.
         *
         * @throws IllegalArgumentException if the number is not finite: see {@link Json#of(double)}
         */
        public Real {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("JSON has no number for " + value);
            }
        }
    }

    /** A truth value. */
    record Bool(boolean value) implements Json {}

    /** The value {@code null}. */
    record Null() implements Json {}

    /** Returns a string. */
    static Text of(String value) {
        return new Text(value);
    }

    /** Returns a whole number. */
    static Whole of(long value) {
        return new Whole(value);
    }

    /**
     * Returns a number; what JSON has no number for becomes one of the texts {@code "NaN"}, {@code "Infinity"} and
     * {@code "-Infinity"}, which {@link JsonPlace#decimal()} reads back.
     */
    static Json of(double value) {
        return Double.isFinite(value) ? new Real(value) : new Text(Double.toString(value));
    }

    /** Returns a truth value. */
    static Bool of(boolean value) {
        return new Bool(value);
    }

    /** Returns the value {@code null}. */
    static Null none() {
        return new Null();
    }

    /** Returns an object without fields, to be filled by {@code with}. */
    static Fields object() {
        return new Fields(Map.of());
    }

    /** Returns an object with these fields, in the order of the map's iteration. */
    static Fields object(Map<String, ? extends Json> fields) {
        return new Fields(new LinkedHashMap<>(fields));
    }

    /** Returns an array of these values. */
    static Items array(Json... values) {
        return new Items(List.of(values));
    }

    /** Returns an array of these values. */
    static Items array(List<? extends Json> values) {
        return new Items(new ArrayList<>(values));
    }

    /** Returns an array of whole numbers. */
    static Items wholes(long... values) {
        var items = new ArrayList<Json>(values.length);
        for (long value : values) {
            items.add(of(value));
        }
        return new Items(items);
    }

    /** Returns an array of numbers, see {@link #of(double)}. */
    static Items decimals(double... values) {
        var items = new ArrayList<Json>(values.length);
        for (double value : values) {
            items.add(of(value));
        }
        return new Items(items);
    }

    /** Returns an array of strings. */
    static Items texts(List<String> values) {
        return new Items(values.stream().<Json>map(Json::of).toList());
    }

    /**
     * Reads a document, strictly.
     *
     * @param text one JSON value and nothing else
     * @throws ModelFormatException if it is not RFC 8259 JSON, names a field twice, holds a whole number beyond 64 bits
     *     or another number beyond a double, nests deeper than 32 levels, has a text longer than 1 MiB or more values
     *     than fit in 32 MiB of memory
     */
    static Json parse(String text) {
        return JsonReader.parse(text);
    }

    /**
     * Returns the document's only text: without white space, fields in their order, each number in its shortest form.
     *
     * @throws IllegalArgumentException if {@link #parse} would refuse it for its depth or for the length of a text
     */
    default String write() {
        return JsonWriter.write(this);
    }

    private static void requireUnicode(String text) {
        if (!Limits.isUnicode(text)) {
            throw new IllegalArgumentException("half of a surrogate pair in " + Limits.quote(text));
        }
    }
}
