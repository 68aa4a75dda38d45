package org.learn4j.tabular.interpret;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.learn4j.plot.Chart;
import org.learn4j.tabular.TabularLearner;
import tech.tablesaw.api.FloatColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * What a model has learned about the categories of a column: a vector for each (Guo and Berkhahn 2016). Drawn in two dimensions the
 * German states of the Rossmann data come to lie much as on a map.
 *
 * <pre>{@code
 * EntityEmbeddings states = EntityEmbeddings.of(learner, "State");
 * states.save(Path.of("states.png"));
 * System.out.println(states.nearest("BY", 3));
 * }</pre>
 *
 * <p>A copy: later training does not change it.
 */
public final class EntityEmbeddings {
    private final String column;
    private final List<String> levels;
    private final double[][] vectors;

    private EntityEmbeddings(String column, List<String> levels, double[][] vectors) {
        this.column = column;
        this.levels = levels;
        this.vectors = vectors;
    }

    /**
     * Returns the vectors of a column's levels.
     *
     * @throws IllegalArgumentException if there is no such categorical column
     */
    public static EntityEmbeddings of(TabularLearner learner, String column) {
        List<String> levels = learner.table().vocabulary(column).classes();
        int place = learner.table().categorical().indexOf(column);
        var table = learner.network()
                .embeddings()
                .orElseThrow()
                .tables()
                .get(place)
                .weight()
                .value();
        double[] flat = table.toDoubles();
        int width = Math.toIntExact(table.shape().dim(1));
        double[][] vectors = new double[levels.size()][];
        Arrays.setAll(vectors, row -> Arrays.copyOfRange(flat, row * width, (row + 1) * width));
        return new EntityEmbeddings(column, levels, vectors);
    }

    /** Returns the levels, {@code #na#} first. */
    public List<String> levels() {
        return levels;
    }

    /** Returns the length of the vectors. */
    public int width() {
        return vectors[0].length;
    }

    /**
     * Returns a level's vector.
     *
     * @throws IllegalArgumentException if there is no such level
     */
    public double[] vector(String level) {
        return vectors[place(level)].clone();
    }

    private int place(String level) {
        int place = levels.indexOf(level);
        if (place < 0) {
            throw new IllegalArgumentException("The column \"" + column + "\" has no level \"" + level + "\"; it has "
                    + (levels.size() > 20 ? levels.subList(0, 20) + "…" : levels));
        }
        return place;
    }

    /** Returns a table: the level, then its vector's numbers. */
    public Table toTable() {
        Table table = Table.create(column, StringColumn.create(column, levels));
        for (int i = 0; i < width(); i++) {
            float[] values = new float[levels.size()];
            for (int row = 0; row < values.length; row++) {
                values[row] = (float) vectors[row][i];
            }
            table.addColumns(FloatColumn.create("e" + i, values));
        }
        return table;
    }

    /** Returns the levels whose vectors point in the most similar directions (cosine), the nearest one first. */
    public List<String> nearest(String level, int count) {
        double[] own = vectors[place(level)];
        return IntStream.range(1, levels.size())
                .filter(other -> other != place(level))
                .boxed()
                .sorted(Comparator.comparingDouble(other -> -cosine(own, vectors[other])))
                .limit(count)
                .map(levels::get)
                .toList();
    }

    private static double cosine(double[] a, double[] b) {
        double dot = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            dot += a[i] * b[i];
            aa += a[i] * a[i];
            bb += b[i] * b[i];
        }
        return dot / Math.sqrt(aa * bb);
    }

    /**
     * Returns the vectors in fewer dimensions, those in which the levels differ most (principal component analysis): a row for each
     * level but {@code #na#}. The sign of each dimension is such that its largest number is positive.
     *
     * @throws IllegalArgumentException if there are fewer dimensions than asked for
     */
    public double[][] principalComponents(int dimensions) {
        int rows = levels.size() - 1;
        int width = width();
        if (dimensions < 1 || dimensions > width || rows < 2) {
            throw new IllegalArgumentException("From 1 to " + width
                    + " dimensions of at least 2 levels are possible, received " + dimensions + " of " + rows);
        }
        double[][] centred = new double[rows][width];
        for (int i = 0; i < width; i++) {
            double mean = 0;
            for (int row = 0; row < rows; row++) {
                mean += vectors[row + 1][i] / rows;
            }
            for (int row = 0; row < rows; row++) {
                centred[row][i] = vectors[row + 1][i] - mean;
            }
        }
        RealMatrix data = new Array2DRowRealMatrix(centred, false);
        EigenDecomposition eigen = new EigenDecomposition(data.transpose().multiply(data));
        double[][] points = new double[rows][dimensions];
        for (int i = 0; i < dimensions; i++) {
            double[] along = data.operate(eigen.getEigenvector(i).toArray());
            double largest = Arrays.stream(along)
                    .boxed()
                    .max(Comparator.comparingDouble(Math::abs))
                    .orElse(0.0);
            for (int row = 0; row < rows; row++) {
                points[row][i] = largest < 0 ? -along[row] : along[row];
            }
        }
        return points;
    }

    /** Draws the levels in the two dimensions in which they differ most, as a PNG or SVG picture. */
    public void save(Path picture) {
        double[][] points = principalComponents(2);
        Chart chart = Chart.of("What the model learned about " + column, "first component", "second component");
        for (int row = 0; row < points.length; row++) {
            chart.label(levels.get(row + 1), points[row][0], points[row][1]);
        }
        chart.save(picture);
    }

    @Override
    public String toString() {
        return toTable().toString();
    }
}
