package org.learn4j.interpret;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Precision, recall and F1 of every class, and their averages (scikit-learn's classification_report). A quotient whose divisor
 * is 0 is 0.
 *
 * @param rows the classes, in their order
 * @param accuracy the share of items whose class was found; NaN if there are none
 * @param macro the plain mean over classes
 * @param weighted the mean over classes weighted by how many items each has
 */
public record ClassificationReport(List<Row> rows, double accuracy, Row macro, Row weighted) {
    /**
     * A class, or an average of them.
     *
     * @param name the class
     * @param precision how many of the items given this class have it
     * @param recall how many of the items of this class were found
     * @param f1 the harmonic mean of both
     * @param support how many items of this class there are
     */
    public record Row(String name, double precision, double recall, double f1, long support) {}

    /** Copies the rows. */
    public ClassificationReport {
        rows = List.copyOf(rows);
    }

    static ClassificationReport of(List<String> classes, long[]... confusion) {
        long right = 0;
        long items = 0;
        Row[] rows = new Row[confusion.length];
        for (int i = 0; i < rows.length; i++) {
            long actual = 0;
            long given = 0;
            for (int j = 0; j < rows.length; j++) {
                actual += confusion[i][j];
                given += confusion[j][i];
            }
            long hits = confusion[i][i];
            rows[i] = new Row(
                    classes.get(i),
                    quotient(hits, given),
                    quotient(hits, actual),
                    quotient(2.0 * hits, given + actual),
                    actual);
            right += hits;
            items += actual;
        }
        List<Row> all = List.of(rows);
        return new ClassificationReport(
                all,
                (double) right / items,
                average("macro avg", all, row -> 1, items),
                average("weighted avg", all, Row::support, items));
    }

    private static double quotient(double dividend, long divisor) {
        return divisor == 0 ? 0 : dividend / divisor;
    }

    private static Row average(String name, List<Row> rows, ToDoubleFunction<Row> weight, long items) {
        double weights = rows.stream().mapToDouble(weight).sum();
        return new Row(
                name,
                rows.stream()
                                .mapToDouble(row -> weight.applyAsDouble(row) * row.precision)
                                .sum()
                        / weights,
                rows.stream()
                                .mapToDouble(row -> weight.applyAsDouble(row) * row.recall)
                                .sum()
                        / weights,
                rows.stream()
                                .mapToDouble(row -> weight.applyAsDouble(row) * row.f1)
                                .sum()
                        / weights,
                items);
    }

    /** Returns the table as text. */
    @Override
    public String toString() {
        int width = rows.stream().mapToInt(row -> row.name.length()).max().orElse(0);
        String format = "%" + Math.max(width, 12) + "s %10.4f %10.4f %10.4f %10d\n";
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%" + Math.max(width, 12) + "s %10s %10s %10s %10s\n",
                "",
                "precision",
                "recall",
                "f1",
                "support"));
        for (Row row : rows) {
            append(text, format, row);
        }
        text.append(String.format(
                Locale.ROOT,
                "%" + Math.max(width, 12) + "s %10s %10s %10.4f %10d\n",
                "accuracy",
                "",
                "",
                accuracy,
                macro.support));
        append(text, format, macro);
        append(text, format, weighted);
        return text.toString();
    }

    private static void append(StringBuilder text, String format, Row row) {
        text.append(String.format(Locale.ROOT, format, row.name, row.precision, row.recall, row.f1, row.support));
    }
}
