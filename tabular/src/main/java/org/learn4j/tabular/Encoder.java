package org.learn4j.tabular;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.learn4j.data.ArrayDataset;
import org.learn4j.data.Field;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tabular.column.CodeColumn;
import org.learn4j.tabular.column.Column;
import org.learn4j.tabular.column.Frame;
import org.learn4j.tabular.column.NumberColumn;
import org.learn4j.tabular.column.Schema;
import org.learn4j.tabular.proc.Categorify;
import org.learn4j.tabular.proc.ProcRegistry;
import org.learn4j.tabular.proc.Procs;

/**
 * All that lies between a row and a network: the schema, the fitted procs and the target. Saved with the model.
 *
 * @param schema the columns a row must have
 * @param procs what makes of them what the network reads
 * @param target what its outputs mean
 */
record Encoder(Schema schema, Procs procs, FittedTarget target) {
    /** What a network reads of some rows: codes from 0, {@code #na#}, row by row, and numbers row by row. */
    @SuppressWarnings("ArrayRecordComponent") // handed over, compared by no one
    record Encoded(int rows, int categories, int @Nullable [] codes, int continuous, float @Nullable [] numbers) {
        /** Returns a data set of these rows without targets. */
        ArrayDataset dataset() {
            ArrayDataset dataset = ArrayDataset.ofSize(rows);
            if (codes != null) {
                dataset = dataset.input(Field.ints("categories", categories), codes);
            }
            if (numbers != null) {
                dataset = dataset.input(Field.floats("numbers", continuous), numbers);
            }
            return dataset;
        }
    }

    /** Applies the procs and lays the rows out as the network reads them. */
    Encoded encode(Frame raw) {
        return layOut(procs.apply(raw));
    }

    static Encoded layOut(Frame frame) {
        List<String> categorical = frame.categorical();
        List<String> continuous = frame.continuous();
        int rows = frame.rows();
        int[] codes = new int[Math.multiplyExact(rows, categorical.size())];
        for (int i = 0; i < categorical.size(); i++) {
            if (!(frame.column(categorical.get(i)) instanceof CodeColumn coded)) {
                throw new IllegalStateException("The categorical column \"" + categorical.get(i)
                        + "\" has no codes: a proc behind Categorify has changed it");
            }
            int[] from = coded.codes();
            for (int row = 0, at = i; row < rows; row++, at += categorical.size()) {
                codes[at] = from[row] + 1;
            }
        }
        float[] numbers = new float[Math.multiplyExact(rows, continuous.size())];
        for (int i = 0; i < continuous.size(); i++) {
            double[] from = numbers(frame, continuous.get(i));
            for (int row = 0, at = i; row < rows; row++, at += continuous.size()) {
                numbers[at] = (float) from[row];
                if (!Float.isFinite(numbers[at])) {
                    throw new IllegalArgumentException("The continuous column \"" + continuous.get(i) + "\" is "
                            + (Double.isNaN(from[row]) ? "missing" : from[row]) + " in row " + row
                            + "; the model needs finite numbers: fill missing ones, with FillMissing for example");
                }
            }
        }
        return new Encoded(
                rows,
                categorical.size(),
                categorical.isEmpty() ? null : codes,
                continuous.size(),
                continuous.isEmpty() ? null : numbers);
    }

    /** Returns the number of rows that the embedding of each categorical column needs. */
    List<Integer> levels(Frame done) {
        List<Integer> levels = new ArrayList<>();
        for (String name : done.categorical()) {
            levels.add(
                    done.column(name) instanceof CodeColumn coded
                            ? coded.vocabulary().size() + 1
                            : 0);
        }
        return levels;
    }

    private static double[] numbers(Frame frame, String name) {
        try {
            return NumberColumn.of(frame.column(name)).values();
        } catch (IllegalArgumentException notNumbers) {
            throw new IllegalArgumentException("The continuous column \"" + name + "\": " + notNumbers.getMessage());
        }
    }

    /** Refuses categories that training did not see. */
    void requireKnown(Frame raw) {
        procs.find(Categorify.Fitted.class).ifPresent(categories -> categories.requireKnown(raw));
    }

    /** Returns a frame of columns, checked against the schema. */
    Frame frame(int rows, Map<String, Column> columns, boolean allowMore) {
        return schema.frame(rows, columns, allowMore);
    }

    Json.Fields toJson() {
        return Json.object()
                .with("schema", schema.toJson())
                .with("procs", procs.toJson())
                .with("target", target.toJson());
    }

    static Encoder fromJson(JsonPlace json, ProcRegistry registry) {
        json.allow("schema", "procs", "target");
        return new Encoder(
                Schema.fromJson(json.get("schema")),
                Procs.fromJson(json.get("procs"), registry),
                FittedTarget.fromJson(json.get("target")));
    }
}
