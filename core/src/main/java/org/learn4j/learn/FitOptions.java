package org.learn4j.learn;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What a fit does otherwise than by default; made with static methods and chained.
 *
 * <pre>{@code
 * learner.fitOneCycle(5, 1e-3, weightDecay(0.2).callbacks(EarlyStopping.on("valid_loss")));
 * }</pre>
 */
public final class FitOptions {
    private static final FitOptions NONE = new FitOptions(null, null, null, null, List.of());

    private final @Nullable Double weightDecay;
    private final @Nullable Double start;
    private final @Nullable Double div;
    private final @Nullable Double divFinal;
    private final List<Callback> callbacks;

    private FitOptions(
            @Nullable Double weightDecay,
            @Nullable Double start,
            @Nullable Double div,
            @Nullable Double divFinal,
            List<Callback> callbacks) {
        this.weightDecay = weightDecay;
        this.start = start;
        this.div = div;
        this.divFinal = divFinal;
        this.callbacks = callbacks;
    }

    /** Returns options that change nothing. */
    public static FitOptions defaults() {
        return NONE;
    }

    /** Returns options with a weight decay; the optimizer's by default. */
    public static FitOptions weightDecay(double decay) {
        return NONE.withWeightDecay(decay);
    }

    /** Returns these options with a weight decay. */
    public FitOptions withWeightDecay(double decay) {
        if (!(decay >= 0) || Double.isInfinite(decay)) {
            throw new IllegalArgumentException("A weight decay is finite and not negative, received " + decay);
        }
        return new FitOptions(decay, start, div, divFinal, callbacks);
    }

    /**
     * Returns these options with the share of the fit after which the rate falls: .25 for one cycle, .75 for
     * flat-cosine.
     */
    public FitOptions startOfFall(double share) {
        if (!(share > 0 && share < 1)) {
            throw new IllegalArgumentException("The share before the rate falls lies in (0, 1), received " + share);
        }
        return new FitOptions(weightDecay, share, div, divFinal, callbacks);
    }

    /**
     * Returns these options with the divisors that make the first and the last rate of a cycle from the highest: 25
     * and 1e5.
     */
    public FitOptions divisors(double first, double last) {
        if (!(first > 0 && last > 0)) {
            throw new IllegalArgumentException("Divisors are positive, received " + first + " and " + last);
        }
        return new FitOptions(weightDecay, start, first, last, callbacks);
    }

    /** Returns these options with callbacks for this fit only, added to those before. */
    public FitOptions callbacks(Callback... more) {
        List<Callback> all = new ArrayList<>(callbacks);
        all.addAll(List.of(more));
        return new FitOptions(weightDecay, start, div, divFinal, List.copyOf(all));
    }

    /** Returns these options with the usual shape of a cycle. */
    FitOptions withoutShape() {
        return new FitOptions(weightDecay, null, null, null, callbacks);
    }

    OptionalDouble weightDecay() {
        return weightDecay == null ? OptionalDouble.empty() : OptionalDouble.of(weightDecay);
    }

    double startOr(double share) {
        return start == null ? share : start;
    }

    double divOr(double value) {
        return div == null ? value : div;
    }

    double divFinalOr(double value) {
        return divFinal == null ? value : divFinal;
    }

    List<Callback> callbacks() {
        return callbacks;
    }
}
