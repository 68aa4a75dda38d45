package org.learn4j.hooks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.learn4j.learn.Callback;
import org.learn4j.learn.FitContext;
import org.learn4j.plot.Chart;
import org.learn4j.plot.MatrixChart;
import org.learn4j.tensor.Tensor;

/**
 * Records for every training batch how each layer's outputs are distributed: mean, standard deviation, share near zero and a
 * histogram (fastai's ActivationStats). Activations whose mean drifts, whose deviation collapses or that are mostly zero tell
 * early that a network does not train well.
 *
 * <pre>{@code
 * ActivationStats stats = ActivationStats.create();
 * learner.fit(1, Rates.of(1e-3), FitOptions.defaults().callbacks(stats));
 * stats.chart("0").save(Path.of("first-layer.png"));
 * stats.colorfulDimension("0").save(Path.of("histograms.png"));
 * }</pre>
 *
 * <p>The numbers of further fits are added to those of the first. They take about 200 bytes a layer and batch; tensors are not
 * kept.
 */
public final class ActivationStats implements Callback {
    /** The number of bins of a histogram. */
    public static final int BINS = 40;

    private static final double GREATEST = 10;
    private static final float NEAR_ZERO = 0.05f;

    private final HookCallback hooks;
    private final Map<String, List<Moments>> layers = new LinkedHashMap<>();

    private ActivationStats(String... paths) {
        this.hooks = HookCallback.of(this::record).on(paths);
    }

    /** Watches every layer that has parameters of its own. */
    public static ActivationStats create() {
        return new ActivationStats();
    }

    /** Watches the layers at these paths, such as {@code 1} or {@code layer4.1.conv2}. */
    public static ActivationStats on(String... paths) {
        return new ActivationStats(paths);
    }

    /** What is recorded of one output. */
    private record Moments(double mean, double deviation, double nearZero, int[] histogram) {
        static Moments of(float... values) {
            double sum = 0;
            int near = 0;
            int[] histogram = new int[BINS];
            for (float value : values) {
                sum += value;
                near += value <= NEAR_ZERO ? 1 : 0;
                if (value >= 0 && value <= GREATEST) {
                    histogram[Math.min(BINS - 1, (int) (value / GREATEST * BINS))]++;
                }
            }
            double mean = sum / values.length;
            double squares = 0;
            for (float value : values) {
                squares += (value - mean) * (value - mean);
            }
            return new Moments(
                    mean, Math.sqrt(squares / (values.length - 1)), (double) near / values.length, histogram);
        }
    }

    private void record(FitContext context, String path, Tensor output) {
        if (context.isTraining()) {
            layers.computeIfAbsent(path, first -> new ArrayList<>()).add(Moments.of(inMemoryOrder(output)));
        }
    }

    /** Returns the elements, in whatever order is the fastest to read. */
    private static float[] inMemoryOrder(Tensor output) {
        return (output.isChannelsLast() ? output.permute(0, 2, 3, 1) : output).toFloats();
    }

    @Override
    public void beforeFit(FitContext context) {
        hooks.beforeFit(context);
    }

    @Override
    public void afterFit(FitContext context) {
        hooks.afterFit(context);
    }

    /** Returns the paths of the layers that have run, in that order. */
    public List<String> layers() {
        return List.copyOf(layers.keySet());
    }

    /** Returns the mean of a layer's outputs in each training batch. */
    public double[] means(String path) {
        return series(path, Moments::mean);
    }

    /** Returns the standard deviation of a layer's outputs in each training batch, with divisor n − 1. */
    public double[] deviations(String path) {
        return series(path, Moments::deviation);
    }

    /** Returns the share of a layer's outputs that are at most 0.05, in each training batch. */
    public double[] nearZero(String path) {
        return series(path, Moments::nearZero);
    }

    /** Returns for each training batch how many outputs lie in each 40th of [0, 10]; those outside are not counted. */
    public int[][] histograms(String path) {
        return recorded(path).stream().map(moments -> moments.histogram.clone()).toArray(int[][]::new);
    }

    private double[] series(String path, Function<Moments, Double> number) {
        return recorded(path).stream().mapToDouble(number::apply).toArray();
    }

    private List<Moments> recorded(String path) {
        List<Moments> recorded = layers.get(path);
        if (recorded == null) {
            throw new IllegalArgumentException(
                    "Nothing is recorded of a layer \"" + path + "\", only of " + layers.keySet());
        }
        return recorded;
    }

    /** Returns means, deviations and shares near zero of all layers over the batches, as three charts. */
    public Chart chart() {
        return lines("Means", "mean", this::means)
                .above(lines("Standard deviations", "deviation", this::deviations))
                .above(lines("Shares near zero", "share", this::nearZero));
    }

    private Chart lines(String title, String label, Function<String, double[]> values) {
        Chart chart = Chart.of(title, "batch", label);
        layers.keySet().forEach(path -> chart.line("layer " + path, values.apply(path)));
        return chart;
    }

    /** Returns mean, deviation and share near zero of one layer over the batches, as three charts. */
    public Chart chart(String path) {
        return Chart.of("Layer " + path, "batch", "mean")
                .line("mean", means(path))
                .above(Chart.of("", "batch", "deviation").line("deviation", deviations(path)))
                .above(Chart.of("", "batch", "share near zero").line("share near zero", nearZero(path)));
    }

    /**
     * Returns the histograms side by side, a column a batch, as {@code log(1 + count)}: what Stefano Giomo called the colourful
     * dimension. A network that trains well fills the picture smoothly; collapses show as bands.
     */
    public MatrixChart colorfulDimension(String path) {
        int[][] histograms = histograms(path);
        double[][] levels = new double[BINS][histograms.length];
        for (int bin = 0; bin < BINS; bin++) {
            int row = bin;
            Arrays.setAll(levels[bin], batch -> Math.log1p(histograms[batch][row]));
        }
        return MatrixChart.of("Layer " + path + ", log(1 + count)", "batch", "activation", levels)
                .upwards()
                .ranges(0, histograms.length, 0, GREATEST);
    }
}
