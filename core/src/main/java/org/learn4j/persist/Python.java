package org.learn4j.persist;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * What a pickle can hold, as Java has it: {@link Boolean}, {@link Long} or {@link BigInteger}, {@link Double},
 * {@link String}, {@code byte[]}, {@link java.util.ArrayList} for a list, and the types here. None of them is compared
 * or hashed by its content: a list may contain itself.
 */
final class Python {
    private Python() {}

    /** The value without a value. */
    enum None {
        NONE;

        @Override
        public String toString() {
            return "None";
        }
    }

    /** A tuple. */
    record Tuple(List<Object> items) {}

    /** A set, of which nobody asks but whether it is there. */
    record Set(List<Object> items) {}

    /** A dictionary in the order of its entries, an OrderedDict too. Keys are single values. */
    static final class Dict {
        private final LinkedHashMap<Object, Object> entries = new LinkedHashMap<>();

        LinkedHashMap<Object, Object> entries() {
            return entries;
        }
    }

    /** Returns what a value is, for a message; its content is not looked at. */
    static String describe(Object value) {
        if (value instanceof None || value instanceof Boolean || value instanceof Long || value instanceof Double) {
            return value.toString();
        }
        if (value instanceof String text) {
            return Limits.quote(text);
        }
        if (value instanceof BigInteger) {
            return "a large number";
        }
        if (value instanceof byte[]) {
            return "bytes";
        }
        if (value instanceof List) {
            return "a list";
        }
        if (value instanceof Tuple) {
            return "a tuple";
        }
        if (value instanceof Set) {
            return "a set";
        }
        if (value instanceof Dict) {
            return "a dictionary";
        }
        return value.toString();
    }
}
