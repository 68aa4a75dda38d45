package org.learn4j.tabular.interpret;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.learn4j.data.DataLoader;
import org.learn4j.metric.Metric;
import org.learn4j.plot.BarChart;
import org.learn4j.tabular.TabularData;
import org.learn4j.tabular.TabularLearner;
import org.learn4j.tensor.Seed;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.numbers.NumberColumnFormatter;

/**
 * How much worse a model gets on the validation rows when the values of one column are permuted among them (Breiman 2001; permutation
 * importance). A column that the model does not use has 0; of two columns that say the same, each may look unimportant.
 *
 * <pre>{@code
 * FeatureImportance importance = FeatureImportance.of(learner);
 * System.out.println(importance);
 * importance.save(Path.of("importance.png"));
 * }</pre>
 */
public final class FeatureImportance {
    private final String measure;
    private final double whole;
    private final List<Feature> features;

    private FeatureImportance(String measure, double whole, List<Feature> features) {
        this.measure = measure;
        this.whole = whole;
        this.features = List.copyOf(features);
    }

    /**
     * A column's importance.
     *
     * @param name the column, with the flag of its missing values if it has one
     * @param importance how much worse the measure gets without it; negative where it gets better by chance
     */
    public record Feature(String name, double importance) {}

    /** Measures every column once, by the learner's first metric, or by the loss if it has none. */
    public static FeatureImportance of(TabularLearner learner) {
        return of(learner, 1, Seed.of(42));
    }

    /**
     * Measures every column.
     *
     * @param repeats how many permutations each column's importance is the mean of
     * @param seed what the permutations follow from
     */
    public static FeatureImportance of(TabularLearner learner, int repeats, Seed seed) {
        if (repeats < 1) {
            throw new IllegalArgumentException("Importance is measured at least once, received " + repeats);
        }
        boolean hasMetric = !learner.metrics().isEmpty();
        String measure = hasMetric ? learner.metrics().get(0).name() : "valid_loss";
        boolean higher = hasMetric && learner.metrics().get(0).direction() == Metric.Direction.HIGHER_IS_BETTER;
        TabularData table = learner.table();
        double whole = value(learner.validate(), measure);
        List<Feature> features = new ArrayList<>();
        for (String name : table.schema().names()) {
            double sum = 0;
            for (int i = 0; i < repeats; i++) {
                try (DataLoader loader =
                        table.permutedValidation(name, seed.fold(name).fold(i))) {
                    double without = value(learner.validate(loader), measure);
                    sum += higher ? whole - without : without - whole;
                }
            }
            features.add(new Feature(name, sum / repeats));
        }
        features.sort(Comparator.comparingDouble(Feature::importance).reversed());
        return new FeatureImportance(measure, whole, features);
    }

    private static double value(Map<String, Double> measured, String name) {
        return requireNonNull(measured.get(name));
    }

    /** Returns the name of what importance is measured in. */
    public String measure() {
        return measure;
    }

    /** Returns the measure with all columns in place. */
    public double whole() {
        return whole;
    }

    /** Returns the columns, the most important one first. */
    public List<Feature> features() {
        return features;
    }

    /** Returns the columns as a table, the most important one first. */
    public Table toTable() {
        DoubleColumn importances = DoubleColumn.create(
                "importance", features.stream().mapToDouble(Feature::importance).toArray());
        importances.setPrintFormatter(NumberColumnFormatter.fixedWithGrouping(6));
        return Table.create(
                String.format(Locale.ROOT, "importance in %s, %.6f with all columns", measure, whole),
                StringColumn.create("column", features.stream().map(Feature::name)),
                importances);
    }

    /** Draws the columns, the most important one first, as a PNG or SVG picture. */
    public void save(Path picture) {
        BarChart.of("How much worse without the column", measure)
                .bars(
                        features.stream().map(Feature::name).toList(),
                        features.stream().mapToDouble(Feature::importance).toArray())
                .save(picture);
    }

    @Override
    public String toString() {
        return toTable().printAll();
    }
}
