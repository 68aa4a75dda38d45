package org.learn4j.plot;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.VectorGraphicsEncoder;
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

    private final XYChart chart;

    private Chart(XYChart chart) {
        this.chart = chart;
    }

    /** Returns an empty chart. */
    public static Chart of(String title, String xLabel, String yLabel) {
        System.setProperty("java.awt.headless", System.getProperty("java.awt.headless", "true"));
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(xLabel)
                .yAxisTitle(yLabel)
                .build();
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
        chart.getStyler().setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Line);
        chart.getStyler().setChartBackgroundColor(java.awt.Color.WHITE);
        chart.getStyler().setLocale(Locale.ROOT);
        return new Chart(chart);
    }

    /** Draws x on a logarithmic axis. */
    public Chart logarithmicX() {
        chart.getStyler().setXAxisLogarithmic(true);
        return this;
    }

    /** Adds a curve over 0, 1, 2 …; values that are not finite leave gaps. */
    public Chart line(String name, double... values) {
        double[] x = new double[values.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = i;
        }
        return line(name, x, values);
    }

    /** Adds a curve; values that are not finite are left out, and very long curves are thinned to what the eye can see. */
    public Chart line(String name, double[] x, double[] values) {
        int step = Math.max(1, values.length / MOST_POINTS);
        double[] keptX = new double[values.length / step + 1];
        double[] kept = new double[keptX.length];
        int count = 0;
        for (int i = 0; i < values.length; i += step) {
            if (Double.isFinite(values[i])) {
                keptX[count] = x[i];
                kept[count++] = values[i];
            }
        }
        if (count > 0) {
            chart.addSeries(name, java.util.Arrays.copyOf(keptX, count), java.util.Arrays.copyOf(kept, count))
                    .setMarker(SeriesMarkers.NONE);
        }
        return this;
    }

    /** Adds a marked point. */
    public Chart point(String name, double x, double y) {
        XYSeries series = chart.addSeries(name, new double[] {x}, new double[] {y});
        series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
        series.setMarker(SeriesMarkers.CIRCLE);
        return this;
    }

    /**
     * Writes the picture, atomically: PNG or SVG by the file's name.
     *
     * @throws IllegalArgumentException if the name ends with neither {@code .png} nor {@code .svg}, or nothing was drawn
     * @throws UncheckedIOException if the file cannot be written
     */
    public void save(Path picture) {
        String name = picture.toString().toLowerCase(Locale.ROOT);
        if (!name.endsWith(".png") && !name.endsWith(".svg")) {
            throw new IllegalArgumentException("A picture's name ends with .png or .svg, received " + picture);
        }
        if (chart.getSeriesMap().isEmpty()) {
            throw new IllegalArgumentException("There is nothing to draw in " + picture);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            if (name.endsWith(".png")) {
                BitmapEncoder.saveBitmap(chart, bytes, BitmapEncoder.BitmapFormat.PNG);
            } else {
                VectorGraphicsEncoder.saveVectorGraphic(
                        chart, bytes, VectorGraphicsEncoder.VectorGraphicsFormat.SVG);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("Could not draw " + picture, failure);
        }
        AtomicFile.write(picture, bytes.toByteArray());
    }
}
