package org.learn4j.hooks;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import org.learn4j.plot.ColorMap;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;

/**
 * How much each place of a picture matters: rows and columns of numbers, usually fewer than the picture has.
 *
 * <pre>{@code
 * HeatMap map = GradCam.of(model, "features.12").map(x, 282);
 * PictureGrid.columns(2).add("photo", photo).add("tiger cat", map.over(photo)).save(Path.of("cat.png"));
 * }</pre>
 *
 * <p>Never changes; its methods return new maps.
 */
public final class HeatMap {
    /** How much of an overlay is the map, unless said otherwise. */
    public static final double ALPHA = 0.6;

    private final int rows;
    private final int columns;
    private final float[] values;

    private HeatMap(int rows, int columns, float... values) {
        this.rows = rows;
        this.columns = columns;
        this.values = values;
    }

    /**
     * A place in a picture.
     *
     * @param x how far from the left edge
     * @param y how far from the top edge
     */
    public record Point(double x, double y) {}

    /**
     * Returns a map of numbers, row by row.
     *
     * @throws IllegalArgumentException if there are none, or not as many as rows times columns
     */
    public static HeatMap of(int rows, int columns, float... values) {
        if (rows < 1 || columns < 1 || values.length != (long) rows * columns) {
            throw new IllegalArgumentException("A heat map has rows × columns numbers, received " + rows + " × "
                    + columns + " and " + values.length + " numbers");
        }
        return new HeatMap(rows, columns, values.clone());
    }

    /**
     * Returns the mean over channels of one picture's activations: what a layer responds to, whatever the class.
     *
     * @param activations [channels, rows, columns] or [1, channels, rows, columns]
     */
    public static HeatMap channelMean(Tensor activations) {
        Activations one = Activations.of(activations);
        double[] equal = new double[one.channels()];
        Arrays.fill(equal, 1.0 / equal.length);
        return one.weighted(equal);
    }

    /** Returns how many rows there are. */
    public int rows() {
        return rows;
    }

    /** Returns how many columns there are. */
    public int columns() {
        return columns;
    }

    /** Returns one number. */
    public float at(int row, int column) {
        if (column < 0 || column >= columns) {
            throw new IndexOutOfBoundsException("There are " + columns + " columns, received " + column);
        }
        return values[row * columns + column];
    }

    /** Returns all numbers, row by row. */
    public float[] values() {
        return values.clone();
    }

    private float least() {
        float least = values[0];
        for (float value : values) {
            least = Math.min(least, value);
        }
        return least;
    }

    private float greatest() {
        float greatest = values[0];
        for (float value : values) {
            greatest = Math.max(greatest, value);
        }
        return greatest;
    }

    /** Returns the map with 0 in place of negative numbers. */
    public HeatMap positive() {
        float[] positive = values.clone();
        for (int i = 0; i < positive.length; i++) {
            positive[i] = Math.max(0, positive[i]);
        }
        return new HeatMap(rows, columns, positive);
    }

    /** Returns the map moved and scaled to run from 0 to 1; zeros if all numbers are equal. */
    public HeatMap normalized() {
        return scaled(least(), greatest() - least());
    }

    /** Returns the map divided by its greatest number, as publications print Grad-CAM; zeros if that is not above 0. */
    public HeatMap overMaximum() {
        return greatest() > 0 ? scaled(0, greatest()) : new HeatMap(rows, columns, new float[values.length]);
    }

    private HeatMap scaled(float zero, float one) {
        float[] scaled = new float[values.length];
        for (int i = 0; i < scaled.length && one > 0; i++) {
            scaled[i] = (values[i] - zero) / one;
        }
        return new HeatMap(rows, columns, scaled);
    }

