package org.learn4j.learn;

import java.nio.file.Path;
import java.util.Locale;
import org.learn4j.plot.Chart;

/**
 * What {@link Learner#findLearningRate} measured: smoothed losses by learning rate, and fastai's four suggestions. The
 * suggestions look at the losses without the first tenth and the last five.
 *
 * <pre>{@code
 * LearningRates found = learner.findLearningRate();
 * found.save(Path.of("rates.png"));
 * learner.fitOneCycle(3, found.valley());
 * }</pre>
 */
public final class LearningRates {
    private final int planned;
    private final double[] rates;
    private final double[] losses;

    LearningRates(int planned, double[] rates, double[] losses) {
        if (rates.length != losses.length) {
            throw new IllegalArgumentException(
                    "One loss a rate is expected, received " + rates.length + " and " + losses.length);
        }
        this.planned = planned;
        this.rates = rates;
        this.losses = losses;
    }

    /** Returns the rates tried. */
    public double[] rates() {
        return rates.clone();
    }

    /** Returns the smoothed loss at each rate. */
    public double[] losses() {
        return losses.clone();
    }

    /** Returns a rate two thirds down the longest fall of the loss; fastai's default. */
    public double valley() {
        return suggestions().valley();
    }

    /** Returns the rate where the loss falls fastest in log rate. */
    public double steep() {
        return suggestions().steep();
    }

    /** Returns a tenth of the rate with the lowest loss. */
    public double minimum() {
        return suggestions().minimum();
    }

    /** Returns the rate of the interval slide rule: the largest with a stable slope left of the rise. */
    public double slide() {
        return suggestions().slide();
    }

    private RateSuggestions suggestions() {
        return new RateSuggestions(planned, rates, losses);
    }

    /**
     * Draws loss by rate, with the suggestions if there are enough losses for them, and writes the picture, PNG or SVG
     * by the file's name.
     */
    public void save(Path picture) {
        Chart chart = Chart.of("Learning rate finder", "learning rate", "loss").logarithmicX();
        if (RateSuggestions.possible(planned, losses)) {
            RateSuggestions suggestions = suggestions();
            double valley = suggestions.valley();
            double steep = suggestions.steep();
            chart.line("loss", suggestions.rates(), suggestions.losses())
                    .point("valley " + format(valley), valley, suggestions.lossAt(valley))
                    .point("steep " + format(steep), steep, suggestions.lossAt(steep));
        } else {
            chart.line("loss", rates, losses);
        }
        chart.save(picture);
    }

    private static String format(double rate) {
        return String.format(Locale.ROOT, "%.1e", rate);
    }

    @Override
    public String toString() {
        if (!RateSuggestions.possible(planned, losses)) {
            return "LearningRates[" + rates.length + " rates tried, too few to suggest one]";
        }
        RateSuggestions all = suggestions();
        return "LearningRates[valley=" + format(all.valley()) + ", steep=" + format(all.steep()) + ", minimum="
                + format(all.minimum()) + ", slide=" + format(all.slide()) + "]";
    }
}
