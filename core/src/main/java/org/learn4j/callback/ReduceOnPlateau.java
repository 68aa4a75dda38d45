package org.learn4j.callback;

import org.learn4j.learn.Callback;
import org.learn4j.learn.FitContext;
import org.learn4j.optim.Hyper;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;

/**
 * Divides the learning rate when a loss or metric has not improved for some epochs (fastai's ReduceLROnPlateau).
 *
 * <pre>{@code
 * learner.fit(20, Rates.of(1e-3), FitOptions.defaults().callbacks(ReduceOnPlateau.on("valid_loss").factor(10)));
 * }</pre>
 */
public final class ReduceOnPlateau implements Callback {
    private final Monitor monitor;
    private final int patience;
    private final double factor;
    private final double minimumRate;
    private int waited;
    private double scale = 1;
    private boolean restored;

    private ReduceOnPlateau(Monitor monitor, int patience, double factor, double minimumRate) {
        this.monitor = monitor;
        this.patience = patience;
        this.factor = factor;
        this.minimumRate = minimumRate;
    }

    /** Returns the callback for {@code valid_loss}, {@code train_loss} or a metric's name: patience 1, factor 10. */
    public static ReduceOnPlateau on(String value) {
        return new ReduceOnPlateau(new Monitor(value, 0), 1, 10, 0);
    }

    /** Returns this with another number of epochs without improvement to wait for, at least 1. */
    public ReduceOnPlateau patience(int epochs) {
        if (epochs < 1) {
            throw new IllegalArgumentException("A patience is at least 1 epoch, received " + epochs);
        }
        return new ReduceOnPlateau(monitor.fresh(), epochs, factor, minimumRate);
    }

    /** Returns this with another number to divide the rate by, more than 1. */
    public ReduceOnPlateau factor(double divisor) {
        if (!(divisor > 1) || Double.isInfinite(divisor)) {
            throw new IllegalArgumentException(
                    "A factor to divide the rate by is finite and more than 1, received " + divisor);
        }
        return new ReduceOnPlateau(monitor.fresh(), patience, divisor, minimumRate);
    }

    /** Returns this never going below a rate. */
    public ReduceOnPlateau minimumRate(double rate) {
        if (!(rate >= 0) || Double.isInfinite(rate)) {
            throw new IllegalArgumentException("A lowest rate is finite and not negative, received " + rate);
        }
        return new ReduceOnPlateau(monitor.fresh(), patience, factor, rate);
    }

    @Override
    public Stage stage() {
        return Stage.DECIDE;
    }

    @Override
    public String name() {
        return "ReduceOnPlateau(" + monitor.value() + ")";
    }

    @Override
    public void beforeFit(FitContext context) {
        monitor.check(context);
        if (!restored) {
            monitor.forget();
            waited = 0;
            scale = 1;
        }
        restored = false;
    }

    @Override
    public void beforeBatch(FitContext context) {
        if (context.isTraining() && scale != 1) {
            context.hypers(context.hypers().stream()
                    .map(hyper -> new Hyper(
                            Math.max(Math.min(minimumRate, hyper.rate()), hyper.rate() * scale),
                            hyper.momentum(),
                            hyper.weightDecay()))
                    .toList());
        }
    }

    @Override
    public void epochRecorded(FitContext context) {
        waited = monitor.improved(context) ? 0 : waited + 1;
        if (waited >= patience) {
            scale /= factor;
            waited = 0;
        }
    }

    @Override
    public Json.Fields state() {
        return monitor.state().with("waited", waited).with("scale", scale);
    }

    @Override
    public void restore(JsonPlace state) {
        monitor.restore(state);
        waited = state.get("waited").integer();
        scale = state.get("scale").decimal();
        restored = true;
    }
}