    /** Returns the middle of the hottest cell, in a picture of a size that the map covers. */
    public Point hottest(int width, int height) {
        int hottest = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[hottest]) {
                hottest = i;
            }
        }
        return new Point((hottest % columns + .5) * width / columns, (hottest / columns + .5) * height / rows);
    }

    /** Returns the map in another size: bilinear between the cells' middles, constant outside of them. */
    public HeatMap resized(int newRows, int newColumns) {
        if (newRows < 1 || newColumns < 1) {
            throw new IllegalArgumentException("A heat map has a size, received " + newRows + " × " + newColumns);
        }
        float[] resized = new float[newRows * newColumns];
        for (int row = 0; row < newRows; row++) {
            double y = place(row, newRows, rows);
            int top = (int) y;
            int bottom = Math.min(top + 1, rows - 1);
            for (int column = 0; column < newColumns; column++) {
                double x = place(column, newColumns, columns);
                int left = (int) x;
                int right = Math.min(left + 1, columns - 1);
                double above = mix(values[top * columns + left], values[top * columns + right], x - left);
                double below = mix(values[bottom * columns + left], values[bottom * columns + right], x - left);
                resized[row * newColumns + column] = (float) mix(above, below, y - top);
            }
        }
        return new HeatMap(newRows, newColumns, resized);
    }

    /** Returns where the middle of a new cell lies between the middles of the old ones. */
    private static double place(int cell, int newCells, int cells) {
        return Math.max(0, Math.min(cells - 1, (cell + .5) * cells / newCells - .5));
    }

    private static double mix(double from, double to, double share) {
        return from + (to - from) * share;
    }

    /** Returns the map over a picture that it covers: magma colours, {@link #ALPHA} of the map. */
    public BufferedImage over(BufferedImage picture) {
        return over(picture, ALPHA);
    }

    /**
     * Returns the map over a picture.
     *
     * @param alpha how much is the map, from 0 to 1; the rest is the picture
     */
    public BufferedImage over(BufferedImage picture, double alpha) {
        if (!(alpha >= 0 && alpha <= 1)) {
            throw new IllegalArgumentException("Alpha is from 0 to 1, received " + alpha);
        }
        int width = picture.getWidth();
        int height = picture.getHeight();
        HeatMap shown = normalized().resized(height, width);
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int heat = ColorMap.magma().rgb(shown.values[y * width + x]);
                image.setRGB(x, y, blend(heat, picture.getRGB(x, y), alpha));
            }
        }
        return image;
    }

    private static int blend(int over, int under, double alpha) {
        int rgb = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            double level = mix(under >> shift & 255, over >> shift & 255, alpha);
            rgb |= (int) Math.round(level) << shift;
        }
        return rgb;
    }

    @Override
    public String toString() {
        return "HeatMap of " + rows + " × " + columns + " from " + least() + " to " + greatest();
    }

    /** One picture's activations, or gradients of their shape, outside of native memory. */
    record Activations(int channels, int rows, int columns, float[] values) {
        static Activations of(Tensor tensor) {
            Shape shape = tensor.shape();
            int rank = shape.rank();
            if (rank < 3 || rank > 4 || (rank == 4 && shape.dim(0) != 1) || shape.elements() == 0) {
                throw new ShapeMismatchException(
                        "A heat map needs one picture's activations, [1, channels, rows, columns] or"
                                + " [channels, rows, columns], received " + shape);
            }
            return new Activations(
                    Math.toIntExact(shape.dim(-3)),
                    Math.toIntExact(shape.dim(-2)),
                    Math.toIntExact(shape.dim(-1)),
                    tensor.toFloats());
        }

        int places() {
            return rows * columns;
        }

        /** Returns the mean of each channel over places. */
        double[] means() {
            double[] means = new double[channels];
            for (int i = 0; i < values.length; i++) {
                means[i / places()] += values[i];
            }
            for (int i = 0; i < channels; i++) {
                means[i] /= places();
            }
            return means;
        }

        /** Returns the sum over channels, each with its weight. */
        HeatMap weighted(double... weights) {
            float[] map = new float[places()];
            for (int place = 0; place < map.length; place++) {
                double sum = 0;
                for (int channel = 0; channel < channels; channel++) {
                    sum += weights[channel] * values[channel * map.length + place];
                }
                map[place] = (float) sum;
            }
            return new HeatMap(rows, columns, map);
        }
    }
}
