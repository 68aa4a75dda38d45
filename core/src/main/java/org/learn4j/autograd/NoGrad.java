package org.learn4j.autograd;

import org.jspecify.annotations.Nullable;

/**
 * While open, this thread's tape records nothing.
 *
 * <pre>{@code
 * try (NoGrad noGrad = NoGrad.open()) {
 *     Tensor statistics = activations.mean(0);
 * }
 * }</pre>
 */
public final class NoGrad implements AutoCloseable {
    private final Thread thread = Thread.currentThread();
    private final @Nullable Tape paused;
    private boolean closed;

    private NoGrad(@Nullable Tape paused) {
        this.paused = paused;
    }

    /** Pauses the tape of this thread, if there is one. */
    public static NoGrad open() {
        return new NoGrad(Tape.swap(null));
    }

    /**
     * Lets the tape record again. Calling it again does nothing.
     *
     * @throws IllegalStateException on another thread than the one that opened it
     */
    @Override
    public void close() {
        if (!closed) {
            if (Thread.currentThread() != thread) {
                throw new IllegalStateException("NoGrad closes on the thread that opened it (" + thread.getName()
                        + "); received a call on " + Thread.currentThread().getName());
            }
            closed = true;
            Tape.swap(paused);
        }
    }
}
