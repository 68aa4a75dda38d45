package org.learn4j.tabular.proc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tabular.column.CodeColumn;
import org.learn4j.tabular.column.Column;
import org.learn4j.tabular.column.Frame;
import org.learn4j.tabular.column.Kind;
import org.learn4j.tabular.column.Vocabulary;

/**
 * Turns every categorical column into codes by the sorted different values of the training rows; levels declared keep their order
 * (fastai's Categorify). A value that is missing, or that the training rows do not have, gets the code −1 here and 0, {@code #na#},
 * in the model's input, where everything is one more.
 *
 * <pre>{@code
 * Categorify.create().levels("Size", "S", "M", "L")
 * }</pre>
 */
public final class Categorify implements Proc {
    static final String TYPE = "Categorify";

    private final Map<String, List<Object>> declared;

    private Categorify(Map<String, List<Object>> declared) {
        this.declared = declared;
    }

    /** Returns the proc. */
    public static Categorify create() {
        return new Categorify(Map.of());
    }

    /**
     * Returns the proc with the levels of a column declared, in their order; other values in the training rows are refused.
     *
     * @param column the column's name
     * @param levels its values, of the column's type: {@link String}, {@link Long} or {@link Integer}, {@link Double} and so on
     */
    public Categorify levels(String column, Object... levels) {
        Map<String, List<Object>> more = new LinkedHashMap<>(declared);
        List<Object> values = new ArrayList<>();
        for (Object level : levels) {
            values.add(level instanceof Integer whole ? (Object) whole.longValue() : level);
        }
        more.put(column, values);
        return new Categorify(more);
    }

    @Override
    public int order() {
        return ENCODES;
    }

    @Override
    public FittedProc fit(Frame train) {
        for (String name : declared.keySet()) {
            if (!train.categorical().contains(name)) {
                throw new IllegalArgumentException("Levels were declared for \"" + name
                        + "\", which is none of the categorical columns " + train.categorical());
            }
        }
        Map<String, Vocabulary> vocabularies = new LinkedHashMap<>();
        for (String name : train.categorical()) {
            Column column = train.column(name);
            List<Object> levels = declared.get(name);
            vocabularies.put(name, levels == null ? Vocabulary.of(column) : declared(name, column, levels));
        }
        return new Fitted(vocabularies);
    }

    private static Vocabulary declared(String name, Column column, List<Object> levels) {
        try {
            Vocabulary vocabulary = Vocabulary.ordered(column.kind(), levels);
            int[] codes = vocabulary.encode(column);
            for (int row = 0; row < codes.length; row++) {
                if (codes[row] < 0 && !column.isMissing(row)) {
                    throw new IllegalArgumentException("one of the declared levels " + levels + ", received "
                            + column.value(row) + " in training row " + row);
                }
            }
            return vocabulary;
        } catch (IllegalArgumentException invalid) {
            throw new IllegalArgumentException(
                    "The categorical column \"" + name + "\" expects " + invalid.getMessage());
        }
    }

    @Override
    public String toString() {
        return TYPE;
    }

    /**
     * The levels of all columns.
     *
     * @param vocabularies by column, in the model's order
     */
    public record Fitted(Map<String, Vocabulary> vocabularies) implements FittedProc {
        /** Copies the map. */
        public Fitted {
            vocabularies = Collections.unmodifiableMap(new LinkedHashMap<>(vocabularies));
        }

        static Fitted of(JsonPlace state) {
            Map<String, Vocabulary> vocabularies = new LinkedHashMap<>();
            for (JsonPlace column : state.get("columns").items()) {
                column.allow("name", "vocabulary");
                vocabularies.put(column.get("name").text(), Vocabulary.fromJson(column.get("vocabulary")));
            }
            return new Fitted(vocabularies);
        }

        @Override
        public String type() {
            return TYPE;
        }

        @Override
        public Frame apply(Frame frame) {
            Map<String, Column> changed = new LinkedHashMap<>();
            for (Map.Entry<String, Vocabulary> entry : vocabularies.entrySet()) {
                Vocabulary vocabulary = entry.getValue();
                int[] codes;
                try {
                    codes = vocabulary.encode(frame.column(entry.getKey()));
                } catch (IllegalArgumentException invalid) {
                    throw new IllegalArgumentException(
                            "The categorical column \"" + entry.getKey() + "\": " + invalid.getMessage());
                }
                changed.put(entry.getKey(), new CodeColumn(codes, vocabulary));
            }
            return frame.with(changed);
        }

        @Override
        public Frame decode(Frame frame) {
            Map<String, Column> changed = new LinkedHashMap<>();
            for (String name : vocabularies.keySet()) {
                if (frame.contains(name) && frame.column(name) instanceof CodeColumn coded) {
                    changed.put(name, coded.vocabulary().decode(coded.codes()));
                }
            }
            return frame.with(changed);
        }

        /**
         * Refuses values that are none of the levels.
         *
         * @throws IllegalArgumentException naming column, row and value
         */
        public void requireKnown(Frame raw) {
            vocabularies.forEach((name, vocabulary) -> {
                if (raw.contains(name)) {
                    Column column = raw.column(name);
                    int[] codes = vocabulary.encode(column);
                    for (int row = 0; row < codes.length; row++) {
                        if (codes[row] < 0 && !column.isMissing(row)) {
                            throw new IllegalArgumentException("The categorical column \"" + name + "\" has no level "
                                    + quoted(column, row) + " (row " + row + "): it was trained with " + vocabulary);
                        }
                    }
                }
            });
        }

        private static String quoted(Column column, int row) {
            return column.kind() == Kind.TEXT ? "\"" + column.value(row) + "\"" : String.valueOf(column.value(row));
        }

        @Override
        public Json.Fields state() {
            List<Json> columns = new ArrayList<>();
            vocabularies.forEach((name, vocabulary) ->
                    columns.add(Json.object().with("name", name).with("vocabulary", vocabulary.toJson())));
            return Json.object().with("columns", Json.array(columns));
        }

        /** Returns the number of rows of each column's embedding, {@code #na#} included. */
        public int[] cardinalities() {
            return vocabularies.values().stream()
                    .mapToInt(vocabulary -> vocabulary.size() + 1)
                    .toArray();
        }

        @Override
        public String toString() {
            return TYPE + Arrays.toString(cardinalities());
        }
    }
}
