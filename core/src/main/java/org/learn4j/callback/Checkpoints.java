package org.learn4j.callback;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.learn4j.learn.Callback;
import org.learn4j.learn.FitContext;

/**
 * Saves a checkpoint after every epoch, and where a fit is cancelled or interrupted; after every so many training
 * batches too if asked. The newest two are kept: {@code NAME} and {@code NAME.previous}. Continue with {@code
 * learner.resume(NAME, options)}, which uses the previous one where the newest is damaged.
 *
 * <pre>{@code
 * Learner.of(data, model).callbacks(Checkpoints.to(Path.of("run.safetensors")).everyBatches(1000))
 * }</pre>
 */
public final class Checkpoints implements Callback {
    private final Path file;
    private final long every;
    private boolean due;
    private boolean unsaved;

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
            throw new IllegalArgumentException(
                    "The number of batches between checkpoints is at least 1, received " + batches);
        }
        return new Checkpoints(file, batches);
    }

    @Override
    public Stage stage() {
        return Stage.SAVE;
    }

    @Override
    public void beforeFit(FitContext context) {
        new TargetFile(file).prepare();
        due = false;
        unsaved = false;
    }

    @Override
    public void beforeBatch(FitContext context) {
        due = false;
    }

    @Override
    public void afterStep(FitContext context) {
        unsaved = true;
        due = every > 0 && context.step() % every == 0;
    }

    @Override
    public void afterBatch(FitContext context) {
        if (due && context.isTraining()) {
            save(context);
        }
    }

    @Override
    public void epochRecorded(FitContext context) {
        unsaved = true;
    }

    /** At the end of an epoch, or where a request to stop has ended it; not where something was thrown. */
    @Override
    public void afterEpoch(FitContext context) {
        if (unsaved && context.failure().isEmpty()) {
            save(context);
        }
    }

    private void save(FitContext context) {
        Path kept = beside(".kept");
        boolean keeps = keep(kept);
        try {
            context.learner().saveCheckpoint(file);
        } catch (RuntimeException | Error failure) {
            discard(kept, failure);
            throw failure;
        }
        due = false;
        unsaved = false;
        if (keeps) {
            try {
                Files.move(kept, beside(".previous"), StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException failure) {
                throw new UncheckedIOException("cannot keep the checkpoint " + file + ": " + failure, failure);
            }
        }
    }

    private Path beside(String ending) {
        return file.resolveSibling(file.getFileName() + ending);
    }

    /**
     * Gives the newest checkpoint a second name, or copies it where files have one name only. Returns whether there
     * was one.
     */
    private boolean keep(Path kept) {
        try {
            Files.deleteIfExists(kept);
            if (!Files.exists(file)) {
                return false;
            }
            try {
                Files.createLink(kept, file);
            } catch (IOException | UnsupportedOperationException noLinks) {
                Files.copy(file, kept, StandardCopyOption.REPLACE_EXISTING);
            }
            return true;
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot keep the checkpoint " + file + ": " + failure, failure);
        }
    }

    private static void discard(Path kept, Throwable reason) {
        try {
            Files.deleteIfExists(kept);
        } catch (IOException failure) {
            reason.addSuppressed(failure);
        }
    }
}
