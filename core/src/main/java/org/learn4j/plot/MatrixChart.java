package org.learn4j.plot;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * A picture of a matrix: one coloured cell a number, the least in the palette's first colour and the greatest in its last.
 *
 * <pre>{@code
 * MatrixChart.of("Loss", "first direction", "second direction", losses)
 *         .ranges(-1, 1, -1, 1)
 *         .save(Path.of("landscape.png"));
 * }</pre>
 *
 * <p>Row 0 is at the top, as in a table; {@link #upwards} puts it at the bottom, as on an axis. Cells that are not finite are
 * grey.
 */
public final class MatrixChart {
    private static final MathContext DIGITS = new MathContext(3);
    private static final Font PLAIN = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
    private static final Font BOLD = new Font(Font.SANS_SERIF, Font.BOLD, 15);
    private static final int LEAST_AREA = 600;
    private static final int MOST_AREA = 1600;
    private static final int NAMED_CELL = 22;
    private static final int SMALLEST_CELL_WITH_NAME = 14;
    private static final int TOP = 44;
    private static final int RIGHT = 110;
    private static final int LEAST_MARGIN = 76;
    private static final int MOST_NAME = 220;

    private final String title;
    private final String xLabel;
    private final String yLabel;
    private final double[][] values;
    private ColorMap colors = ColorMap.magma();
    private boolean upwards;
    private List<String> rowNames = List.of();
    private List<String> columnNames = List.of();
    private String @Nullable [][] texts;
    private double @Nullable [] ranges;

    private MatrixChart(String title, String xLabel, String yLabel, double[]... values) {
        this.title = title;
        this.xLabel = xLabel;
        this.yLabel = yLabel;
        this.values = values;
    }

    /**
     * Returns a chart of rows of one length.
     *
     * @throws IllegalArgumentException if there are no numbers, or rows of different lengths
     */
    public static MatrixChart of(String title, String xLabel, String yLabel, double[]... rows) {
        if (rows.length == 0 || rows[0].length == 0) {
            throw new IllegalArgumentException("A matrix chart shows at least one number, received none");
        }
        double[][] copy = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            if (rows[i].length != rows[0].length) {
                throw new IllegalArgumentException("Rows of one length are expected: row 0 has " + rows[0].length
                        + " numbers, row " + i + " has " + rows[i].length);
            }
            copy[i] = rows[i].clone();
        }
        return new MatrixChart(title, xLabel, yLabel, copy);
    }

    /** Sets the colours, {@link ColorMap#magma()} by default. */
    public MatrixChart colors(ColorMap map) {
        colors = map;
        return this;
    }

    /** Puts row 0 at the bottom. */
    public MatrixChart upwards() {
        upwards = true;
        return this;
    }

    /** Names each row and column; the picture grows with them, and where cells are too small for all, only some are written. */
    public MatrixChart names(List<String> rows, List<String> columns) {
        if (rows.size() != values.length || columns.size() != values[0].length) {
            throw new IllegalArgumentException("A matrix of " + values.length + "×" + values[0].length
                    + " has as many names, received " + rows.size() + " and " + columns.size());
        }
        rowNames = List.copyOf(rows);
        columnNames = List.copyOf(columns);
        return this;
    }

    /** Writes a text into each cell, where it fits. */
    public MatrixChart texts(String[]... cells) {
        texts = cells;
        return this;
    }

    /** Says what the axes run over, from the outer edge of the first cell to that of the last: first x, then y. */
    public MatrixChart ranges(double fromX, double toX, double fromY, double toY) {
        ranges = new double[] {fromX, toX, fromY, toY};
        return this;
    }

    /**
     * Writes the picture, atomically: PNG or SVG by the file's name.
     *
     * @throws IllegalArgumentException if the name ends with neither {@code .png} nor {@code .svg}
     * @throws java.io.UncheckedIOException if the file cannot be written, or this machine cannot draw
     */
    public void save(Path picture) {
        int left = LEAST_MARGIN + nameSpace(rowNames);
        int bottom = LEAST_MARGIN + nameSpace(columnNames);
        Picture.save(picture, left + area() + RIGHT, TOP + area() + bottom, graphics -> {
            graphics.setColor(Color.WHITE);
            graphics.fillRect(0, 0, left + area() + RIGHT, TOP + area() + bottom);
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            graphics.translate(left, TOP);
            paint(graphics, left, bottom);
        });
    }

    /** Returns the width and height of the cells together: large enough to name each where that is asked for. */
    private int area() {
        int named = Math.max(rowNames.size(), columnNames.size());
        return Math.max(LEAST_AREA, Math.min(MOST_AREA, NAMED_CELL * named));
    }

    private static int nameSpace(List<String> names) {
        int longest = names.stream().mapToInt(String::length).max().orElse(0);
        return Math.min(MOST_NAME, 7 * longest);
    }

    private void paint(Graphics2D graphics, int left, int bottom) {
        graphics.setFont(BOLD);
        graphics.setColor(Color.BLACK);
        centred(graphics, title, area() / 2, -16);
        cells(graphics);
        graphics.setColor(Color.BLACK);
        graphics.drawRect(0, 0, area(), area());
        graphics.setFont(PLAIN);
        ticks(graphics);
        colorBar(graphics);
        graphics.setFont(BOLD);
        centred(graphics, xLabel, area() / 2, area() + bottom - 12);
        graphics.rotate(-Math.PI / 2);
        centred(graphics, yLabel, -area() / 2, 22 - left);
        graphics.rotate(Math.PI / 2);
    }

    private void cells(Graphics2D graphics) {
        double least = least();
        double extent = greatest() - least;
        graphics.setFont(PLAIN);
        for (int row = 0; row < values.length; row++) {
            int place = upwards ? values.length - 1 - row : row;
            int y = edge(place, values.length);
            int height = edge(place + 1, values.length) - y;
            for (int column = 0; column < values[row].length; column++) {
                int x = edge(column, values[row].length);
                int width = edge(column + 1, values[row].length) - x;
                double share = extent > 0 ? (values[row][column] - least) / extent : 0;
                int rgb = colors.rgb(Double.isFinite(values[row][column]) ? share : Double.NaN);
                graphics.setColor(new Color(rgb));
                graphics.fillRect(x, y, width, height);
                if (texts != null) {
                    String text = texts[row][column];
                    FontMetrics metrics = graphics.getFontMetrics();
                    if (metrics.stringWidth(text) < width && metrics.getHeight() <= height) {
                        graphics.setColor(isDark(rgb) ? Color.WHITE : Color.BLACK);
                        centred(graphics, text, x + width / 2, y + height / 2 + metrics.getAscent() / 2 - 1);
                    }
                }
            }
        }
    }

    private static boolean isDark(int rgb) {
        return 299 * (rgb >> 16 & 255) + 587 * (rgb >> 8 & 255) + 114 * (rgb & 255) < 128_000;
    }

    private void ticks(Graphics2D graphics) {
        if (!rowNames.isEmpty()) {
            for (int row = 0; row < rowNames.size(); row += step(rowNames.size())) {
                int place = upwards ? values.length - 1 - row : row;
                int y = (edge(place, values.length) + edge(place + 1, values.length)) / 2;
                rightAligned(graphics, rowNames.get(row), -6, y + 5);
            }
            graphics.rotate(-Math.PI / 2);
            for (int column = 0; column < columnNames.size(); column += step(columnNames.size())) {
                int x = (edge(column, columnNames.size()) + edge(column + 1, columnNames.size())) / 2;
                rightAligned(graphics, columnNames.get(column), -area() - 6, x + 5);
            }
            graphics.rotate(Math.PI / 2);
            return;
        }
        double[] shown = ranges == null ? new double[] {0, values[0].length, 0, values.length} : ranges;
        for (int i = 0; i <= 4; i++) {
            int at = area() * i / 4;
            centred(graphics, number(shown[0] + (shown[1] - shown[0]) * i / 4), at, area() + 18);
            rightAligned(
                    graphics, number(shown[2] + (shown[3] - shown[2]) * i / 4), -6, (upwards ? area() - at : at) + 5);
        }
    }

    private int step(int names) {
        return Math.max(1, (int) Math.ceil((double) names * SMALLEST_CELL_WITH_NAME / area()));
    }

    private void colorBar(Graphics2D graphics) {
        int x = area() + 16;
        for (int y = 0; y < area(); y++) {
            graphics.setColor(new Color(colors.rgb(1 - y / (area() - 1.0))));
            graphics.fillRect(x, y, 16, 1);
        }
        graphics.setColor(Color.BLACK);
        graphics.drawRect(x, 0, 16, area());
        double least = least();
        double greatest = greatest();
        for (int i = 0; i <= 4; i++) {
            graphics.drawString(number(least + (greatest - least) * i / 4), x + 22, area() - area() * i / 4 + 5);
        }
    }

    private double least() {
        return finite().min().orElse(0);
    }

    private double greatest() {
        return finite().max().orElse(0);
    }

    private DoubleStream finite() {
        return Arrays.stream(values).flatMapToDouble(Arrays::stream).filter(Double::isFinite);
    }

    private int edge(int cell, int cells) {
        return (int) ((long) area() * cell / cells);
    }

    private static void centred(Graphics2D graphics, String text, int x, int y) {
        graphics.drawString(text, x - graphics.getFontMetrics().stringWidth(text) / 2, y);
    }

    private static void rightAligned(Graphics2D graphics, String text, int x, int y) {
        graphics.drawString(text, x - graphics.getFontMetrics().stringWidth(text), y);
    }

    private static String number(double value) {
        BigDecimal rounded = BigDecimal.valueOf(value).round(DIGITS).stripTrailingZeros();
        return Math.abs(value) >= 1e-3 && Math.abs(value) < 1e6 || value == 0
                ? rounded.toPlainString()
                : rounded.toString();
    }
}
