package org.learn4j.callback;

import org.learn4j.learn.Callback;
import org.learn4j.learn.FitContext;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;

/**
 * Stops a fit when a loss or metric has not improved for some epochs (fastai's EarlyStoppingCallback).
 *
 * <pre>{@code
 * learner.fitOneCycle(20, 1e-3, FitOptions.defaults().callbacks(EarlyStopping.on("valid_loss").patience(3)));
 * }</pre>
 */
public final class EarlyStopping implements Callback {
    private final Monitor monitor;
    private final int patience;
    private int waited;
    private boolean restored;

    private EarlyStopping(Monitor monitor, int patience) {
        this.monitor = monitor;
        this.patience = patience;
    }

    /**
     * Returns early stopping on {@code valid_loss}, {@code train_loss} or a metric's name, with a patience of 1
     * epoch.
     */
    public static EarlyStopping on(String value) {
        return new EarlyStopping(new Monitor(value, 0), 1);
    }

    /** Returns this with another number of epochs in a row without improvement after which to stop, at least 1. */
    public EarlyStopping patience(int epochs) {
        if (epochs < 1) {
            throw new IllegalArgumentException("A patience is at least 1 epoch, received " + epochs);
        }
        return new EarlyStopping(monitor.fresh(), epochs);
    }

    /** Returns this counting only improvements by more than {@code delta}. */
    public EarlyStopping minimumDelta(double delta) {
        return new EarlyStopping(new Monitor(monitor.value(), delta), patience);
    }

    @Override
    public Stage stage() {
        return Stage.DECIDE;
    }

    @Override
    public String name() {
        return "EarlyStopping(" + monitor.value() + ")";
    }

    @Override
    public void beforeFit(FitContext context) {
        monitor.check(context);
        if (!restored) {
            monitor.forget();
            waited = 0;
        }
        restored = false;
        stopIfDone(context); // a fit that was over when it was saved stays over
    }

    @Override
    public void epochRecorded(FitContext context) {
        waited = monitor.improved(context) ? 0 : waited + 1;
        stopIfDone(context);
    }

    private void stopIfDone(FitContext context) {
        if (waited >= patience) {
            context.stop(monitor.value() + " has not improved on " + monitor.best() + " for " + waited
                    + (waited == 1 ? " epoch" : " epochs"));
        }
    }

    @Override
    public Json.Fields state() {
        return monitor.state().with("waited", waited);
    }

    @Override
    public void restore(JsonPlace state) {
        monitor.restore(state);
        waited = state.get("waited").integer();
        restored = true;
    }
}
