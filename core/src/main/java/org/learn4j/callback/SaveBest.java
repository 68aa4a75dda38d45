package org.learn4j.callback;

import java.nio.file.Path;
import org.learn4j.learn.Callback;
import org.learn4j.learn.FitContext;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;

/**
 * Saves the weights whenever a loss or metric improves, and loads the best when the fit ends, unless by an exception
 * (fastai's SaveModelCallback). Only a file written in this run is loaded, never one left by an earlier run.
 *
 * <pre>{@code
 * Learner.of(data, model).callbacks(SaveBest.of("accuracy", Path.of("best.safetensors")))
 * }</pre>
 */
public final class SaveBest implements Callback {
    private final Monitor monitor;
    private final Path file;
    private final boolean loadAtEnd;
    private boolean saved;
    private boolean restored;

    private SaveBest(Monitor monitor, Path file, boolean loadAtEnd) {
        this.monitor = monitor;
        this.file = file;
        this.loadAtEnd = loadAtEnd;
    }

    /** Returns the callback for {@code valid_loss}, {@code train_loss} or a metric's name. */
    public static SaveBest of(String value, Path file) {
        return new SaveBest(new Monitor(value, 0), file, true);
    }

    /** Returns this leaving the last weights in the learner at the end. */
    public SaveBest keepLast() {
        return new SaveBest(monitor.fresh(), file, false);
    }

    @Override
    public Stage stage() {
        return Stage.DECIDE;
    }

    @Override
    public String name() {
        return "SaveBest(" + monitor.value() + ")";
    }

    @Override
    public void beforeFit(FitContext context) {
        monitor.check(context);
        new TargetFile(file).prepare();
        if (!restored) {
            monitor.forget();
            saved = false;
        }
        restored = false;
    }

    @Override
    public void epochRecorded(FitContext context) {
        if (monitor.improved(context)) {
            context.learner().save(file);
            saved = true;
        }
    }

    @Override
    public void afterFit(FitContext context) {
        if (saved && loadAtEnd && context.failure().isEmpty()) {
            context.learner().loadInFit(file);
        }
    }

    @Override
    public Json.Fields state() {
        return monitor.state().with("saved", saved);
    }

    @Override
    public void restore(JsonPlace state) {
        monitor.restore(state);
        saved = state.get("saved").bool();
        restored = true;
    }
}
