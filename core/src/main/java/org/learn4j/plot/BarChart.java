package org.learn4j.plot;

import java.awt.Color;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.AxesChartStyler;

/**
 * A picture of one bar a name.
 *
 * <pre>{@code
 * BarChart.of("Sales", "euros").bars(List.of("Mon", "Tue"), 5700, 6100).save(Path.of("sales.png"));
 * }</pre>
 */
public final class BarChart {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 560;

    private final CategoryChart chart;

    private BarChart(CategoryChart chart) {
        this.chart = chart;
    }

    /** Returns an empty chart. */
    public static BarChart of(String title, String yLabel) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .yAxisTitle(yLabel)
                .build();
        chart.getStyler().setLegendVisible(false);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setXAxisLabelRotation(90);
        chart.getStyler().setXAxisLabelAlignmentVertical(AxesChartStyler.TextAlignment.Right);
        chart.getStyler().setAvailableSpaceFill(0.8);
        return new BarChart(chart);
    }

    /**
     * Draws a bar for each name, in their order.
     *
     * @throws IllegalArgumentException if there are not as many values as names, or one is not finite
     */
    public BarChart bars(List<String> names, double... values) {
        if (names.size() != values.length) {
            throw new IllegalArgumentException("There are as many bars as names, received " + names.size()
                    + " names and " + values.length + " values");
        }
        for (double value : values) {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("A bar's length is finite, received " + value);
            }
        }
        chart.addSeries(
                "bars " + chart.getSeriesMap().size(),
                names,
                java.util.Arrays.stream(values).boxed().toList());
        return this;
    }

    /**
     * Writes the picture, atomically: PNG or SVG by the file's name.
     *
     * @throws IllegalArgumentException if the name ends with neither {@code .png} nor {@code .svg}, or nothing was drawn
     * @throws java.io.UncheckedIOException if the file cannot be written, or this machine cannot draw
     */
    public void save(Path picture) {
        if (chart.getSeriesMap().isEmpty()) {
            throw new IllegalArgumentException("There is nothing to draw in " + picture);
        }
        Picture.save(picture, WIDTH, HEIGHT, graphics -> chart.paint(graphics, WIDTH, HEIGHT));
    }
}
