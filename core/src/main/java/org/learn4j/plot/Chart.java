package org.learn4j.plot;

import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.intermediate.CommandSequence;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.AWTError;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.learn4j.persist.AtomicFile;

/**
 * A picture of curves over one axis.
 *
 * <pre>{@code
 * Chart.of("Loss", "batch", "loss").line("training", losses).save(Path.of("loss.png"));
 * }</pre>
 */
public final class Chart {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 560;
    private static final int MOST_POINTS = 4000;
    private static final MathContext DIGITS = new MathContext(6);
    private static final Color FAINT = new Color(0xC8, 0xD0, 0xDC);

    private final XYChart chart;
    private final List<XYChart> panels;

    private Chart(XYChart chart, List<XYChart> panels) {
        this.chart = chart;
        this.panels = panels;
    }

    /** Returns an empty chart. */
    public static Chart of(String title, String xLabel, String yLabel) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(xLabel)
                .yAxisTitle(yLabel)
                .build();
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
        chart.getStyler().setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Line);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setLocale(Locale.ROOT);
        chart.getStyler().setxAxisTickLabelsFormattingFunction(Chart::number);
        chart.getStyler().setyAxisTickLabelsFormattingFunction(Chart::number);
        return new Chart(chart, List.of(chart));
    }

    /** Returns a number with six digits, in powers of ten where it is very small or large. */
    private static String number(double value) {
        BigDecimal rounded = BigDecimal.valueOf(value).round(DIGITS).stripTrailingZeros();
        boolean plain = rounded.signum() == 0 || (Math.abs(value) >= 1e-4 && Math.abs(value) < 1e7);
        return plain ? rounded.toPlainString() : rounded.toString();
    }

    /** Draws x on a logarithmic axis; all x must be positive. */
    public Chart logarithmicX() {
        chart.getStyler().setxAxisTickLabelsFormattingFunction(null);
        chart.getStyler().setXAxisLogarithmic(true);
        return this;
    }

    /** Gives the chart a second axis at its right, for {@link #lineOnRight}. */
    public Chart rightAxis(String label) {
        chart.getStyler().setYAxisGroupPosition(1, Styler.YAxisPosition.Right);
        chart.setYAxisGroupTitle(1, label);
        return this;
    }

    /** Adds a curve over 0, 1, 2 …; values that are not finite are left out. */
    public Chart line(String name, double... values) {
        return line(name, positions(values.length), values);
    }

    /**
     * Adds a curve; values that are not finite are left out, and very long curves are thinned to what the eye can
     * see.
     */
    public Chart line(String name, double[] x, double[] values) {
        add(name, x, values);
        return this;
    }

    /** Adds a curve in the background, of measurements that another curve summarises. */
    public Chart faintLine(String name, double[] x, double[] values) {
        XYSeries series = add(name, x, values);
        if (series != null) {
            series.setLineColor(FAINT);
            series.setLineWidth(1);
        }
        return this;
    }

    /** Adds a curve with a mark at every point, for few points. */
    public Chart markedLine(String name, double[] x, double[] values) {
        XYSeries series = add(name, x, values);
        if (series != null) {
            series.setMarker(SeriesMarkers.CIRCLE);
        }
        return this;
    }

    /** Adds a curve over 0, 1, 2 …, measured on the axis at the right. */
    public Chart lineOnRight(String name, double... values) {
        XYSeries series = add(name, positions(values.length), values);
        if (series != null) {
            series.setYAxisGroup(1);
        }
        return this;
    }

    private static double[] positions(int count) {
        double[] x = new double[count];
        Arrays.setAll(x, i -> i);
        return x;
    }

    private @Nullable XYSeries add(String name, double[] x, double[] values) {
        if (x.length != values.length) {
            throw new IllegalArgumentException(
                    "The curve " + name + " has as many x as values, received " + x.length + " and " + values.length);
        }
        int step = Math.max(1, values.length / MOST_POINTS);
        double[] keptX = new double[values.length / step + 1];
        double[] kept = new double[keptX.length];
        int count = 0;
        for (int i = 0; i < values.length; i += step) {
            if (Double.isFinite(values[i]) && Double.isFinite(x[i])) {
                keptX[count] = x[i];
                kept[count++] = values[i];
            }
        }
        if (count == 0) {
            return null;
        }
        XYSeries series = chart.addSeries(name, Arrays.copyOf(keptX, count), Arrays.copyOf(kept, count));
        series.setMarker(SeriesMarkers.NONE);
        return series;
    }

    /** Adds a marked point, unless one of its numbers is not finite. */
    public Chart point(String name, double x, double y) {
        if (Double.isFinite(x) && Double.isFinite(y)) {
            XYSeries series = chart.addSeries(name, new double[] {x}, new double[] {y});
            series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
            series.setMarker(SeriesMarkers.CIRCLE);
        }
        return this;
    }

    /** Returns a picture of this chart above another. What is added later goes to this one. */
    public Chart above(Chart other) {
        List<XYChart> both = new ArrayList<>(panels);
        both.addAll(other.panels);
        return new Chart(chart, List.copyOf(both));
    }

    /**
     * Writes the picture, atomically: PNG or SVG by the file's name.
     *
     * @throws IllegalArgumentException if the name ends with neither {@code .png} nor {@code .svg}, or nothing was
     *     drawn
     * @throws UncheckedIOException if the file cannot be written, or this machine cannot draw
     */
    public void save(Path picture) {
        String name = picture.toString().toLowerCase(Locale.ROOT);
        if (!name.endsWith(".png") && !name.endsWith(".svg")) {
            throw new IllegalArgumentException("A picture's name ends with .png or .svg, received " + picture);
        }
        if (panels.stream().allMatch(panel -> panel.getSeriesMap().isEmpty())) {
            throw new IllegalArgumentException("There is nothing to draw in " + picture);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            if (name.endsWith(".png")) {
                writePng(bytes);
            } else {
                writeSvg(bytes);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("Could not draw " + picture, failure);
        } catch (AWTError | NoClassDefFoundError noDisplay) {
            throw new UncheckedIOException(
                    "Could not draw " + picture + ": start Java with -Djava.awt.headless=true",
                    new IOException(noDisplay));
        }
        AtomicFile.writeReadable(picture, bytes.toByteArray());
    }

    private void writePng(ByteArrayOutputStream bytes) throws IOException {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT * panels.size(), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        try {
            paint(graphics);
        } finally {
            graphics.dispose();
        }
        if (!ImageIO.write(image, "png", bytes)) {
            throw new IOException("This Java writes no PNG");
        }
    }

    private void writeSvg(ByteArrayOutputStream bytes) throws IOException {
        VectorGraphics2D graphics = new VectorGraphics2D();
        paint(graphics);
        CommandSequence commands = graphics.getCommands();
        new SVGProcessor()
                .getDocument(commands, new PageSize(0, 0, WIDTH, HEIGHT * panels.size()))
                .writeTo(bytes);
    }

    private void paint(Graphics2D graphics) {
        for (XYChart panel : panels) {
            panel.getStyler().setLegendVisible(panel.getSeriesMap().size() > 1);
            panel.paint(graphics, WIDTH, HEIGHT);
            graphics.translate(0, HEIGHT);
        }
    }
}
