package org.learn4j.callback;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.learn4j.learn.Callback;
import org.learn4j.learn.FitContext;

/**
 * Saves a checkpoint every so many training batches, and keeps the newest two: {@code NAME} and {@code NAME.previous}. Continue with
 * {@code learner.resume(NAME, options)}.
 *
 * <pre>{@code
 * Learner.of(data, model).callbacks(Checkpoints.to(Path.of("run.safetensors")).everyBatches(1000))
 * }</pre>
 */
public final class Checkpoints implements Callback {
    private final Path file;
    private final long every;
    private boolean due;

    private Checkpoints(Path file, long every) {
        this.file = file;
        this.every = every;
    }

    /** Returns the callback that saves after every epoch. */
    public static Checkpoints to(Path file) {
        return new Checkpoints(file, 0);
    }

    /** Returns this saving after every {@code batches} training batches of the learner's life too. */
    public Checkpoints everyBatches(long batches) {
        if (batches < 1) {
            throw new IllegalArgumentException("The number of batches between checkpoints is at least 1, received " + batches);
        }
        return new Checkpoints(file, batches);
    }

    @Override
    public Stage stage() {
        return Stage.DECIDE;
    }

    @Override
    public void afterStep(FitContext context) {
        due = every > 0 && context.step() % every == 0;
    }

    @Override
    public void afterBatch(FitContext context) {
        if (due && context.isTraining()) {
            due = false;
            save(context);
        }
    }

    @Override
    public void epochRecorded(FitContext context) {
        save(context);
    }

    private void save(FitContext context) {
        Path previous = file.resolveSibling(file.getFileName() + ".previous");
        try {
            if (Files.exists(file)) {
                Files.deleteIfExists(previous);
                Files.createLink(previous, file);
            }
        } catch (UnsupportedOperationException noLinks) {
            // a file system without hard links keeps one checkpoint
        } catch (IOException failure) {
            throw new UncheckedIOException("Could not keep the checkpoint " + file + " as " + previous, failure);
        }
        context.learner().saveCheckpoint(file);
    }
}
