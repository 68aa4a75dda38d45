package org.learn4j.tabular;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tabular.column.Frame;
import org.learn4j.tabular.column.NumberColumn;
import org.learn4j.tabular.column.Vocabulary;

/**
 * How targets become numbers and predictions values again.
 *
 * @param kind what the numbers are
 * @param columns the target's columns
 * @param vocabulary the classes
 * @param largest the largest training value; NaN for classes
 */
record FittedTarget(
        TargetKind kind, List<String> columns, @Nullable Vocabulary vocabulary, double largest) {
    /** Returns the number of outputs a model needs. */
    int outputs() {
        return vocabulary == null ? columns.size() : vocabulary.size();
    }

    /** Returns the names of the classes; empty for regression. */
    List<String> classes() {
        return vocabulary == null ? List.of() : vocabulary.classes().subList(1, vocabulary.size() + 1);
    }

    /** Returns the classes of all rows by number. */
    int[] codes(Frame frame) {
        if (vocabulary == null) {
            throw new IllegalStateException("This target has no classes");
        }
        return vocabulary.encode(frame.column(columns.get(0)));
    }

    /** Returns the numbers of all rows, target by target within a row. */
    float[] numbers(Frame frame) {
        int width = columns.size();
        float[] numbers = new float[Math.multiplyExact(frame.rows(), width)];
        for (int i = 0; i < width; i++) {
            double[] values = NumberColumn.of(frame.column(columns.get(i))).values();
            for (int row = 0; row < values.length; row++) {
                numbers[row * width + i] = (float) (kind == TargetKind.LOG ? Math.log(values[row]) : values[row]);
            }
        }
        return numbers;
    }

    /** Returns what a model's output means in the column's own units. */
    double decode(double output) {
        return kind == TargetKind.LOG ? Math.exp(output) : output;
    }

    Json.Fields toJson() {
        Json.Fields json = Json.object().with("kind", kind.name()).with("columns", Json.texts(columns));
        return vocabulary == null ? json.with("largest", largest) : json.with("vocabulary", vocabulary.toJson());
    }

    static FittedTarget fromJson(JsonPlace json) {
        json.allow("kind", "columns", "largest", "vocabulary");
        JsonPlace name = json.get("kind");
        TargetKind kind = Arrays.stream(TargetKind.values())
                .filter(value -> value.name().equals(name.text()))
                .findFirst()
                .orElseThrow(() -> name.expected("one of " + Arrays.toString(TargetKind.values())));
        List<String> columns = json.get("columns").texts();
        if (columns.isEmpty() || kind == TargetKind.CLASS && columns.size() > 1) {
            throw json.get("columns").expected("the columns of a target");
        }
        return kind == TargetKind.CLASS
                ? new FittedTarget(kind, columns, Vocabulary.fromJson(json.get("vocabulary")), Double.NaN)
                : new FittedTarget(kind, columns, null, json.get("largest").decimal());
    }
}
